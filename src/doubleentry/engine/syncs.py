"""How a sync moves, from submission to its end.

A sync is submitted, waits its turn in its lane, runs by its pace, and ends: its items are judged by the dialect's
rules and posted to the ledger or refused, each by itself, unless the sync as a whole is turned down first or a fault
decides. All items are pushed when the run is over, or part by part while it lasts. What failed can be tried again in
place: the sync then goes the whole way once more, with these items alone.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from doubleentry.engine import pushing, recipes
from doubleentry.engine.documents import Document, from_document, to_document
from doubleentry.engine.errors import IllegalMove, NotFound, NotHeld
from doubleentry.engine.pace import Hold, Pace, PaceMode
from doubleentry.engine.statuses import MOVES, RETRIABLE, Abort, ItemStatus, Outcome, SyncStatus
from doubleentry.engine.sync_records import ItemOrder, Sync, SyncItem, SyncOrder, SyncRecords

if TYPE_CHECKING:
    from doubleentry.engine.scheduler import Task
    from doubleentry.engine.workspaces import Workspace

START = "sync.start"
PART = "sync.part"
FINISH = "sync.finish"

PARTS = 10
"""In how many parts at most the items of one sync are pushed, where they are not pushed all at once."""

__all__ = ["FINISH", "PART", "PARTS", "START", "ItemOrder", "Sync", "SyncItem", "SyncOrder", "Syncs"]


class Syncs(SyncRecords):
    """The syncs of one workspace."""

    def __init__(self, workspace: "Workspace") -> None:
        super().__init__(workspace.store)
        self._workspace = workspace

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
            held=Hold.START if order.by_hand else _held_at_first(pace),
            in_parts=order.in_parts,
            ordered=workspace.faults.take_asked(),
            record=order.record,
        )
        self._store.insert("syncs", id, sync)
        for position, item in enumerate(order.items):
            self._insert_item(sync, position, item)
        workspace.timeline.add("sync.queued", id, dialect=order.dialect, company=order.company, items=len(order.items))
        self._line_up(sync)
        return self.get(id)

    def retry(self, id: str, item_ids: Collection[str] | None = None) -> Sync:
        """Try failed items of a sync that has ended again, in place: it is queued once more, with these alone.

        An end that was held before it was announced is announced no more.

        Args:
            id: The sync.
            item_ids: Which of its items; None for all that failed.

        Raises:
            NotFound: There is no such sync, or none of these items failed in it.
            IllegalMove: It has not ended, or it was cancelled.
        """
        sync = self.get(id)
        if SyncStatus.QUEUED not in MOVES[sync.status]:
            raise IllegalMove(id, sync.status, SyncStatus.QUEUED)
        failed = [item for item in self.items(id) if item.status in RETRIABLE]
        chosen = [item for item in failed if item_ids is None or item.id in item_ids]
        if not chosen:
            raise NotFound("failed item", id)
        for item in chosen:
            pushing.store(self._workspace, replace(item, status=ItemStatus.PENDING, message=None))
        sync = replace(
            _moved(sync, SyncStatus.QUEUED), reason=None, message=None, ordered=self._workspace.faults.take_asked()
        )
        sync = self._save(replace(sync, held=_held_at_first(sync.pace), started_at=None, finished_at=None))
        self._workspace.timeline.add("sync.retried", id, items=len(chosen))
        self._line_up(sync)
        return self.get(id)

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
            self._push_part(self._save(replace(sync, reads_left=sync.reads_left - 1)))
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
            case Hold.START:
                self._line_up(self._save(replace(sync, held=None)))
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

    def repace(self, id: str, pace: Pace) -> Sync:
        """Let an unfinished sync go on at another pace: what it has run counts, and one that is queued waits anew.

        Raises:
            NotFound: There is no such sync.
            IllegalMove: It has ended, and nothing is left to pace.
        """
        sync = self.get(id)
        if sync.has_ended:
            raise IllegalMove(id, sync.status, "paced anew")
        self._unschedule(sync)
        is_by_hand = sync.held is Hold.START and _held_at_first(sync.pace) is None
        held = Hold.START if is_by_hand else _held_at_first(pace)
        if sync.status is SyncStatus.QUEUED:
            self._line_up(self._save(replace(sync, pace=pace, held=held)))
        else:
            self._proceed(self._save(replace(sync, pace=pace, held=None, reads_left=None, ends_at=None)))
            self._go_on(sync.lane)
        return self.get(id)

    def start_due(self, task: "Task") -> None:
        """Run the task kind ``sync.start``."""
        sync = self.get(task.args["sync"])
        self._start(sync)
        self._go_on(sync.lane)

    def part_due(self, task: "Task") -> None:
        """Run the task kind ``sync.part``."""
        self._schedule_next(self._push_part(self.get(task.args["sync"])))

    def finish_due(self, task: "Task") -> None:
        """Run the task kind ``sync.finish``."""
        self._end(self.get(task.args["sync"]))

    def _line_up(self, sync: Sync) -> None:
        """Let a queued sync start when its lane is free, unless it is held."""
        if sync.held is not None:
            return
        if sync.lane is None:
            self._let_start(sync)
        else:
            self._go_on(sync.lane)

    def _let_start(self, sync: Sync) -> None:
        """Start a sync that has its lane to itself; an immediate one ends here, and the next follows."""
        following: Sync | None = sync
        while following is not None and following.pace.starts_at_once:
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
        waiting = self._store.find("syncs", {"lane": lane, "status": SyncStatus.QUEUED.value, "held": None}, limit=1)
        if not waiting or self._workspace.scheduler.is_scheduled(START, {"sync": waiting[0]["id"]}):
            return None
        return from_document(waiting[0], Sync)

    def _start(self, sync: Sync) -> None:
        self._proceed(self._run(sync))

    def _proceed(self, sync: Sync) -> None:
        """Let a running sync come to its end by its pace, unless it is ordered to go on running."""
        outcome = self._ordered(sync)
        if outcome is not None and outcome.status is SyncStatus.RUNNING:
            return
        match sync.pace.mode:
            case PaceMode.IMMEDIATE:
                self._finish(sync)
            case PaceMode.AFTER:
                run = sync.pace.run.draw(self._workspace.chance, "pace run", sync.id)
                # One that is paced anew has run for a while already.
                ends_at = max((sync.started_at or sync.created_at) + run, self._workspace.clock.now())
                self._schedule_next(self._in_parts(replace(sync, ends_at=ends_at), PARTS))
            case PaceMode.POLLS:
                self._in_parts(replace(sync, reads_left=sync.pace.polls), sync.pace.polls + 1)
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
        sync = _moved(sync, SyncStatus.RUNNING)
        records = [item.record for item in self.items(sync.id, ItemStatus.PENDING)]
        effect = sync.ordered or recipes.of_sync(workspace, sync.dialect, sync.company, records)
        sync = replace(sync, ordered=None if effect is None else self._in_our_words(sync.dialect, effect))
        outcome = self._ordered(sync)
        overdue = outcome is not None and outcome.status is SyncStatus.RUNNING and outcome.overdue
        sync = self._save(replace(sync, started_at=workspace.clock.now(), overdue=overdue))
        workspace.timeline.add("sync.started", sync.id, fault=None if effect is None else effect["fault"])
        workspace.webhooks.emit("sync.started", sync.dialect, sync.company, sync.id)
        return sync

    def _in_our_words(self, dialect: str, effect: Document) -> Document:
        if "code" not in effect:
            return effect
        outcome = self._workspace.world.rules[dialect].outcome(str(effect["code"]))
        return {**to_document(outcome), **effect}

    def _in_parts(self, sync: Sync, most: int) -> Sync:
        """Store in how many parts a sync that begins to run is pushed: one, unless it was ordered otherwise."""
        pending = len(self.items(sync.id, ItemStatus.PENDING)) if sync.in_parts else 1
        return self._save(replace(sync, parts_left=max(1, min(most, pending))))

    def _schedule_next(self, sync: Sync) -> None:
        """Schedule the next part of a sync; the last one is its end. In between they are equally far apart."""
        now = self._workspace.clock.now()
        left = (sync.ends_at or now) - now
        kind = FINISH if sync.parts_left == 1 else PART
        self._workspace.scheduler.schedule(kind, now + left / sync.parts_left, {"sync": sync.id})

    def _push_part(self, sync: Sync) -> Sync:
        """Push the next part of a sync, except the last one; nothing, as long as it is to be turned down."""
        if sync.parts_left == 1:
            return sync
        items = self.items(sync.id, ItemStatus.PENDING)
        if self._ending(sync, items).status is SyncStatus.FINISHED:
            for item in items[: -(-len(items) // sync.parts_left)]:
                pushing.push(self._workspace, sync, item, self._ordered(sync))
        return self._save(replace(sync, parts_left=sync.parts_left - 1))

    def _end(self, sync: Sync) -> None:
        """End a sync, and let the next one of its lane go on."""
        self._finish(sync)
        self._go_on(sync.lane)

    def _finish(self, sync: Sync) -> None:
        workspace = self._workspace
        rules = workspace.world.rules[sync.dialect]
        items = {item.id: item for item in self.items(sync.id)}
        pending = [item for item in items.values() if item.status is ItemStatus.PENDING]
        ending = self._ending(sync, pending)
        ordered = self._ordered(sync)
        for item in pending:
            if ending.status is SyncStatus.FINISHED:
                items[item.id] = pushing.push(workspace, sync, item, ordered)
            else:
                items[item.id] = pushing.turn_down(workspace, item, ending)
        sync = replace(
            _moved(sync, ending.status),
            reason=ending.reason,
            message=ending.message,
            overdue=False,
            reads_left=None,
            parts_left=1,
            ends_at=None,
            finished_at=workspace.clock.now(),
        )
        sync = replace(sync, record={**sync.record, **rules.conclude(workspace, sync, list(items.values()))})
        hold_webhook = sync.pace.mode is PaceMode.HOLD and sync.pace.hold is Hold.WEBHOOK
        self._save(replace(sync, held=Hold.WEBHOOK if hold_webhook else None))
        workspace.timeline.add(f"sync.{sync.status}", sync.id, reason=sync.reason)
        if not hold_webhook:
            self._announce_end(sync)

    def _announce_end(self, sync: Sync) -> None:
        self._workspace.webhooks.emit(f"sync.{sync.status}", sync.dialect, sync.company, sync.id)

    def _ending(self, sync: Sync, items: list[SyncItem]) -> Outcome:
        """Return how a sync would end now, as ordered or as the world makes of it."""
        rules = self._workspace.world.rules[sync.dialect]
        return self._ordered(sync) or _of_the_world(rules.prepare(self._workspace, sync, items))

    def _ordered(self, sync: Sync) -> Outcome | None:
        if sync.ordered is None or "status" not in sync.ordered:
            return None
        return from_document(sync.ordered, Outcome)

    def _unschedule(self, sync: Sync) -> None:
        for kind in (START, PART, FINISH):
            self._workspace.scheduler.cancel(kind, {"sync": sync.id})

    def _save(self, sync: Sync) -> Sync:
        self._store.put("syncs", sync.id, sync)
        return sync

    def _insert_item(self, sync: Sync, position: int, order: ItemOrder) -> None:
        id = self._workspace.chance.derived_uuid("item", sync.id, position)
        item = SyncItem(id, sync.id, sync.dialect, sync.company, order.reference, order.record)
        self._store.insert("sync items", id, item)


def _held_at_first(pace: Pace) -> Hold | None:
    return Hold.START if pace.mode is PaceMode.HOLD and pace.hold is Hold.START else None


def _moved(sync: Sync, status: SyncStatus) -> Sync:
    if status not in MOVES[sync.status]:
        raise IllegalMove(sync.id, sync.status, status)
    return replace(sync, status=status)


def _of_the_world(abort: Abort | None) -> Outcome:
    if abort is None:
        return Outcome(SyncStatus.FINISHED)
    return Outcome(SyncStatus.ABORTED, abort.reason, abort.item_status, message=abort.message)
