"""The rows of one table: found by key, by their place in the order of insertion, and by the values of members.

A row is the document's JSON text and never changes: a write puts another in its place. What finds rows is changed in
place while one store alone uses it, and is copied, without the rows, at the first write after it was shared.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from doubleentry.adapters.places import NOWHERE, Index, Ordered
from doubleentry.engine.documents import Document, decode, encode
from doubleentry.engine.overriding import override
from doubleentry.engine.ports import Scalar


class Row(Struct, frozen=True, gc=False):
    """One stored document.

    Attributes:
        seq: Its place in the order of insertion; no two rows of a table have the same.
        key: Under which it is stored.
        json: The document.
    """

    seq: int
    key: str
    json: bytes


class Rows(Mapping[str, Document]):
    """The rows of one table; as a mapping, from keys to documents, which are the caller's own."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rows: dict[str, Row] = {}
        self._at: dict[int, Row] = {}
        self._order = Ordered()
        self._indexes: dict[tuple[str, ...], Index] = {}
        self._members = _Members(())
        self._last = 0

    def copy(self) -> "Rows":
        """Return the same rows, to be changed. This one may be in use elsewhere, as long as nobody writes to it."""
        new = Rows()
        new._rows = dict(self._rows)
        new._at = dict(self._at)
        new._order = self._order.copy()
        new._indexes = {names: index.copy() for names, index in dict(self._indexes).items()}
        new._members = self._members
        new._last = self._last
        return new

    @override
    def __getitem__(self, key: str) -> Document:
        document: Document = decode(self._rows[key].json)
        return document

    @override
    def __iter__(self) -> Iterator[str]:
        return (row.key for row in self.rows(self._order))

    @override
    def __len__(self) -> int:
        return len(self._rows)

    @override
    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def row(self, key: str) -> Row | None:
        """Return one row, or None."""
        return self._rows.get(key)

    def rows(self, places: Iterable[int]) -> list[Row]:
        """Return the rows of places that are there."""
        at = self._at
        return [at[place] for place in places]

    def where(self, where: Mapping[str, Scalar] | None) -> Ordered:
        """Return the places of what has all members of `where`; an index is made when it is first needed."""
        if not where or not self._rows:
            return self._order
        names = tuple(where) if len(where) == 1 else tuple(sorted(where))
        index = self._indexes.get(names)
        if index is None:
            index = self._make_index(names)
        term = _term(tuple([where[name] for name in names]))
        return NOWHERE if term is None else index.find(term)

    def put(self, key: str, json: bytes) -> tuple[Row | None, Row]:
        """Put in a row: in the place of the one that has its key, or at the end; return that one and the new one."""
        old = self._rows.get(key)
        if old is None:
            self._last += 1
            new = Row(self._last, key, json)
            self._order.add(new.seq)
        else:
            new = Row(old.seq, old.key, json)
        self._rows[key] = self._at[new.seq] = new
        if self._indexes:
            self._change_indexes(old, new)
        return old, new

    def change(self, old: Row | None, new: Row | None) -> None:
        """Put one row where another stood: None for one that was not there, or that is to be there no more.

        The same, with old and new exchanged, undoes it.
        """
        if new is not None:
            self._rows[new.key] = self._at[new.seq] = new
            if old is None:
                self._order.add(new.seq)
        elif old is not None:
            del self._rows[old.key], self._at[old.seq]
            self._order.remove(old.seq)
        if self._indexes:
            self._change_indexes(old, new)

    def _change_indexes(self, old: Row | None, new: Row | None) -> None:
        before = None if old is None else self._members.read(old.json)
        after = None if new is None else self._members.read(new.json)
        for names, index in self._indexes.items():
            was = None if before is None else self._members.term(names, before)
            now = None if after is None else self._members.term(names, after)
            if was == now:
                # The row has the same place as before.
                continue
            if was is not None and old is not None:
                index.remove(was, old.seq)
            if now is not None and new is not None:
                index.add(now, new.seq)

    def _make_index(self, names: tuple[str, ...]) -> Index:
        members = _Members((*self._members.combinations, names))
        index = Index()
        for row in self.rows(self._order):
            term = members.term(names, members.read(row.json))
            if term is not None:
                index.add(term, row.seq)
        # In this order: whoever copies shared rows in this moment must be able to read the members of each index.
        self._members = members
        self._indexes[names] = index
        return index


class _Members:
    """Reads some top-level members of JSON objects, and steps over all others."""

    def __init__(self, combinations: tuple[tuple[str, ...], ...]) -> None:
        self.combinations = combinations
        places = {name: f"member{place}" for place, name in enumerate(dict.fromkeys(chain(*combinations)))}
        fields = [(place, Any, msgspec.field(default=UNSET, name=name)) for name, place in places.items()]
        self._decoder = msgspec.json.Decoder(msgspec.defstruct("Members", fields))
        # Of one name `attrgetter` makes no tuple, hence one more.
        self._values = {names: attrgetter(places[names[0]], *map(places.get, names)) for names in combinations}

    def read(self, json: bytes) -> Struct:
        return self._decoder.decode(json)

    def term(self, names: tuple[str, ...], members: Struct) -> bytes | None:
        return _term(self._values[names](members)[1:])


def _term(values: tuple[object, ...]) -> bytes | None:
    """Return values as JSON tells them apart: true is not 1, null is not missing.

    None where one of them is missing, or nothing that a search compares or that JSON can say.
    """
    for value in values:
        if value is not None and not isinstance(value, (str, int)):
            return None
    try:
        return encode(values)
    except UnicodeError:
        return None
