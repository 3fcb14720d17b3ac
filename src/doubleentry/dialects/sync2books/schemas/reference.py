"""What the books have. Source: guides "Map transactions" and "QuickBooks Online reference"."""

# ruff: noqa: N815 - members are spelled as they are on the wire

from typing import Any

from marshmallow import Schema, fields, validate

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text

STATUSES = ("Active", "Inactive")


class _Status(fields.String):
    def __init__(self) -> None:
        super().__init__(required=True, validate=validate.OneOf(STATUSES))


class _Percent(fields.Raw):
    def __init__(self) -> None:
        super().__init__(required=True, metadata={"type": "number"})


class AccountSchema(NestSchema):
    """An account."""

    id = Text()
    name = Text()
    type = Text()
    subType = Text(required=False)
    fullyQualifiedName = Text()
    status = _Status()


class TaxRateSchema(NestSchema):
    """A tax rate, in percent."""

    id = Text()
    name = Text()
    rate = _Percent()
    status = _Status()
    effectiveTaxRate = _Percent()
    totalTaxRate = _Percent()
    displayName = Text()
    connectionId = Text()
    bookType = Text()


class ContactSchema(NestSchema):
    """A supplier or a customer."""

    id = Text()
    name = Text()
    status = _Status()


class FoundContactSchema(ContactSchema):
    """A supplier or a customer that a query finds."""

    bookId = Text()
    bookType = Text()


class FoundSupplierSchema(FoundContactSchema):
    """A supplier that a query finds."""

    supplierName = Text()


class TaxRateReferenceSchema(NestSchema):
    """A tax rate by its id."""

    id = Text()
    name = Text()


class TaxCodeSchema(TaxRateSchema):
    """A tax code: what a line is given, and which rates it stands for."""

    bookId = Text()
    active = fields.Boolean(required=True)
    taxable = fields.Boolean(required=True)
    taxGroup = fields.Boolean(required=True)
    salesTaxRateRefs = fields.List(fields.Nested(TaxRateReferenceSchema), required=True)
    purchaseTaxRateRefs = fields.List(fields.Nested(TaxRateReferenceSchema), required=True)


class OptionSchema(NestSchema):
    """An option of a tracking category."""

    id = Text()
    name = Text()


class TrackingCategorySchema(NestSchema):
    """A tracking category."""

    id = Text()
    name = Text()
    options = fields.List(fields.Nested(OptionSchema), required=True)


class MappedAccountSchema(NestSchema):
    """An account that a line can be mapped to."""

    id = Text()
    name = Text()
    code = Text(required=False)
    accountType = Text()
    isExpense = fields.Boolean(required=True)


class MappedTaxSchema(NestSchema):
    """A tax rate that a line can be mapped to."""

    id = Text()
    name = Text()
    description = Text(required=False)
    usableForPurchases = fields.Boolean(required=True)


class MappingOptionsSchema(NestSchema):
    """What the lines of a bill can be mapped to."""

    integrationKey = Text()
    accounts = fields.List(fields.Nested(MappedAccountSchema), required=True)
    taxes = fields.List(fields.Nested(MappedTaxSchema), required=True)
    warnings = fields.List(Text(), required=True)


def list_of(row: type[Schema], member: str, name: str) -> Schema:
    """Return the shape of a whole list, which stands in a member of its own."""
    return _with_rows(row, member, name, {})


def slice_of(row: type[Schema], member: str, name: str) -> Schema:
    """Return the shape of some rows after some others."""
    numbers = {each: fields.Integer(required=True) for each in ("total", "limit", "offset")}
    return _with_rows(row, member, name, {**numbers, "hasMore": fields.Boolean(required=True)})


def page_of(row: type[Schema], member: str, name: str) -> Schema:
    """Return the shape of a page."""
    numbers = {each: fields.Integer(required=True) for each in ("total", "page", "limit", "totalPages")}
    return _with_rows(row, member, name, {**numbers})


def _with_rows(row: type[Schema], member: str, name: str, others: dict[str, fields.Field[Any]]) -> Schema:
    members: dict[str, fields.Field[Any]] = {member: fields.List(fields.Nested(row), required=True), **others}
    return NestSchema.from_dict(members, name=f"{name}Schema")()
