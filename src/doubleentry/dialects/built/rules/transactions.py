"""Transactions of batches: changed and removed one by one.

Source: guide "Sync Transactions", samples of both removals; the fields of an update are by analogy (inferred).
"""

from collections.abc import Mapping
from typing import Any, Final

from doubleentry.dialects.built import validation
from doubleentry.dialects.built.kinds import EXPENSE, Kind
from doubleentry.dialects.built.rules import batches, columns, telling
from doubleentry.dialects.built.wire import timestamp
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.workspaces import Workspace

EXPENSE_RULES: Final[Mapping[str, str]] = {
    "amount": "required|numeric",
    "narration": "nullable|string|max:255",
    "expenseAccountID": "required|integer",
    "paymentAccountID": "required|integer",
    "date": "required|date",
}
"""Field → rules, by analogy with paid expenses (inferred)."""


def get(workspace: Workspace, business: int, kind: Kind, id: str) -> Document:
    """Return a live transaction of a business; whose it is, its batch tells.

    Raises:
        NotFound: There is none; an id that is no number is one that is not there.
    """
    row = workspace.store.get(kind.transactions, columns.key(id)) if columns.is_id(id) else None
    if row is None or row["deleted_at"] is not None or batches.find(workspace, business, kind, row["sync_id"]) is None:
        raise NotFound(kind.transaction, id)
    return row


def update(workspace: Workspace, business: int, id: str, given: Mapping[str, Any]) -> Document:
    """Change an expense transaction and return it as the answer shows it: the fields in the types that were sent.

    Raises:
        InvalidInput: A field does not fit; that is looked at first.
        NotFound: There is no such transaction.
    """
    now = workspace.clock.now()
    rules = columns.rules(workspace, EXPENSE_RULES)
    validation.require(rules, given, now.date())
    row = get(workspace, business, EXPENSE, id)
    change = columns.change(row, given, rules)
    if change.is_dirty:
        change = change.at(timestamp(now))
        workspace.store.put(EXPENSE.transactions, columns.key(row["id"]), change.kept)
        batches.recount(workspace, EXPENSE, row["sync_id"], timestamp(now))
    telling.tell(workspace, business, f"{EXPENSE.transaction_channel}.updated", change.shown)
    return change.shown


def remove(workspace: Workspace, business: int, kind: Kind, id: str) -> Document:
    """Remove a transaction and return it; it stays in the table, marked with the instant.

    Raises:
        NotFound: There is none, or it was removed before.
    """
    row = get(workspace, business, kind, id)
    at = timestamp(workspace.clock.now())
    removed = {**row, "deleted_at": at, "updated_at": at}
    workspace.store.put(kind.transactions, columns.key(row["id"]), removed)
    batches.recount(workspace, kind, row["sync_id"], at)
    telling.tell(workspace, business, f"{kind.transaction_channel}.deleted", removed)
    return removed
