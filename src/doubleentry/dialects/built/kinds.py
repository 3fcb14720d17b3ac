"""The two kinds of imports, side by side: what they are kept in, called and counted by.

Source: guide "Sync Transactions". Equal ids occur across kinds: each has sequences of its own (inferred).
"""

from typing import Final

from msgspec import Struct


class Kind(Struct, frozen=True):
    """One kind of import: a batch, and its transactions.

    Attributes:
        word: What the control API calls it.
        batches: The collection of its batches.
        transactions: The collection of its transactions.
        batch: What one batch is called, in refusals.
        transaction: What one transaction is called there.
        batch_channel: Where changes of a batch are told, by our extension.
        transaction_channel: Where changes of a transaction are told.
        has_total: Whether a batch tells the sum of its transactions.
    """

    word: str
    batches: str
    transactions: str
    batch: str
    transaction: str
    batch_channel: str
    transaction_channel: str
    has_total: bool


INCOME: Final = Kind(
    word="income",
    batches="built sync incomes",
    transactions="built sync income transactions",
    batch="sync income",
    transaction="sync income transaction",
    batch_channel="sync_incomes",
    transaction_channel="sync_income_transactions",
    has_total=False,
)
EXPENSE: Final = Kind(
    word="expense",
    batches="built sync expenses",
    transactions="built sync expense transactions",
    batch="sync expense",
    transaction="sync expense transaction",
    batch_channel="sync_expenses",
    transaction_channel="sync_expense_transactions",
    has_total=True,
)
PER_PAGE: Final = 50
"""How many batches a page has, whatever is asked for."""

KINDS: Final = {kind.word: kind for kind in (INCOME, EXPENSE)}
