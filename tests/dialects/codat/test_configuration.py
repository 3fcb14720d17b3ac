"""A company's configuration."""

import pytest

from tests.dialects.codat.caller import PENDING, XERO, expenses
from tests.dialects.codat.refusals import UNKNOWN, assert_answered, assert_invalid, assert_not_found

SET = {"bankAccount": {"id": "89"}, "supplier": {"id": "124"}, "customer": {"id": "140"}}
UNSET = {"bankAccount": {}, "supplier": {}, "customer": {}}
PATHS = ["/sync/expenses/config", "/config", "/Sync/Expenses/CONFIG", "/sync/expenses/config/"]


@pytest.mark.parametrize("path", PATHS)
def test_a_configuration_is_answered_as_it_was_set_and_read_alike(codat, path):
    assert_answered(codat.call("POST", f"/companies/{XERO}{path}", SET), SET)
    assert_answered(codat.call("GET", f"/companies/{XERO}{path}"), SET)


def test_a_configuration_is_printed_in_its_own_order_whatever_was_sent(codat):
    sent = {"CUSTOMER": {"ID": "140"}, "other": 1, "supplier": {"id": "124", "name": "x"}, "BankAccount": {"id": "89"}}

    assert_answered(codat.call("POST", f"{expenses(XERO)}/config", sent), SET)


@pytest.mark.parametrize(
    ("quirk", "body"), [("empty", UNSET), ("nulls", {"bankAccount": None, "supplier": None, "customer": None})]
)
def test_an_unset_configuration_looks_as_the_quirk_says(codat, quirk, body):
    codat.workspace.change_setting("codat.config-unset", quirk)

    assert_answered(codat.call("GET", f"{expenses(PENDING)}/config"), body)


def test_an_unset_configuration_is_not_found_where_the_quirk_says_so(codat):
    codat.workspace.change_setting("codat.config-unset", "not-found")

    assert_not_found(codat.call("GET", f"{expenses(PENDING)}/config"))
    assert_answered(codat.call("POST", f"{expenses(PENDING)}/config", SET), SET)
    assert_answered(codat.call("GET", f"{expenses(PENDING)}/config"), SET)


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", SET)])
def test_the_configuration_of_an_unknown_company_is_not_found(codat, method, body):
    assert_not_found(codat.call(method, f"{expenses(UNKNOWN)}/config", body))


@pytest.mark.parametrize(
    ("change", "where", "told"),
    [
        ({"supplier": ...}, "Supplier", "The Supplier field is required."),
        ({"supplier": None}, "Supplier", "The Supplier field is required."),
        ({"supplier": "124"}, "Supplier", "The JSON value could not be converted to System.Object."),
        ({"supplier": []}, "Supplier", "The JSON value could not be converted to System.Object."),
        ({"bankAccount": {}}, "BankAccount.Id", "The Id field is required."),
        ({"bankAccount": {"id": None}}, "BankAccount.Id", "The Id field is required."),
        ({"bankAccount": {"id": "  "}}, "BankAccount.Id", "The Id field is required."),
        ({"bankAccount": {"id": 89}}, "BankAccount.Id", "The JSON value could not be converted to System.String."),
    ],
)
def test_a_configuration_needs_three_ids_in_strings(codat, change, where, told):
    body = {name: value for name, value in {**SET, **change}.items() if value is not ...}

    assert_invalid(codat.call("POST", f"{expenses(PENDING)}/config", body), (where, told))
    assert_answered(codat.call("GET", f"{expenses(PENDING)}/config"), UNSET)


def test_all_that_is_wrong_with_a_configuration_is_told_at_once(codat):
    answer = codat.call("POST", f"{expenses(XERO)}/config", {"supplier": {}})

    told = {each["itemId"] for each in answer.body["validation"]["errors"]}
    assert told == {"BankAccount", "Supplier.Id", "Customer"}
