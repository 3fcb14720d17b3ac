"""The document tells of a body what the rules ask."""

from copy import deepcopy

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from doubleentry.dialects.sync2books import SURFACE, bodies
from doubleentry.dialects.sync2books.schemas.bodies import CONTACTS_QUERY, CREATE_EXPENSES, described
from doubleentry.web.openapi import describe


def documented(schema):
    """Return the component that the document has of a schema."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda each: getattr(each, "__name__", type(each).__name__))
    spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
    spec.components.schema("it", schema=schema)
    return spec.to_dict()["components"]["schemas"]["it"]


def test_a_line_is_told_with_its_types_and_what_must_be_there():
    told = documented(described(bodies.EXPENSE_LINE))

    reference = {"$ref": "#/components/schemas/ReferenceSchema"}
    tracking, customer = ({"$ref": f"#/components/schemas/{name}ReferenceSchema"} for name in ("Tracking", "InvoiceTo"))
    assert told == {
        "type": "object",
        "properties": {
            "netAmount": {"type": "number", "examples": [100]},
            "taxAmount": {"type": "number", "examples": [10]},
            "taxRateRef": reference,
            "accountRef": reference,
            "trackingRefs": {"type": ["array", "null"], "items": tracking},
            "invoiceTo": {"anyOf": [customer, {"type": "null"}]},
        },
        "required": ["accountRef", "netAmount", "taxAmount", "taxRateRef"],
        "additionalProperties": True,
    }


@pytest.mark.parametrize(
    ("shape", "name", "told"),
    [
        (bodies.EXPENSE, "type", {"type": "string", "enum": ["Payment", "DirectCost"]}),
        (bodies.EXPENSE, "id", {"type": "string", "minLength": 1, "examples": ["exp-001"]}),
        (bodies.EXPENSE, "notes", {"type": ["string", "null"]}),
        (bodies.RETRY, "itemIds", {"type": ["array", "null"], "items": {"type": "string"}}),
        (
            bodies.ITEMS_RETRY,
            "syncItemIds",
            {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 100},
        ),
    ],
)
def test_a_members_rules_are_told_as_json_schema(shape, name, told):
    assert documented(described(shape))["properties"][name] == told


def test_a_query_has_no_null():
    assert documented(CONTACTS_QUERY)["properties"]["limit"] == {"type": "integer", "minimum": 1, "maximum": 100}


def test_expenses_are_told_as_one_or_an_array_of_at_least_one():
    one, many = CREATE_EXPENSES.described_as["anyOf"]

    assert (many["type"], many["minItems"], many["items"], one) == ("array", 1, one, described(bodies.EXPENSE))


def test_what_a_body_says_of_itself_is_the_same_for_every_document():
    before = deepcopy(CREATE_EXPENSES.described_as)

    documents = [describe(SURFACE, "1", "/") for _ in range(2)]

    assert documents[0] == documents[1]
    assert CREATE_EXPENSES.described_as == before
