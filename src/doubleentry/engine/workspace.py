"""One isolated world of data: what is in it, and how it moves through time.

A workspace is its documents: everything that it knows is in its store, and the Python objects here only read and write
it. What is being sent at this moment is the one thing kept in Python: a task that is lost while it is being sent is
still in the store, and is sent again.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import datetime, timedelta

from msgspec import Struct

from doubleentry.engine import syncs as sync_module
from doubleentry.engine import webhooks as webhook_module
from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock, ClockMode, monotonic
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import Backwards, Busy, NotFound, Unsettled
from doubleentry.engine.faults import Faults
from doubleentry.engine.ledger import Ledgers
from doubleentry.engine.pace import Paces
from doubleentry.engine.ports import Dump, Outgoing, Reply, Store
from doubleentry.engine.scheduler import Scheduler, Task
from doubleentry.engine.syncs import Syncs
from doubleentry.engine.timeline import Cause, Timeline
from doubleentry.engine.webhooks import Webhooks
from doubleentry.engine.world import World

logger = logging.getLogger("doubleentry")

_TELLING = frozenset(
    {sync_module.START, sync_module.PART, sync_module.FINISH, webhook_module.EMIT, webhook_module.ATTEMPT}
)
"""The tasks that are webhooks, or lead to one."""


class Step(Struct, frozen=True):
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
        self.clock = Clock(store, self.world.wall, self.world.wake)
        self.chance = Chance(store)
        self.timeline = Timeline(store, self.clock)
        self.scheduler = Scheduler(store, self.world.wake)
        self.paces = Paces(store, self.world.pace, self.world.paces)
        self.faults = Faults(store, self.clock, self.chance)
        self.ledgers = Ledgers(store, self.chance)
        self.webhooks = Webhooks(self)
        self.syncs = Syncs(self)
        self._kinds: Mapping[str, Callable[[Task], Outgoing | None]] = {
            sync_module.START: self.syncs.start_due,
            sync_module.PART: self.syncs.part_due,
            sync_module.FINISH: self.syncs.finish_due,
            webhook_module.EMIT: self.webhooks.emit_due,
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
            except BaseException:
                for knowing in (self.clock, self.timeline, self.scheduler):
                    knowing.forget()
                raise
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

    def url(self, path: str) -> str:
        """Return the URL at which a path is served in this workspace, for those who ask without calling us."""
        return self.world.url(self.name) + path

    @property
    def holds_sending(self) -> bool:
        """Whether nothing is sent, however long it is due, until that is released."""
        return holds_sending(self.store)

    def hold_sending(self, *, held: bool) -> None:
        """Hold back all that is to be sent, or let it go: what is overdue then goes first, in order."""
        hold_sending(self.store, held=held)
        self.world.wake()

    def dump(self) -> Dump:
        """Return everything that the workspace knows."""
        with self.lock:
            return self.store.dump()

    def replace(self, store: Store) -> None:
        """Go on with other content: what is pending is cancelled, what is being sent is forgotten when it returns."""
        with self.lock:
            self.generation += 1
            self._sending.clear()
            self._advancing = False
            self._use(store)
            self.changed.notify_all()
        self.world.wake()

    def waits_for(self, sync_id: str) -> str | None:
        """Return what only the tester can do to let a sync go on, in plain words; None when it goes on by itself."""
        sync = self.syncs.get(sync_id)
        if sync.held is not None:
            return f"Sync {sync_id} is held before its {sync.held}: release it."
        before = self.syncs.running_before(sync)
        if before is not None:
            reason = self.waits_for(before.id)
            return None if reason is None else f"Sync {sync_id} is queued behind another. {reason}"
        if sync.has_ended or sync.reads_left is not None or self.clock.state.mode is not ClockMode.FROZEN:
            return None
        now = self.clock.now().isoformat()
        return f"Sync {sync_id} waits for time to pass, and the clock is frozen at {now}: advance it."

    @property
    def is_idle(self) -> bool:
        """Whether nothing is due or being sent."""
        with self.lock:
            return not self._advancing and not self._sending and self._next(self.clock.now()) is None

    def all_is_told(self) -> bool:
        """Whether no webhook is on its way, nor a sync that would bring one about when time moves."""
        return not any(task.kind in _TELLING for task in self.scheduler.pending())

    def next_due(self) -> Task | None:
        """Return the next task that may run, however far off; None when there is none."""
        with self.lock:
            if self._advancing:
                return None
            return self._next(None)

    def wall_seconds_until_due(self) -> float | None:
        """Return how long the machine must wait for the next task: None when there is none, or when time stands."""
        with self.lock:
            task = self.next_due()
            return None if task is None else self.clock.wall_seconds_until(task.due)

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
                task = self._next(self.clock.now())
                if task is None:
                    return begun
                step = self._begin(task)
            begun += 1
            if step.outgoing is None:
                continue
            if pool is None:
                self._send(step)
            else:
                pool.submit(self._send_apart, step)

    def refuse_while_advancing(self) -> None:
        """Refuse what moves the clock while an advance does: it leaves the clock in the mode that it found.

        Raises:
            Busy: An advance is running in this workspace.
        """
        with self.lock:
            if self._advancing:
                raise Busy(self.name)

    def advance(  # noqa: PLR0913 - ways to say how far, of which one is chosen
        self,
        to: datetime | None = None,
        *,
        by: timedelta | None = None,
        until_next: bool = False,
        until_idle: bool = False,
        until: Callable[[], bool] | None = None,
        timeout_seconds: float = 60.0,
    ) -> list[Document]:
        """Move time forward and run all that falls due, in order of (due time, sequence), deliveries one at a time.

        Args:
            to: Where the clock stands at the end; None for the instant of the last task.
            by: How far to go from where the clock stands, instead of `to`.
            until_next: Go to the instant of the next task, instead of `to`; stay where there is none.
            until_idle: Go on until no task is left, even beyond `to`.
            until: Go on, task by task and however far off, only until this holds or no task is left; asked before each
                task, with the lock held.
            timeout_seconds: On the wall clock, because receivers take wall time.

        Returns:
            What happened: the timeline's new entries.

        Raises:
            Backwards: It would end in the past.
            Busy: Another advance is running in this workspace.
            Unsettled: The time-out passed; what ran until then stays done.
        """
        with self.lock:
            self.refuse_while_advancing()
            if self._depth:
                raise RuntimeError("advance is called outside of transactions: it sends, and must not hold the lock")
            before = self.timeline.last
            state = self.clock.state
            to = self._goal(to, by, until_next=until_next)
            self._advancing = True
            generation = self.generation
            self.clock.freeze()
        deadline = monotonic() + timeout_seconds
        try:
            self._await_sending(generation, deadline)
            limit = None if until_idle or until is not None else to
            holds = until or (lambda: False)
            while (step := self._begin_in_advance(generation, limit, deadline, holds)) is not None:
                if step.outgoing is not None:
                    self._send(step)
            with self.lock:
                if generation != self.generation:
                    return []
                if to is not None:
                    self.clock.move_to(to)
                return self.timeline.entries(after=before)
        finally:
            with self.lock:
                if generation == self.generation:
                    self._advancing = False
                    if state.mode is not ClockMode.FROZEN:
                        self.clock.resume(state.scale)
                self.changed.notify_all()
            self.world.wake()

    def _goal(self, to: datetime | None, by: timedelta | None, *, until_next: bool) -> datetime | None:
        start = self.clock.now()
        if by is not None:
            to = start + by
        elif until_next:
            task = self.scheduler.next(busy_tasks=self._sending, busy_lanes=self._held_lanes())
            to = start if task is None else max(start, task.due)
        if to is not None and to < start:
            raise Backwards(start, to)
        return to

    def _await_sending(self, generation: int, deadline: float) -> None:
        with self.lock:
            while self._sending and generation == self.generation:
                if not self.changed.wait(max(0.0, deadline - monotonic())):
                    told = ", ".join(map(_of, self._sending.values()))
                    raise Unsettled(f"{len(self._sending)} webhook attempt(s) that were being sent: {told}")

    def _begin_in_advance(
        self, generation: int, limit: datetime | None, deadline: float, holds: Callable[[], bool]
    ) -> Step | None:
        with self.lock:
            if generation != self.generation or holds():
                return None
            task = self._next(limit)
            if task is not None and monotonic() > deadline:
                raise Unsettled(f"{task.kind} of {_of(task)}, due at {task.due.isoformat()}, and what comes after it")
            return None if task is None else self._begin(task)

    def _next(self, limit: datetime | None) -> Task | None:
        if self._sending and self.clock.state.mode is ClockMode.FROZEN:
            # One at a time, or the order in which answers are logged would be the network's.
            return None
        task = self.scheduler.next(busy_tasks=self._sending, busy_lanes=self._busy_lanes())
        return None if task is None or (limit is not None and task.due > limit) else task

    def _begin(self, task: Task) -> Step:
        """Begin a task, the clock at its due time where time is moved forward; the lock is held."""
        try:
            with self.transaction(), self.timeline.caused_by(Cause(_of(task))):
                if self._advancing:
                    self.clock.move_to(task.due)
                outgoing = self._kinds[task.kind](task)
                if outgoing is None:
                    self.scheduler.done(task)
        except Exception as error:
            self._drop(task, error)
            raise
        if outgoing is not None:
            self._sending[task.id] = task
        return Step(task, outgoing, self.clock.now(), self.generation)

    def _send(self, step: Step) -> None:
        with self.lock:
            if step.generation != self.generation or step.outgoing is None:
                return
        try:
            reply = self.world.transport.send(step.outgoing)
            with self.lock:
                if step.generation == self.generation:
                    self._take_in(step, step.outgoing, reply)
        except Exception as error:
            with self.lock:
                if step.generation == self.generation:
                    self._sending.pop(step.task.id, None)
                    self._drop(step.task, error)
            raise
        finally:
            # Its lane is free again.
            self.world.wake()

    def _send_apart(self, step: Step) -> None:
        """Send from a thread that nobody listens to."""
        try:
            self._send(step)
        except Exception:
            logger.exception("A bug in %s, in the workspace %r", step.task.kind, self.name)

    def _drop(self, task: Task, error: Exception) -> None:
        """Forget a task that cannot run, or it would be due for ever."""
        with self.transaction():
            self.scheduler.done(task)
            self.timeline.add("task.dropped", task.id, task=task.kind, error=type(error).__name__)

    def _take_in(self, step: Step, request: Outgoing, reply: Reply) -> None:
        with self.transaction():
            self._sending.pop(step.task.id, None)
            self.scheduler.done(step.task)
            self.webhooks.answered(step.task, request, reply, step.at)

    def _busy_lanes(self) -> set[str]:
        return self._held_lanes() | {task.lane for task in self._sending.values() if task.lane is not None}

    def _held_lanes(self) -> set[str]:
        return self.scheduler.lanes() if self.holds_sending else set()


def holds_sending(store: Store) -> bool:
    """Whether nothing is sent in the workspace of a store."""
    return store.get("sending", "sending") is not None


def hold_sending(store: Store, *, held: bool) -> None:
    """Hold back all that is to be sent in the workspace of a store, or let it go."""
    if held:
        store.put("sending", "sending", {"held": True})
    else:
        store.remove("sending", "sending")


def _of(task: Task) -> str:
    """Return the id of what a task belongs to."""
    return str(next(iter(task.args.values()), task.id))
