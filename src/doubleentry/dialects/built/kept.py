"""What Built's rows must have: asked of a snapshot that was written elsewhere."""

from decimal import Decimal
from typing import Final

from msgspec import Struct

from doubleentry.dialects.built import businesses
from doubleentry.dialects.built.kinds import EXPENSE, INCOME
from doubleentry.engine.shapes import Shapes


class _Business(Struct):
    id: int
    environment: str


class _Row(Struct):
    id: int
    deleted_at: str | None
    created_at: str
    updated_at: str


class _Batch(_Row):
    description: str | None
    record_count: int
    business_id: int


class _IncomeBatch(_Batch, rename={"from_": "from"}):
    from_: str
    to: str
    income_accountID: int  # noqa: N815 - the vendor's spelling
    bank_accountID: int  # noqa: N815 - see above


class _ExpenseBatch(_Batch):
    total_amount: Decimal


class _Transaction(_Row):
    sync_id: int
    amount: Decimal
    narration: str | None
    date: str


class _IncomeTransaction(_Transaction):
    balance: Decimal


class _ExpenseTransaction(_Transaction):
    expenseAccountID: int  # noqa: N815 - the vendor's spelling
    paymentAccountID: int  # noqa: N815 - see above


SHAPES: Final[Shapes] = {
    businesses.COLLECTION: _Business,
    INCOME.batches: _IncomeBatch,
    EXPENSE.batches: _ExpenseBatch,
    INCOME.transactions: _IncomeTransaction,
    EXPENSE.transactions: _ExpenseTransaction,
}
