"""The bodies of requests and their query strings, as the document tells them; made from the table that decides."""

from functools import cache
from typing import Any, ClassVar, Final

from marshmallow import INCLUDE, Schema, fields

from doubleentry.dialects.sync2books import bodies
from doubleentry.dialects.sync2books.statuses import DOCS
from doubleentry.dialects.sync2books.validation import Field, Shape


class BodySchema(Schema):
    """Takes whatever is sent: `validation` says what fits."""

    class Meta:
        """What is not known is passed over, and the document says so."""

        unknown = INCLUDE


@cache
def described(shape: Shape, *, nullable: bool = True) -> type[Schema]:
    """Return the schema of a shape, for the document.

    Args:
        shape: The shape.
        nullable: Whether what is optional may be null: in a query string there is no null.
    """
    members = {each.name: _member(each, nullable=nullable and each.optional) for each in shape.fields}
    schema = BodySchema.from_dict(members, name=f"{shape.name}Schema")
    schema.__doc__ = shape.about
    return schema


def _member(each: Field, *, nullable: bool) -> fields.Field[Any]:
    told: dict[str, Any] = {}
    for rule in each.rules:
        told |= rule.told
    if each.example is not None:
        told["examples"] = [each.example]
    required = not each.optional
    if each.shape is None:
        if nullable:
            told |= {"type": [told["type"], "null"]} | ({"enum": [*told["enum"], None]} if "enum" in told else {})
        return fields.Raw(required=required, metadata=told)
    nested = described(each.shape)
    if each.many:
        return fields.List(fields.Nested(nested), required=required, allow_none=nullable, metadata=told)
    return fields.Nested(nested, required=required, allow_none=nullable)


class CreateExpensesSchema(BodySchema):
    """One expense, or an array of them.

    Attributes:
        described_as: What the API's document says in place of the fields.
    """

    described_as: ClassVar[dict[str, Any]] = {
        "anyOf": [
            described(bodies.EXPENSE),
            {"type": "array", "minItems": 1, "items": described(bodies.EXPENSE)},
        ]
    }


CREATE_EXPENSES: Final = CreateExpensesSchema()
CREATE_COMPANY: Final = described(bodies.NEW_COMPANY)()
UPDATE_COMPANY: Final = described(bodies.COMPANY_CHANGE)()
UPDATE_CONNECTION: Final = described(bodies.CONNECTION_CHANGE)()
UPDATE_EXPENSE_CONFIG: Final = described(bodies.EXPENSE_CONFIG)()
RETRY_BATCH: Final = described(bodies.RETRY)()
RETRY_ITEMS: Final = described(bodies.ITEMS_RETRY)()
CREATE_WEBHOOK_ENDPOINT: Final = described(bodies.NEW_ENDPOINT)()
UPDATE_WEBHOOK_ENDPOINT: Final = described(bodies.ENDPOINT_CHANGE)()
AUTH_URL_QUERY: Final = described(bodies.AUTH_URLS[DOCS], nullable=False)()
CONTACTS_QUERY: Final = described(bodies.CONTACTS_PAGE, nullable=False)()
TAX_RATES_QUERY: Final = described(bodies.TAX_RATES_SLICE, nullable=False)()
