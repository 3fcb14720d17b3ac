"""Batches: what was imported together.

Source: guide "Sync Transactions", samples of both lists; what follows from a change of a transaction is inferred.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from doubleentry.dialects.built import validation
from doubleentry.dialects.built.kinds import INCOME, Kind
from doubleentry.dialects.built.rules import columns, telling
from doubleentry.dialects.built.wire import timestamp
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.workspaces import Workspace

INCOME_RULES: Final[Mapping[str, str]] = {
    "from": "required|date",
    "to": "required|date",
    "income_accountID": "required|integer",
    "bank_accountID": "required|integer",
    "description": "nullable|string|max:255",
}
"""Field → rules, by analogy with other incomes (inferred). ``to`` may be before ``from``, as in batch 14."""


def page(workspace: Workspace, business: int, kind: Kind, number: int, size: int) -> tuple[list[Document], int]:
    """Return the live batches of a page, the newest first, and how many there are over all pages."""
    where: dict[str, int | None] = {"business_id": business, "deleted_at": None}
    total = workspace.store.count(kind.batches, where)
    offset = (number - 1) * size
    if offset >= total:
        return [], total
    # Ids grow in the order of insertion.
    return workspace.store.find(kind.batches, where, newest_first=True, offset=offset, limit=size), total


def get(workspace: Workspace, business: int, kind: Kind, id: str) -> Document:
    """Return a live batch of a business.

    Raises:
        NotFound: There is none; an id that is no number is one that is not there.
    """
    batch = find(workspace, business, kind, id) if columns.is_id(id) else None
    if batch is None:
        raise NotFound(kind.batch, id)
    return batch


def find(workspace: Workspace, business: int, kind: Kind, id: str | int) -> Document | None:
    """Return a live batch of a business, or None."""
    batch = workspace.store.get(kind.batches, columns.key(id))
    if batch is None or batch["business_id"] != business or batch["deleted_at"] is not None:
        return None
    return batch


def update(workspace: Workspace, business: int, id: str, given: Mapping[str, Any]) -> Document:
    """Change an income batch and return it as the answer shows it: the fields in the types that were sent.

    Raises:
        InvalidInput: A field does not fit; that is looked at first.
        NotFound: There is no such batch.
    """
    now = workspace.clock.now()
    rules = columns.rules(workspace, INCOME_RULES)
    validation.require(rules, given, now.date())
    batch = get(workspace, business, INCOME, id)
    change = columns.change(batch, given, rules)
    if change.is_dirty:
        change = change.at(timestamp(now))
        workspace.store.put(INCOME.batches, columns.key(batch["id"]), change.kept)
    telling.tell(workspace, business, f"{INCOME.batch_channel}.updated", change.shown)
    return change.shown


def recount(workspace: Workspace, kind: Kind, id: int, at: str) -> None:
    """Let a batch's totals follow its live transactions, unless that is turned off."""
    batch = workspace.store.get(kind.batches, columns.key(id))
    if batch is None or workspace.setting("built.recount") == "off":
        return
    live = workspace.store.find(kind.transactions, {"sync_id": id, "deleted_at": None})
    totals: Document = {"record_count": len(live), "updated_at": at}
    if kind.has_total:
        totals["total_amount"] = total(live)
    workspace.store.put(kind.batches, columns.key(id), {**batch, **totals})


def total(transactions: list[Document]) -> int | Decimal:
    """Return the sum of amounts, whole where it is."""
    amount = sum((Decimal(str(row["amount"])) for row in transactions), Decimal(0))
    return int(amount) if amount == amount.to_integral_value() else amount
