"""What an update takes, as the document tells it; the framework's rules decide.

Numbers may be sent as text: the framework reads what is sent by its rules, and forms have nothing but text.
"""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import INCLUDE, fields

from doubleentry.dialects.built.schemas.base import DAY_FORMAT, BuiltSchema

LONGEST_TEXT: Final = 255
WHOLE: Final[Mapping[str, Any]] = {
    "anyOf": [
        {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
        {"type": "string", "pattern": r"^[+-]?(?:0|[1-9][0-9]{0,17})$"},
        {"const": True},
    ],
    "examples": [39],
}
NUMBER: Final[Mapping[str, Any]] = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:[eE][+-]?[0-9]{1,2})?$"},
    ],
    "examples": [110],
}
DAY: Final[Mapping[str, Any]] = {"type": "string", **DAY_FORMAT}
TEXT: Final[Mapping[str, Any]] = {"type": ["string", "null"], "maxLength": LONGEST_TEXT}


def _required(told: Mapping[str, Any]) -> fields.Raw:
    return fields.Raw(required=True, metadata=dict(told))


class UpdateSchema(BuiltSchema):
    """What is not known is passed over."""

    class Meta:
        """So it is in the document."""

        unknown = INCLUDE


class SyncIncomeUpdateSchema(UpdateSchema):
    """The fields of an income batch that can be changed."""

    from_ = fields.Raw(required=True, data_key="from", metadata=dict(DAY))
    to = _required(DAY)
    income_accountID = _required(WHOLE)  # noqa: N815 - the vendor's spelling
    bank_accountID = _required(WHOLE)  # noqa: N815 - see above
    description = fields.Raw(metadata=dict(TEXT))


class SyncExpenseTransactionUpdateSchema(UpdateSchema):
    """The fields of an expense transaction that can be changed."""

    amount = _required(NUMBER)
    narration = fields.Raw(metadata=dict(TEXT))
    expenseAccountID = _required(WHOLE)  # noqa: N815 - the vendor's spelling
    paymentAccountID = _required(WHOLE)  # noqa: N815 - see above
    date = _required(DAY)


class UpdatedSyncIncomeSchema(SyncIncomeUpdateSchema):
    """An income batch as an update shows it: changed fields in the types that were sent."""

    id = fields.Integer(required=True)
    description = _required(TEXT)
    record_count = fields.Integer(required=True)
    business_id = fields.Integer(required=True)
    deleted_at = fields.String(required=True, allow_none=True)
    created_at = fields.String(required=True)
    updated_at = fields.String(required=True)


class UpdatedSyncExpenseTransactionSchema(SyncExpenseTransactionUpdateSchema):
    """An expense transaction as an update shows it: changed fields in the types that were sent."""

    id = fields.Integer(required=True)
    sync_id = fields.Integer(required=True)
    narration = _required(TEXT)
    deleted_at = fields.String(required=True, allow_none=True)
    created_at = fields.String(required=True)
    updated_at = fields.String(required=True)
