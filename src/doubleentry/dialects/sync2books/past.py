"""Batches of a fixture file: what was pushed, and failed, before this world began."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from marshmallow import ValidationError, fields, validate
from msgspec.structs import replace

from doubleentry.dialects.sync2books import bodies
from doubleentry.dialects.sync2books.applications import DIALECT
from doubleentry.dialects.sync2books.rules import connections, expenses
from doubleentry.dialects.sync2books.rules.pushing import entry_of
from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text, Timestamp
from doubleentry.dialects.sync2books.validation import check
from doubleentry.engine.books import Entry, LedgerRefusal
from doubleentry.engine.documents import Document
from doubleentry.engine.pace import PRESETS
from doubleentry.engine.statuses import ItemStatus, Reason, SyncStatus
from doubleentry.engine.syncs import Sync, SyncItem
from doubleentry.engine.workspaces import Workspace

ENDS: Final[Mapping[str, tuple[SyncStatus, Reason | None]]] = {
    "completed": (SyncStatus.FINISHED, None),
    "failed": (SyncStatus.ABORTED, Reason.DEAUTHORISED),
}
ITEM_ENDS: Final[Mapping[str, ItemStatus]] = {
    "success": ItemStatus.PUSHED,
    "failed": ItemStatus.FAILED,
    "skipped": ItemStatus.SKIPPED,
}


class SentExpense(fields.Raw):
    """An expense as it was sent."""

    def __init__(self) -> None:
        """Require one that the API would take."""
        super().__init__(required=True, validate=self._fits)

    @staticmethod
    def _fits(value: Any) -> None:  # noqa: ANN401 - whatever the file holds
        found = check(bodies.EXPENSE, value, strict=True)
        if found:
            raise ValidationError([problem.message for problem in found])


class BatchItemRowSchema(NestSchema):
    """What became of one expense."""

    status = fields.String(load_default="success", validate=validate.OneOf(list(ITEM_ENDS)))
    syncErrorMessage = Text(required=False)  # noqa: N815 - as it is on the wire
    expense = SentExpense()


class BatchRowSchema(NestSchema):
    """A batch that has ended, in the words of the published pages."""

    id = Text()
    connectionId = Text()  # noqa: N815 - as it is on the wire
    status = fields.String(load_default="completed", validate=validate.OneOf(list(ENDS)))
    syncErrorMessage = Text(required=False)  # noqa: N815 - see above
    createdAt = Timestamp()  # noqa: N815 - see above
    completedAt = Timestamp()  # noqa: N815 - see above
    items = fields.List(fields.Nested(BatchItemRowSchema), required=True, validate=validate.Length(1))


def load_batches(workspace: Workspace, rows: list[Document]) -> None:
    """Put batches that have ended into a workspace, and what they wrote into its books, where these take it."""
    for row in rows:
        connection = connections.stored(workspace, row["connectionId"])
        ended = datetime.fromisoformat(row["completedAt"])
        status, reason = ENDS[row["status"]]
        sync = Sync(
            id=row["id"],
            ordinal=workspace.chance.ordinal("sync", connection["companyId"]),
            dialect=DIALECT,
            company=connection["companyId"],
            pace=PRESETS["instant"],
            created_at=datetime.fromisoformat(row["createdAt"]),
            connection=connection["id"],
            status=status,
            reason=reason,
            started_at=datetime.fromisoformat(row["createdAt"]),
            finished_at=ended,
            in_parts=True,
            message=row.get("syncErrorMessage"),
        )
        workspace.syncs.record_ended(
            sync, [_item(workspace, sync, place, item, ended) for place, item in enumerate(row["items"])]
        )
        for item in row["items"]:
            expenses.keep(workspace, connection, item["expense"]["id"], sync.created_at)


def _item(workspace: Workspace, sync: Sync, place: int, row: Document, ended: datetime) -> SyncItem:
    item = SyncItem(
        id=workspace.chance.derived_uuid("item", sync.id, place),
        sync=sync.id,
        dialect=DIALECT,
        company=sync.company,
        reference=row["expense"]["id"],
        record=row["expense"],
        status=ITEM_ENDS[row["status"]],
        message=row.get("syncErrorMessage"),
        changed_at=ended,
    )
    ledger = workspace.ledgers.find(sync.connection or "")
    if item.status is not ItemStatus.PUSHED or ledger is None:
        return item
    try:
        entry = entry_of(workspace, sync, item)
        posting = ledger.post(entry) if isinstance(entry, Entry) else None
    except LedgerRefusal:
        return item
    return item if posting is None else replace(item, ledger=ledger.id, posting=posting.id)
