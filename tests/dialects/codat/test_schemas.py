"""Codat's wire shapes: what is taken, what is refused and in which words, and in which order answers are printed."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from jsonschema_rs import Draft202012Validator
from marshmallow import ValidationError

from doubleentry.dialects.codat.errors import model_path
from doubleentry.dialects.codat.quirks import QUIRKS
from doubleentry.dialects.codat.schemas.base import INSTANT_PATTERN
from doubleentry.dialects.codat.schemas.companies import (
    CompaniesQuerySchema,
    CompanySchema,
    CreateCompanySchema,
    UpdateCompanySchema,
)
from doubleentry.dialects.codat.schemas.configuration import ConfigurationSchema, SetConfigurationSchema
from doubleentry.dialects.codat.schemas.connections import CreateConnectionSchema, UpdateConnectionSchema
from doubleentry.dialects.codat.schemas.datasets import CREATE_EXPENSE_BODY, CreateExpenseSchema
from doubleentry.dialects.codat.schemas.pages import PageQuerySchema
from doubleentry.dialects.codat.schemas.rules import CreateRuleSchema
from doubleentry.dialects.codat.schemas.syncs import InitiateSyncSchema, SyncStatusSchema
from doubleentry.dialects.codat.schemas.transactions import (
    ExpenseChangeSchema,
    ExpenseTransactionSchema,
    TransactionSchema,
    TransactionsSchema,
)

SAMPLES = Path(__file__).parents[2] / "data/seeds/001-codat-syncing-expenses"
DATASET = "fd4cc60e-8666-4443-8fad-12c56d7420ee"


def expense(**changes):
    """An expense that is in order."""
    return {
        "id": "4d7c6929-7770-412b-91bb-44d3bc71d111",
        "type": "Payment",
        "issueDate": "2021-05-21T00:00:00+00:00",
        "currency": "GBP",
        "lines": [{"netAmount": 10, "taxAmount": 2, "accountRef": {"id": "35"}}],
        **changes,
    }


def line(**changes):
    return expense(lines=[{"netAmount": 10, **changes}])


def refusals(schema, body):
    """Problems as Codat lists them: where, and what."""
    try:
        schema.load(body)
    except ValidationError as error:
        return dict(flatten(error.messages, ()))
    return {}


def flatten(messages, path):
    if isinstance(messages, dict):
        for step, inner in messages.items():
            yield from flatten(inner, (*path, step))
    else:
        yield model_path(path), messages[0]


def json_schema(body):
    """What the OpenAPI document says of a body."""
    spec = APISpec("Codat", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    operation = {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {}}
    spec.path("/it", operations={"post": operation})
    document = spec.to_dict()
    schema = document["paths"]["/it"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return {**schema, "components": document.get("components", {})}


# Paths


@pytest.mark.parametrize(
    ("path", "spelled"),
    [
        (("items", 0, "lines", 0, "netAmount"), "Items[0].Lines[0].NetAmount"),
        ((0, "lines", 0, "netAmount"), "[0].Lines[0].NetAmount"),
        (("items", 1, "currency"), "Items[1].Currency"),
        (("datasetIds", 0), "DatasetIds[0]"),
        (("items", 0, "_schema"), "Items[0]"),
        (("_schema",), ""),
        ((), ""),
    ],
)
def test_a_path_is_spelled_as_the_model_spells_it(path, spelled):
    assert model_path(path) == spelled


# Names and unknown properties


def test_property_names_match_in_any_case_at_every_depth():
    body = {
        "ITEMS": [
            {
                "Id": "one",
                "Type": "Payment",
                "IssueDate": "2021-05-21",
                "Currency": "GBP",
                "Lines": [{"NetAmount": 1, "AccountRef": {"ID": "35"}}],
            }
        ]
    }

    loaded = CreateExpenseSchema().load(body)

    assert loaded["items"][0]["lines"] == [{"netAmount": Decimal(1), "accountRef": {"id": "35"}}]


def test_the_declared_spelling_wins_over_another():
    assert CreateCompanySchema().load({"Name": "Other", "name": "Corner Cafe"}) == {"name": "Corner Cafe"}


def test_unknown_properties_are_ignored():
    assert CreateCompanySchema().load({"name": "Corner Cafe", "colour": "red"}) == {"name": "Corner Cafe"}


@pytest.mark.parametrize(
    ("schema", "body"),
    [
        (InitiateSyncSchema, {"datasetIds": [DATASET], "more": 1}),
        (UpdateConnectionSchema, {"status": "Unlinked", "x": 1}),
    ],
)
def test_two_bodies_are_declared_without_further_properties(schema, body):
    assert list(refusals(schema(), body).values()) == ["The JSON property could not be mapped to any .NET member."]


# Words


def test_everything_that_is_wrong_is_told_at_once():
    body = {
        "items": [
            expense(),
            {
                "id": " ",
                "type": "Gift",
                "issueDate": "yesterday",
                "lines": [{"netAmount": 5_000_001, "taxAmount": "2"}, 7],
                "postAsDraft": "yes",
            },
        ]
    }

    assert refusals(CreateExpenseSchema(), body) == {
        "Items[1].Id": "The Id field is required.",
        "Items[1].Type": "The value 'Gift' is not valid for Type.",
        "Items[1].IssueDate": "The JSON value could not be converted to System.DateTime.",
        "Items[1].Currency": "The Currency field is required.",
        "Items[1].Lines[0].NetAmount": "The field NetAmount must be between 0 and 5000000.",
        "Items[1].Lines[0].TaxAmount": "The JSON value could not be converted to System.Decimal.",
        "Items[1].Lines[1]": "The JSON value could not be converted to System.Object.",
        "Items[1].PostAsDraft": "The JSON value could not be converted to System.Boolean.",
    }


def test_what_is_wrong_in_a_bare_array_is_told_by_its_index():
    assert refusals(CreateExpenseSchema(), [line(netAmount=-1)]) == {
        "[0].Lines[0].NetAmount": "The field NetAmount must be between 0 and 5000000."
    }


@pytest.mark.parametrize("body", [None, 7, "text", True])
def test_a_body_that_is_no_object_is_refused_as_a_whole(body):
    assert refusals(CreateCompanySchema(), body) == {"": "The JSON value could not be converted to System.Object."}


def test_null_is_missing_where_a_value_is_required():
    assert refusals(
        SetConfigurationSchema(), {"bankAccount": None, "supplier": {"id": None}, "customer": {"id": 3}}
    ) == {
        "BankAccount": "The BankAccount field is required.",
        "Supplier.Id": "The Id field is required.",
        "Customer.Id": "The JSON value could not be converted to System.String.",
    }


# Numbers


@pytest.mark.parametrize("amount", [0, 5_000_000, Decimal("20.0"), Decimal("0.1"), Decimal("1E-20"), Decimal("5E+6")])
def test_an_amount_is_kept_exactly(amount):
    loaded = ExpenseTransactionSchema().load(line(netAmount=amount))

    assert str(loaded["lines"][0]["netAmount"]) == str(Decimal(amount))


@pytest.mark.parametrize("amount", ["20.0", True, None, [1], Decimal("NaN"), Decimal("Infinity"), float("nan")])
def test_what_is_no_number_is_no_amount(amount):
    assert list(refusals(ExpenseTransactionSchema(), line(netAmount=amount))) == ["Lines[0].NetAmount"]


@pytest.mark.parametrize(
    "amount", [-1, 5_000_001, 10**400, Decimal("1E+400"), Decimal("-5E-324"), Decimal("5000000." + "0" * 40 + "1")]
)
def test_an_amount_out_of_bounds_is_refused_however_little_or_much(amount):
    assert refusals(ExpenseTransactionSchema(), line(netAmount=amount)) == {
        "Lines[0].NetAmount": "The field NetAmount must be between 0 and 5000000."
    }


def test_an_absurdly_small_amount_becomes_one_that_can_be_printed():
    loaded = ExpenseTransactionSchema().load(line(netAmount=Decimal("1E-999999")))

    assert loaded["lines"][0]["netAmount"] == Decimal("1E-28")


# Dates


@pytest.mark.parametrize(
    "date",
    [
        "2021-05-21T00:00:00+00:00",
        "2021-05-21T00:00:00Z",
        "2021-05-21T00:00:00",
        "2021-05-21",
        "2022-08-03T01:30:09.0797213Z",
        "2020-02-29",
        "2000-02-29T23:59:59.999-05:30",
        "2021-05-21T10:15",
    ],
)
def test_any_form_of_a_date_is_kept_as_it_was_sent(date):
    assert ExpenseTransactionSchema().load(expense(issueDate=date))["issueDate"] == date


@pytest.mark.parametrize(
    "date",
    [
        "",
        "2021-02-29",
        "1900-02-29",
        "2021-04-31",
        "2021-13-01",
        "0000-01-01",
        "2021-05-21T24:00:00",
        "2021-05-21\n",
        "\u0662\u0660\u0662\u0661-05-21",
        1,
    ],
)
def test_what_is_no_date_is_refused(date):
    assert refusals(ExpenseTransactionSchema(), expense(issueDate=date)) == {
        "IssueDate": "The JSON value could not be converted to System.DateTime."
    }


# Expenses


@pytest.mark.parametrize(
    ("sent", "stored"), [("payment", "Payment"), ("TRANSFERIN", "TransferIn"), ("adjustmentOut", "AdjustmentOut")]
)
def test_a_type_is_taken_in_any_case_and_stored_in_its_own(sent, stored):
    assert ExpenseTransactionSchema().load(expense(type=sent))["type"] == stored


@pytest.mark.parametrize(
    "reference",
    [
        {"id": "430", "type": "Supplier"},
        {"id": "430", "contactType": "Supplier"},
        {"id": "430", "type": "supplier"},
        {"id": "430", "type": 1},
        {"id": "430", "type": None},
        {"id": "430"},
    ],
)
def test_a_contact_is_the_same_in_every_spelling(reference):
    loaded = ExpenseTransactionSchema().load(expense(contactRef=reference))

    assert loaded["contactRef"] == {"id": "430", "type": "Supplier"}


@pytest.mark.parametrize("kind", [True, 2, "Customer", "1"])
def test_a_contact_of_another_type_is_refused(kind):
    assert list(refusals(ExpenseTransactionSchema(), expense(contactRef={"id": "430", "type": kind}))) == [
        "ContactRef.Type"
    ]


def test_an_id_may_be_any_text():
    assert ExpenseTransactionSchema().load(expense(id="expense 1"))["id"] == "expense 1"


def test_a_tag_without_a_kind_is_a_tracking_category():
    loaded = ExpenseTransactionSchema().load(line(trackingRefs=[{"id": "DEPARTMENT_3"}, {"dataType": "customers"}]))

    assert loaded["lines"][0]["trackingRefs"] == [
        {"id": "DEPARTMENT_3", "dataType": "trackingCategories"},
        {"id": None, "dataType": "customers"},
    ]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (expense(lines=[]), "Lines"),
        (expense(lines=[{"netAmount": 1}] * 101), "Lines"),
        (line(trackingRefs=[]), "Lines[0].TrackingRefs"),
        (line(trackingRefs=[{"id": "1"}] * 11), "Lines[0].TrackingRefs"),
    ],
)
def test_lists_have_bounds(body, where):
    assert list(refusals(ExpenseTransactionSchema(), body)) == [where]


@pytest.mark.parametrize("count", [0, 51])
def test_a_dataset_holds_1_to_50_expenses_in_either_body(count):
    assert list(refusals(CreateExpenseSchema(), {"items": [expense()] * count})) == ["Items"]
    assert list(refusals(CreateExpenseSchema(), [expense()] * count)) == [""]


def test_either_body_tells_which_it_was():
    assert CreateExpenseSchema().load({"items": [expense()]})["bare"] is False
    assert CreateExpenseSchema().load([expense()])["bare"] is True


def test_a_change_needs_a_type_and_a_date_and_has_no_id():
    change = {"id": "ignored", "type": "Payment", "issueDate": "2022-06-28T00:00:00.000Z"}

    assert ExpenseChangeSchema().load(change) == {"type": "Payment", "issueDate": "2022-06-28T00:00:00.000Z"}


# Companies, connections, syncs, rules, pages


def test_forbidden_characters_of_a_name_are_taken_out():
    assert CreateCompanySchema().load({"name": "Acme (X[1])"}) == {"name": "Acme X1"}


@pytest.mark.parametrize("name", ["", "   ", "[()]"])
def test_a_name_of_nothing_else_is_missing(name):
    assert refusals(CreateCompanySchema(), {"name": name}) == {"Name": "The Name field is required."}


def test_a_change_of_a_company_may_leave_everything_out():
    assert UpdateCompanySchema().load({"name": None}) == {"name": None}


@pytest.mark.parametrize(
    "tags",
    [{str(n): "x" for n in range(11)}, {"": "x"}, {"k" * 28: "x"}, {"k": "x" * 101}, {"k": 1}, {"k": None}, ["k"], "k"],
)
def test_tags_have_bounds(tags):
    assert list(refusals(CreateCompanySchema(), {"name": "A", "tags": tags})) == ["Tags"]


@pytest.mark.parametrize("key", ["zzzz", "GBOL", "pexp", "", 4])
def test_a_connection_is_made_to_a_platform_that_there_is(key):
    assert list(refusals(CreateConnectionSchema(), {"platformKey": key})) == ["PlatformKey"]


def test_dataset_ids_are_kept_in_lower_case():
    assert InitiateSyncSchema().load({"datasetIds": [DATASET.upper()]}) == {"datasetIds": [DATASET]}


@pytest.mark.parametrize(
    ("ids", "where"),
    [
        ([], "DatasetIds"),
        (None, "DatasetIds"),
        (DATASET, "DatasetIds"),
        (["no"], "DatasetIds[0]"),
        ([DATASET.replace("-", "")], "DatasetIds[0]"),
        ([DATASET, None], "DatasetIds[1]"),
    ],
)
def test_a_sync_needs_dataset_ids(ids, where):
    assert list(refusals(InitiateSyncSchema(), {"datasetIds": ids})) == [where]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9000/hook", "https://hooks.example.com/x?y=1", "http://localhost", "http://[::1]:80/"]
)
def test_a_rule_is_told_to_an_address(url):
    assert CreateRuleSchema().load({"type": "sync-failed", "notifiers": {"webhook": url}})["notifiers"] == {
        "webhook": url
    }


@pytest.mark.parametrize("url", ["", "hook", "ftp://host/", "http://", "http://host:99999/", "http://a b/", 1])
def test_what_is_no_address_is_refused(url):
    assert list(refusals(CreateRuleSchema(), {"type": "sync-failed", "notifiers": {"webhook": url}})) == [
        "Notifiers.Webhook"
    ]


def test_a_page_has_defaults():
    assert PageQuerySchema().load({}) == {"page": 1, "pageSize": 100}


def test_a_page_is_read_from_digits():
    assert CompaniesQuerySchema().load({"page": "2", "pageSize": "5000", "orderBy": "-created"}) == {
        "page": 2,
        "pageSize": 5000,
        "orderBy": "-created",
    }


@pytest.mark.parametrize("value", ["0", "5001", "-1", "1.5", "abc", "", "1_0", " 1", "\u0661", "9" * 5000])
def test_a_page_size_out_of_bounds_or_no_number_is_refused(value):
    assert list(refusals(PageQuerySchema(), {"pageSize": value})) == ["PageSize"]


# Answers


@pytest.mark.parametrize("file", ["05-sync-status-success.json", "06-sync-status-failed.json"])
def test_a_status_is_printed_in_the_order_of_the_samples(file):
    sample = json.loads((SAMPLES / file).read_text(encoding="utf-8"))

    printed = SyncStatusSchema().dump(dict(reversed(sample.items())))

    assert json.dumps(printed) == json.dumps(sample)


@pytest.mark.parametrize("file", ["08-transactions-success.json", "09-transactions-failed.json"])
def test_a_page_of_transactions_is_printed_in_the_order_of_the_samples(file):
    sample = json.loads((SAMPLES / file).read_text(encoding="utf-8"))

    printed = TransactionsSchema().dump(dict(reversed(sample.items())))

    assert json.dumps(printed) == json.dumps(sample)


def test_a_row_without_a_message_prints_none():
    row = {"integrationType": "expense", "status": "Completed", "transactionId": "1"}

    assert list(TransactionSchema().dump(row).items()) == [
        ("transactionId", "1"),
        ("status", "Completed"),
        ("integrationType", "expense"),
    ]


def test_a_page_is_printed_in_the_order_of_the_samples():
    link = {"href": "/it"}
    links = {"previous": link, "next": link, "self": link, "current": link}
    page = {"_links": links, "totalResults": 0, "pageSize": 100, "pageNumber": 1, "results": []}

    printed = TransactionsSchema().dump(page)

    assert list(printed) == ["results", "pageNumber", "pageSize", "totalResults", "_links"]
    assert list(printed["_links"]) == ["current", "self", "next", "previous"]


def test_an_unset_configuration_prints_empty_objects():
    unset = {"bankAccount": {}, "supplier": {}, "customer": {}}

    assert ConfigurationSchema().dump(unset) == unset


def test_a_company_is_printed_in_the_order_of_the_samples():
    created = {
        "products": ["expenses-v1"],
        "id": "ab12c58d-a678-4ebf-a159-ae99e1807bd0",
        "name": "Technicalium",
        "description": "",
        "platform": "",
        "redirect": "https://link.codat.io/company/ab12c58d-a678-4ebf-a159-ae99e1807bd0",
        "dataConnections": [],
        "created": "2022-11-10T10:45:18.1950523Z",
        "createdByUserName": "Dan Tzabar",
        "tags": {"region": "us"},
        "referenceSubsidiaryCompanies": [],
    }

    printed = CompanySchema().dump(created)

    assert printed == created
    assert list(printed) == [
        "id",
        "name",
        "description",
        "platform",
        "redirect",
        "dataConnections",
        "created",
        "createdByUserName",
        "products",
        "tags",
        "referenceSubsidiaryCompanies",
    ]


# The document says what is enforced


BODIES = [
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, {"items": [expense()]}, True),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense()], True),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [], False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, {"items": []}, False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, {}, False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [line(netAmount=-1)], False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [line(netAmount=True)], False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [line(taxRateRef=None, trackingRefs=None)], True),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense(lines=None, notes=None, currencyRate=None)], True),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense(issueDate="2021-02-30")], False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense(issueDate="2021-05-21")], True),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense(contactRef={"id": "1", "type": 1})], True),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense(contactRef={"id": "1", "type": True})], False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense(contactRef={"type": "Supplier"})], False),
    (CreateExpenseSchema, CREATE_EXPENSE_BODY, [expense(id="")], False),
    (CreateCompanySchema, CreateCompanySchema, {"name": "A", "tags": None}, True),
    (CreateCompanySchema, CreateCompanySchema, {"name": "A", "tags": {"k" * 28: "v"}}, False),
    (CreateCompanySchema, CreateCompanySchema, {"name": "A", "tags": {"k": None}}, False),
    (CreateCompanySchema, CreateCompanySchema, {"name": "[]"}, False),
    (InitiateSyncSchema, InitiateSyncSchema, {"datasetIds": [DATASET]}, True),
    (InitiateSyncSchema, InitiateSyncSchema, {"datasetIds": [DATASET], "more": 1}, False),
    (InitiateSyncSchema, InitiateSyncSchema, {"datasetIds": []}, False),
    (CreateConnectionSchema, CreateConnectionSchema, {"platformKey": "gbol"}, True),
    (CreateConnectionSchema, CreateConnectionSchema, {"platformKey": "zzzz"}, False),
    (CreateRuleSchema, CreateRuleSchema, {"type": "sync-failed", "notifiers": {}}, True),
    (CreateRuleSchema, CreateRuleSchema, {"type": "sync-failed"}, False),
]


@pytest.mark.parametrize(("schema", "declared", "body", "is_valid"), BODIES)
def test_the_document_and_the_schema_agree(schema, declared, body, is_valid):
    assert Draft202012Validator(json_schema(declared), validate_formats=True).is_valid(body) is is_valid
    assert (refusals(schema(), body) == {}) is is_valid


def test_the_pattern_of_dates_ends_where_the_text_ends():
    assert INSTANT_PATTERN.startswith("^")
    assert INSTANT_PATTERN.endswith("$")


# Quirks


def test_each_quirk_has_its_default_first_and_both_sides():
    assert all(quirk.values[0] == quirk.default and len(quirk.values) > 1 for quirk in QUIRKS)
    assert all(quirk.name.startswith("codat.") and len(quirk.sources) > 1 and quirk.why for quirk in QUIRKS)
    assert len({quirk.name for quirk in QUIRKS}) == len(QUIRKS) == 11
