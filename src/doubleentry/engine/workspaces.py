"""All isolated worlds of a server: opened by a name, reset to a baseline, branched, forgotten when there is no room."""

import re
import threading
from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock, ClockMode, ClockState, monotonic
from doubleentry.engine.errors import AlreadyExists, Full, InvalidInput, NotFound, Problem
from doubleentry.engine.ports import Store
from doubleentry.engine.snapshots import Snapshots, still
from doubleentry.engine.workspace import Workspace
from doubleentry.engine.world import World

__all__ = ["NAME", "Workspace", "Workspaces", "World"]

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

_OF_THE_WORKSPACE = frozenset({"chance", "clock", "counters", "settings", "tasks", "timeline"})
"""What a fixture does not bring into a workspace that has its own."""


class Workspaces:
    """All workspaces of one server."""

    def __init__(
        self,
        world: World,
        baseline: Callable[[Workspace, str | None], None],
        limit: int = 1000,
        *,
        idle_seconds: float | None = None,
        spared: Collection[str] = (),
    ) -> None:
        """Begin with none open.

        Args:
            world: What they share.
            baseline: Fills an empty workspace from a fixture; None names the one the server was started with.
            limit: How many are held; the longest idle goes first.
            idle_seconds: How long one may be idle, on the wall clock, before it is forgotten; None for as long as it
                likes.
            spared: The names of those that are not forgotten for that.
        """
        self.world = world
        self._baseline = baseline
        self._limit = limit
        self._idle_seconds = idle_seconds
        self._spared = frozenset(spared)
        self.snapshots = Snapshots(world)
        self._lock = threading.Lock()
        self._open: dict[str, Workspace] = {}
        self._baselines: dict[str | None, Store] = {}

    def __iter__(self) -> Iterator[Workspace]:
        """Go through the open workspaces, oldest first."""
        with self._lock:
            self._expire()
            return iter(list(self._open.values()))

    def find(self, name: str) -> Workspace | None:
        """Return an open workspace, or None."""
        with self._lock:
            return self._open.get(name)

    def baseline(self, fixture: str | None = None) -> Store:
        """Return the store that a fixture makes: to look at and to branch, not to write to."""
        with self._lock:
            return self._baseline_store(fixture)

    def open(self, name: str) -> Workspace:
        """Return the workspace of a name, made from the baseline when it is not there.

        Raises:
            InvalidInput: The name is not one that a workspace may have.
            Full: There is no room, and no other is idle.
        """
        with self._lock:
            workspace = self._open.get(name)
            if workspace is None:
                if not NAME.fullmatch(name):
                    raise InvalidInput(
                        [Problem(("workspace",), f"{name!r} does not match {NAME.pattern}")], "workspace"
                    )
                workspace = self._new(name, self._baseline_store(None).branch())
            workspace.last_used = monotonic()
            return workspace

    def branch(self, name: str, to: str) -> Workspace:
        """Open a workspace that begins as another one stands: its clock frozen, its sending held.

        Args:
            name: The other one; opened when it is not.
            to: The new one.

        Raises:
            AlreadyExists: It is open already.
            InvalidInput: The name is not one that a workspace may have.
            Full: There is no room, and no other is idle.
        """
        if not NAME.fullmatch(to):
            raise InvalidInput([Problem(("to",), f"{to!r} does not match {NAME.pattern}")])
        store = still(self.open(name))
        with self._lock:
            if to in self._open:
                raise AlreadyExists("workspace", to)
            return self._new(to, store)

    def seed(self, name: str, fixture: str) -> Workspace:
        """Bring what a fixture holds into a workspace, beside what is there: all of it or nothing.

        The workspace keeps its own clock, seed and settings. What the fixture dates by the clock is dated by the one of
        the baseline.

        Args:
            name: The workspace; opened when it is not.
            fixture: The fixture's name.

        Raises:
            AlreadyExists: Something of that id is there already, and is not the same.
        """
        workspace = self.open(name)
        content = self.baseline(fixture).dump()
        with workspace.transaction():
            for collection, rows in content.items():
                for key, document in rows if collection not in _OF_THE_WORKSPACE else ():
                    if workspace.store.get(collection, key) != document:
                        workspace.store.insert(collection, key, document)
        return workspace

    def reset(
        self, name: str, fixture: str | None = None, *, clock: datetime | None = None, seed: str | None = None
    ) -> Workspace:
        """Return a workspace to its baseline, or to another fixture; everything pending is cancelled.

        Args:
            name: The workspace; opened when it is not.
            fixture: None for the one the server was started with.
            clock: Where to start, frozen; None for the clock of the fixture.
            seed: What later ids are made from; None for the seed of the fixture.
        """
        workspace = self.open(name)
        store = self.baseline(fixture).branch()
        if clock is not None:
            Clock(store).start(ClockState(ClockMode.FROZEN, clock, clock))
        if seed is not None:
            Chance(store).plant(seed)
        workspace.replace(store)
        return workspace

    def delete(self, name: str) -> Workspace:
        """Close a workspace and forget what it knew; return it, empty.

        Raises:
            NotFound: It is not open.
        """
        with self._lock:
            workspace = self._open.pop(name, None)
        if workspace is None:
            raise NotFound("workspace", name)
        workspace.replace(self.world.stores())
        return workspace

    def _baseline_store(self, fixture: str | None) -> Store:
        store = self._baselines.get(fixture)
        if store is None:
            workspace = Workspace("baseline", self.world, self.world.stores())
            self._baseline(workspace, fixture)
            store = self._baselines[fixture] = workspace.store
        return store

    def _new(self, name: str, store: Store) -> Workspace:
        """Open a workspace that is not there; the lock is held."""
        self._expire()
        self._make_room()
        workspace = self._open[name] = Workspace(name, self.world, store)
        return workspace

    def _expire(self) -> None:
        if self._idle_seconds is None:
            return
        oldest = monotonic() - self._idle_seconds
        for workspace in list(self._open.values()):
            if workspace.last_used < oldest and workspace.name not in self._spared and _is_idle_now(workspace):
                del self._open[workspace.name]

    def _make_room(self) -> None:
        if len(self._open) < self._limit:
            return
        for workspace in sorted(self._open.values(), key=lambda workspace: workspace.last_used):
            if _is_idle_now(workspace):
                del self._open[workspace.name]
                return
        raise Full(self._limit)


def _is_idle_now(workspace: Workspace) -> bool:
    """Whether a workspace is idle, without waiting for its lock: who holds that may be waiting for ours."""
    if not workspace.lock.acquire(blocking=False):
        return False
    try:
        return workspace.is_idle
    finally:
        workspace.lock.release()
