"""Syncs: what one is, and how one moves from submission to its end.

A sync is submitted, waits its turn in its lane, runs by its pace, and ends: its items are judged by the dialect's
rules and posted to the ledger or refused, each by itself, unless the sync as a whole is turned down first or a fault
decides.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from doubleentry.engine import pushing
from doubleentry.engine.documents import Document, from_document, to_document
from doubleentry.engine.errors import IllegalMove, NotFound, NotHeld
from doubleentry.engine.faults import Facts, Layer
from doubleentry.engine.pace import Hold, Pace, PaceMode
from doubleentry.engine.ports import Scalar
from doubleentry.engine.statuses import MOVES, Abort, ItemStatus, Outcome, Reason, SyncStatus

if TYPE_CHECKING:
    from doubleentry.engine.scheduler import Task
    from doubleentry.engine.workspaces import Workspace

START = "sync.start"
FINISH = "sync.finish"


class ItemOrder(Struct, frozen=True):
    """One thing to push: the caller's own id for it, and what the dialect needs to judge it."""

    reference: str
    record: Document


class SyncOrder(Struct, frozen=True):
    """What to push.

    Attributes:
        lane: Of the syncs in one lane only one runs at a time; None for no such bound.
        record: What the dialect keeps with it.
    """

    dialect: str
    company: str
    items: Sequence[ItemOrder]
    lane: str | None = None
    connection: str | None = None
    record: Document = field(default_factory=dict)


class Sync(Struct, frozen=True):
    """One queued push.

    Attributes:
        held: Where it stands until it is released.
        reads_left: With the pace ``polls``: how many more reads of its status find it unfinished.
        overdue: Ordered to look as if it had run for very long.
        ordered: A fault decided how it goes.
        message: What its end was about, in the dialect's words or the fault's; None for nothing to say.
        record: What the dialect keeps with it.
    """

    id: str
    ordinal: int
    dialect: str
    company: str
    pace: Pace
    created_at: datetime
    lane: str | None = None
    connection: str | None = None
    status: SyncStatus = SyncStatus.QUEUED
    reason: Reason | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    held: Hold | None = None
    reads_left: int | None = None
    overdue: bool = False
    ordered: Document | None = None
    message: str | None = None
    record: Document = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return not MOVES[self.status]


class SyncItem(Struct, frozen=True):
    """One part of a sync.

    Attributes:
        reference: The caller's own id for it.
        ledger: The ledger it was posted to.
        posting: What it became there.
    """

    id: str
    sync: str
    dialect: str
    company: str
    reference: str
    record: Document
    status: ItemStatus = ItemStatus.PENDING
    message: str | None = None
    ledger: str | None = None
    posting: str | None = None


class Syncs:
    """The syncs of one workspace."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._store = workspace.store

    def submit(self, order: SyncOrder) -> Sync:
        """Queue one sync and return it as stored: queued, or further along when its pace is ``immediate``.

        Args:
            order: What to push: at least one item.
        """
        workspace = self._workspace
        ordinal = workspace.chance.ordinal("sync", order.company)
        id = workspace.chance.derived_uuid("sync", order.company, ordinal)
        pace = workspace.paces.take(order.dialect, order.company)
        sync = Sync(
            id=id,
            ordinal=ordinal,
            dialect=order.dialect,
            company=order.company,
            pace=pace,
            created_at=workspace.clock.now(),
            lane=order.lane,
            connection=order.connection,
            record=order.record,
        )
        self._store.insert("syncs", id, to_document(sync))
        for position, item in enumerate(order.items):
            self._insert_item(sync, position, item)
        workspace.timeline.add("sync.queued", id, dialect=order.dialect, company=order.company, items=len(order.items))
        if order.lane is None:
            self._let_start(sync)
        else:
            self._go_on(order.lane)
        return self.get(id)

    def record_ended(self, sync: Sync, items: Sequence[SyncItem]) -> None:
        """Store a sync that ended before this world began, from a fixture; nothing is pushed and nobody is told."""
        self._store.insert("syncs", sync.id, to_document(sync))
        for item in items:
            self._store.insert("sync items", item.id, to_document(item))

    def get(self, id: str) -> Sync:
        """Return one sync.

        Raises:
            NotFound: There is no such sync.
        """
        document = self._store.get("syncs", id)
        if document is None:
            raise NotFound("sync", id)
        return from_document(document, Sync)

    def all(self, where: Mapping[str, Scalar] | None = None) -> list[Sync]:
        """Return the syncs whose members equal `where` (``dialect``, ``company``, ``status``), oldest first."""
        return [from_document(document, Sync) for document in self._store.find("syncs", where)]

    def items(self, sync_id: str) -> list[SyncItem]:
        """Return the items of a sync in the order given at submission."""
        return [from_document(document, SyncItem) for document in self._store.find("sync items", {"sync": sync_id})]

    def item_count(self, sync_id: str) -> int:
        """Return how many items a sync has."""
        return self._store.count("sync items", {"sync": sync_id})

    def page_of_items(self, sync_id: str, offset: int, limit: int) -> list[SyncItem]:
        """Return some of the items of a sync, in order."""
        found = self._store.find("sync items", {"sync": sync_id}, offset=offset, limit=limit)
        return [from_document(document, SyncItem) for document in found]

    def items_of_reference(self, company: str, reference: str) -> list[SyncItem]:
        """Return every item that ever had the caller's id in a company, oldest first."""
        where: dict[str, Scalar] = {"company": company, "reference": reference}
        return [from_document(document, SyncItem) for document in self._store.find("sync items", where)]

    def observe(self, id: str) -> Sync:
        """Return one sync to someone who polls: with the pace ``polls`` each read brings the end nearer.

        Raises:
            NotFound: There is no such sync.
        """
        sync = self.get(id)
        if sync.reads_left is None or sync.status is not SyncStatus.RUNNING:
            return sync
        if sync.reads_left == 0:
            self._end(sync)
        else:
            self._save(replace(sync, reads_left=sync.reads_left - 1))
        return self.get(id)

    def release(self, id: str) -> Sync:
        """Let a held sync go on.

        Raises:
            NotFound: There is no such sync.
            NotHeld: It is not held.
        """
        sync = self.get(id)
        match sync.held:
            case None:
                raise NotHeld(id)
            case Hold.PUSH:
                self._end(self._save(replace(sync, held=None)))
            case Hold.WEBHOOK:
                self._announce_end(self._save(replace(sync, held=None)))
            case _:
                assert_never(sync.held)
        return self.get(id)

    def finish(self, id: str, outcome: Outcome | None = None) -> Sync:
        """End an unfinished sync at once, waiting or not, as the world makes of it or as ordered.

        Raises:
            NotFound: There is no such sync.
            IllegalMove: It has ended already, or the outcome is no end.
        """
        sync = self.get(id)
        wanted = SyncStatus.FINISHED if outcome is None else outcome.status
        if sync.has_ended or not MOVES[SyncStatus.RUNNING] >= {wanted}:
            raise IllegalMove(id, sync.status, wanted)
        self._unschedule(sync)
        if sync.status is SyncStatus.QUEUED and wanted is not SyncStatus.CANCELLED:
            sync = self._run(sync)
        self._end(self._save(replace(sync, held=None, ordered=None if outcome is None else to_document(outcome))))
        return self.get(id)

    def start_due(self, task: "Task") -> None:
        """Run the task kind ``sync.start``."""
        sync = self.get(task.args["sync"])
        self._start(sync)
        self._go_on(sync.lane)

    def finish_due(self, task: "Task") -> None:
        """Run the task kind ``sync.finish``."""
        self._end(self.get(task.args["sync"]))

    def _let_start(self, sync: Sync) -> None:
        """Start a sync that has its lane to itself; an immediate one ends here, and the next follows."""
        following: Sync | None = sync
        while following is not None and following.pace.mode is PaceMode.IMMEDIATE:
            # Not by recursion: any number of them may have waited.
            self._start(following)
            following = self._next_in(following.lane)
        if following is not None:
            wait = following.pace.wait.draw(self._workspace.chance, "pace wait", following.id)
            due = self._workspace.clock.now() + wait
            self._workspace.scheduler.schedule(START, due, {"sync": following.id})

    def running_before(self, sync: Sync) -> Sync | None:
        """Return the sync that a queued one waits for, in its lane; None when none does or it is not queued."""
        if sync.lane is None or sync.status is not SyncStatus.QUEUED:
            return None
        running = self._store.find("syncs", {"lane": sync.lane, "status": SyncStatus.RUNNING.value}, limit=1)
        return from_document(running[0], Sync) if running else None

    def _go_on(self, lane: str | None) -> None:
        """Let the next sync of a lane start, if it may."""
        following = self._next_in(lane)
        if following is not None:
            self._let_start(following)

    def _next_in(self, lane: str | None) -> Sync | None:
        """Return the sync of a lane that has waited longest, unless one runs or it is due to start already."""
        if lane is None or self._store.count("syncs", {"lane": lane, "status": SyncStatus.RUNNING.value}):
            return None
        waiting = self._store.find("syncs", {"lane": lane, "status": SyncStatus.QUEUED.value}, limit=1)
        if not waiting or self._workspace.scheduler.is_scheduled(START, {"sync": waiting[0]["id"]}):
            return None
        return from_document(waiting[0], Sync)

    def _start(self, sync: Sync) -> None:
        sync = self._run(sync)
        outcome = self._ordered(sync)
        if outcome is not None and outcome.status is SyncStatus.RUNNING:
            return
        match sync.pace.mode:
            case PaceMode.IMMEDIATE:
                self._finish(sync)
            case PaceMode.AFTER:
                run = sync.pace.run.draw(self._workspace.chance, "pace run", sync.id)
                self._workspace.scheduler.schedule(FINISH, self._workspace.clock.now() + run, {"sync": sync.id})
            case PaceMode.POLLS:
                self._save(replace(sync, reads_left=sync.pace.polls))
            case PaceMode.HOLD:
                if sync.pace.hold is Hold.PUSH:
                    self._save(replace(sync, held=Hold.PUSH))
                else:
                    self._finish(sync)
            case _:
                assert_never(sync.pace.mode)

    def _run(self, sync: Sync) -> Sync:
        """Make a queued sync run, and ask the faults once how it is to go."""
        workspace = self._workspace
        sync = self._move(sync, SyncStatus.RUNNING)
        items = self.page_of_items(sync.id, 0, 1)
        facts = Facts(sync.dialect, company=sync.company, body=items[0].record if items else None)
        rule = workspace.faults.consult(Layer.SYNC, facts)
        sync = replace(sync, ordered=None if rule is None else self._in_our_words(sync.dialect, rule.effect))
        outcome = self._ordered(sync)
        overdue = outcome is not None and outcome.status is SyncStatus.RUNNING and outcome.overdue
        sync = self._save(replace(sync, started_at=workspace.clock.now(), overdue=overdue))
        workspace.timeline.add("sync.started", sync.id, fault=None if rule is None else rule.id)
        workspace.webhooks.emit("sync.started", sync.dialect, sync.company, sync.id)
        return sync

    def _in_our_words(self, dialect: str, effect: Document) -> Document:
        if "code" not in effect:
            return effect
        outcome = self._workspace.world.rules[dialect].outcome(str(effect["code"]))
        return {**to_document(outcome), **effect}

    def _end(self, sync: Sync) -> None:
        """End a sync, and let the next one of its lane go on."""
        self._finish(sync)
        self._go_on(sync.lane)

    def _finish(self, sync: Sync) -> None:
        workspace = self._workspace
        rules = workspace.world.rules[sync.dialect]
        items = self.items(sync.id)
        outcome = self._ordered(sync)
        ending = outcome or _of_the_world(rules.prepare(workspace, sync, items))
        for item in items:
            if ending.status is SyncStatus.FINISHED:
                pushing.push(workspace, sync, item, outcome)
            else:
                pushing.store(workspace, replace(item, status=ItemStatus.SKIPPED))
        sync = replace(sync, reason=ending.reason, message=ending.message, reads_left=None, overdue=False)
        sync = replace(self._move(sync, ending.status), finished_at=workspace.clock.now())
        sync = replace(sync, record={**sync.record, **rules.conclude(workspace, sync, self.items(sync.id))})
        hold_webhook = sync.pace.mode is PaceMode.HOLD and sync.pace.hold is Hold.WEBHOOK
        self._save(replace(sync, held=Hold.WEBHOOK if hold_webhook else None))
        workspace.timeline.add(f"sync.{sync.status}", sync.id, reason=sync.reason)
        if not hold_webhook:
            self._announce_end(sync)

    def _announce_end(self, sync: Sync) -> None:
        self._workspace.webhooks.emit(f"sync.{sync.status}", sync.dialect, sync.company, sync.id)

    def _ordered(self, sync: Sync) -> Outcome | None:
        if sync.ordered is None or "status" not in sync.ordered:
            return None
        return from_document(sync.ordered, Outcome)

    def _unschedule(self, sync: Sync) -> None:
        for kind in (START, FINISH):
            self._workspace.scheduler.cancel(kind, {"sync": sync.id})

    def _move(self, sync: Sync, status: SyncStatus) -> Sync:
        if status not in MOVES[sync.status]:
            raise IllegalMove(sync.id, sync.status, status)
        return self._save(replace(sync, status=status))

    def _save(self, sync: Sync) -> Sync:
        self._store.put("syncs", sync.id, to_document(sync))
        return sync

    def _insert_item(self, sync: Sync, position: int, order: ItemOrder) -> None:
        id = self._workspace.chance.derived_uuid("item", sync.id, position)
        item = SyncItem(id, sync.id, sync.dialect, sync.company, order.reference, order.record)
        self._store.insert("sync items", id, to_document(item))


def _of_the_world(abort: Abort | None) -> Outcome:
    if abort is None:
        return Outcome(SyncStatus.FINISHED)
    return Outcome(SyncStatus.ABORTED, reason=abort.reason, message=abort.message)
