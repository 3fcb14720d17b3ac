"""What the books behind a connection have."""

import pytest

from tests.dialects.sync2books.caller import CONNECTION, OTHERS_CONNECTION, UNKNOWN, assert_refused

KINDS = ("accounts", "tax-rates", "suppliers", "customers", "tracking-categories")
FOUND = ("tax-rates", "tax-codes", "suppliers", "customers")


def rows(s2b, kind, member=None):
    body = s2b.ok("GET", f"/connections/{CONNECTION}/{kind}")
    assert list(body) == [member or kind]
    return body[member or kind]


def by_id(found):
    return {row["id"]: row for row in found}


def test_accounts_tell_banks_and_cards_from_others_and_what_is_no_longer_in_use(s2b):
    accounts = by_id(rows(s2b, "accounts"))

    assert accounts["41"] == {
        "id": "41",
        "name": "Checking Account",
        "type": "Bank",
        "subType": "Checking",
        "fullyQualifiedName": "Checking Account",
        "status": "Active",
    }
    assert accounts["bank-account-id"]["type"] == "Credit Card"
    assert (accounts["64"]["type"], accounts["64"]["status"]) == ("Expense", "Active")
    assert accounts["66"]["status"] == "Inactive"
    assert "account-xyz" not in accounts


def test_tax_rates_are_percentages(s2b):
    rate = by_id(rows(s2b, "tax-rates", "taxRates"))["tax-10"]

    assert rate == {
        "id": "tax-10",
        "name": "Sales Tax 10%",
        "rate": 10,
        "status": "Active",
        "effectiveTaxRate": 10,
        "totalTaxRate": 10,
        "displayName": "Sales Tax 10%",
        "connectionId": CONNECTION,
        "bookType": "quickbooks",
    }


def test_suppliers_and_customers_are_apart(s2b):
    suppliers, customers = rows(s2b, "suppliers"), rows(s2b, "customers")

    assert suppliers[0] == {"id": "supplier-123", "name": "Office Supplies Co", "status": "Active"}
    assert customers[0] == {"id": "customer-456", "name": "Acme Corp", "status": "Active"}
    assert not by_id(suppliers).keys() & by_id(customers).keys()


def test_tracking_categories_have_their_options(s2b):
    assert rows(s2b, "tracking-categories", "trackingCategories") == [
        {
            "id": "class-1",
            "name": "Department",
            "options": [{"id": "option-1", "name": "Sales"}, {"id": "option-2", "name": "Marketing"}],
        },
        {"id": "tracking-category-id", "name": "Project", "options": []},
    ]


@pytest.mark.parametrize("move", ["expire", "unlink"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_connection_that_is_not_connected_still_answers(s2b, kind, move):
    before = s2b.ok("GET", f"/connections/{CONNECTION}/{kind}")
    s2b.steer("POST", f"/connections/sync2books/{CONNECTION}/{move}")

    assert s2b.ok("GET", f"/connections/{CONNECTION}/{kind}") == before


@pytest.mark.parametrize("kind", [*KINDS, "sync/bills/mappingOptions"])
def test_a_connection_that_never_was_connected_has_nothing(s2b, kind):
    with s2b.workspace.transaction():
        connection = s2b.workspace.store.get("sync2books connections", CONNECTION)
        s2b.workspace.store.insert("sync2books connections", "new", {**connection, "id": "new", "status": "pending"})

    body = s2b.ok("GET", f"/connections/new/{kind}")

    assert [value for value in body.values() if isinstance(value, list) and value] == []


@pytest.mark.parametrize("kind", [*KINDS, "sync/bills/mappingOptions"])
def test_only_ones_own_books_are_at_hand(s2b, kind):
    unknown = s2b.call("GET", f"/connections/{UNKNOWN}/{kind}")
    others = s2b.call("GET", f"/connections/{OTHERS_CONNECTION}/{kind}")

    assert_refused(unknown, 404, "Connection not found", "Not Found")
    assert_refused(others, 403, "Access to this resource is not allowed", "Forbidden")


def test_tax_rates_are_found_by_query_from_an_offset(s2b):
    everything = rows(s2b, "tax-rates", "taxRates")

    first = s2b.ok("GET", f"/tax-rates?connectionId={CONNECTION}&limit=2")
    last = s2b.ok("GET", f"/tax-rates?connectionId={CONNECTION}&limit=2&offset=4")

    assert first == {"taxRates": everything[:2], "total": 5, "limit": 2, "offset": 0, "hasMore": True}
    assert last == {"taxRates": everything[4:], "total": 5, "limit": 2, "offset": 4, "hasMore": False}


def test_tax_codes_are_found_with_the_rates_that_they_stand_for(s2b):
    rates = rows(s2b, "tax-rates", "taxRates")

    found = s2b.ok("GET", f"/tax-codes?connectionId={CONNECTION}&limit=2&offset=3")

    refs = [[{"id": id, "name": name}] for id, name in (("tax-0", "Exempt"), ("tax-8", "Sales Tax 8% (until 2024)"))]
    told = [(False, True), (True, False)]
    assert found == {
        "taxCodes": [
            {
                **rate,
                "bookId": rate["id"],
                "active": active,
                "taxable": taxable,
                "taxGroup": False,
                "salesTaxRateRefs": ref,
                "purchaseTaxRateRefs": ref,
            }
            for rate, ref, (taxable, active) in zip(rates[3:], refs, told, strict=True)
        ],
        "total": 5,
        "limit": 2,
        "offset": 3,
        "hasMore": False,
    }


def test_tax_rates_are_found_by_their_state(s2b):
    found = s2b.ok("GET", f"/tax-rates?connectionId={CONNECTION}&status=Inactive")
    none = s2b.ok("GET", f"/tax-rates?connectionId={CONNECTION}&status=Archived")

    assert ([row["id"] for row in found["taxRates"]], found["total"], found["limit"]) == (["tax-8"], 1, 20)
    assert none == {"taxRates": [], "total": 0, "limit": 20, "offset": 0, "hasMore": False}


@pytest.mark.parametrize(("kind", "total"), [("suppliers", 3), ("customers", 2)])
def test_contacts_are_found_by_page(s2b, kind, total):
    # The vendor's own client reads these of each row.
    named = {"suppliers": ("supplierName",), "customers": ()}[kind]
    everything = [
        {**row, **dict.fromkeys(named, row["name"]), "bookId": row["id"], "bookType": "quickbooks"}
        for row in rows(s2b, kind)
    ]

    second = s2b.ok("GET", f"/{kind}?connectionId={CONNECTION}&limit=1&page=2")
    beyond = s2b.ok("GET", f"/{kind}?connectionId={CONNECTION}&page=9")

    assert second == {kind: everything[1:2], "total": total, "page": 2, "limit": 1, "totalPages": total}
    assert beyond == {kind: [], "total": total, "page": 9, "limit": 20, "totalPages": 1}


@pytest.mark.parametrize("kind", FOUND)
def test_a_query_names_a_connection(s2b, kind):
    answer = s2b.call("GET", f"/{kind}")

    messages = ["connectionId should not be empty", "connectionId must be a string"]
    assert_refused(answer, 400, messages, "Bad Request")
    unknown = s2b.call("GET", f"/{kind}?connectionId={UNKNOWN}")
    assert_refused(unknown, 404, "Connection not found", "Not Found")
    others = s2b.call("GET", f"/{kind}?connectionId={OTHERS_CONNECTION}")
    assert_refused(others, 403, "Access to this resource is not allowed", "Forbidden")


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("limit=0", ["limit must not be less than 1"]),
        ("limit=101", ["limit must not be greater than 100"]),
        ("offset=-1", ["offset must not be less than 0"]),
        ("status=active", ["status must be one of the following values: Active, Inactive, Archived"]),
    ],
)
def test_a_query_that_does_not_fit_is_refused(s2b, query, messages):
    answer = s2b.call("GET", f"/tax-rates?connectionId={CONNECTION}&{query}")

    assert_refused(answer, 400, messages, "Bad Request")


def test_what_a_bill_can_be_mapped_to_is_what_is_in_use(s2b):
    body = s2b.ok("GET", f"/connections/{CONNECTION}/sync/bills/mappingOptions")

    assert list(body) == ["integrationKey", "accounts", "taxes", "warnings"]
    assert (body["integrationKey"], body["warnings"]) == ("QUICKBOOKS", [])
    accounts = by_id(body["accounts"])
    expense = {"code": "6000", "accountType": "Expense", "isExpense": True}
    assert accounts["64"] == {"id": "64", "name": "Office Expenses", **expense}
    assert (accounts["41"]["isExpense"], "66" in accounts) == (False, False)
    assert body["taxes"][0] == {"id": "tax-10", "name": "Sales Tax 10%", "usableForPurchases": True}
