"""Mapping options: what an expense can refer to.

Source: Codat API (2023 and current), get-mapping-options; guide samples.
"""

from collections.abc import Mapping
from typing import Final

from doubleentry.dialects.codat.platforms import ALL_TYPES, CARD_TYPES, PLATFORMS, TransactionType
from doubleentry.dialects.codat.rules import companies, connections
from doubleentry.engine.books import Account, AccountType, Category, TaxRate
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.workspaces import Workspace

PROVIDER: Final = "Partner Expense"

_BALANCE_TYPES: Final = frozenset(
    {
        TransactionType.REWARD,
        TransactionType.TRANSFER_IN,
        TransactionType.TRANSFER_OUT,
        TransactionType.ADJUSTMENT_IN,
        TransactionType.ADJUSTMENT_OUT,
    }
)
VALID_TYPES: Final[Mapping[AccountType, frozenset[TransactionType]]] = {
    AccountType.EXPENSE: CARD_TYPES,
    AccountType.ASSET: _BALANCE_TYPES,
    AccountType.LIABILITY: _BALANCE_TYPES,
    AccountType.INCOME: frozenset({TransactionType.REWARD}),
    AccountType.EQUITY: frozenset({TransactionType.ADJUSTMENT_IN, TransactionType.ADJUSTMENT_OUT}),
}
"""What an account of a type is good for. Expense and asset follow the guide's samples, the others are inferred."""


def get(workspace: Workspace, company_id: str) -> Document:
    """Return what the company's expenses can refer to: what its ledger has in use.

    An unlinked connection keeps showing what was read while it was linked.

    Raises:
        NotFound: The company is not there, or was never linked to a ledger (the latter is inferred).
    """
    companies.get(workspace, company_id)
    connection = connections.accounting(workspace, company_id)
    ledger = connections.ledger_of(workspace, company_id)
    if connection is None or ledger is None:
        raise NotFound("mapping options", company_id)
    platform = PLATFORMS[connection["integrationKey"]]
    listed = ALL_TYPES if workspace.setting("codat.valid-types") == "eight" else CARD_TYPES
    types = platform.transaction_types & listed
    categories = [category for category in ledger.categories() if category.active]
    parents = {category.parent for category in categories}
    return {
        "expenseProvider": PROVIDER,
        "accounts": [_account(account, types, ledger.currency) for account in ledger.accounts() if account.active],
        "trackingCategories": [_category(each, has_children=each.id in parents, at=connection) for each in categories],
        "taxRates": [_tax_rate(rate, types) for rate in ledger.tax_rates() if rate.active],
    }


def _account(account: Account, types: frozenset[TransactionType], currency: str) -> Document:
    valid = _in_order(types & VALID_TYPES[account.type])
    return {
        "id": account.id,
        "nominalCode": account.code,
        "name": account.name,
        "currency": account.currency or currency,
        "accountType": account.type.value,
        "fullyQualifiedCategory": account.category or account.type.value,
        "isBankAccount": account.bank,
        "validTransactionTypes": valid,
        "validFor": [f"expense-transactions.{kind}" for kind in valid if kind in set(CARD_TYPES)],
    }


def _category(category: Category, *, has_children: bool, at: Document) -> Document:
    return {
        "id": category.id,
        "modifiedDate": at["lastSync"] or at["created"],
        "name": category.name,
        "hasChildren": has_children,
        "parentId": category.parent,
    }


def _tax_rate(rate: TaxRate, types: frozenset[TransactionType]) -> Document:
    return {
        "id": rate.id,
        "name": rate.name,
        "code": rate.code,
        "effectiveTaxRate": rate.effective_rate,
        "totalTaxRate": rate.total_rate,
        "validTransactionTypes": _in_order(types),
    }


def _in_order(types: frozenset[TransactionType]) -> list[str]:
    return [kind.value for kind in TransactionType if kind in types]
