"""Mapping options: the accounts, tax rates and tracking categories that an expense can refer to.

Source: Codat, schemas MappingOptions and its parts (2023 and current). Answers hold what either era has, because every
client ignores what it does not know, and those of 2023 fail where one of theirs is missing.
"""

from typing import Final

from marshmallow import validate

from doubleentry.dialects.codat.platforms import TransactionType
from doubleentry.dialects.codat.schemas.base import AnyNumber, CodatAnswer, Flag, Many, One, Text, Timestamp

ACCOUNT_TYPES: Final = ("Asset", "Liability", "Income", "Expense", "Equity")
VALID_FOR: Final = (
    "expense-transactions.Payment",
    "expense-transactions.Refund",
    "expense-transactions.Reward",
    "expense-transactions.Chargeback",
    "reimbursable-expense-transactions",
    "transfer-transactions",
    "adjustment-transactions",
)


def _valid_types() -> Many:
    return Many(
        Text(validate=validate.OneOf([str(kind) for kind in TransactionType])),
        required=True,
        validate=validate.Length(max=len(TransactionType)),
    )


class AccountMappingInfoSchema(CodatAnswer):
    """An account of the chart."""

    id = Text(required=True)
    nominal_code = Text(allow_none=True)
    name = Text(required=True)
    currency = Text(required=True)
    account_type = Text(required=True, validate=validate.OneOf(ACCOUNT_TYPES))
    fully_qualified_category = Text(metadata={"examples": ["Expense.DirectCosts"]})
    is_bank_account = Flag()
    valid_transaction_types = _valid_types()
    valid_for = Many(Text(validate=validate.OneOf(VALID_FOR)))


class TrackingCategoryMappingInfoSchema(CodatAnswer):
    """A tracking category, or the group that some are in."""

    id = Text(required=True)
    modified_date = Timestamp(allow_none=True)
    name = Text(required=True)
    has_children = Flag(required=True)
    parent_id = Text(allow_none=True)


class TaxRateMappingInfoSchema(CodatAnswer):
    """A tax rate, in per cent: compounded, and as the plain sum of its parts."""

    id = Text(required=True)
    name = Text(required=True)
    code = Text(required=True, allow_none=True)
    effective_tax_rate = AnyNumber(required=True)
    total_tax_rate = AnyNumber(required=True)
    valid_transaction_types = _valid_types()


class MappingOptionsSchema(CodatAnswer):
    """What an expense can refer to."""

    expense_provider = Text(required=True, allow_none=True, metadata={"examples": ["Partner Expense"]})
    accounts = Many(One(AccountMappingInfoSchema), required=True, allow_none=True)
    tracking_categories = Many(One(TrackingCategoryMappingInfoSchema), required=True, allow_none=True)
    tax_rates = Many(One(TaxRateMappingInfoSchema), required=True, allow_none=True)
