"""The in-memory store, on TinyDB."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tinydb import TinyDB
from tinydb.queries import QueryInstance
from tinydb.storages import Storage
from tinydb.table import Document as Row
from tinydb.table import Table

from doubleentry.engine.documents import Document, decode, encode, freeze_scalars
from doubleentry.engine.errors import AlreadyExists
from doubleentry.engine.overriding import override
from doubleentry.engine.ports import Dump, Scalar

Tables = dict[str, dict[str, Any]]

_MISSING = object()


class SharedMemoryStorage(Storage):
    """TinyDB's tables in memory, in a form that can be shared.

    TinyDB makes a table's rows anew at every write and never changes the old ones (our table replaces rows, too), so a
    shallow copy of what was last written is a snapshot.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @override
    def read(self) -> Tables:
        return dict(self.tables)

    @override
    def write(self, data: Tables) -> None:
        self.tables = data


class KeyedTable(Table):
    """A table whose document ids are the vendors' own, as text, and whose rows can be replaced in their place."""

    # The base class declares int, but documents the attribute as the place to change it.
    document_id_class = str  # type: ignore[assignment]

    def replace(self, key: str, row: Mapping[str, Any]) -> None:
        """Put a row where the key's row stands, or at the end; TinyDB's own update changes a row that is shared."""

        def place(table: dict[str, Mapping[str, Any]]) -> None:
            table[key] = row

        self._update_table(place)

    @override
    def _update_table(self, updater: Callable[[dict[Any, Mapping[str, Any]]], None]) -> None:
        # The base class goes through all keys twice to turn them into text and back: here they are text.
        tables = self._storage.read() or {}
        table = dict(tables.get(self.name, {}))
        updater(table)
        self._storage.write({**tables, self.name: table})


class _Database(TinyDB):
    table_class = KeyedTable


class TinyStore:
    """A ``Store`` in memory. A row keeps the document as JSON text, so that every reader decodes a copy of its own."""

    def __init__(self, dump: Dump | None = None, tables: Tables | None = None) -> None:
        self._storage = SharedMemoryStorage(tables or {})
        self._database = _Database(storage=lambda: self._storage)
        for collection, rows in (dump or {}).items():
            self._table(collection).insert_multiple(Row(_row(document), key) for key, document in rows)  # type: ignore[arg-type]  # keys are text

    def get(self, collection: str, key: str) -> Document | None:
        """Return a copy of one document, or None."""
        row = self._table(collection).get(doc_id=key)  # type: ignore[call-overload]  # keys are text
        return None if row is None else decode(row["json"])

    def insert(self, collection: str, key: str, document: Document) -> None:
        """Append a document.

        Raises:
            AlreadyExists: The key is taken.
        """
        table = self._table(collection)
        if table.contains(doc_id=key):  # type: ignore[arg-type]  # keys are text
            raise AlreadyExists(collection, key)
        table.replace(key, _row(document))

    def put(self, collection: str, key: str, document: Document) -> None:
        """Replace a document in its place, or append it."""
        self._table(collection).replace(key, _row(document))

    def remove(self, collection: str, key: str) -> bool:
        """Remove a document; False when it was not there."""
        table = self._table(collection)
        if not table.contains(doc_id=key):  # type: ignore[arg-type]  # keys are text
            return False
        table.remove(doc_ids=[key])  # type: ignore[list-item]  # keys are text
        return True

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
        rows = self._rows(collection, where)
        if newest_first:
            rows.reverse()
        return [decode(row["json"]) for row in rows[offset : None if limit is None else offset + limit]]

    def count(self, collection: str, where: Mapping[str, Scalar] | None = None) -> int:
        """Return how many documents `find` would return without a limit."""
        return len(self._rows(collection, where)) if where else len(self._table(collection))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make the writes inside all or nothing."""
        before = dict(self._storage.tables)
        try:
            yield
        except BaseException:
            self._storage.tables = before
            raise

    def dump(self) -> Dump:
        """Return a copy of everything, collections in the order of their names."""
        return {
            name: [(key, decode(row["json"])) for key, row in rows.items()]
            for name, rows in sorted(self._storage.tables.items())
            if rows
        }

    def branch(self) -> "TinyStore":
        """Return a store with the same content that goes its own way from here; nothing is copied."""
        return TinyStore(tables=dict(self._storage.tables))

    def _rows(self, collection: str, where: Mapping[str, Scalar] | None) -> list[Row]:
        table = self._table(collection)
        if not where:
            return table.all()
        return table.search(_equals(where))

    def _table(self, collection: str) -> KeyedTable:
        # `TinyDB.table` is declared to return the base class of `table_class`.
        return self._database.table(collection)  # type: ignore[return-value]


def _row(document: Document) -> Document:
    return {"json": encode(document).decode(), "fields": freeze_scalars(document)}


def _equals(where: Mapping[str, Scalar]) -> QueryInstance:
    """Return a query that holds rows against members as JSON does: true is not 1, and null is not a missing member.

    It has no hash, so that TinyDB keeps no answers of it: a reader beside a writer could leave an old one behind.
    """
    wanted = [(name, value, isinstance(value, bool)) for name, value in where.items()]

    def test(row: Mapping[str, Any]) -> bool:
        fields = row["fields"]
        for name, value, is_bool in wanted:
            found = fields.get(name, _MISSING)
            if found != value or isinstance(found, bool) is not is_bool:
                return False
        return True

    return QueryInstance(test, None)
