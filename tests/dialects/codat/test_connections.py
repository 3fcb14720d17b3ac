"""Connections: to accounting platforms, and the partner expense connection."""

import pytest

from doubleentry.dialects.codat.platforms import CONNECTABLE_KEYS, PLATFORMS
from tests.dialects.codat.caller import PENDING, QUICKBOOKS, XERO, books_of, card_of, expenses
from tests.dialects.codat.refusals import (
    NOT_VALID,
    UNKNOWN,
    assert_answered,
    assert_invalid,
    assert_malformed_query,
    assert_no_company,
    assert_no_connection,
    assert_not_found,
    assert_not_valid,
    assert_refused,
)

NOW = "2023-05-03T12:57:58.7576090Z"
XERO_BOOKS = f"/companies/{XERO}/connections/{books_of(XERO)}"


def shown(codat, company, id, key="gbol", **changes):
    """A connection as it is shown, made just now."""
    platform = PLATFORMS[key]
    return {
        "id": id,
        "integrationId": platform.integration_id,
        "integrationKey": key,
        "sourceId": platform.source_id,
        "platformName": platform.name,
        "linkUrl": f"http://localhost/w/{codat.name}/codat/link/companies/{company}/connections/{id}/start",
        "status": "PendingAuth",
        "lastSync": None,
        "created": NOW,
        "sourceType": "Accounting",
        "dataConnectionErrors": [],
        "connectionInfo": None,
        **changes,
    }


def bare(codat):
    """A company without connections."""
    return codat.ok("POST", "/companies", {"name": "Corner Cafe"})["id"]


@pytest.mark.parametrize("key", CONNECTABLE_KEYS)
def test_a_created_connection_waits_for_consent_and_is_read_alike(codat, key):
    company = bare(codat)

    answer = codat.call("POST", f"/companies/{company}/connections", {"platformKey": key})

    connection = shown(codat, company, answer.body["id"], key)
    assert_answered(answer, connection)
    assert_answered(codat.call("GET", f"/companies/{company}/connections/{connection['id']}"), connection)
    assert codat.ok("GET", f"/companies/{company}")["dataConnections"] == [connection]


def test_a_connection_is_linked_at_once_where_the_quirk_says_so(codat):
    codat.workspace.change_setting("codat.link", "auto")
    company = bare(codat)

    answer = codat.call("POST", f"/companies/{company}/connections", {"platformKey": "gbol"})

    assert_answered(answer, shown(codat, company, answer.body["id"], status="Linked", lastSync=NOW))
    assert codat.call("GET", expenses(company) + "/mappingOptions").status == 200


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "The PlatformKey field is required."),
        ({"platformKey": None}, "The PlatformKey field is required."),
        ({"platformKey": 5}, "The JSON value could not be converted to System.String."),
        ({"platformKey": "GBOL"}, "The value 'GBOL' is not valid for PlatformKey."),
        ({"platformKey": "zzzz"}, "The value 'zzzz' is not valid for PlatformKey."),
        ({"platformKey": "pexp"}, "The value 'pexp' is not valid for PlatformKey."),
        ({"platformKey": "z" * 101}, "The supplied value is invalid for PlatformKey."),
        ({"platformKey": ""}, "The value '' is not valid for PlatformKey."),
    ],
)
def test_a_connection_needs_the_key_of_a_platform(codat, body, told):
    answer = codat.call("POST", f"/companies/{XERO}/connections", body)

    assert_invalid(answer, ("PlatformKey", told), service="ClientsApi")
    assert codat.ok("GET", f"/companies/{XERO}/connections")["totalResults"] == 2


def test_connections_are_listed_whole_with_host_relative_links(codat):
    answer = codat.call("GET", f"/companies/{XERO.upper()}/connections")

    path = f"/companies/{XERO}/connections"
    one, other = (codat.ok("GET", f"{path}/{id}") for id in (books_of(XERO), card_of(XERO)))
    page = {
        "results": [one, other],
        "pageNumber": 1,
        "pageSize": 100,
        "totalResults": 2,
        "_links": {"current": {"href": f"{path}?page=1&pageSize=100"}, "self": {"href": path}},
    }
    assert_answered(answer, page)


def test_connections_are_filtered_ordered_and_paged_and_links_keep_that(codat):
    path = f"/companies/{XERO}/connections"

    page = codat.ok("GET", f"{path}?query=status%3Dlinked&orderBy=-platformName&pageSize=1")

    assert [each["platformName"] for each in page["results"]] == ["Xero"]
    assert page["totalResults"] == 2
    assert page["_links"]["next"] == {"href": f"{path}?page=2&pageSize=1&query=status%3Dlinked&orderBy=-platformName"}
    assert codat.ok("GET", f"{path}?page=7")["results"] == []


def test_a_list_of_connections_refuses_what_it_cannot_read(codat):
    path = f"/companies/{XERO}/connections"
    unknown = "Error parsing query - Could not resolve property name on DataConnection"

    assert_malformed_query(codat.call("GET", f"{path}?query=status"))
    assert_refused(codat.call("GET", f"{path}?query=name%3Dx"), 400, unknown, "ClientsApi")
    assert_refused(codat.call("GET", f"{path}?orderBy=name"), 400, unknown, "ClientsApi")
    told = "The field PageSize must be between 1 and 5000."
    assert_not_valid(codat.call("GET", f"{path}?pageSize=5001"), ("PageSize", told))


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"status": "Unlinked"}), ("DELETE", None)])
def test_a_connection_of_another_company_is_not_found(codat, method, body):
    other = books_of(QUICKBOOKS)

    assert_no_connection(codat.call(method, f"/companies/{XERO}/connections/{other}", body), other)
    assert_no_connection(codat.call(method, f"/companies/{XERO}/connections/{UNKNOWN}", body), UNKNOWN)
    assert_no_company(codat.call(method, f"/companies/{UNKNOWN}/connections/{other}", body), UNKNOWN)
    assert codat.ok("GET", f"/companies/{QUICKBOOKS}/connections/{other}")["status"] == "Linked"


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", {"platformKey": "gbol"})])
def test_connections_of_an_unknown_company_are_not_found(codat, method, body):
    assert_no_company(codat.call(method, f"/companies/{UNKNOWN}/connections", body), UNKNOWN)


def test_a_linked_connection_is_unlinked_and_stays_so(codat):
    before = codat.ok("GET", XERO_BOOKS)

    answer = codat.call("PATCH", XERO_BOOKS, {"status": "Unlinked"})

    assert_answered(answer, before | {"status": "Unlinked"})
    assert_answered(
        codat.call("PATCH", XERO_BOOKS.upper().replace("/COMPANIES", "/Companies"), {"STATUS": "Unlinked"}), answer.body
    )


def test_an_unlinked_connection_keeps_what_was_read(codat):
    before = codat.ok("GET", expenses(XERO) + "/mappingOptions")

    codat.ok("PATCH", XERO_BOOKS, {"status": "Unlinked"})

    assert codat.ok("GET", expenses(XERO) + "/mappingOptions") == before


@pytest.mark.parametrize(
    ("body", "where", "told"),
    [
        ({}, "Status", "The Status field is required."),
        ({"status": "Linked"}, "Status", "The value 'Linked' is not valid for Status."),
        ({"status": 3}, "Status", "The JSON value could not be converted to System.String."),
        ({"status": "Unlinked", "id": "x"}, "Id", "The JSON property could not be mapped to any .NET member."),
    ],
)
def test_a_connection_can_only_be_unlinked(codat, body, where, told):
    assert_invalid(codat.call("PATCH", XERO_BOOKS, body), (where, told), service="ClientsApi")
    assert codat.ok("GET", XERO_BOOKS)["status"] == "Linked"


@pytest.mark.parametrize("company", [PENDING, XERO])
def test_only_a_linked_connection_can_be_unlinked(codat, company):
    path = f"/companies/{company}/connections/{books_of(company)}"
    if company == XERO:
        codat.steer("POST", f"/connections/codat/{books_of(company)}/deauthorise")

    assert_refused(codat.call("PATCH", path, {"status": "Unlinked"}), 400, NOT_VALID, "ClientsApi")


def test_a_deleted_connection_is_gone_from_both_lists(codat):
    answer = codat.call("DELETE", XERO_BOOKS)

    assert (answer.status, answer.text, answer.headers.get("Content-Type")) == (200, "", None)
    assert_no_connection(codat.call("GET", XERO_BOOKS), books_of(XERO))
    assert_no_connection(codat.call("DELETE", XERO_BOOKS), books_of(XERO))
    assert codat.ok("GET", f"/companies/{XERO}/connections")["totalResults"] == 1
    assert [each["id"] for each in codat.ok("GET", f"/companies/{XERO}")["dataConnections"]] == [card_of(XERO)]


@pytest.mark.parametrize("source_type", ["Other", "Expense"])
@pytest.mark.parametrize("path", ["/sync/expenses/connections/partnerExpense", "/connections/partnerExpense"])
def test_a_partner_expense_connection_is_linked_at_once(codat, path, source_type):
    codat.workspace.change_setting("codat.partner-source-type", source_type)
    company = bare(codat)

    answer = codat.call("POST", f"/companies/{company}{path}")

    connection = shown(codat, company, answer.body["id"], "pexp", status="Linked", sourceType=source_type)
    assert_answered(answer, connection)
    assert_answered(codat.call("GET", f"/companies/{company}/connections/{connection['id']}"), connection)


def test_a_partner_expense_connection_is_made_once(codat):
    company = bare(codat)

    first, second = (codat.ok("POST", expenses(company) + "/connections/partnerExpense") for _ in range(2))

    assert second == first


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(None, None), (b"", "application/json"), (b"{}", "application/json"), (b"junk", "text/plain")],
)
def test_a_partner_expense_connection_needs_no_body_and_minds_none(codat, body, content_type):
    path = expenses(bare(codat)) + "/connections/partnerExpense"

    assert codat.call("POST", path, data=body, content_type=content_type).status == 200


def test_a_partner_expense_connection_of_an_unknown_company_is_not_found(codat):
    assert_not_found(codat.call("POST", expenses(UNKNOWN) + "/connections/partnerExpense"))


def test_linking_a_second_platform_unlinks_the_first(codat):
    second = codat.ok("POST", f"/companies/{XERO}/connections", {"platformKey": "qhyg"})["id"]

    codat.steer("POST", f"/connections/codat/{second}/link")

    listed = codat.ok("GET", f"/companies/{XERO}/connections")["results"]
    assert {each["id"]: each["status"] for each in listed} == {
        books_of(XERO): "Unlinked",
        card_of(XERO): "Linked",
        second: "Linked",
    }


def test_linking_again_finds_the_books_as_they_were(codat):
    before = codat.workspace.ledgers.get(books_of(XERO)).accounts()
    codat.ok("PATCH", XERO_BOOKS, {"status": "Unlinked"})

    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/link")

    assert codat.ok("GET", XERO_BOOKS)["status"] == "Linked"
    assert codat.workspace.ledgers.get(books_of(XERO)).accounts() == before


def test_a_partner_expense_connection_that_was_ended_is_linked_again_without_books(codat):
    card = card_of(XERO)
    codat.ok("PATCH", f"/companies/{XERO}/connections/{card}", {"status": "Unlinked"})

    codat.steer("POST", f"/connections/codat/{card}/link")

    listed = codat.ok("GET", f"/companies/{XERO}/connections")["results"]
    assert [each["status"] for each in listed] == ["Linked", "Linked"]
    assert codat.workspace.ledgers.find(card) is None


def test_who_steers_may_end_a_connection_of_any_status(codat):
    codat.steer("POST", f"/connections/codat/{books_of(PENDING)}/unlink")

    assert codat.ok("GET", f"/companies/{PENDING}/connections/{books_of(PENDING)}")["status"] == "Unlinked"


@pytest.mark.parametrize("move", ["link", "unlink", "deauthorise", "expire"])
def test_what_is_not_there_cannot_be_moved(codat, move):
    answer = codat.call("POST", f"/connections/codat/{UNKNOWN}/{move}", mount="/_emulator/v1", key=None)

    assert (answer.status, answer.body["error"]["kind"]) == (404, "NotFound")
