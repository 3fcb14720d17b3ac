"""Batches: what is pushed together, how it stands, and how it is tried again.

Source: guides "Sync transactions" and "Sync and monitoring"; ``openapi/accounting.json``. What both leave open is
inferred, and told where it is decided.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from doubleentry.dialects.sync2books import statuses
from doubleentry.dialects.sync2books.applications import DIALECT
from doubleentry.dialects.sync2books.errors import Refused
from doubleentry.dialects.sync2books.rules import companies, connections
from doubleentry.dialects.sync2books.wire import timestamp
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.pace import Hold
from doubleentry.engine.statuses import RETRIABLE, ItemStatus, SyncStatus
from doubleentry.engine.syncs import ItemOrder, Sync, SyncItem, SyncOrder
from doubleentry.engine.workspaces import Workspace

SOURCE: Final = "api"
COUNTERS: Final = frozenset({"successfulItems", "syncedItems"})
"""What each edition calls the number of items that were written."""
NOTHING_FAILED: Final = "No failed items to retry"
NOT_ENDED: Final = "Sync batch is still being processed"
NOT_PENDING: Final = "Sync batch is not pending"

NUMBERED: Final = frozenset({"quickbooks"})
"""The integrations whose records have small numbers for ids; the others have ids like ours."""


def submit(workspace: Workspace, connection: Document, orders: Sequence[ItemOrder], **record: object) -> Sync:
    """Queue a batch, or leave it pending until someone starts it, as the quirk ``sync2books.processing`` has it."""
    return workspace.syncs.submit(
        SyncOrder(
            dialect=DIALECT,
            company=connection["companyId"],
            items=orders,
            connection=connection["id"],
            by_hand=workspace.setting("sync2books.processing") == "manual",
            in_parts=True,
            record=record,
        )
    )


def get(workspace: Workspace, application: str, batch_id: str) -> Sync:
    """Return a batch of an application.

    Raises:
        NotFound: There is no such batch.
        Forbidden: It is another application's.
    """
    try:
        sync = workspace.syncs.get(batch_id)
    except NotFound as error:
        raise NotFound("sync batch", batch_id) from error
    if sync.dialect != DIALECT:
        raise NotFound("sync batch", batch_id)
    companies.get(workspace, application, sync.company)
    return sync


def get_item(workspace: Workspace, application: str, item_id: str) -> tuple[Sync, SyncItem]:
    """Return an item of an application, after its batch.

    Raises:
        NotFound: There is no such item.
        Forbidden: It is another application's.
    """
    item = workspace.syncs.item(item_id)
    if item.dialect != DIALECT:
        raise NotFound("sync item", item_id)
    return get(workspace, application, item.sync), item


def retry_apart(workspace: Workspace, sync: Sync, item_ids: Sequence[str]) -> tuple[int, str]:
    """Try failed items of a batch again in a new one, and return how many they are, and the new batch's id.

    The old batch stays as it is. Ids of items that did not fail, or are not in it, are passed over (inferred).

    Raises:
        Refused: No item is left to try again (400, inferred).
    """
    failed = [item for item in workspace.syncs.items(sync.id) if item.status in RETRIABLE]
    chosen = [item for item in failed if not item_ids or item.id in item_ids]
    if not chosen:
        raise Refused(400, NOTHING_FAILED)
    connection = connections.stored(workspace, sync.connection or "")
    orders = [ItemOrder(item.reference, item.record) for item in chosen]
    return len(chosen), submit(workspace, connection, orders, retryOf=sync.id).id


def retry_in_place(workspace: Workspace, sync: Sync, item_ids: Sequence[str] | None = None) -> list[SyncItem]:
    """Try failed items of a batch again as the items that they are, and return them as they then stand.

    Raises:
        Refused: The batch has not ended yet, or no item is left to try again (400, inferred).
    """
    if not sync.has_ended:
        raise Refused(400, NOT_ENDED)
    failed = [item.id for item in workspace.syncs.items(sync.id) if item.status in RETRIABLE]
    chosen = [id for id in failed if item_ids is None or id in item_ids]
    if not chosen:
        raise Refused(400, NOTHING_FAILED)
    workspace.syncs.retry(sync.id, chosen)
    return [workspace.syncs.item(id) for id in chosen]


def retry_items(workspace: Workspace, application: str, item_ids: Sequence[str]) -> list[SyncItem]:
    """Try items of any batches again in place, and return those that had failed, as they then stand.

    Raises:
        NotFound: One of them is not there.
        Forbidden: One of them is another application's.
        Refused: The batch of one that failed has not ended yet, or none of them failed (400, inferred).
    """
    found = [get_item(workspace, application, id) for id in dict.fromkeys(item_ids)]
    batches = {sync.id: sync for sync, item in found if item.status in RETRIABLE}
    if not batches:
        raise Refused(400, NOTHING_FAILED)
    return [item for sync in batches.values() for item in retry_in_place(workspace, sync, item_ids)]


def retried(items: Sequence[SyncItem]) -> Document:
    """Return what is told of items that were tried again in place.

    Those whose end is not known yet are in neither count (inferred).
    """
    succeeded = sum(item.status is ItemStatus.PUSHED for item in items)
    failed = sum(item.status in RETRIABLE for item in items)
    return {
        "retriedCount": len(items),
        "successCount": succeeded,
        "failedCount": failed,
        "message": f"{len(items)} item(s) queued for retry",
    }


def process(workspace: Workspace, sync: Sync) -> None:
    """Start a pending batch; one that is about to start by itself does so.

    Raises:
        Refused: It is no longer pending (400, inferred).
    """
    if sync.status is not SyncStatus.QUEUED:
        raise Refused(400, NOT_PENDING)
    if sync.held is Hold.START:
        workspace.syncs.release(sync.id)


def show(workspace: Workspace, sync: Sync) -> Document:
    """Return a batch's wire shape: the members of both editions, in the words of the one."""
    items = workspace.syncs.items(sync.id)
    under_way = sum(item.status is ItemStatus.PENDING for item in items)
    succeeded = sum(item.status is ItemStatus.PUSHED for item in items)
    is_running = sync.status is SyncStatus.RUNNING
    changes = [at for at in (sync.started_at, sync.finished_at, *(item.changed_at for item in items)) if at is not None]
    shown = {
        "id": sync.id,
        "companyId": sync.company,
        "connectionId": sync.connection,
        "status": word(workspace, sync, items),
        "totalItems": len(items),
        "successfulItems": succeeded,
        "failedItems": sum(item.status in RETRIABLE for item in items),
        "syncedItems": succeeded,
        "pendingItems": 0 if is_running else under_way,
        "syncingItems": under_way if is_running else 0,
        # Of a batch that ran to its end its items tell why they failed, whatever ordered that.
        "syncErrorMessage": None if sync.status is SyncStatus.FINISHED else sync.message,
        "destination": connections.key_told(workspace, destination(workspace, sync)),
        "source": SOURCE,
        "createdAt": timestamp(sync.created_at),
        "updatedAt": timestamp(max([sync.created_at, *changes])),
        "startedAt": _instant(sync.started_at),
        "completedAt": _instant(sync.finished_at),
    }
    chosen = workspace.setting("sync2books.counters")
    return {name: value for name, value in shown.items() if chosen == "both" or name not in COUNTERS - {chosen}}


def show_item(workspace: Workspace, sync: Sync, item: SyncItem) -> Document:
    """Return an item's wire shape."""
    profile = workspace.setting("sync2books.profile")
    book_id = written_as(workspace, item)
    return {
        "id": item.id,
        "entityId": item.reference,
        "entityType": statuses.ENTITY_TYPES[profile],
        "status": statuses.ITEM_WORDS[profile][sync.status, item.status],
        "integrationResponse": None if book_id is None else {"id": book_id, "syncToken": "0"},
        "syncErrorMessage": item.message if item.status in RETRIABLE else None,
        "companyId": sync.company,
        "source": SOURCE,
        "createdAt": timestamp(sync.created_at),
        "updatedAt": timestamp(item.changed_at or sync.created_at),
        "syncedAt": _instant(item.changed_at) if item.status is ItemStatus.PUSHED else None,
    }


def show_items(workspace: Workspace, sync: Sync, *, failed: bool = False) -> list[Document]:
    """Return the wire shapes of a batch's items in the order in which they were sent: all, or those that failed."""
    items = workspace.syncs.items(sync.id)
    return [show_item(workspace, sync, item) for item in items if not failed or item.status in RETRIABLE]


def written_as(workspace: Workspace, item: SyncItem) -> str | None:
    """Return the id in the accounting software of what an item became there; None when it is not there."""
    if item.ledger is None or item.posting is None:
        return None
    posting = workspace.ledgers.get(item.ledger).posting(item.posting)
    connection = connections.stored(workspace, item.ledger)
    return str(posting.number) if connection["integrationKey"] in NUMBERED else posting.id


def word(workspace: Workspace, sync: Sync, items: Sequence[SyncItem] | None = None) -> str:
    """Return how a batch stands, in the words of the profile.

    Args:
        workspace: Where it is.
        sync: The batch.
        items: Its items, where they are at hand.
    """
    found = workspace.syncs.items(sync.id) if items is None else items
    failures = statuses.failures(item.status for item in found)
    return statuses.BATCH_WORDS[workspace.setting("sync2books.profile")][sync.status, failures]


def destination(workspace: Workspace, sync: Sync) -> str:
    """Return the key of the integration that a batch is for, as it is kept."""
    return str(connections.stored(workspace, sync.connection or "")["integrationKey"])


def _instant(at: datetime | None) -> str | None:
    return None if at is None else timestamp(at)
