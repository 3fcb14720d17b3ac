"""Every request that the pages and the later document show, sent to `demo`.

What is shown in an answer is held against what comes back: status, members, and whatever does not depend on ids.
"""

import io

import pytest

from tests.dialects.sync2books.caller import COMPANY, CONNECTION, JSON

NAME = {"name": "Acme Ltd"}
CONFIG = {
    "bankAccount": {"id": "bank-account-id"},
    "supplier": {"id": "supplier-id"},
    "customer": {"id": "customer-id"},
    "defaultAccount": {"id": "expense-account-id"},
    "defaultTaxRate": {"id": "tax-rate-id"},
}
COMPANY_MEMBERS = ["id", "name", "isActive", "createdAt", "updatedAt"]
CONNECTION_MEMBERS = ["id", "companyId", "integrationKey", "status", "created", "updatedAt"]
BATCH_MEMBERS = {
    *("id", "companyId", "connectionId", "status", "totalItems", "successfulItems", "failedItems", "createdAt"),
    *("updatedAt", "completedAt"),
}
ITEM_MEMBERS = {
    *("id", "entityId", "entityType", "status", "integrationResponse", "syncErrorMessage", "createdAt", "updatedAt"),
}
ROW_MEMBERS = {"id", "status", "totalItems", "successfulItems", "failedItems", "createdAt", "completedAt"}
ATTACHMENT_MEMBERS = {
    *("id", "fileName", "contentType", "size", "category", "note", "includeOnSend", "connectionId", "syncId"),
    *("transactionId", "entityBookId", "createdAt"),
}


def expense(id="exp-001", account="expense-account-id"):
    line = {"netAmount": 100, "taxAmount": 10, "taxRateRef": {"id": "tax-rate-id"}, "accountRef": {"id": account}}
    head = {"id": id, "type": "Payment", "issueDate": "2026-01-05T00:00:00Z", "currency": "USD", "currencyRate": 1}
    return {**head, "merchantName": "Office Supplies Co", "lines": [line]}


@pytest.fixture
def batch(s2b):
    """Return a batch that has ended: its first expense was written, its second has an account that is not there."""
    sent = [expense(), expense("exp-002", "account-xyz")]
    id = s2b.ok("POST", f"/expenses/{CONNECTION}", sent)["syncBatchId"]
    s2b.settle()
    return id


def test_a_company_is_created_listed_read_renamed_and_deactivated(s2b):
    made = s2b.call("POST", "/companies", NAME)
    company = made.body["company"]
    path = f"/companies/{company['id']}"

    assert (made.status, list(made.body), list(company)) == (201, ["company", "authUrl"], COMPANY_MEMBERS)
    assert company in s2b.ok("GET", "/companies")
    assert s2b.ok("GET", path) == company
    assert s2b.ok("PUT", path, {"name": "Acme Inc"}) == {**company, "name": "Acme Inc"}
    assert s2b.call("DELETE", path).status == 200
    assert s2b.ok("GET", path) == {**company, "name": "Acme Inc", "isActive": False}


@pytest.mark.parametrize("key", ["QUICKBOOKS", "quickbooks", "QUICKBOOKS_DESKTOP", "XERO", "SAGE"])
def test_a_url_that_starts_consent_is_had_for_each_integration(s2b, key):
    answer = s2b.ok("GET", f"/companies/{COMPANY}/auth-url?integrationKey={key}")

    assert list(answer) == ["authUrl"]
    assert all(f"{name}=" in answer["authUrl"] for name in ("client_id", "scope", "redirect_uri", "state"))


def test_the_connections_of_a_company_are_listed(s2b):
    answer = s2b.ok("GET", f"/companies/{COMPANY}/connections")

    (connection,) = answer["connections"]
    assert (list(answer), list(connection)) == (["connections"], CONNECTION_MEMBERS)
    assert (connection["integrationKey"], connection["status"]) == ("QUICKBOOKS", "CONNECTED")


def test_a_connection_is_unlinked(s2b):
    path = f"/companies/{COMPANY}/connections"

    answer = s2b.ok("PATCH", f"{path}/{CONNECTION}", {"status": "DISCONNECTED"})

    assert answer["status"] == "DISCONNECTED"
    assert s2b.ok("GET", path) == {"connections": [answer]}


def test_defaults_are_set_and_read_with_the_names_of_what_they_refer_to(s2b):
    path = f"/companies/{COMPANY}/expense-config"

    before, changed = s2b.ok("GET", path), s2b.ok("PATCH", path, CONFIG)

    assert before == {"companyId": COMPANY}
    assert changed == s2b.ok("GET", path)
    assert list(changed) == ["companyId", *CONFIG]
    assert {name: {"id": changed[name]["id"]} for name in CONFIG} == CONFIG
    assert all(changed[name]["name"] for name in CONFIG)


@pytest.mark.parametrize(
    ("path", "member", "shown"),
    [
        ("accounts", "accounts", {"id": "64", "name": "Office Expenses", "type": "Expense", "status": "Active"}),
        ("accounts", "accounts", {"id": "64", "subType": "OfficeExpenses", "fullyQualifiedName": "Office Expenses"}),
        ("accounts", "accounts", {"id": "65", "name": "Travel Expenses", "type": "Expense", "status": "Active"}),
        ("tax-rates", "taxRates", {"id": "tax-10", "name": "Sales Tax 10%", "rate": 10, "status": "Active"}),
        ("suppliers", "suppliers", {"id": "supplier-123", "name": "Office Supplies Co", "status": "Active"}),
        ("customers", "customers", {"id": "customer-456", "name": "Acme Corp", "status": "Active"}),
        (
            "tracking-categories",
            "trackingCategories",
            {
                "id": "class-1",
                "name": "Department",
                "options": [{"id": "option-1", "name": "Sales"}, {"id": "option-2", "name": "Marketing"}],
            },
        ),
    ],
)
def test_reference_data_has_the_rows_that_are_shown(s2b, path, member, shown):
    answer = s2b.ok("GET", f"/connections/{CONNECTION}/{path}")

    (row,) = (row for row in answer[member] if row["id"] == shown["id"])
    assert list(answer) == [member]
    assert {name: row[name] for name in shown} == shown


def test_a_batch_is_shown_with_its_items(s2b, batch):
    answer = s2b.ok("GET", f"/sync/batches/{batch}")

    assert list(answer) == ["batch", "items"]
    assert answer["batch"].keys() >= BATCH_MEMBERS
    assert {name: answer["batch"][name] for name in ("status", "totalItems", "successfulItems", "failedItems")} == {
        "status": "completed",
        "totalItems": 2,
        "successfulItems": 1,
        "failedItems": 1,
    }
    assert all(item.keys() >= ITEM_MEMBERS for item in answer["items"])
    written, failed = answer["items"]
    assert written["integrationResponse"].keys() == {"id", "syncToken"}
    assert failed["syncErrorMessage"] == "Invalid account ID: account-xyz does not exist"


@pytest.mark.parametrize("query", ["", "?page=1&limit=20&status=completed", "?limit=20&offset=0"])
def test_the_batches_of_a_company_are_listed(s2b, batch, query):
    answer = s2b.call("GET", f"/sync/companies/{COMPANY}/batches{query}")

    (row,) = answer.body["batches"]
    assert (list(answer.body), row["id"]) == (["batches", "pagination"], batch)
    assert row.keys() >= ROW_MEMBERS
    assert answer.body["pagination"] == {"page": 1, "limit": 20, "total": 1, "totalPages": 1}
    headers = {"X-Total-Count": "1", "X-Page-Count": "1", "X-Limit": "20", "X-Offset": "0"}
    assert {name: answer.headers[name] for name in headers} == headers


def test_the_batches_of_a_company_are_listed_by_the_later_document_too(s2b, batch):
    answer = s2b.ok("GET", f"/sync/companies/{COMPANY}/batches/paged")

    assert [row["id"] for row in answer.pop("items")] == [batch]
    assert answer == {"total": 1, "limit": 20, "offset": 0}


def test_failed_items_are_listed(s2b, batch):
    answer = s2b.ok("GET", f"/sync/batches/{batch}/failed-items")

    (item,) = answer["items"]
    assert (list(answer), item["entityId"], item["status"]) == (["items"], "exp-002", "failed")


@pytest.mark.parametrize("named", [True, False, None])
def test_a_retry_is_a_new_batch(s2b, batch, named):
    (item,) = s2b.ok("GET", f"/sync/batches/{batch}/failed-items")["items"]
    body = {True: {"itemIds": [item["id"]]}, False: {"itemIds": []}, None: None}[named]

    answer = s2b.call("POST", f"/sync/batches/{batch}/retry", body)

    assert (answer.status, answer.body["retriedItems"]) == (201, 1)
    assert answer.body["newBatchId"] != batch


def test_the_later_document_tries_again_in_place(s2b, batch):
    (item,) = s2b.ok("GET", f"/sync/batches/{batch}/failed-items")["items"]
    members = ["retriedCount", "successCount", "failedCount", "message"]

    whole = s2b.call("POST", f"/sync/batches/{batch}/retry-failed")
    s2b.settle()
    chosen = s2b.call("POST", "/sync/items/retry", {"syncItemIds": [item["id"]]})
    s2b.settle()
    single = s2b.call("POST", f"/sync/items/{item['id']}/retry")
    s2b.settle()

    assert [(answer.status, list(answer.body)) for answer in (whole, chosen)] == [(200, members)] * 2
    assert (single.status, single.body["id"]) == (200, item["id"])
    assert s2b.ok("GET", f"/sync/items/{item['id']}")["status"] == "failed"


@pytest.mark.parametrize("more", [{}, {"note": "Paper", "includeOnSend": "false", "lineInfo": "1"}])
def test_a_receipt_is_uploaded(s2b, batch, more):
    path = f"/connections/{CONNECTION}/syncs/{batch}/transactions/exp-001/attachments"
    form = {"file": (io.BytesIO(b"%PDF-1.7"), "receipt.pdf"), **more}

    answer = s2b.call("POST", path, data=form)

    assert (answer.status, answer.body.keys() >= ATTACHMENT_MEMBERS) == (201, True)
    assert (answer.body["fileName"], answer.body["size"], answer.body["category"]) == ("receipt.pdf", 8, "Expense")
    assert (answer.body["note"], answer.body["includeOnSend"]) == (more.get("note"), False)


def test_the_connections_routes_of_the_later_document_are_served(s2b):
    listed = s2b.ok("GET", f"/connections/company/{COMPANY}")
    one = s2b.ok("GET", f"/connections/company/{COMPANY}/integration/quickbooks")
    none = s2b.call("GET", f"/connections/company/{COMPANY}/integration/xero")
    enabled = s2b.ok("GET", "/integrations/enabled")
    ended = s2b.ok("POST", f"/connections/{CONNECTION}/disconnect")

    assert listed == [one]
    assert (none.status, none.type, none.text) == (200, JSON, "null")
    assert list(enabled) == ["integrationKeys"]
    assert ended == {"status": "disconnected"}


def test_paths_of_the_first_edition_are_served(s2b):
    assert s2b.ok("GET", "/v1/companies") == s2b.ok("GET", "/companies")
