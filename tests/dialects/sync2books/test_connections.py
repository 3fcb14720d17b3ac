"""Connections: listed, found and ended, in the words of either edition."""

import pytest

from tests.dialects.sync2books.caller import (
    COMPANY,
    CONNECTION,
    OTHERS_COMPANY,
    OTHERS_CONNECTION,
    SECOND_CONNECTION,
    UNCONNECTED,
    UNKNOWN,
    assert_refused,
)

NOW = "2026-01-05T09:00:00.123Z"
MADE = "2025-12-06T09:00:00.123Z"
BOOKS = {
    "id": CONNECTION,
    "companyId": COMPANY,
    "integrationKey": "QUICKBOOKS",
    "status": "CONNECTED",
    "created": MADE,
    "updatedAt": MADE,
}
LATER = {**BOOKS, "integrationKey": "quickbooks", "status": "connected"}
ONE = f"/companies/{COMPANY}/connections/{CONNECTION}"


def move(s2b, verb, id=CONNECTION):
    answer = s2b.steer("POST", f"/connections/sync2books/{id}/{verb}")
    assert answer.status == 200, answer.text
    return answer.body["connection"]


def status(s2b):
    return s2b.ok("GET", f"/connections/{CONNECTION}")["status"]


def test_the_connections_of_a_company_are_listed_by_both_editions(s2b):
    assert s2b.ok("GET", f"/companies/{COMPANY}/connections") == {"connections": [BOOKS]}
    assert s2b.ok("GET", f"/connections/company/{COMPANY}") == [BOOKS]
    assert s2b.ok("GET", f"/companies/{UNCONNECTED}/connections") == {"connections": []}


def test_the_later_edition_has_lower_case(s2b):
    s2b.choose("profile", "openapi")

    assert s2b.ok("GET", f"/connections/company/{COMPANY}") == [LATER]
    assert s2b.ok("GET", f"/connections/{CONNECTION}") == LATER


@pytest.mark.parametrize("key", ["quickbooks", "QUICKBOOKS", "QuickBooks"])
def test_a_connection_is_found_by_its_accounting_software_in_either_case(s2b, key):
    assert s2b.ok("GET", f"/connections/company/{COMPANY}/integration/{key}") == BOOKS


@pytest.mark.parametrize("key", ["xero", "nothing", "%00"])
def test_a_connection_that_a_company_does_not_have_is_null(s2b, key):
    answer = s2b.call("GET", f"/connections/company/{COMPANY}/integration/{key}")

    assert (answer.status, answer.type, answer.text) == (200, "application/json", "null")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("word", ["DISCONNECTED", "disconnected"])
def test_a_connection_is_unlinked(s2b, word):
    unlinked = s2b.ok("PATCH", ONE, {"status": word})

    assert unlinked == {**BOOKS, "status": "DISCONNECTED", "updatedAt": NOW}
    assert s2b.ok("GET", f"/companies/{COMPANY}/connections") == {"connections": [unlinked]}


@pytest.mark.parametrize("body", [{}, {"status": "CONNECTED"}, {"status": None}, {"status": 1}, [], {"status": {}}])
def test_a_connection_can_be_changed_to_nothing_else(s2b, body):
    answer = s2b.call("PATCH", ONE, body)

    assert_refused(answer, 400, ["status must be one of the following values: DISCONNECTED"], "Bad Request")
    assert status(s2b) == "CONNECTED"


def test_a_connection_is_disconnected_by_the_later_edition_and_stays_so(s2b):
    first = s2b.call("POST", f"/connections/{CONNECTION}/disconnect")
    shown = s2b.ok("GET", f"/connections/{CONNECTION}")
    s2b.advance(5)
    second = s2b.call("POST", f"/connections/{CONNECTION}/disconnect")

    assert (first.status, first.body) == (second.status, second.body) == (200, {"status": "disconnected"})
    assert s2b.ok("GET", f"/connections/{CONNECTION}") == shown == {**BOOKS, "status": "DISCONNECTED", "updatedAt": NOW}


@pytest.mark.parametrize(
    ("path", "thing"),
    [
        (f"/companies/{UNKNOWN}/connections", "Company"),
        (f"/connections/company/{UNKNOWN}", "Company"),
        (f"/connections/company/{UNKNOWN}/integration/xero", "Company"),
        (f"/connections/{UNKNOWN}", "Connection"),
        ("/connections/not-a-uuid", "Connection"),
        ("/connections/%F0%9F%92%B8", "Connection"),
    ],
)
def test_what_is_not_there_is_not_found(s2b, path, thing):
    assert_refused(s2b.call("GET", path), 404, f"{thing} not found", "Not Found")


@pytest.mark.parametrize(
    "path",
    [
        f"/companies/{OTHERS_COMPANY}/connections",
        f"/connections/company/{OTHERS_COMPANY}",
        f"/connections/company/{OTHERS_COMPANY}/integration/quickbooks",
        f"/connections/{OTHERS_CONNECTION}",
    ],
)
def test_what_is_another_applications_is_forbidden(s2b, path):
    assert_refused(s2b.call("GET", path), 403, "Access to this resource is not allowed", "Forbidden")


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        (f"/companies/{COMPANY}/connections/{UNKNOWN}", (404, "Connection not found", "Not Found")),
        (f"/companies/{UNCONNECTED}/connections/{CONNECTION}", (404, "Connection not found", "Not Found")),
        (f"/companies/{UNKNOWN}/connections/{CONNECTION}", (404, "Company not found", "Not Found")),
        (
            f"/companies/{COMPANY}/connections/{OTHERS_CONNECTION}",
            (403, "Access to this resource is not allowed", "Forbidden"),
        ),
    ],
)
def test_only_a_connection_of_that_company_is_unlinked(s2b, path, refusal):
    assert_refused(s2b.call("PATCH", path, {"status": "DISCONNECTED"}), *refusal)


def test_only_ones_own_connection_is_disconnected(s2b):
    unknown = s2b.call("POST", f"/connections/{UNKNOWN}/disconnect")
    others = s2b.call("POST", f"/connections/{OTHERS_CONNECTION}/disconnect")

    assert_refused(unknown, 404, "Connection not found", "Not Found")
    assert_refused(others, 403, "Access to this resource is not allowed", "Forbidden")


def test_the_integrations_of_an_application_are_named_in_lower_case(s2b):
    keys = ["quickbooks", "quickbooks-desktop", "xero", "sage"]

    assert s2b.ok("GET", "/integrations/enabled") == {"integrationKeys": keys}


@pytest.mark.parametrize(
    ("moves", "shown"),
    [
        (["expire"], "ERROR"),
        (["expire", "expire"], "ERROR"),
        (["deauthorise"], "DISCONNECTED"),
        (["unlink"], "DISCONNECTED"),
        (["expire", "link"], "CONNECTED"),
        (["unlink", "link", "link"], "CONNECTED"),
    ],
)
def test_the_control_api_moves_a_connection(s2b, moves, shown):
    for verb in moves:
        move(s2b, verb)

    assert status(s2b) == shown


def test_the_control_api_lists_the_connections_of_all_applications(s2b):
    rows = s2b.steer("GET", "/connections").body["connections"]

    ids = [row["connection"]["id"] for row in rows if row["dialect"] == "sync2books"]
    assert ids == [CONNECTION, SECOND_CONNECTION, OTHERS_CONNECTION]


def test_a_connection_that_the_control_api_does_not_have_is_not_found(s2b):
    assert s2b.steer("POST", f"/connections/sync2books/{UNKNOWN}/link").status == 404
