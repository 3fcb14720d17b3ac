"""Mapping options: what a company's books have in use."""

import pytest

from doubleentry.engine.books import Account, AccountType, Category, TaxRate
from tests.dialects.codat.caller import DYNAMICS, NETSUITE, PENDING, QUICKBOOKS, XERO, books_of, expenses
from tests.dialects.codat.refusals import UNKNOWN, assert_not_found

FOUR = ["Payment", "Refund", "Reward", "Chargeback"]
OTHERS = ["TransferIn", "TransferOut", "AdjustmentIn", "AdjustmentOut"]


def options(codat, company=XERO):
    return codat.ok("GET", f"{expenses(company)}/mappingOptions")


def named(rows, name):
    return next(row for row in rows if row["name"] == name)


def test_mapping_options_have_all_members_of_either_era(codat):
    found = options(codat)

    assert list(found) == ["expenseProvider", "accounts", "trackingCategories", "taxRates"]
    assert found["expenseProvider"] == "Partner Expense"
    assert named(found["accounts"], "Travel - National") == {
        "id": "572bbbee-9ed7-4621-a605-c82e28d0138a",
        "nominalCode": "493",
        "name": "Travel - National",
        "currency": "GBP",
        "accountType": "Expense",
        "fullyQualifiedCategory": "Expense.Overhead",
        "isBankAccount": False,
        "validTransactionTypes": FOUR,
        "validFor": [f"expense-transactions.{kind}" for kind in FOUR],
    }
    assert next(rate for rate in found["taxRates"] if rate["id"] == "INPUT2") == {
        "id": "INPUT2",
        "name": "20% (VAT on Expenses)",
        "code": "INPUT2",
        "effectiveTaxRate": 20,
        "totalTaxRate": 20,
        "validTransactionTypes": FOUR,
    }


def test_a_category_tells_its_group_and_a_group_that_it_is_one(codat):
    categories = options(codat)["trackingCategories"]

    group = next(each for each in categories if each["hasChildren"])
    child = next(each for each in categories if each["parentId"] == group["id"])
    assert group == {
        "id": group["id"],
        "modifiedDate": codat.ok("GET", f"/companies/{XERO}/connections/{books_of(XERO)}")["lastSync"],
        "name": group["name"],
        "hasChildren": True,
        "parentId": None,
    }
    assert child["hasChildren"] is False


@pytest.mark.parametrize("path", ["/sync/expenses/mappingOptions", "/mappingoptions", "/SYNC/EXPENSES/MAPPINGOPTIONS"])
def test_mapping_options_are_served_on_every_spelling_of_their_path(codat, path):
    assert codat.ok("GET", f"/companies/{XERO}{path}") == options(codat)


def test_what_is_no_longer_in_use_is_not_offered(codat):
    before = options(codat)
    with codat.workspace.transaction():
        ledger = codat.workspace.ledgers.get(books_of(XERO))
        ledger.add(Account("old", "Old", AccountType.EXPENSE, active=False))
        ledger.add(TaxRate("old", "Old", active=False))
        ledger.add(Category("old", "Old", active=False))

    assert options(codat) == before


def test_an_account_without_code_category_or_currency_tells_its_type_and_the_base_currency(codat):
    with codat.workspace.transaction():
        codat.workspace.ledgers.get(books_of(XERO)).add(Account("plain", "Plain", AccountType.EQUITY))

    assert named(options(codat)["accounts"], "Plain") == {
        "id": "plain",
        "nominalCode": None,
        "name": "Plain",
        "currency": "GBP",
        "accountType": "Equity",
        "fullyQualifiedCategory": "Equity",
        "isBankAccount": False,
        "validTransactionTypes": [],
        "validFor": [],
    }


@pytest.mark.parametrize(
    ("company", "quirk", "types"),
    [
        (XERO, "four", FOUR),
        (XERO, "eight", [*FOUR, *OTHERS]),
        (QUICKBOOKS, "eight", [*FOUR, *OTHERS]),
        (DYNAMICS, "four", FOUR),
        (DYNAMICS, "eight", FOUR),
        (NETSUITE, "four", ["Payment", "Refund"]),
        (NETSUITE, "eight", ["Payment", "Refund"]),
    ],
)
def test_valid_types_are_those_of_the_platform_and_of_the_quirk(codat, company, quirk, types):
    codat.workspace.change_setting("codat.valid-types", quirk)

    found = options(codat, company)

    assert {tuple(rate["validTransactionTypes"]) for rate in found["taxRates"]} == {tuple(types)}
    of_expenses = {tuple(a["validTransactionTypes"]) for a in found["accounts"] if a["accountType"] == "Expense"}
    assert of_expenses == {tuple(kind for kind in types if kind in FOUR)}
    listed = {kind for account in found["accounts"] for kind in account["validTransactionTypes"]}
    assert listed <= set(types)


def test_a_company_that_was_never_linked_has_no_mapping_options(codat):
    assert_not_found(codat.call("GET", f"{expenses(PENDING)}/mappingOptions"))
    assert_not_found(codat.call("GET", f"{expenses(UNKNOWN)}/mappingOptions"))
