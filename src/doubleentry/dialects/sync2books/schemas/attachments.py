"""Receipts. Source: guide "Upload receipts"."""

# ruff: noqa: N815 - members are spelled as they are on the wire

from marshmallow import fields, validate

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text, Timestamp


class AttachmentSchema(NestSchema):
    """A file that is kept with an expense."""

    id = Text()
    fileName = Text()
    contentType = Text()
    size = fields.Integer(required=True)
    category = fields.String(required=True, validate=validate.OneOf(["Expense", "Bill", "Invoice", "Quote"]))
    note = Text(allow_none=True, empty=True)
    includeOnSend = fields.Boolean(required=True)
    connectionId = Text()
    syncId = Text()
    transactionId = Text()
    entityBookId = Text(allow_none=True)
    createdAt = Timestamp()
