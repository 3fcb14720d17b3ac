"""Imports: what an e-banking portal would bring in, as a sync of the engine.

The vendor documents no way to import, only what comes of it: a batch and its transactions, inserted together. What is
not given is made up from the seed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from doubleentry.dialects.built import businesses, php, statuses, validation
from doubleentry.dialects.built.businesses import DIALECT
from doubleentry.dialects.built.kinds import INCOME, KINDS, Kind
from doubleentry.dialects.built.rules import batches, columns
from doubleentry.dialects.built.wire import timestamp
from doubleentry.engine.books import LedgerRefusal
from doubleentry.engine.chance import derived
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.statuses import Abort, ItemStatus, Outcome, Taken
from doubleentry.engine.syncs import ItemOrder, Sync, SyncItem, SyncOrder
from doubleentry.engine.workspaces import Workspace

BATCH_RULES: Final[Mapping[str, Mapping[str, str]]] = {
    "income": {name: text.removeprefix("required|") for name, text in batches.INCOME_RULES.items()},
    "expense": {"description": "nullable|string|max:255"},
}
ITEM_RULES: Final[Mapping[str, Mapping[str, str]]] = {
    "income": {"amount": "numeric", "balance": "numeric", "narration": "nullable|string|max:255", "date": "date"},
    "expense": {
        "amount": "numeric",
        "narration": "nullable|string|max:255",
        "expenseAccountID": "integer",
        "paymentAccountID": "integer",
        "date": "date",
    },
}

NARRATIONS: Final[Mapping[str, Sequence[str]]] = {
    "income": ("MOMO COLLECTION", "CHQ DEPOSIT", "INWARD ACH CREDIT", "POS SETTLEMENT", "CASH DEPOSIT  ACCRA"),
    "expense": ("Fuel", "Office rent", "Stationery", "Airtime and data", "Courier", "Client lunch"),
}
INCOME_ACCOUNT: Final = 39
BANK_ACCOUNT: Final = 2
EXPENSE_ACCOUNT: Final = 13703
PAYMENT_ACCOUNT: Final = 124477


class BuiltImports:
    """How the control API brings in a batch."""

    kinds = tuple(KINDS)

    def submit(
        self, workspace: Workspace, kind: str, company: str | None, record: Document, items: Sequence[Document]
    ) -> Sync:
        """Queue an import; its transactions are named by their positions, from 1."""
        business = businesses.named(workspace, company)
        # Read as a body of the vendor's is: blank texts are none.
        record, *items = (php.trimmed(php.floats(given)) for given in (record, *items))
        today = workspace.clock.now().date()
        problems = _problems(("record",), BATCH_RULES[kind], record, today)
        for at, item in enumerate(items):
            problems += _problems(("items", at), ITEM_RULES[kind], item, today)
        if problems:
            raise InvalidInput(problems)
        number, seed = workspace.chance.ordinal("built import", str(business)), workspace.chance.seed
        kept = [{name: _kept(ITEM_RULES[kind], name, item[name]) for name in item} for item in items]
        order = SyncOrder(
            dialect=DIALECT,
            company=str(business),
            items=[
                ItemOrder(str(at), made_up(seed, KINDS[kind], f"import {business} {number} {at}", item, today))
                for at, item in enumerate(kept, 1)
            ],
            record={"kind": kind, "given": {name: _kept(BATCH_RULES[kind], name, record[name]) for name in record}},
        )
        return workspace.syncs.submit(order)


class BuiltRules:
    """What becomes of an import: whatever a portal gives is taken."""

    def prepare(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Abort | None:
        """Let it run."""
        del workspace, sync, items
        return None

    def judge(self, workspace: Workspace, sync: Sync, item: SyncItem) -> Taken:
        """Take every transaction."""
        del workspace, sync, item
        return Taken()

    def refused(self, workspace: Workspace, item: SyncItem, cause: LedgerRefusal | Outcome) -> str:
        """Word the refusal that a fault orders."""
        del workspace
        return (cause.message if isinstance(cause, Outcome) else None) or f"Transaction {item.reference} was not read."

    def conclude(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Document:
        """Insert the batch with the transactions that were taken; none of them, no batch."""
        taken = [item.record for item in items if item.status is ItemStatus.PUSHED]
        if not taken:
            return {"batch": None, "transactions": []}
        kind = KINDS[sync.record["kind"]]
        batch = _insert_batch(workspace, kind, int(sync.company), sync.record["given"], taken)
        ids = insert_transactions(workspace, kind, batch, taken, next_id(workspace, kind.transactions))
        return {"batch": batch["id"], "transactions": ids}

    def outcome(self, code: str) -> Outcome:
        """Return what one of our words for an import's end stands for."""
        return statuses.outcome(code)


def next_id(workspace: Workspace, collection: str) -> int:
    """Return the id of the next row of a table."""
    newest = workspace.store.find(collection, newest_first=True, limit=1)
    return newest[0]["id"] + 1 if newest else 1


def _insert_batch(workspace: Workspace, kind: Kind, business: int, given: Document, rows: list[Document]) -> Document:
    now = workspace.clock.now()
    at = timestamp(now)
    days = sorted(row["date"] for row in rows)
    head: Document = {"id": next_id(workspace, kind.batches)}
    if kind is INCOME:
        head |= {
            "from": given.get("from", days[0]),
            "to": given.get("to", days[-1]),
            "income_accountID": given.get("income_accountID", INCOME_ACCOUNT),
            "bank_accountID": given.get("bank_accountID", BANK_ACCOUNT),
        }
    else:
        head["total_amount"] = batches.total(rows)
    batch: Document = {
        **head,
        "description": given.get("description", f"{kind.word.title()} transactions imported on {now:%Y-%m-%d}"),
        "record_count": len(rows),
        "business_id": business,
        "deleted_at": None,
        "created_at": at,
        "updated_at": at,
    }
    workspace.store.insert(kind.batches, columns.key(batch["id"]), batch)
    return batch


def insert_transactions(
    workspace: Workspace, kind: Kind, batch: Document, records: Iterable[Document], first_id: int
) -> list[int]:
    """Put transactions into a batch, at the instant of the batch, and return their ids, which have no gaps."""
    at = batch["created_at"]
    ids = []
    for id, record in enumerate(records, first_id):
        row = {"id": id, "sync_id": batch["id"], **record, "deleted_at": None, "created_at": at, "updated_at": at}
        workspace.store.insert(kind.transactions, columns.key(id), row)
        ids.append(id)
    return ids


def made_up(seed: str, kind: Kind, name: str, given: Document, today: date) -> Document:
    """Return a transaction in the vendor's order of members: those given, over ones that are made up from a seed."""
    draw = derived(seed, "built transaction", name)
    narrations = NARRATIONS[kind.word]
    amount = int.from_bytes(draw[:3]) % 100_000 + 100
    is_income = kind is INCOME
    row: Document = {
        "amount": amount,
        **({"balance": 0} if is_income else {}),
        "narration": narrations[draw[3] % len(narrations)],
        **({} if is_income else {"expenseAccountID": EXPENSE_ACCOUNT, "paymentAccountID": PAYMENT_ACCOUNT}),
        "date": (today - timedelta(days=draw[4] % 28)).isoformat(),
    }
    return row | given


def _kept(rules: Mapping[str, str], field: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
    return columns.kept(rules[field], value)


def _problems(path: tuple[str | int, ...], rules: Mapping[str, str], given: Document, today: date) -> list[Problem]:
    known = ", ".join(rules)
    unknown = [
        Problem((*path, name), f"Not a known member. Known are: {known}.") for name in given if name not in rules
    ]
    found = validation.check(rules, given, today)
    return unknown + [Problem((*path, name), message) for name, told in found.items() for message in told]
