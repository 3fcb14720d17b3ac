"""Receipts. Source: guides "Upload receipts" and "Attachments"; ``openapi/accounting.json``.

Ids are any text: the pages call them UUIDs, and show ``exp-001``. What they show for ``entityBookId`` is the id that
the accounting software gave the file, not the one that it gave the expense.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from doubleentry.dialects.sync2books.errors import FILE_TOO_LARGE, Refused
from doubleentry.dialects.sync2books.platforms import MOST_FILE_BYTES
from doubleentry.dialects.sync2books.rules import connections
from doubleentry.dialects.sync2books.rules.pushing import why_closed
from doubleentry.dialects.sync2books.wire import timestamp
from doubleentry.engine.books import FileHash
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import ItemStatus
from doubleentry.engine.syncs import Sync, SyncItem
from doubleentry.engine.workspaces import Workspace

EXTENSIONS: Final = frozenset({"jpg", "jpeg", "png", "gif", "pdf", "doc", "docx", "xls", "xlsx", "txt", "csv"})
CATEGORY: Final = "Expense"

UNSUPPORTED: Final = "Unsupported file type"  # inferred
NOT_SYNCED: Final = "Transaction has not been synced yet"  # inferred


class Upload(Struct, frozen=True):
    """A file as it was sent.

    Attributes:
        name: Its name, of which the extension counts.
        media_type: Its media type.
        content: Its bytes.
        note: What it is about, or None.
        include_on_send: Whether it goes along when the record is sent to someone.
    """

    name: str
    media_type: str
    content: FileHash
    note: str | None = None
    include_on_send: bool = False


def upload(  # noqa: PLR0913, PLR0917 - where it goes, and what it is
    workspace: Workspace, application: str, connection_id: str, batch_id: str, expense_id: str, file: Upload
) -> Document:
    """Keep a file with an expense that was written, and return its wire shape.

    Args:
        workspace: Where.
        application: The caller's.
        connection_id: To which books the expense went.
        batch_id: The batch that wrote it, or one that a retry of which did (inferred).
        expense_id: The caller's id of it.
        file: What is kept.

    Raises:
        Refused: The file is too large (413), or of another type; the expense was not written; or its connection is no
            longer connected (400; the texts are inferred).
        NotFound: The connection, the batch or the expense in it is not there.
        Forbidden: The connection is another application's.
    """
    if file.content.size > MOST_FILE_BYTES:
        raise Refused(413, FILE_TOO_LARGE)
    if file.name.rpartition(".")[2].lower() not in EXTENSIONS or "." not in file.name:
        raise Refused(400, UNSUPPORTED)
    connections.get(workspace, application, connection_id)
    item = _written(workspace, connection_id, batch_id, expense_id)
    closed = why_closed(workspace, connection_id)
    if closed is not None:
        raise Refused(400, closed)
    kept = workspace.ledgers.get(connection_id).attach(item.posting, file.name, file.media_type, file.content)
    workspace.timeline.add("file.attached", kept.id, cause=item.id, name=file.name, size=file.content.size)
    return {
        "id": workspace.chance.derived_uuid("sync2books attachment", kept.id),
        "fileName": file.name,
        "contentType": file.media_type,
        "size": file.content.size,
        "category": CATEGORY,
        "note": file.note,
        "includeOnSend": file.include_on_send,
        "connectionId": connection_id,
        "syncId": batch_id,
        "transactionId": expense_id,
        "entityBookId": kept.id,
        "createdAt": timestamp(workspace.clock.now()),
    }


def _written(workspace: Workspace, connection_id: str, batch_id: str, expense_id: str) -> SyncItem:
    """Return the item that wrote an expense, in a batch or in a later one that tried it again."""
    missing = NotFound("sync batch or transaction", f"{batch_id} {expense_id}")
    try:
        sync = workspace.syncs.get(batch_id)
    except NotFound:
        raise missing from None
    own = _items(workspace, sync, expense_id)
    if sync.connection != connection_id or not own:
        raise missing
    later = (item for retry in _retries(workspace, sync) for item in _items(workspace, retry, expense_id))
    for item in (*own, *later):
        if item.status is ItemStatus.PUSHED:
            return item
    raise Refused(400, NOT_SYNCED)


def _items(workspace: Workspace, sync: Sync, expense_id: str) -> list[SyncItem]:
    return [item for item in workspace.syncs.items(sync.id) if item.reference == expense_id]


def _retries(workspace: Workspace, sync: Sync) -> Iterator[Sync]:
    """Return the batches that tried failed items of a batch again, and of those, and so on."""
    for other in workspace.syncs.all({"dialect": sync.dialect, "company": sync.company}):
        if other.record.get("retryOf") == sync.id:
            yield other
            yield from _retries(workspace, other)
