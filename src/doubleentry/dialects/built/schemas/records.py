"""Batches and their transactions, in the vendor's order of members. Source: guide "Sync Transactions"."""

from marshmallow import fields, validate

from doubleentry.dialects.built.schemas.base import Amount, BuiltSchema, Day, Id, Timestamp, Whole


class SyncIncomeSchema(BuiltSchema):
    """An income batch."""

    id = Id()
    from_ = Day(data_key="from")
    to = Day()
    income_accountID = Whole(required=True)  # noqa: N815 - the vendor's spelling
    bank_accountID = Whole(required=True)  # noqa: N815 - see above
    description = fields.String(required=True, allow_none=True)
    record_count = Whole(required=True, validate=validate.Range(0))
    business_id = Id()
    deleted_at = Timestamp(allow_none=True)
    created_at = Timestamp()
    updated_at = Timestamp()


class SyncExpenseSchema(BuiltSchema):
    """An expense batch."""

    id = Id()
    total_amount = Amount()
    description = fields.String(required=True, allow_none=True)
    record_count = Whole(required=True, validate=validate.Range(0))
    business_id = Id()
    deleted_at = Timestamp(allow_none=True)
    created_at = Timestamp()
    updated_at = Timestamp()


class SyncIncomeTransactionSchema(BuiltSchema):
    """A transaction of an income batch."""

    id = Id()
    sync_id = Id()
    amount = Amount()
    balance = Amount()
    narration = fields.String(required=True, allow_none=True)
    date = Day()
    deleted_at = Timestamp(allow_none=True)
    created_at = Timestamp()
    updated_at = Timestamp()


class SyncExpenseTransactionSchema(BuiltSchema):
    """A transaction of an expense batch."""

    id = Id()
    sync_id = Id()
    amount = Amount()
    narration = fields.String(required=True, allow_none=True)
    expenseAccountID = Whole(required=True)  # noqa: N815 - the vendor's spelling
    paymentAccountID = Whole(required=True)  # noqa: N815 - see above
    date = Day()
    deleted_at = Timestamp(allow_none=True)
    created_at = Timestamp()
    updated_at = Timestamp()
