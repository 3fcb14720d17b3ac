"""A company's defaults. Source: guide "Map transactions"."""

# ruff: noqa: N815 - members are spelled as they are on the wire

from marshmallow import fields

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text


class NamedReferenceSchema(NestSchema):
    """A row of the books; without a name where they do not have it."""

    id = Text()
    name = Text(required=False)


class ExpenseConfigSchema(NestSchema):
    """What is taken for what an expense leaves out."""

    companyId = Text()
    bankAccount = fields.Nested(NamedReferenceSchema)
    supplier = fields.Nested(NamedReferenceSchema)
    customer = fields.Nested(NamedReferenceSchema)
    defaultAccount = fields.Nested(NamedReferenceSchema)
    defaultTaxRate = fields.Nested(NamedReferenceSchema)
