"""Companies."""

import pytest

from tests.dialects.sync2books.caller import (
    COMPANY,
    OTHER_KEY,
    OTHERS_COMPANY,
    UNCONNECTED,
    UNKNOWN,
    assert_refused,
)

NOW = "2026-01-05T09:00:00.123Z"
ACME = {
    "id": COMPANY,
    "name": "Acme Ltd",
    "isActive": True,
    "createdAt": "2025-12-06T09:00:00.123Z",
    "updatedAt": "2025-12-06T09:00:00.123Z",
}
NO_NAME = ["name should not be empty", "name must be a string"]


def test_a_new_company_comes_with_where_its_customer_connects_it(s2b):
    answer = s2b.call("POST", "/companies", {"name": "Corner Café"})

    company = {"name": "Corner Café", "isActive": True, "createdAt": NOW, "updatedAt": NOW}
    assert (answer.status, list(answer.body)) == (201, ["company", "authUrl"])
    assert answer.body["company"] == {"id": answer.body["company"]["id"], **company}
    start = f"http://localhost/w/{s2b.name}/sync2books/emulator/oauth/authorize?client_id=client_demo&"
    assert answer.body["authUrl"].startswith(start)


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({}, NO_NAME),
        ({"name": None}, NO_NAME),
        ({"name": ""}, ["name should not be empty"]),
        ({"name": 1}, ["name must be a string"]),
        ({"name": ["Acme"]}, ["name must be a string"]),
        ([], NO_NAME),
        (b"", NO_NAME),
    ],
)
def test_a_company_without_a_name_is_refused(s2b, body, messages):
    before = s2b.ok("GET", "/companies")

    answer = s2b.call("POST", "/companies", body)

    assert_refused(answer, 400, messages, "Bad Request")
    assert s2b.ok("GET", "/companies") == before


def test_two_companies_may_have_one_name_and_unknown_members_are_ignored(s2b):
    first = s2b.ok("POST", "/companies", {"name": "Acme Ltd", "colour": "red"})
    second = s2b.ok("POST", "/companies", {"name": "Acme Ltd"})

    assert first["company"]["id"] != second["company"]["id"]


def test_an_application_lists_its_own_companies_oldest_first(s2b):
    assert [company["id"] for company in s2b.ok("GET", "/companies")] == [
        COMPANY,
        UNCONNECTED,
        "c1000000-0000-4000-8000-000000000003",
    ]
    assert [company["id"] for company in s2b.ok("GET", "/companies", key=OTHER_KEY)] == [OTHERS_COMPANY]


def test_a_company_is_read_by_its_id(s2b):
    assert s2b.ok("GET", f"/companies/{COMPANY}") == ACME


def test_a_company_that_is_not_there_is_not_found(s2b):
    assert_refused(s2b.call("GET", f"/companies/{UNKNOWN}"), 404, "Company not found", "Not Found")


def test_a_company_of_another_application_is_forbidden(s2b):
    answer = s2b.call("GET", f"/companies/{OTHERS_COMPANY}")

    assert_refused(answer, 403, "Access to this resource is not allowed", "Forbidden")


def test_unknown_members_are_refused_once_the_quirk_says_so(s2b):
    s2b.choose("unknown-fields", "refuse")

    answer = s2b.call("POST", "/companies", {"name": "", "colour": "red"})

    assert_refused(answer, 400, ["property colour should not exist", "name should not be empty"], "Bad Request")


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ({"name": "Acme Limited"}, {"name": "Acme Limited"}),
        ({"isActive": False}, {"isActive": False}),
        ({"name": "Acme Limited", "isActive": False}, {"name": "Acme Limited", "isActive": False}),
        ({}, {}),
        ({"name": None, "isActive": None}, {}),
    ],
)
def test_what_is_given_of_a_company_is_changed(s2b, body, change):
    changed = s2b.ok("PUT", f"/companies/{COMPANY}", body)

    assert changed == {**ACME, **change, "updatedAt": NOW} == s2b.ok("GET", f"/companies/{COMPANY}")


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"name": ""}, ["name should not be empty"]),
        ({"name": 5, "isActive": 1}, ["name must be a string", "isActive must be a boolean value"]),
        ({"isActive": "true"}, ["isActive must be a boolean value"]),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(s2b, body, messages):
    answer = s2b.call("PUT", f"/companies/{COMPANY}", body)

    assert_refused(answer, 400, messages, "Bad Request")
    assert s2b.ok("GET", f"/companies/{COMPANY}") == ACME


def test_a_deleted_company_is_inactive_and_still_there(s2b):
    deleted = s2b.ok("DELETE", f"/companies/{COMPANY}")

    assert deleted == {**ACME, "isActive": False, "updatedAt": NOW} == s2b.ok("GET", f"/companies/{COMPANY}")
    assert s2b.ok("DELETE", f"/companies/{COMPANY}") == deleted


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_only_ones_own_company_can_be_changed(s2b, method):
    unknown = s2b.call(method, f"/companies/{UNKNOWN}", {})
    others = s2b.call(method, f"/companies/{OTHERS_COMPANY}", {})

    assert_refused(unknown, 404, "Company not found", "Not Found")
    assert_refused(others, 403, "Access to this resource is not allowed", "Forbidden")
