"""What becomes of one item of a sync: judged by the dialect and taken by the ledger, or as a fault orders."""

from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from doubleentry.engine.books import Entry, LedgerRefusal
from doubleentry.engine.statuses import ItemStatus, Outcome, Rejection, Skip, SyncStatus, Taken

if TYPE_CHECKING:
    from doubleentry.engine.syncs import Sync, SyncItem
    from doubleentry.engine.workspaces import Workspace


def push(workspace: "Workspace", sync: "Sync", item: "SyncItem", outcome: Outcome | None) -> "SyncItem":
    """Push one item, and store and return what became of it.

    Args:
        workspace: Where it happens.
        sync: The item's sync, running.
        item: As stored, pending.
        outcome: How the whole sync is ordered to go; None for what the world makes of it.
    """
    ordered = sync.ordered or {}
    if item.reference in ordered.get("reject", ()):
        outcome = Outcome(SyncStatus.FINISHED, item_status=ItemStatus.REJECTED, message=ordered.get("message"))
    if outcome is None:
        item = _judge(workspace, sync, item)
    elif outcome.item_status is ItemStatus.PUSHED:
        item = replace(_judge(workspace, sync, item), status=ItemStatus.PUSHED, message=None)
    else:
        item = _refuse(workspace, item, outcome)
    item = store(workspace, item)
    if item.posting is not None:
        workspace.timeline.add("posting.written", item.posting, cause=item.id, ledger=item.ledger)
    return item


def turn_down(workspace: "Workspace", item: "SyncItem", ending: Outcome) -> "SyncItem":
    """Store and return what becomes of one item of a sync that is not pushed at all.

    Args:
        workspace: Where it happens.
        item: As stored, pending.
        ending: How its sync ends.
    """
    if ending.item_status in {None, ItemStatus.SKIPPED}:
        return store(workspace, replace(item, status=ItemStatus.SKIPPED))
    return store(workspace, _refuse(workspace, item, ending))


def store(workspace: "Workspace", item: "SyncItem") -> "SyncItem":
    """Store and return an item whose status has changed, and say so in the timeline."""
    item = replace(item, changed_at=workspace.clock.now())
    workspace.store.put("sync items", item.id, item)
    workspace.timeline.add(
        f"item.{item.status}", item.id, cause=item.sync, reference=item.reference, message=item.message
    )
    return item


def _judge(workspace: "Workspace", sync: "Sync", item: "SyncItem") -> "SyncItem":
    verdict = workspace.world.rules[sync.dialect].judge(workspace, sync, item)
    match verdict:
        case Rejection(message):
            return replace(item, status=ItemStatus.REJECTED, message=message)
        case Skip(message):
            return replace(item, status=ItemStatus.SKIPPED, message=message)
        case Taken():
            return replace(item, status=ItemStatus.PUSHED)
        case Entry():
            return _post(workspace, sync, item, verdict)
        case _:
            assert_never(verdict)


def _refuse(workspace: "Workspace", item: "SyncItem", outcome: Outcome) -> "SyncItem":
    status = outcome.item_status or ItemStatus.FAILED
    if status is ItemStatus.SKIPPED:
        return replace(item, status=status, message=outcome.message)
    message = workspace.world.rules[item.dialect].refused(workspace, item, outcome)
    return replace(item, status=status, message=message)


def _post(workspace: "Workspace", sync: "Sync", item: "SyncItem", entry: Entry) -> "SyncItem":
    ledger = workspace.ledgers.get(sync.connection or "")
    try:
        posting = ledger.post(entry)
    except LedgerRefusal as refusal:
        message = workspace.world.rules[sync.dialect].refused(workspace, item, refusal)
        return replace(item, status=ItemStatus.FAILED, message=message)
    return replace(item, status=ItemStatus.PUSHED, ledger=ledger.id, posting=posting.id)
