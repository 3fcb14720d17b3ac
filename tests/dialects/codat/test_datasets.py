"""Expenses: stored as datasets, or synced at once."""

import pytest

from tests.dialects.codat.caller import PENDING, XERO, expense, expenses, stored, transaction_id
from tests.dialects.codat.refusals import UNKNOWN, assert_answered, assert_invalid, assert_not_found, assert_refused

PATHS = [
    "/sync/expenses/expense-transactions",
    "/sync/expenses/data/expense-transactions",
    "/expense-transactions",
    "/data/expense-transactions",
    "/Sync/Expenses/Data/Expense-Transactions/",
]
CONNECTIONS = "The company does not have a valid set of data connections."


def newest(codat):
    return codat.workspace.store.find("codat datasets")[-1]


def count(codat):
    return codat.workspace.store.count("codat datasets")


@pytest.mark.parametrize("path", PATHS)
def test_an_object_with_items_is_stored_on_every_path(codat, path):
    answer = codat.call("POST", f"/companies/{XERO}{path}", {"items": [expense(1), expense(2)]})

    assert_answered(answer, {"datasetId": newest(codat)["id"]})
    assert [item["id"] for item in newest(codat)["items"]] == [transaction_id(1), transaction_id(2)]


@pytest.mark.parametrize("path", PATHS)
def test_a_bare_array_starts_a_sync_on_every_path(codat, path):
    before = count(codat)

    answer = codat.call("POST", f"/companies/{XERO}{path}", [expense(1)])

    assert_answered(answer, {"syncId": answer.body["syncId"]})
    assert codat.status(answer.body["syncId"])["syncStatusCode"] == 1000
    assert count(codat) == before


@pytest.mark.parametrize("body", [[expense(1)], {"items": [expense(1)]}])
@pytest.mark.parametrize(("quirk", "member"), [("dataset", "datasetId"), ("sync", "syncId")])
def test_either_body_does_what_the_quirk_says(codat, quirk, member, body):
    codat.workspace.change_setting("codat.create-expense", quirk)

    answer = codat.call("POST", f"{expenses(XERO)}/expense-transactions", body)

    assert_answered(answer, {member: answer.body[member]})


def test_a_dataset_can_be_stored_where_nothing_can_be_synced(codat):
    assert codat.call("POST", f"{expenses(PENDING)}/expense-transactions", {"items": [expense()]}).status == 200


def test_a_bare_array_is_refused_where_nothing_can_be_synced(codat):
    assert_refused(codat.call("POST", f"{expenses(PENDING)}/expense-transactions", [expense()]), 422, CONNECTIONS)


@pytest.mark.parametrize("body", [[expense()], {"items": [expense()]}])
def test_expenses_of_an_unknown_company_are_not_found(codat, body):
    assert_not_found(codat.call("POST", f"{expenses(UNKNOWN)}/expense-transactions", body))


@pytest.mark.parametrize("number", [1, 50])
def test_one_to_fifty_expenses_are_taken(codat, number):
    items = [expense(n) for n in range(number)]

    assert codat.call("POST", f"{expenses(XERO)}/expense-transactions", {"items": items}).status == 200


LENGTH = "The field {} must be a string or collection type with a minimum length of '1' and maximum length of '{}'."


@pytest.mark.parametrize(
    ("body", "where", "told"),
    [
        ({}, "Items", "The Items field is required."),
        ({"items": None}, "Items", "The Items field is required."),
        ({"items": []}, "Items", LENGTH.format("Items", 50)),
        ({"items": [expense(n) for n in range(51)]}, "Items", LENGTH.format("Items", 50)),
        ({"items": {}}, "Items", "The JSON value could not be converted to System.Collections.Generic.List."),
        ({"items": [None]}, "Items[0]", "The Items field is required."),
        ({"items": [expense(), 5]}, "Items[1]", "The JSON value could not be converted to System.Object."),
        ({"items": [expense(currency=...)]}, "Items[0].Currency", "The Currency field is required."),
        ([expense(id=...)], "[0].Id", "The Id field is required."),
        (
            [expense(), expense(line={"netAmount": 5_000_000.01})],
            "[1].Lines[0].NetAmount",
            "The field NetAmount must be between 0 and 5000000.",
        ),
        (
            {"items": [expense(line={"netAmount": -1})]},
            "Items[0].Lines[0].NetAmount",
            "The field NetAmount must be between 0 and 5000000.",
        ),
        (
            {"items": [expense(line={"netAmount": "10"})]},
            "Items[0].Lines[0].NetAmount",
            "The JSON value could not be converted to System.Decimal.",
        ),
        ({"items": [expense(lines=[])]}, "Items[0].Lines", LENGTH.format("Lines", 100)),
        (
            {"items": [expense(type="Gift")]},
            "Items[0].Type",
            "The value 'Gift' is not valid for Type.",
        ),
        (
            {"items": [expense(issueDate="2023-02-30")]},
            "Items[0].IssueDate",
            "The JSON value could not be converted to System.DateTime.",
        ),
        (
            {"items": [expense(contactRef={"id": "1", "type": "Customer"})]},
            "Items[0].ContactRef.Type",
            "The JSON value could not be converted to Codat.ExpenseSync.ContactType.",
        ),
        ("null", "", "The JSON value could not be converted to System.Object."),
        ("5", "", "The JSON value could not be converted to System.Object."),
    ],
)
def test_what_is_wrong_with_an_expense_is_told_by_its_place(codat, body, where, told):
    before = stored(codat)

    assert_invalid(codat.call("POST", f"{expenses(XERO)}/expense-transactions", body), (where, told))
    assert stored(codat) == before


def test_an_empty_array_has_too_few_expenses(codat):
    answer = codat.call("POST", f"{expenses(XERO)}/expense-transactions", [])

    assert [each["message"] for each in answer.body["validation"]["errors"]] == [LENGTH.format("Items", 50)]
    assert answer.status == 400


def test_an_amount_is_kept_to_the_last_digit(codat):
    body = '{"items":[{"id":"a","type":"payment","issueDate":"2023-04-03","currency":"GBP","lines":[{"netAmount":'
    exact = "0.1234567890123456789"

    codat.ok("POST", f"{expenses(XERO)}/expense-transactions", body + exact + "}]}]}")

    assert str(newest(codat)["items"][0]["lines"][0]["netAmount"]) == exact


@pytest.mark.parametrize("spelling", ["contactType", "type", "TYPE"])
@pytest.mark.parametrize("value", ["Supplier", "supplier", 1])
def test_a_contact_is_read_in_the_spelling_of_every_era(codat, spelling, value):
    codat.dataset(expense(contactRef={"id": "430", spelling: value}))

    assert newest(codat)["items"][0]["contactRef"] == {"id": "430", "type": "Supplier"}


def test_a_type_is_read_in_any_case_and_an_id_may_be_any_text(codat):
    codat.dataset(expense(id="not a uuid \u00e9", type="pAYMENT"))

    assert (newest(codat)["items"][0]["id"], newest(codat)["items"][0]["type"]) == ("not a uuid \u00e9", "Payment")
