"""What is told of bodies that do not fit: the framework's words, field by field."""

from copy import deepcopy
from decimal import Decimal

import pytest

from doubleentry.dialects.sync2books import bodies
from doubleentry.dialects.sync2books.pagination import PAGE
from doubleentry.dialects.sync2books.validation import check, require, require_each, whole
from doubleentry.engine.documents import decode
from doubleentry.engine.errors import InvalidInput

MISSING = object()
URLS = ("https://example.com", "http://localhost:9/x?y=1", "http://[::1]:9/", "http://me:secret@10.0.0.1/#a")
NO_URLS = ("nowhere", "ftp://example.com", "http://", "http://a b", "http://a/\n", 5)
NUMBER = "must be a number conforming to the specified constraints"
NAMED = ("should not be empty", "must be a string")
NO_LINES = ["lines must contain at least 1 elements", "lines must be an array"]
NO_LINE = "each value in nested property lines must be either object or array"
NO_REFERENCE = "lines.0.nested property accountRef must be either object or array"
NO_BANK_ACCOUNT = [f"bankAccountRef.id {says}" for says in NAMED]
LINE = {"netAmount": 100, "taxAmount": 10, "taxRateRef": {"id": "tax-10"}, "accountRef": {"id": "64"}}
EXPENSE = {
    "id": "exp-001",
    "type": "Payment",
    "issueDate": "2026-01-05T00:00:00Z",
    "currency": "USD",
    "currencyRate": 1,
    "merchantName": "Office Supplies Co",
    "lines": [LINE],
}


def told(shape, body, **options):
    return [problem.message for problem in check(shape, body, **options)]


def changed(body, path, value):
    """Return a copy of a body with one member changed or taken away: ``lines.0.netAmount``."""
    copy = deepcopy(body)
    *way, last = path.split(".")
    part = copy
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part.setdefault(step, {})
    if value is MISSING:
        part.pop(last, None)
    elif isinstance(part, list):
        part[int(last)] = value
    else:
        part[last] = value
    return copy


def whole_expense():
    """Return an expense with every member that one can have."""
    line = {
        **LINE,
        "trackingRefs": [{"id": "class-1", "dataType": "trackingCategories"}],
        "invoiceTo": {"id": "customer-456", "type": "Customer"},
    }
    return {
        **EXPENSE,
        "contactRef": {"id": "supplier-123", "type": "Supplier"},
        "bankAccountRef": {"id": "41"},
        "lines": [line],
        "notes": "Paper",
        "postAsDraft": True,
    }


@pytest.mark.parametrize("body", [EXPENSE, whole_expense()])
def test_what_fits_is_told_nothing(body):
    assert told(bodies.EXPENSE, body) == []


@pytest.mark.parametrize(
    ("path", "value", "messages"),
    [
        ("id", MISSING, [f"id {says}" for says in NAMED]),
        ("id", None, [f"id {says}" for says in NAMED]),
        ("id", "", ["id should not be empty"]),
        ("id", 7, ["id must be a string"]),
        ("type", MISSING, ["type must be one of the following values: Payment, DirectCost"]),
        ("type", "Transfer", ["type must be one of the following values: Payment, DirectCost"]),
        ("type", ["Payment"], ["type must be one of the following values: Payment, DirectCost"]),
        ("issueDate", MISSING, ["issueDate must be a valid ISO 8601 date string"]),
        ("issueDate", "5 January 2026", ["issueDate must be a valid ISO 8601 date string"]),
        ("issueDate", "2026-02-30", ["issueDate must be a valid ISO 8601 date string"]),
        ("issueDate", "2026-01-05\n", ["issueDate must be a valid ISO 8601 date string"]),
        ("issueDate", 20260105, ["issueDate must be a valid ISO 8601 date string"]),
        ("currency", MISSING, ["currency must be a string"]),
        ("currency", 840, ["currency must be a string"]),
        ("currencyRate", MISSING, [f"currencyRate {NUMBER}"]),
        ("currencyRate", "1", [f"currencyRate {NUMBER}"]),
        ("currencyRate", True, [f"currencyRate {NUMBER}"]),
        ("currencyRate", float("nan"), [f"currencyRate {NUMBER}"]),
        ("currencyRate", float("inf"), [f"currencyRate {NUMBER}"]),
        ("currencyRate", 10**400, [f"currencyRate {NUMBER}"]),
        ("merchantName", MISSING, [f"merchantName {says}" for says in NAMED]),
        ("merchantName", {}, ["merchantName must be a string"]),
        ("lines", MISSING, NO_LINES),
        ("lines", None, [*NO_LINES, NO_LINE]),
        ("lines", "one", [*NO_LINES, NO_LINE]),
        ("lines", LINE, NO_LINES),
        ("lines", {**LINE, "netAmount": "100"}, [f"lines.netAmount {NUMBER}"]),
        ("lines", [], ["lines must contain at least 1 elements"]),
        (
            "lines",
            ["one", "two"],
            ["lines.each value in nested property lines must be either object or array"] * 2,
        ),
        ("lines", [None], ["lines.each value in nested property lines must be either object or array"]),
        ("lines.0.netAmount", MISSING, [f"lines.0.netAmount {NUMBER}"]),
        ("lines.0.netAmount", "100", [f"lines.0.netAmount {NUMBER}"]),
        ("lines.0.taxAmount", False, [f"lines.0.taxAmount {NUMBER}"]),
        ("lines.0.taxRateRef", MISSING, ["lines.0.taxRateRef should not be empty"]),
        ("lines.0.accountRef", None, ["lines.0.accountRef should not be empty", NO_REFERENCE]),
        ("lines.0.accountRef", "64", [NO_REFERENCE]),
        (
            "lines.0.accountRef",
            "",
            ["lines.0.accountRef should not be empty", NO_REFERENCE],
        ),
        ("lines.0.accountRef", [], [f"lines.0.accountRef.id {says}" for says in NAMED]),
        ("lines.0.taxRateRef.id", MISSING, [f"lines.0.taxRateRef.id {says}" for says in NAMED]),
        ("lines.0.taxRateRef.id", 10, ["lines.0.taxRateRef.id must be a string"]),
        (
            "lines.0.trackingRefs",
            {"id": "class-1"},
            [
                "lines.0.trackingRefs.dataType must be one of the following values: trackingCategories",
                "lines.0.trackingRefs must be an array",
            ],
        ),
        ("lines.0.trackingRefs.0.id", MISSING, [f"lines.0.trackingRefs.0.id {says}" for says in NAMED]),
        (
            "lines.0.trackingRefs.0.dataType",
            "classes",
            ["lines.0.trackingRefs.0.dataType must be one of the following values: trackingCategories"],
        ),
        (
            "lines.0.trackingRefs",
            [5],
            ["lines.0.trackingRefs.each value in nested property trackingRefs must be either object or array"],
        ),
        ("lines.0.invoiceTo.id", MISSING, [f"lines.0.invoiceTo.id {says}" for says in NAMED]),
        (
            "lines.0.invoiceTo.type",
            "Supplier",
            ["lines.0.invoiceTo.type must be one of the following values: Customer"],
        ),
        ("contactRef", "supplier-123", ["nested property contactRef must be either object or array"]),
        ("contactRef.id", MISSING, [f"contactRef.id {says}" for says in NAMED]),
        ("contactRef.type", MISSING, ["contactRef.type must be one of the following values: Supplier, Customer"]),
        ("contactRef.type", "Employee", ["contactRef.type must be one of the following values: Supplier, Customer"]),
        ("bankAccountRef", 41, ["nested property bankAccountRef must be either object or array"]),
        ("bankAccountRef", [], NO_BANK_ACCOUNT),
        ("bankAccountRef", [41], ["bankAccountRef.nested property bankAccountRef must be either object or array"]),
        ("bankAccountRef", [{"id": ""}], ["bankAccountRef.0.id should not be empty"]),
        ("bankAccountRef", [{"id": "41"}], NO_BANK_ACCOUNT),
        ("bankAccountRef.id", "", ["bankAccountRef.id should not be empty"]),
        ("bankAccountRef.name", 5, ["bankAccountRef.name must be a string"]),
        ("notes", 5, ["notes must be a string"]),
        ("postAsDraft", "true", ["postAsDraft must be a boolean value"]),
        ("postAsDraft", 1, ["postAsDraft must be a boolean value"]),
    ],
)
def test_a_field_that_does_not_fit_is_told_in_the_frameworks_words(path, value, messages):
    assert told(bodies.EXPENSE, changed(whole_expense(), path, value)) == messages


@pytest.mark.parametrize("name", ["contactRef", "bankAccountRef", "notes", "postAsDraft"])
def test_an_optional_field_may_be_null(name):
    assert told(bodies.EXPENSE, {**EXPENSE, name: None}) == []


@pytest.mark.parametrize("name", ["trackingRefs", "invoiceTo"])
def test_an_optional_field_of_a_line_may_be_null(name):
    assert told(bodies.EXPENSE, changed(EXPENSE, f"lines.0.{name}", None)) == []


def test_a_number_may_have_a_fraction():
    assert told(bodies.EXPENSE, changed(EXPENSE, "lines.0.netAmount", Decimal("10.50"))) == []


@pytest.mark.parametrize(
    "text", ["2026-01-05", "2026-01-05T09:30", "2026-01-05T09:30:00.123Z", "2026-01-05 09:30:00+03:00"]
)
def test_a_day_may_stand_alone_or_with_a_time(text):
    assert told(bodies.EXPENSE, {**EXPENSE, "issueDate": text}) == []


@pytest.mark.parametrize("body", [None, {}, [], "expense", 5])
def test_what_is_no_object_is_told_what_an_empty_one_is_in_the_order_of_the_fields(body):
    assert told(bodies.EXPENSE, body) == [
        "id should not be empty",
        "id must be a string",
        "type must be one of the following values: Payment, DirectCost",
        "issueDate must be a valid ISO 8601 date string",
        "currency must be a string",
        f"currencyRate {NUMBER}",
        "merchantName should not be empty",
        "merchantName must be a string",
        "lines must contain at least 1 elements",
        "lines must be an array",
    ]


def test_the_documented_messages_are_those_of_an_empty_id_and_a_missing_currency():
    assert told(bodies.EXPENSE, changed({**EXPENSE, "id": "", "lines": [LINE]}, "currency", MISSING)) == [
        "id should not be empty",
        "currency must be a string",
    ]


def test_a_number_that_json_holds_beyond_any_float_is_none():
    assert told(bodies.EXPENSE, {**EXPENSE, "currencyRate": decode("1e999")}) == [f"currencyRate {NUMBER}"]


@pytest.mark.parametrize(
    ("defaults", "messages"),
    [
        ((), ["lines.0.taxRateRef should not be empty", "lines.0.accountRef should not be empty"]),
        (("accountRef",), ["lines.0.taxRateRef should not be empty"]),
        (("taxRateRef",), ["lines.0.accountRef should not be empty"]),
        (("accountRef", "taxRateRef"), []),
    ],
)
def test_a_lines_reference_may_be_missing_where_the_company_has_a_default(defaults, messages):
    body = {**EXPENSE, "lines": [{"netAmount": 1, "taxAmount": 0}]}

    assert told(bodies.expense(defaults), body) == messages


def test_what_is_not_known_is_passed_over_and_left_out():
    sent = changed({**EXPENSE, "colour": "red"}, "lines.0.accountRef.size", 3)

    assert require(bodies.EXPENSE, sent) == EXPENSE


def test_a_strict_check_refuses_what_is_not_known_before_anything_else_of_its_object():
    sent = changed({**EXPENSE, "colour": "red", "id": 1}, "lines.0", {**LINE, "size": 3, "netAmount": "1"})

    assert told(bodies.EXPENSE, sent, strict=True) == [
        "property colour should not exist",
        "id must be a string",
        "lines.0.property size should not exist",
        f"lines.0.netAmount {NUMBER}",
    ]


def test_one_object_and_an_array_of_one_are_told_the_plain_messages():
    alone, listed = (_refusal(body) for body in ({**EXPENSE, "id": ""}, [{**EXPENSE, "id": ""}]))

    assert alone == listed == ["id should not be empty"]


def test_several_expenses_are_told_with_their_positions():
    sent = [EXPENSE, {**EXPENSE, "id": ""}, {**EXPENSE, "notes": 5, "currency": None}]

    assert _refusal(sent) == [
        "[1] id should not be empty",
        "[2] currency must be a string",
        "[2] notes must be a string",
    ]


def test_no_expense_is_refused():
    assert _refusal([]) == ["expenses must contain at least 1 elements"]


def test_expenses_that_fit_come_back_as_a_list():
    assert (require_each(bodies.EXPENSE, EXPENSE), require_each(bodies.EXPENSE, [EXPENSE, whole_expense()])) == (
        [EXPENSE],
        [EXPENSE, whole_expense()],
    )


@pytest.mark.parametrize(
    ("shape", "body", "messages"),
    [
        (bodies.NEW_COMPANY, {}, [f"name {says}" for says in NAMED]),
        (bodies.COMPANY_CHANGE, {}, []),
        (bodies.COMPANY_CHANGE, {"name": ""}, ["name should not be empty"]),
        (bodies.COMPANY_CHANGE, {"isActive": "no"}, ["isActive must be a boolean value"]),
        (bodies.CONNECTION_CHANGE, {}, ["status must be one of the following values: DISCONNECTED"]),
        (bodies.CONNECTION_CHANGE, {"status": "disconnected"}, []),
        (bodies.EXPENSE_CONFIG, {"supplier": None}, []),
        (bodies.EXPENSE_CONFIG, {"supplier": {}}, [f"supplier.id {says}" for says in NAMED]),
        (bodies.EXPENSE_CONFIG, {"supplier": "1"}, ["nested property supplier must be either object or array"]),
        (bodies.RETRY, {}, []),
        (bodies.RETRY, {"itemIds": None}, []),
        (bodies.RETRY, {"itemIds": [1, "a"]}, ["each value in itemIds must be a string"]),
        (bodies.RETRY, {"itemIds": "a"}, ["itemIds must be an array"]),
        (bodies.RETRY, {"itemIds": 5}, ["each value in itemIds must be a string", "itemIds must be an array"]),
        (bodies.ITEMS_RETRY, {"syncItemIds": []}, ["syncItemIds must contain at least 1 elements"]),
        (bodies.ITEMS_RETRY, {"syncItemIds": ["a"] * 101}, ["syncItemIds must contain no more than 100 elements"]),
        (bodies.NEW_ENDPOINT, {"name": "a", "url": "nowhere", "eventTypes": ["*"]}, ["url must be a URL address"]),
        (bodies.NEW_ENDPOINT, {"name": "a", "url": "http://localhost:1/x", "eventTypes": ["*"]}, []),
        *((bodies.ENDPOINT_CHANGE, {"url": url}, []) for url in URLS),
        *((bodies.ENDPOINT_CHANGE, {"url": url}, ["url must be a URL address"]) for url in NO_URLS),
        (bodies.ENDPOINT_CHANGE, {"environment": None}, []),
        (PAGE, {"page": "0"}, ["page must not be less than 1"]),
        (PAGE, {"limit": "101"}, ["limit must not be greater than 100"]),
        (PAGE, {"page": "one"}, ["page must not be less than 1", "page must be an integer number"]),
        (PAGE, {"page": "1.5"}, ["page must be an integer number"]),
        (PAGE, {"page": ""}, ["page must not be less than 1"]),
        (PAGE, {"page": "9" * 20}, []),
        (PAGE, {"page": "2", "limit": "100"}, []),
    ],
)  # fmt: skip
def test_every_other_body_has_rules_of_its_own(shape, body, messages):
    assert told(shape, body) == messages


@pytest.mark.parametrize(("text", "number"), [("20", 20), ("2.0", 2), ("", 0), ("x", None), (None, None)])
def test_a_query_parameter_stands_for_a_whole_number_or_for_none(text, number):
    assert whole(text) == number


def _refusal(body):
    with pytest.raises(InvalidInput) as refused:
        require_each(bodies.EXPENSE, body)
    return [problem.message for problem in refused.value.problems]
