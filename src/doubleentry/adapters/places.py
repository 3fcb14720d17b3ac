"""Where rows are: their places in the order of insertion, of all of them or of those that have some values.

All of it is made of what the garbage collector does not look into (bare numbers, and dicts of what has no references),
so that a full collection, which stops every request, takes no longer when there is more stored.
"""

from array import array
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import accumulate, chain
from typing import Final

CHUNK = 2048
FEW: Final = 8
"""So many places of one value are one piece of memory."""


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


class Index:
    """The places of rows, found by their values of some members, each of which is given as text.

    Most values have one place or a few, and some have most of all places.
    """

    __slots__ = ("_few", "_many", "_mine")

    def __init__(self, few: dict[bytes, bytes] | None = None, many: dict[bytes, Ordered] | None = None) -> None:
        """Begin with nothing, or with what ``copy`` has made."""
        self._few = few or {}
        self._many = many or {}
        # A token, and not this index itself: in a circle with its places it would stay until it is collected.
        self._mine = object()

    def copy(self) -> "Index":
        """Return the same places, to be changed. This index must not change any more."""
        # The places of a value are copied when they change.
        return Index(dict(self._few), dict(self._many))

    def find(self, value: bytes) -> Ordered:
        """Return the places of a value, to be read."""
        many = self._many.get(value)
        if many is not None:
            return many
        few = self._few.get(value)
        return NOWHERE if few is None else Ordered(None, [array("q", few)])

    def add(self, value: bytes, place: int) -> None:
        """Put in a place."""
        many = self._many.get(value)
        if many is not None:
            self._own(value, many).add(place)
            return
        places = array("q", self._few.get(value, b""))
        insort(places, place)
        if len(places) <= FEW:
            self._few[value] = places.tobytes()
        else:
            del self._few[value]
            self._many[value] = Ordered(self._mine, [places])

    def remove(self, value: bytes, place: int) -> None:
        """Cut out a place that is there."""
        many = self._many.get(value)
        if many is not None:
            many = self._own(value, many)
            many.remove(place)
            if not many:
                del self._many[value]
            return
        places = array("q", self._few[value])
        places.remove(place)
        if places:
            self._few[value] = places.tobytes()
        else:
            del self._few[value]

    def _own(self, value: bytes, places: Ordered) -> Ordered:
        """Return the places of a value, to be changed."""
        if places.owner is not self._mine:
            places = self._many[value] = places.copy(self._mine)
        return places


NOWHERE: Final = Ordered()
