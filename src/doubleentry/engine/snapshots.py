"""Saved workspaces: kept by name, loaded into any workspace, and written as documents that other servers read."""

import hashlib
import threading
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from doubleentry.engine.clock import Clock, ClockMode, ClockState
from doubleentry.engine.documents import Document, encode
from doubleentry.engine.errors import InvalidInput, NotFound, Problem
from doubleentry.engine.ports import Store
from doubleentry.engine.shapes import SHAPES, problems
from doubleentry.engine.workspace import Workspace, hold_sending
from doubleentry.engine.world import World

FORMAT: Final = "doubleentry.snapshot"
VERSION: Final = 1
MOST: Final = 100
MOST_TOLD: Final = 20
"""Of what is wrong with a document, so much is told."""


class Snapshot(Struct, frozen=True):
    """One saved workspace.

    Attributes:
        name: What it is loaded by.
        at: Where the workspace's clock stood.
        store: What it knew; not to be written to.
    """

    name: str
    at: datetime
    store: Store


def newer(version: int) -> str:
    """Return what is said of a document whose version is not known here."""
    return f"The snapshot has version {version}, and this emulator reads up to {VERSION}: update it."


def still(workspace: Workspace) -> Store:
    """Return a copy of what a workspace knows in which nothing moves: the clock is frozen, and sending is held.

    A copy that went on by itself would send a second time what the workspace sends.
    """
    with workspace.lock:
        store = workspace.store.branch()
        now = workspace.clock.now()
    return _stopped(store, now)


class Snapshots:
    """All snapshots of one server."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._kept: dict[str, Snapshot] = {}

    def save(self, name: str, workspace: Workspace) -> Snapshot:
        """Save a workspace as it stands, in the place of what had the name.

        Raises:
            InvalidInput: There is no room for another one.
        """
        return self._keep(name, still(workspace))

    def all(self) -> list[Snapshot]:
        """Return the snapshots, oldest first."""
        with self._lock:
            return list(self._kept.values())

    def get(self, name: str) -> Snapshot:
        """Return one snapshot.

        Raises:
            NotFound: There is none of that name.
        """
        with self._lock:
            snapshot = self._kept.get(name)
        if snapshot is None:
            raise NotFound("snapshot", name)
        return snapshot

    def remove(self, name: str) -> None:
        """Forget a snapshot.

        Raises:
            NotFound: There is none of that name.
        """
        with self._lock:
            if self._kept.pop(name, None) is None:
                raise NotFound("snapshot", name)

    def load(self, name: str, workspace: Workspace) -> None:
        """Let a workspace go on from a snapshot, its clock frozen and its sending held.

        Raises:
            NotFound: There is none of that name.
        """
        workspace.replace(self.get(name).store.branch())

    def document(self, name: str) -> Document:
        """Return a snapshot as a document.

        Raises:
            NotFound: There is none of that name.
        """
        snapshot = self.get(name)
        collections = {
            collection: [[key, row] for key, row in rows] for collection, rows in snapshot.store.dump().items()
        }
        return {
            "format": FORMAT,
            "version": VERSION,
            "at": snapshot.at.isoformat(),
            "sha256": _checksum(collections),
            "collections": collections,
        }

    def take_in(self, name: str, document: Mapping[str, Any]) -> Snapshot:
        """Keep what `document` returned, here or on another server.

        Raises:
            InvalidInput: It is of a newer version, or not as it was written, or could not be used, or there is no room
                for another one.
        """
        if document["format"] != FORMAT:
            raise InvalidInput([Problem(("format",), f"Expected {FORMAT}, not {document['format']!r}.")])
        if document["version"] > VERSION:
            raise InvalidInput([Problem(("version",), newer(document["version"]))])
        collections = document["collections"]
        if document["sha256"] != _checksum(collections):
            told = "It is not the checksum of the collections: they are not as they were saved, and could not be used."
            raise InvalidInput([Problem(("sha256",), told)])
        wrong = list(islice(problems(collections, SHAPES, self._world.shapes), MOST_TOLD))
        if wrong:
            raise InvalidInput(wrong)
        store = self._world.stores({collection: [*map(tuple, rows)] for collection, rows in collections.items()})
        # Where its clock stands, however it says that it moves: none is saved that does.
        return self._keep(name, _stopped(store, Clock(store, self._world.wall).state.virtual))

    def _keep(self, name: str, store: Store) -> Snapshot:
        snapshot = Snapshot(name, Clock(store).now(), store)
        with self._lock:
            if name not in self._kept and len(self._kept) >= MOST:
                told = f"{MOST} snapshots are kept at most: remove one, or save in the place of one."
                raise InvalidInput([Problem(("name",), told)])
            self._kept[name] = snapshot
        return snapshot


def _stopped(store: Store, at: datetime) -> Store:
    """Return a store in which nothing moves: its clock is frozen at an instant, and sending is held."""
    Clock(store).start(ClockState(ClockMode.FROZEN, at, at))
    hold_sending(store, held=True)
    return store


def _checksum(value: object) -> str:
    """Return a checksum that stays the same when JSON is read and written by others."""
    return hashlib.sha256(encode(_canonical(value))).hexdigest()


def _canonical(value: Any) -> Any:  # noqa: ANN401 - JSON is whatever is kept
    """Return JSON, however deep, in which the order of members and how a number is written make no difference."""
    whole = [value]
    places: list[tuple[Any, Any]] = [(whole, 0)]
    while places:
        holder, at = places.pop()
        value = holder[at]
        if isinstance(value, Mapping):
            holder[at] = {name: value[name] for name in sorted(value)}
            places += [(holder[at], name) for name in holder[at]]
        elif isinstance(value, list | tuple):
            holder[at] = list(value)
            places += [(holder[at], index) for index in range(len(value))]
        elif isinstance(value, int | Decimal) and not isinstance(value, bool):
            holder[at] = _shortest(value)
    return whole[0]


def _shortest(number: int | Decimal) -> list[Any] | int:
    """Return what is the same for all ways to write a number."""
    sign, digits, exponent = Decimal(number).as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    shortest = written.rstrip("0")
    return [sign, shortest, int(exponent) + len(written) - len(shortest)] if shortest else 0
