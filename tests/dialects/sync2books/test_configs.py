"""A company's defaults for expenses."""

import pytest

from tests.dialects.sync2books.caller import COMPANY, OTHERS_COMPANY, UNCONNECTED, UNKNOWN, assert_refused

PATH = f"/companies/{COMPANY}/expense-config"
GIVEN = {
    "bankAccount": {"id": "41"},
    "supplier": {"id": "supplier-123"},
    "customer": {"id": "customer-456"},
    "defaultAccount": {"id": "64"},
    "defaultTaxRate": {"id": "tax-10"},
}
SHOWN = {
    "companyId": COMPANY,
    "bankAccount": {"id": "41", "name": "Checking Account"},
    "supplier": {"id": "supplier-123", "name": "Office Supplies Co"},
    "customer": {"id": "customer-456", "name": "Acme Corp"},
    "defaultAccount": {"id": "64", "name": "Office Expenses"},
    "defaultTaxRate": {"id": "tax-10", "name": "Sales Tax 10%"},
}


def test_before_anything_is_set_there_is_the_company_alone(s2b):
    assert s2b.ok("GET", PATH) == {"companyId": COMPANY}


def test_defaults_are_shown_with_their_names(s2b):
    assert s2b.ok("PATCH", PATH, GIVEN) == SHOWN == s2b.ok("GET", PATH)


def test_what_is_left_out_stays_and_null_takes_away(s2b):
    s2b.ok("PATCH", PATH, GIVEN)

    changed = s2b.ok("PATCH", PATH, {"supplier": None, "defaultAccount": {"id": "65", "name": "Called so"}})

    expected = {**SHOWN, "defaultAccount": {"id": "65", "name": "Travel Expenses"}}
    del expected["supplier"]
    assert changed == expected == s2b.ok("GET", PATH)


def test_an_empty_change_changes_nothing(s2b):
    s2b.ok("PATCH", PATH, GIVEN)

    assert s2b.ok("PATCH", PATH, {}) == s2b.ok("PATCH", PATH, b"") == SHOWN


def test_an_id_that_the_books_do_not_have_is_kept_without_a_name(s2b):
    given = {"defaultAccount": {"id": "account-xyz"}, "supplier": {"id": "customer-456"}}

    assert s2b.ok("PATCH", PATH, given) == {
        "companyId": COMPANY,
        "supplier": {"id": "customer-456"},
        "defaultAccount": {"id": "account-xyz"},
    }


def test_without_a_connection_there_are_no_names(s2b):
    path = f"/companies/{UNCONNECTED}/expense-config"

    assert s2b.ok("PATCH", path, GIVEN) == {"companyId": UNCONNECTED, **GIVEN}


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"bankAccount": {}}, ["bankAccount.id should not be empty", "bankAccount.id must be a string"]),
        ({"supplier": {"id": ""}}, ["supplier.id should not be empty"]),
        ({"customer": {"id": 4}}, ["customer.id must be a string"]),
        ({"defaultAccount": "64"}, ["nested property defaultAccount must be either object or array"]),
        ({"defaultTaxRate": True}, ["nested property defaultTaxRate must be either object or array"]),
        ({"bankAccount": []}, ["bankAccount.id should not be empty", "bankAccount.id must be a string"]),
    ],
)
def test_a_default_that_does_not_fit_changes_nothing(s2b, body, messages):
    s2b.ok("PATCH", PATH, GIVEN)

    assert_refused(s2b.call("PATCH", PATH, body), 400, messages, "Bad Request")
    assert s2b.ok("GET", PATH) == SHOWN


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_only_the_defaults_of_ones_own_company_are_at_hand(s2b, method):
    unknown = s2b.call(method, f"/companies/{UNKNOWN}/expense-config", {})
    others = s2b.call(method, f"/companies/{OTHERS_COMPANY}/expense-config", {})

    assert_refused(unknown, 404, "Company not found", "Not Found")
    assert_refused(others, 403, "Access to this resource is not allowed", "Forbidden")


@pytest.mark.parametrize(("setting", "status"), [("defaults", 201), ("required", 400)])
def test_a_line_may_leave_out_what_has_a_default_unless_it_is_chosen_otherwise(s2b, setting, status):
    s2b.choose("line-refs", setting)
    s2b.ok("PATCH", PATH, GIVEN)
    expense = {
        "id": "exp-001",
        "type": "Payment",
        "issueDate": "2026-01-05T00:00:00Z",
        "currency": "USD",
        "currencyRate": 1,
        "merchantName": "Office Supplies Co",
        "lines": [{"netAmount": 100, "taxAmount": 10}],
    }

    assert s2b.call("POST", "/expenses/a1000000-0000-4000-8000-000000000001", expense).status == status
