"""The in-memory store, on TinyDB.

TinyDB's own table goes through all of its rows at each write and each search. Ours is put in by the ways that TinyDB
documents (a table class, a storage class, a query class) and does neither.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from operator import attrgetter
from threading import Lock
from typing import Any

from msgspec import Struct
from tinydb import TinyDB
from tinydb.queries import QueryInstance, QueryLike
from tinydb.storages import Storage
from tinydb.table import Document as TinyDocument
from tinydb.table import Table

from doubleentry.adapters.rows import Row, Rows
from doubleentry.engine.documents import Document, decode, encode, freeze_scalars
from doubleentry.engine.errors import AlreadyExists
from doubleentry.engine.overriding import override
from doubleentry.engine.ports import Dump, Scalar

Tables = dict[str, Rows]

_MISSING = object()


class Equals(QueryInstance):
    """Holds the top-level members of documents against values as JSON does: true is not 1, and null is not missing."""

    def __init__(self, where: Mapping[str, Scalar]) -> None:
        # Without a hash TinyDB keeps no answers of it.
        super().__init__(self._holds, None)
        self.where = where

    def _holds(self, document: Mapping[str, Any]) -> bool:
        members = freeze_scalars(document)
        for name, value in self.where.items():
            found = members.get(name, _MISSING)
            if found != value or isinstance(found, bool) is not isinstance(value, bool):
                return False
        return True


class SharedMemoryStorage(Storage):
    """TinyDB's tables in memory. Branches share what none of them has written since."""

    def __init__(self, tables: Tables, size: int = 0) -> None:
        """Begin with some tables, whose documents have so many bytes."""
        self._tables = tables
        self.size = size
        self._own: set[str] = set()
        self._undo: list[tuple[str, Row | None, Row | None]] | None = None
        # A writer holds the workspace's lock, a reader need not: no index may be made while rows change.
        self.lock = Lock()

    # TinyDB declares tables as dicts, and uses what any mapping has.
    @override
    def read(self) -> Tables:  # type: ignore[override]
        return dict(self._tables)

    @override
    def write(self, data: Tables) -> None:  # type: ignore[override]
        self._tables = data
        self.size = sum(len(row.json) for rows in data.values() for row in rows.rows(rows.where(None)))

    def rows(self, name: str) -> Rows:
        """Return a table's rows, to be read."""
        return self._tables.get(name, _NO_ROWS)

    def row(self, name: str, key: str) -> Row | None:
        """Return one row, or None."""
        return self._tables.get(name, _NO_ROWS).row(key)

    def part(
        self,
        name: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        newest_first: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Row]:
        """Return some of the rows whose members equal all of `where`, in the order of insertion or against it."""
        with self.lock:
            rows = self.rows(name)
            found = rows.where(where)
            return rows.rows(found.part(offset, limit, newest_first=newest_first)) if found else []

    def count(self, name: str, where: Mapping[str, Scalar] | None = None) -> int:
        """Return how many rows `part` would return without a limit."""
        with self.lock:
            return len(self.rows(name).where(where))

    def put(self, name: str, key: str, document: Mapping[str, Any] | Struct) -> None:
        """Put a document where the key's stands, or at the end."""
        # The encoder's result lies in a larger piece of memory than it needs; a copy does not.
        json = bytes(memoryview(encode(document)))
        with self.lock:
            old, new = self._writable(name).put(key, json)
            self._count(old, new)
            if self._undo is not None:
                self._undo.append((name, old, new))

    def remove(self, name: str, key: str) -> bool:
        """Remove a row; False when it was not there."""
        with self.lock:
            old = self.row(name, key)
            if old is None:
                return False
            self._writable(name).change(old, None)
            self._count(old, None)
            if self._undo is not None:
                self._undo.append((name, old, None))
            return True

    def begin(self) -> None:
        """Keep what changes from here, to undo it."""
        self._undo = []

    def end(self, *, undo: bool) -> None:
        """Forget what changed since the beginning, or undo it."""
        changes, self._undo = self._undo or [], None
        if undo:
            with self.lock:
                for name, old, new in reversed(changes):
                    self._writable(name).change(new, old)
                    self._count(new, old)

    def branch(self) -> "SharedMemoryStorage":
        """Return a storage of the same tables; whoever writes to one first copies what finds its rows."""
        with self.lock:
            self._own.clear()
            return SharedMemoryStorage(dict(self._tables), self.size)

    def _count(self, old: Row | None, new: Row | None) -> None:
        self.size += (0 if new is None else len(new.json)) - (0 if old is None else len(old.json))

    def _writable(self, name: str) -> Rows:
        if name not in self._own:
            self._tables[name] = self.rows(name).copy()
            self._own.add(name)
        return self._tables[name]


class IndexedTable(Table):
    """A table whose document ids are the vendors' own, as text, and that finds rows by key, by place and by ``Equals``.

    What it does not do better, it does as the base class does, which is right, and goes through all rows.
    """

    # The base class declares int, but documents the attribute as the place to change it.
    document_id_class = str  # type: ignore[assignment]

    def __init__(self, storage: SharedMemoryStorage, name: str) -> None:
        # An answer that was kept could be an old one.
        super().__init__(storage, name, cache_size=0)
        self._shared = storage

    @override
    def insert(self, document: Mapping[str, Any]) -> int:
        if not isinstance(document, TinyDocument) or self._shared.row(self._name, document.doc_id) is not None:  # type: ignore[arg-type]  # keys are text
            # It has no key, or one that is taken: the base class knows what to say.
            return super().insert(document)
        self._shared.put(self._name, document.doc_id, document)  # type: ignore[arg-type]  # keys are text
        return document.doc_id

    @override
    def search(self, cond: QueryLike) -> list[TinyDocument]:
        if not isinstance(cond, Equals):
            return super().search(cond)
        return [_document(row) for row in self._shared.part(self._name, cond.where)]

    @override
    def count(self, cond: QueryLike) -> int:
        if not isinstance(cond, Equals):
            return super().count(cond)
        return self._shared.count(self._name, cond.where)

    @override
    def get(self, cond: QueryLike | None = None, doc_id: Any = None, doc_ids: list[Any] | None = None) -> Any:
        if doc_id is None and doc_ids is not None:
            found = [row for key in set(map(str, doc_ids)) if (row := self._shared.row(self._name, key)) is not None]
            return [_document(row) for row in sorted(found, key=attrgetter("seq"))]
        if doc_id is None and isinstance(cond, Equals):
            found = self._shared.part(self._name, cond.where, limit=1)
            return _document(found[0]) if found else None
        return super().get(cond, doc_id)

    @override
    def update(
        self,
        fields: Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None],
        cond: QueryLike | None = None,
        doc_ids: Iterable[Any] | None = None,
    ) -> list[Any]:
        keys = self._keys(cond, doc_ids)
        if keys is None:
            return super().update(fields, cond, doc_ids)
        rows = self._shared.rows(self._name)
        # All before any is put: what fails changes nothing.
        changed = {key: rows[key] for key in keys}
        for key in keys:
            if callable(fields):
                fields(changed[key])
            else:
                changed[key].update(fields)
        for key, document in changed.items():
            self._shared.put(self._name, key, document)
        return keys

    @override
    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[Any] | None = None) -> list[Any]:
        keys = self._keys(cond, doc_ids)
        if keys is None:
            return super().remove(cond)
        return [key for key in keys if self._shared.remove(self._name, key)]

    def _keys(self, cond: QueryLike | None, doc_ids: Iterable[Any] | None) -> list[Any] | None:
        """Return the keys that are meant and there; None where all rows must be gone through to tell."""
        if doc_ids is not None:
            return [key for key in doc_ids if self._shared.row(self._name, key) is not None]
        if isinstance(cond, Equals):
            return [row.key for row in self._shared.part(self._name, cond.where)]
        return None

    @override
    def _read_table(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]  # the base class only reads it
        return self._shared.rows(self._name)

    @override
    def _update_table(self, updater: Callable[[dict[Any, Mapping[str, Any]]], None]) -> None:
        table: dict[Any, Mapping[str, Any]] = dict(self._read_table().items())
        before = list(table)
        updater(table)
        for key in before:
            self._shared.remove(self._name, key)
        for key, document in table.items():
            self._shared.put(self._name, key, document)


def _document(row: Row) -> TinyDocument:
    return TinyDocument(decode(row.json), row.key)  # type: ignore[arg-type]  # keys are text


class _Database(TinyDB):
    table_class = IndexedTable  # type: ignore[assignment]  # declared as the base class itself, documented as the way in


class TinyStore:
    """A ``Store`` in memory. A document is kept as JSON text, so that every reader decodes a copy of its own.

    It asks the storage for what every request does many times over; the tables are for all that TinyDB does.

    Attributes:
        database: TinyDB, with tables of ours.
    """

    def __init__(self, dump: Dump | None = None, storage: SharedMemoryStorage | None = None) -> None:
        self._storage = storage or SharedMemoryStorage({})
        self.database = _Database(storage=lambda: self._storage)
        for collection, rows in (dump or {}).items():
            for key, document in rows:
                self.put(collection, key, document)

    def get(self, collection: str, key: str) -> Document | None:
        """Return a copy of one document, or None."""
        row = self._storage.row(collection, key)
        return None if row is None else decode(row.json)

    def text(self, collection: str, key: str) -> bytes | None:
        """Return one document as JSON, or None."""
        row = self._storage.row(collection, key)
        return None if row is None else row.json

    def insert(self, collection: str, key: str, document: Document | Struct) -> None:
        """Append a document.

        Raises:
            AlreadyExists: The key is taken.
        """
        if self._storage.row(collection, key) is not None:
            raise AlreadyExists(collection, key)
        self._storage.put(collection, key, document)

    def put(self, collection: str, key: str, document: Document | Struct) -> None:
        """Replace a document in its place, or append it."""
        self._storage.put(collection, key, document)

    def remove(self, collection: str, key: str) -> bool:
        """Remove a document; False when it was not there."""
        return self._storage.remove(collection, key)

    def find(
        self,
        collection: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        newest_first: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Document]:
        """Return copies of the documents whose top-level members equal all of `where`, in insertion order."""
        rows = self._storage.part(collection, where, newest_first=newest_first, offset=offset, limit=limit)
        return [decode(row.json) for row in rows]

    def texts(
        self,
        collection: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        newest_first: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """Return the keys of the documents that `find` would return, and their JSON."""
        rows = self._storage.part(collection, where, newest_first=newest_first, offset=offset, limit=limit)
        return [(row.key, row.json) for row in rows]

    def count(self, collection: str, where: Mapping[str, Scalar] | None = None) -> int:
        """Return how many documents `find` would return without a limit."""
        return self._storage.count(collection, where)

    @property
    def size(self) -> int:
        """How many bytes all documents have, as JSON."""
        return self._storage.size

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the writes inside all or nothing."""
        self._storage.begin()
        try:
            yield
        except BaseException:
            self._storage.end(undo=True)
            raise
        self._storage.end(undo=False)

    def dump(self) -> Dump:
        """Return a copy of everything, collections in the order of their names."""
        return {name: list(rows.items()) for name, rows in sorted(self._storage.read().items()) if rows}

    def branch(self) -> "TinyStore":
        """Return a store with the same content that goes its own way from here; no document is copied."""
        return TinyStore(storage=self._storage.branch())


_NO_ROWS = Rows()
