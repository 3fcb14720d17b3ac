"""Expenses, as they are shown. Source: guide "Create transactions"; what it does not show is inferred."""

# ruff: noqa: N815 - members are spelled as they are on the wire

from marshmallow import INCLUDE, fields, validate

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text, Timestamp
from doubleentry.dialects.sync2books.schemas.pages import PaginationSchema
from doubleentry.dialects.sync2books.statuses import EXPENSE_WORDS


class ExpensesCreatedSchema(NestSchema):
    """The batch that expenses are pushed in, and how many they are."""

    syncBatchId = Text()
    totalExpenses = fields.Integer(required=True, validate=validate.Range(1))


class ExpenseSchema(NestSchema):
    """An expense: the members that were sent, and how it stands."""

    class Meta:
        """What was sent is in it as it was sent."""

        unknown = INCLUDE

    id = Text()
    companyId = Text()
    connectionId = Text()
    syncStatus = fields.String(required=True, validate=validate.OneOf(sorted(set(EXPENSE_WORDS.values()))))
    syncBatchId = Text()
    syncError = Text(allow_none=True)
    bookId = Text(allow_none=True)
    createdAt = Timestamp()
    updatedAt = Timestamp()
    lastSyncAt = Timestamp(allow_none=True)


class ExpensesSchema(NestSchema):
    """A page of expenses."""

    expenses = fields.List(fields.Nested(ExpenseSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)
