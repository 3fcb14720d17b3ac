"""Isolated worlds of data: opened by a name, reset to a baseline, advanced through time.

A workspace is its documents: everything that it knows is in its store, and the Python objects here only read and write
it. What is being sent at this moment is the one thing kept in Python: a task that is lost while it is being sent is still
in the store, and is sent again.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from doubleentry.engine import syncs as sync_module
from doubleentry.engine import webhooks as webhook_module
from doubleentry.engine.books import Template
from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock, ClockMode, ClockState, monotonic, wall_now
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import Backwards, Busy, Full, InvalidInput, NotFound, Problem, Unsettled
from doubleentry.engine.faults import Faults
from doubleentry.engine.ledger import Ledgers
from doubleentry.engine.pace import PRESETS, Pace, Paces
from doubleentry.engine.ports import (
    Dump,
    Outgoing,
    Reply,
    Store,
    StoreFactory,
    SyncRules,
    WebhookFormat,
    WebhookTransport,
)
from doubleentry.engine.scheduler import Scheduler, Task
from doubleentry.engine.syncs import Syncs
from doubleentry.engine.timeline import Timeline
from doubleentry.engine.webhooks import Webhooks

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True)
class World:
    """What all workspaces share: the way in and out, and each dialect's rules.

    Attributes:
        stores: Makes stores.
        transport: The way out for webhooks.
        rules: What each dialect decides about a sync.
        formats: How each dialect calls back.
        templates: What a new ledger holds, by platform.
        settings: The default of each setting that a workspace may change.
        pace: How syncs move unless told otherwise.
        wall: The machine's own time.
    """

    stores: StoreFactory
    transport: WebhookTransport
    rules: Mapping[str, SyncRules]
    formats: Mapping[str, WebhookFormat]
    templates: Mapping[str, Template]
    settings: Mapping[str, str]
    pace: Pace = PRESETS["quick"]
    wall: Callable[[], datetime] = wall_now


@dataclass(frozen=True, slots=True)
class Step:
    """One due task that was begun; `outgoing` is what it wants to send, if anything."""

    task: Task
    outgoing: Outgoing | None
    at: datetime
    generation: int


class Workspace:
    """One isolated world.

    The lock is held for one handler or one due task, never while something is sent. ``changed`` is notified after each.
    """

    def __init__(self, name: str, world: World, store: Store) -> None:
        self.name = name
        self.world = world
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.generation = 0
        self.last_used = monotonic()
        self._depth = 0
        self._advancing = False
        self._sending: dict[str, Task] = {}
        self._use(store)

    def _use(self, store: Store) -> None:
        self.store = store
        self.clock = Clock(store, self.world.wall)
        self.chance = Chance(store)
        self.timeline = Timeline(store, self.clock)
        self.scheduler = Scheduler(store)
        self.paces = Paces(store, self.world.pace)
        self.faults = Faults(store, self.clock, self.chance)
        self.ledgers = Ledgers(store, self.chance)
        self.webhooks = Webhooks(self)
        self.syncs = Syncs(self)
        self._kinds: Mapping[str, Callable[[Task], Outgoing | None]] = {
            sync_module.START: self.syncs.start_due,
            sync_module.FINISH: self.syncs.finish_due,
            webhook_module.ATTEMPT: self.webhooks.attempt_due,
        }

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock and make the writes inside all or nothing; an inner call joins the outer one."""
        with self.lock:
            if self._depth:
                yield
                return
            self._depth = 1
            try:
                with self.store.transaction():
                    yield
            finally:
                self._depth = 0
                self.changed.notify_all()

    def setting(self, name: str) -> str:
        """Return the value of a setting: this workspace's own, or the default."""
        document = self.store.get("settings", name)
        return self.world.settings[name] if document is None else str(document["value"])

    def change_setting(self, name: str, value: str) -> None:
        """Change a setting of this workspace.

        Raises:
            NotFound: There is no such setting.
        """
        if name not in self.world.settings:
            raise NotFound("setting", name)
        self.store.put("settings", name, {"value": value})

    def dump(self) -> Dump:
        """Return everything that the workspace knows."""
        with self.lock:
            return self.store.dump()

    def replace(self, store: Store) -> None:
        """Go on with other content: what is pending is cancelled, what is being sent is forgotten when it returns."""
        with self.lock:
            self.generation += 1
            self._sending.clear()
            self._use(store)
            self.changed.notify_all()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is due or being sent."""
        with self.lock:
            return not self._sending and self._next(self.clock.now()) is None

    def next_due(self) -> Task | None:
        """Return the next task that may run, however far off; None when there is none."""
        with self.lock:
            if self._advancing:
                return None
            return self.scheduler.next(busy_tasks=self._sending, busy_lanes=self._busy_lanes())

    def run_due(self, pool: Executor | None = None) -> int:
        """Run what is due now, in order.

        Args:
            pool: Where to send from; None sends here, one at a time, before going on.

        Returns:
            How many tasks were begun.
        """
        begun = 0
        while True:
            with self.lock:
                if self._advancing:
                    return begun
                step = self._begin(self.clock.now())
            if step is None:
                return begun
            begun += 1
            if step.outgoing is None:
                continue
            if pool is None:
                self._send(step)
            else:
                pool.submit(self._send, step)

    def advance(
        self,
        to: datetime | None = None,
        *,
        by: timedelta | None = None,
        until_next: bool = False,
        until_idle: bool = False,
        timeout_seconds: float = 60.0,
    ) -> list[Document]:
        """Move time forward and run all that falls due, in order of (due time, sequence), deliveries one at a time.

        Args:
            to: Where the clock stands at the end; None with `until_idle` for the instant of the last task.
            by: How far to go from where the clock stands, instead of `to`.
            until_next: Go to the instant of the next task, instead of `to`; stay where there is none.
            until_idle: Go on until no task is left.
            timeout_seconds: On the wall clock, because receivers take wall time.

        Returns:
            What happened: the timeline's new entries.

        Raises:
            Backwards: `to` is in the past.
            Busy: Another advance is running in this workspace.
            Unsettled: The time-out passed; what ran until then stays done.
        """
        with self.lock:
            if self._advancing:
                raise Busy(self.name)
            before = self.timeline.last
            state = self.clock.state
            start = self.clock.now()
            if by is not None:
                to = start + by
            elif until_next:
                task = self.next_due()
                to = start if task is None else max(start, task.due)
            if to is not None and to < start:
                raise Backwards(start, to)
            self._advancing = True
            generation = self.generation
            self.clock.freeze()
        deadline = monotonic() + timeout_seconds
        try:
            self._await_sending(deadline)
            while True:
                with self.lock:
                    if generation != self.generation:
                        break
                    step = self._begin(None if until_idle else to)
                if step is None:
                    break
                if step.outgoing is not None:
                    self._send(step)
                if monotonic() > deadline:
                    raise Unsettled(f"tasks after {step.task.kind} due at {step.task.due.isoformat()}")
            with self.lock:
                if to is not None and generation == self.generation:
                    self.clock.move_to(to)
                return self.timeline.entries(after=before) if generation == self.generation else []
        finally:
            with self.lock:
                self._advancing = False
                if generation == self.generation and state.mode is not ClockMode.FROZEN:
                    self.clock.resume(state.scale)
                self.changed.notify_all()

    def _await_sending(self, deadline: float) -> None:
        with self.lock:
            while self._sending:
                if not self.changed.wait(max(0.0, deadline - monotonic())):
                    raise Unsettled(f"{len(self._sending)} webhook attempt(s) that were being sent")

    def _next(self, limit: datetime | None) -> Task | None:
        if self._sending and self.clock.state.mode is ClockMode.FROZEN:
            # One at a time, or the order in which answers are logged would be the network's.
            return None
        task = self.scheduler.next(busy_tasks=self._sending, busy_lanes=self._busy_lanes())
        return None if task is None or (limit is not None and task.due > limit) else task

    def _begin(self, limit: datetime | None) -> Step | None:
        """Begin the next task due by `limit` (None: however late), the clock at its due time; the lock is held."""
        task = self._next(limit)
        if task is None:
            return None
        try:
            with self.transaction():
                if self._advancing:
                    self.clock.move_to(task.due)
                outgoing = self._kinds[task.kind](task)
                if outgoing is None:
                    self.scheduler.done(task)
        except Exception:
            # A task that cannot run would be due for ever.
            with self.transaction():
                self.scheduler.done(task)
                self.timeline.add("task.dropped", task.id, task=task.kind)
            raise
        if outgoing is not None:
            self._sending[task.id] = task
        return Step(task, outgoing, self.clock.now(), self.generation)

    def _send(self, step: Step) -> None:
        assert step.outgoing is not None
        reply = self.world.transport.send(step.outgoing)
        with self.lock:
            if step.generation == self.generation:
                self._take_in(step, reply)

    def _take_in(self, step: Step, reply: Reply) -> None:
        with self.transaction():
            self._sending.pop(step.task.id, None)
            self.scheduler.done(step.task)
            self.webhooks.answered(step.task, reply, step.at)

    def _busy_lanes(self) -> set[str]:
        return {task.lane for task in self._sending.values() if task.lane is not None}


class Workspaces:
    """All workspaces of one server."""

    def __init__(self, world: World, baseline: Callable[[Workspace, str | None], None], limit: int = 1000) -> None:
        """Begin with none open.

        Args:
            world: What they share.
            baseline: Fills an empty workspace from a fixture of that name; None for the one the server was started with.
            limit: How many are held; the longest idle goes first.
        """
        self.world = world
        self._baseline = baseline
        self._limit = limit
        self._lock = threading.Lock()
        self._open: dict[str, Workspace] = {}
        self._baselines: dict[str | None, Store] = {}

    def __iter__(self) -> Iterator[Workspace]:
        """Go through the open workspaces, oldest first."""
        with self._lock:
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
                self._make_room()
                workspace = Workspace(name, self.world, self._baseline_store(None).branch())
                self._open[name] = workspace
            workspace.last_used = monotonic()
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

    def delete(self, name: str) -> None:
        """Close a workspace and forget what it knew.

        Raises:
            NotFound: It is not open.
        """
        with self._lock:
            workspace = self._open.pop(name, None)
        if workspace is None:
            raise NotFound("workspace", name)
        workspace.replace(self.world.stores())

    def _baseline_store(self, fixture: str | None) -> Store:
        store = self._baselines.get(fixture)
        if store is None:
            workspace = Workspace("baseline", self.world, self.world.stores())
            self._baseline(workspace, fixture)
            store = self._baselines[fixture] = workspace.store
        return store

    def _make_room(self) -> None:
        if len(self._open) < self._limit:
            return
        idle = [workspace for workspace in self._open.values() if workspace.is_idle]
        if not idle:
            raise Full(self._limit)
        longest = min(idle, key=lambda workspace: workspace.last_used)
        del self._open[longest.name]
