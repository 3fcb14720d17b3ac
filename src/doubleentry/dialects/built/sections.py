"""What the vendor's part of a fixture file may hold, how it gets into a workspace, and how one of any size is made."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from marshmallow import fields, pre_load, validate

from doubleentry.dialects.base import Section
from doubleentry.dialects.built import businesses
from doubleentry.dialects.built.businesses import DIALECT, ENVIRONMENTS, STAGING
from doubleentry.dialects.built.kinds import EXPENSE, INCOME, Kind
from doubleentry.dialects.built.rules import batches, imports
from doubleentry.dialects.built.rules.columns import key
from doubleentry.dialects.built.schemas.base import BuiltSchema, Id
from doubleentry.dialects.built.schemas.records import (
    SyncExpenseSchema,
    SyncExpenseTransactionSchema,
    SyncIncomeSchema,
    SyncIncomeTransactionSchema,
)
from doubleentry.dialects.built.wire import timestamp
from doubleentry.engine.chance import derived
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.host import key_document

SHOWABLE: Final = r"[^@,\s]+\Z"
UNSHOWABLE: Final = "A key has no blank, no comma and no @: what is shown would be read as another."
BEGINNING: Final = date(2023, 1, 2)
"""The day of the first generated batch; one comes each day."""


class BusinessRowSchema(BuiltSchema):
    """A business with its keys."""

    id = Id()
    environment = fields.String(load_default=STAGING, validate=validate.OneOf(ENVIRONMENTS))
    tokens = fields.List(fields.String(validate=validate.Regexp(SHOWABLE, error=UNSHOWABLE)), load_default=list)


class _Row:
    """Mixed into the shape of a record: what goes without saying may be left out, and instants may be relative."""

    @pre_load
    def fill_in(self, row: Any, **_kwargs: object) -> Any:  # noqa: ANN401 - whatever the file holds
        """Return a row with its three instants."""
        if not isinstance(row, Mapping):
            return row
        created = row.get("created_at")
        full = {"deleted_at": None, "updated_at": created, **row}
        return {name: _whole_seconds(value) if name in _INSTANTS else value for name, value in full.items()}


_INSTANTS: Final = frozenset({"created_at", "updated_at", "deleted_at"})


class SyncIncomeRowSchema(_Row, SyncIncomeSchema):
    """An income batch as it is listed."""


class SyncExpenseRowSchema(_Row, SyncExpenseSchema):
    """An expense batch as it is listed."""


class SyncIncomeTransactionRowSchema(_Row, SyncIncomeTransactionSchema):
    """A transaction of an income batch."""


class SyncExpenseTransactionRowSchema(_Row, SyncExpenseTransactionSchema):
    """A transaction of an expense batch."""


def load_businesses(workspace: Workspace, rows: list[Document]) -> None:
    """Put businesses and their keys into a workspace."""
    for row in rows:
        id = str(row["id"])
        workspace.store.put(businesses.COLLECTION, id, {"id": row["id"], "environment": row["environment"]})
        for token in row["tokens"]:
            workspace.store.put("keys", f"{DIALECT}/{token}", key_document(DIALECT, token, id))


def _loader(kind: Kind, schema: type[BuiltSchema], *, of_batches: bool) -> Callable[[Workspace, list[Document]], None]:
    order = [bound.data_key or name for name, bound in schema().load_fields.items()]

    def load(workspace: Workspace, rows: list[Document]) -> None:
        collection = kind.batches if of_batches else kind.transactions
        # In the order of their ids, in which they also grow: a list is read from its end.
        for row in sorted(rows, key=lambda row: row["id"]):
            loaded = {"from" if name == "from_" else name: value for name, value in row.items()}
            workspace.store.insert(collection, key(row["id"]), {name: loaded[name] for name in order})
        if of_batches:
            _make_up_the_rest(workspace, kind)

    return load


def _make_up_the_rest(workspace: Workspace, kind: Kind) -> None:
    """Put in the transactions that batches count and the file does not list, so that totals agree."""
    listed: dict[int, list[Document]] = defaultdict(list)
    for row in workspace.store.find(kind.transactions):
        if row["deleted_at"] is None:
            listed[row["sync_id"]].append(row)
    next_id = imports.next_id(workspace, kind.transactions)
    for batch in workspace.store.find(kind.batches):
        made_up = list(_made_up(workspace, kind, batch, listed[batch["id"]]))
        next_id += len(imports.insert_transactions(workspace, kind, batch, made_up, next_id))


def _made_up(workspace: Workspace, kind: Kind, batch: Document, listed: list[Document]) -> Iterator[Document]:
    """Return the transactions that a batch counts beside those that are listed."""
    missing = batch["record_count"] - len(listed)
    amounts = _amounts(batch, listed, missing) if kind.has_total else None
    seed, day = workspace.chance.seed, datetime.fromisoformat(batch["created_at"]).date()
    for place in range(missing):
        given = {} if amounts is None else {"amount": amounts[place]}
        yield imports.made_up(seed, kind, f"{kind.word} {batch['id']} {place}", given, day)


def _amounts(batch: Document, rows: list[Document], missing: int) -> list[int | Decimal]:
    """Return amounts that make up what a batch's listed transactions lack of its total."""
    if missing <= 0:
        return []
    rest = Decimal(str(batch["total_amount"])) - Decimal(str(batches.total(rows)))
    share = rest // missing
    amounts = [share] * (missing - 1) + [rest - share * (missing - 1)]
    return [int(amount) if amount == amount.to_integral_value() else amount for amount in amounts]


def _whole_seconds(value: object) -> object:
    """Return an instant as the vendor prints it; what is none is left for the schema to refuse."""
    if not isinstance(value, str):
        return value
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return timestamp(instant.astimezone(UTC)) if instant.tzinfo is not None else value


def generate(seed: str, size: int, items: int) -> dict[str, list[Document]]:
    """Return sections with so many batches of each kind, of so many transactions each; always the same for a seed."""
    incomes, expenses = [], []
    for number in range(1, size + 1):
        draw = derived(seed, "built batch", str(number))
        day = BEGINNING + timedelta(days=number - 1)
        at = f"{day}T{draw[0] % 24:02}:{draw[1] % 60:02}:{draw[2] % 60:02}.000000Z"
        common: Document = {"record_count": items, "business_id": businesses.FIRST, "created_at": at}
        incomes.append(
            {
                "id": number,
                "from": str(day - timedelta(days=draw[3] % 28)),
                "to": str(day),
                "income_accountID": imports.INCOME_ACCOUNT,
                "bank_accountID": imports.BANK_ACCOUNT,
                "description": f"Income transactions imported on {day}",
                **common,
            }
        )
        narration = imports.NARRATIONS["expense"][draw[4] % len(imports.NARRATIONS["expense"])]
        total = (int.from_bytes(draw[5:8]) % 10_000 + 1) * items
        expenses.append({"id": number, "total_amount": total, "description": f"{narration}, {day:%B %Y}", **common})
    return {
        "businesses": [{"id": businesses.FIRST}],
        "sync_incomes": incomes,
        "sync_expenses": expenses,
    }


def _section(kind: Kind, schema: type[BuiltSchema], *, of_batches: bool) -> Section:
    refers = {"business_id": "businesses"} if of_batches else {"sync_id": f"sync_{kind.word}s"}
    return Section(schema, _loader(kind, schema, of_batches=of_batches), key="id", refers=refers)


SECTIONS: Final[Mapping[str, Section]] = {
    "businesses": Section(BusinessRowSchema, load_businesses, key="id"),
    # Before the batches, which count on them.
    "sync_income_transactions": _section(INCOME, SyncIncomeTransactionRowSchema, of_batches=False),
    "sync_expense_transactions": _section(EXPENSE, SyncExpenseTransactionRowSchema, of_batches=False),
    "sync_incomes": _section(INCOME, SyncIncomeRowSchema, of_batches=True),
    "sync_expenses": _section(EXPENSE, SyncExpenseRowSchema, of_batches=True),
}
