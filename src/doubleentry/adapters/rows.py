"""The rows of one table: found by key, by their place in the order of insertion, and by the values of members.

A row is the document's JSON text and never changes: a write puts another in its place. What finds rows is changed in
place while one store alone uses it, and is copied, without the rows, at the first write after it was shared.

All of it is made of what the garbage collector does not look into (bare numbers, and dicts of what has no references),
so that a full collection, which stops every request, takes no longer when there is more stored.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from doubleentry.engine.documents import Document, decode
from doubleentry.engine.overriding import override
from doubleentry.engine.ports import Scalar

CHUNK = 2048

Term = tuple[object, ...]
"""The values of some members, in the order of the members' names, as they are told apart."""


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


class Ordered:
    """Places of rows, lowest first, in chunks: to change or to find one never visits all others."""

    __slots__ = ("_begins", "_chunks", "_size", "owner")

    def __init__(self, owner: object = None, chunks: "list[array[int]] | None" = None) -> None:
        """Begin with nothing, or with chunks of which none is empty.

        Args:
            owner: Who may change it; all others copy it first.
            chunks: Its own from here on.
        """
        self.owner = owner
        self._chunks = chunks or []
        self._size = sum(map(len, self._chunks))
        # How many places are before each chunk; None while nobody has asked since that changed.
        self._begins: list[int] | None = None

    def __len__(self) -> int:
        """Return how many places there are."""
        return self._size

    def __iter__(self) -> Iterator[int]:
        """Go through all places, lowest first."""
        return chain.from_iterable(self._chunks)

    def copy(self, owner: object = None) -> "Ordered":
        """Return the same places for another owner."""
        return Ordered(owner, [places[:] for places in self._chunks])

    def add(self, place: int) -> None:
        """Put in a place: mostly at the end."""
        self._size += 1
        chunks = self._chunks
        if not chunks or place > chunks[-1][-1]:
            if not chunks or len(chunks[-1]) >= CHUNK:
                chunks.append(array("q"))
                self._begins = None
            chunks[-1].append(place)
            return
        self._begins = None
        number = self._number(place)
        places = chunks[number]
        places.insert(bisect_left(places, place), place)
        if len(places) >= 2 * CHUNK:
            chunks[number : number + 1] = [places[:CHUNK], places[CHUNK:]]

    def remove(self, place: int) -> None:
        """Cut out a place that is there."""
        self._size -= 1
        self._begins = None
        number = self._number(place)
        places = self._chunks[number]
        del places[bisect_left(places, place)]
        if not places:
            del self._chunks[number]

    def part(self, offset: int = 0, limit: int | None = None, *, newest_first: bool = False) -> "array[int]":
        """Return some of the places; the cost is that of the places returned."""
        stop = self._size if limit is None else min(self._size, offset + limit)
        if not newest_first:
            return self._slice(offset, stop)
        found = self._slice(self._size - stop, self._size - offset)
        found.reverse()
        return found

    def _slice(self, start: int, stop: int) -> "array[int]":
        if start >= stop:
            return array("q")
        chunks = self._chunks
        if len(chunks) == 1:
            return chunks[0][start:stop]
        if self._begins is None:
            self._begins = list(accumulate(map(len, chunks[:-1]), initial=0))
        number = bisect_right(self._begins, start) - 1
        begin = self._begins[number]
        found = chunks[number][start - begin : stop - begin]
        while len(found) < stop - start:
            number += 1
            found += chunks[number][: stop - start - len(found)]
        return found

    def _number(self, place: int) -> int:
        """Return which chunk a place is in: the last that does not begin after it."""
        if place <= self._chunks[0][-1]:
            return 0
        return max(0, bisect_left(self._chunks, array("q", (place + 1,))) - 1)


class Rows(Mapping[str, Document]):
    """The rows of one table; as a mapping, from keys to documents, which are the caller's own."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rows: dict[str, Row] = {}
        self._at: dict[int, Row] = {}
        self._order = Ordered()
        self._indexes: dict[tuple[str, ...], dict[Term, Ordered]] = {}
        self._members = _Members(())
        self._last = 0
        # A token, and not these rows themselves: in a circle with an index they would stay until it is collected.
        self._mine = object()

    def copy(self) -> "Rows":
        """Return the same rows, to be changed. This one may be in use elsewhere, as long as nobody writes to it."""
        new = Rows()
        new._rows = dict(self._rows)
        new._at = dict(self._at)
        new._order = self._order.copy()
        # Of an index only what finds the values is copied; the places of one value are, when they change.
        new._indexes = {names: dict(index) for names, index in dict(self._indexes).items()}
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
        return _NOTHING if term is None else index.get(term, _NOTHING)

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
                bucket = self._bucket(index, was)
                bucket.remove(old.seq)
                if not bucket:
                    del index[was]
            if now is not None and new is not None:
                self._bucket(index, now).add(new.seq)

    def _bucket(self, index: dict[Term, Ordered], term: Term) -> Ordered:
        """Return the places of one value, to be changed."""
        bucket = index.get(term)
        if bucket is None:
            bucket = index[term] = Ordered(self._mine)
        elif bucket.owner is not self._mine:
            bucket = index[term] = bucket.copy(self._mine)
        return bucket

    def _make_index(self, names: tuple[str, ...]) -> dict[Term, Ordered]:
        members = _Members((*self._members.combinations, names))
        index: dict[Term, Ordered] = {}
        for row in self.rows(self._order):
            term = members.term(names, members.read(row.json))
            if term is not None:
                self._bucket(index, term).add(row.seq)
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

    def term(self, names: tuple[str, ...], members: Struct) -> Term | None:
        return _term(self._values[names](members)[1:])


_NOTHING = Ordered()


def _term(values: Term) -> Term | None:
    """Return values as JSON tells them apart: true is not 1, null is not missing.

    None where one of them is missing or nothing that a search compares.
    """
    for value in values:
        if type(value) is not str:
            break
    else:
        return values
    found: list[object] = []
    for value in values:
        if isinstance(value, bool):
            found.append((value,))
        elif value is None or isinstance(value, (str, int)):
            found.append(value)
        else:
            return None
    return tuple(found)
