"""Expenses: taken in one by one or by the array, and read."""

import json

import pytest

from tests.dialects.sync2books.caller import (
    COMPANY,
    CONNECTION,
    OTHER_KEY,
    OTHERS_COMPANY,
    OTHERS_CONNECTION,
    UNKNOWN,
    assert_refused,
)
from tests.dialects.sync2books.sending import AT, WRONG_TEXT, batches, configure, expense, line, move, send, sent, wrong

FORBIDDEN = (403, "Access to this resource is not allowed", "Forbidden")


def test_one_expense_may_be_sent_as_an_object(s2b):
    answer = s2b.call("POST", f"/expenses/{CONNECTION}", expense())

    (batch,) = batches(s2b)
    assert (answer.status, answer.body) == (201, {"syncBatchId": batch.id, "totalExpenses": 1})


def test_several_expenses_are_sent_as_an_array_and_share_a_batch(s2b):
    answer = s2b.call("POST", f"/expenses/{CONNECTION}", [expense("exp-001"), wrong(), expense("exp-001")])

    (batch,) = batches(s2b)
    assert (answer.status, answer.body) == (201, {"syncBatchId": batch.id, "totalExpenses": 3})


@pytest.mark.parametrize("body", [expense("exp-002"), [expense("exp-001"), expense("exp-002")]])
def test_of_an_array_with_one_bad_expense_nothing_is_stored(s2b, body):
    bad = expense("exp-003", currency=...)
    sent = [*body, bad] if isinstance(body, list) else [bad, body]

    answer = s2b.call("POST", f"/expenses/{CONNECTION}", sent)

    assert_refused(answer, 400, [f"[{sent.index(bad)}] currency must be a string"], "Bad Request")
    assert batches(s2b) == []
    assert s2b.call("GET", "/expenses/exp-002").status == 404


def test_a_bad_expense_by_itself_is_told_without_a_position(s2b):
    for body in (expense(id=...), [expense(id=...)]):
        answer = s2b.call("POST", f"/expenses/{CONNECTION}", body)

        assert_refused(answer, 400, ["id should not be empty", "id must be a string"], "Bad Request")


def test_no_expense_at_all_is_refused(s2b):
    answer = s2b.call("POST", f"/expenses/{CONNECTION}", [])

    assert (answer.status, answer.body["error"]) == (400, "Bad Request")
    assert batches(s2b) == []


def test_a_reference_to_nothing_is_no_matter_of_the_request(s2b):
    assert s2b.call("POST", f"/expenses/{CONNECTION}", wrong()).status == 201


def test_expenses_need_a_connection_of_the_callers_application(s2b):
    assert_refused(s2b.call("POST", f"/expenses/{UNKNOWN}", expense()), 404, "Connection not found", "Not Found")
    assert_refused(s2b.call("POST", f"/expenses/{OTHERS_CONNECTION}", expense()), *FORBIDDEN)
    assert batches(s2b) == []


def test_what_is_not_valid_is_told_before_a_connection_is_looked_for(s2b):
    answer = s2b.call("POST", f"/expenses/{UNKNOWN}", expense(currency=...))

    assert_refused(answer, 400, ["currency must be a string"], "Bad Request")


@pytest.mark.parametrize("status", ["unlink", "expire"])
def test_a_connection_that_is_not_connected_takes_expenses_too(s2b, status):
    move(s2b, status)

    assert s2b.call("POST", f"/expenses/{CONNECTION}", expense()).status == 201


@pytest.mark.parametrize(
    ("defaults", "missing", "told"),
    [
        ({}, ["accountRef"], ["lines.0.accountRef should not be empty"]),
        ({}, ["taxRateRef"], ["lines.0.taxRateRef should not be empty"]),
        ({"defaultAccount": "64"}, ["accountRef"], None),
        ({"defaultTaxRate": "tax-10"}, ["taxRateRef"], None),
        ({"defaultAccount": "64"}, ["taxRateRef"], ["lines.0.taxRateRef should not be empty"]),
        ({"defaultAccount": "64", "defaultTaxRate": "tax-10"}, ["accountRef", "taxRateRef"], None),
    ],
)
def test_a_line_may_leave_out_what_the_company_has_a_default_for(s2b, defaults, missing, told):
    configure(s2b, **defaults)

    answer = s2b.call("POST", f"/expenses/{CONNECTION}", expense("exp-001", line(**dict.fromkeys(missing, ...))))

    if told is None:
        assert answer.status == 201
    else:
        assert_refused(answer, 400, told, "Bad Request")


def test_an_expense_is_shown_as_it_was_sent_and_how_it_stands(s2b):
    body = expense("exp-001", line(trackingRefs=[{"id": "class-1", "dataType": "trackingCategories"}]))
    batch_id = send(s2b, body)

    assert s2b.ok("GET", "/expenses/exp-001") == {
        **body,
        "companyId": COMPANY,
        "connectionId": CONNECTION,
        "syncStatus": "pending",
        "syncBatchId": batch_id,
        "syncError": None,
        "bookId": None,
        "createdAt": AT,
        "updatedAt": AT,
        "lastSyncAt": None,
    }


def test_an_expense_that_was_written_tells_as_what(s2b):
    batch_id = sent(s2b, expense())

    assert s2b.ok("GET", "/expenses/exp-001") == {
        **expense(),
        "companyId": COMPANY,
        "connectionId": CONNECTION,
        "syncStatus": "synced",
        "syncBatchId": batch_id,
        "syncError": None,
        "bookId": "1",
        "createdAt": AT,
        "updatedAt": "2026-01-05T09:00:01.323Z",
        "lastSyncAt": "2026-01-05T09:00:01.323Z",
    }


def test_an_expense_that_failed_tells_why_and_one_that_is_sent_again_is_shown_anew(s2b):
    sent(s2b, wrong("exp-001"))
    before = s2b.ok("GET", "/expenses/exp-001")
    again = sent(s2b, expense("exp-001", notes="Corrected"))
    after = s2b.ok("GET", "/expenses/exp-001")

    assert (before["syncStatus"], before["syncError"], before["bookId"]) == ("failed", WRONG_TEXT, None)
    assert (after["syncStatus"], after["syncError"], after["notes"], after["syncBatchId"]) == (
        "synced",
        None,
        "Corrected",
        again,
    )
    assert after["createdAt"] == before["createdAt"]


def test_an_expense_that_was_passed_over_as_a_duplicate_is_shown_as_it_was_written(s2b):
    first = sent(s2b, expense())
    sent(s2b, expense(notes="Again"))

    shown = s2b.ok("GET", "/expenses/exp-001")

    assert (shown["syncStatus"], shown["syncBatchId"], shown["notes"]) == ("synced", first, "Paper")


def test_an_expense_is_one_of_the_callers_application(s2b):
    sent(s2b, expense("exp-001", notes="Ours"))
    s2b.ok("POST", f"/expenses/{OTHERS_CONNECTION}", expense("exp-001", notes="Theirs"), key=OTHER_KEY)
    s2b.ok("POST", f"/expenses/{OTHERS_CONNECTION}", expense("exp-002"), key=OTHER_KEY)

    assert s2b.ok("GET", "/expenses/exp-001")["notes"] == "Ours"
    assert s2b.ok("GET", "/expenses/exp-001", key=OTHER_KEY)["notes"] == "Theirs"
    assert_refused(s2b.call("GET", "/expenses/exp-002"), 404, "Expense not found", "Not Found")


@pytest.mark.parametrize("id", ["exp 001/é", "connection", "50% off", "exp-001?x=1", "Ärger+mit#Zeichen"])
def test_an_expenses_id_is_any_text(s2b, id):
    from urllib.parse import quote  # noqa: PLC0415 - beside its use

    sent(s2b, expense(id))

    assert s2b.ok("GET", f"/expenses/{quote(id, safe='')}")["id"] == id


@pytest.mark.parametrize("path", [f"connection/{CONNECTION}", f"company/{COMPANY}"])
def test_expenses_are_listed_the_newest_first_page_by_page(s2b, path):
    for number in range(3):
        send(s2b, expense(f"exp-{number}"))

    whole = s2b.call("GET", f"/expenses/{path}")
    second = s2b.ok("GET", f"/expenses/{path}?page=2&limit=2")
    beyond = s2b.ok("GET", f"/expenses/{path}?page=9")

    assert [row["id"] for row in whole.body["expenses"]] == ["exp-2", "exp-1", "exp-0"]
    assert whole.body["expenses"][0] == s2b.ok("GET", "/expenses/exp-2")
    assert whole.body["pagination"] == {"page": 1, "limit": 20, "total": 3, "totalPages": 1}
    assert whole.headers["X-Total-Count"] == "3"
    assert ([row["id"] for row in second["expenses"]], second["pagination"]) == (
        ["exp-0"],
        {"page": 2, "limit": 2, "total": 3, "totalPages": 2},
    )
    assert beyond == {"expenses": [], "pagination": {"page": 9, "limit": 20, "total": 3, "totalPages": 1}}


def test_a_list_of_expenses_needs_something_of_the_callers_application(s2b):
    assert_refused(s2b.call("GET", f"/expenses/connection/{UNKNOWN}"), 404, "Connection not found", "Not Found")
    assert_refused(s2b.call("GET", f"/expenses/company/{UNKNOWN}"), 404, "Company not found", "Not Found")
    assert_refused(s2b.call("GET", f"/expenses/connection/{OTHERS_CONNECTION}"), *FORBIDDEN)
    assert_refused(s2b.call("GET", f"/expenses/company/{OTHERS_COMPANY}"), *FORBIDDEN)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_expense_is_neither_changed_nor_removed(s2b, method):
    send(s2b, expense())

    answer = s2b.call(method, "/expenses/exp-001", expense() if method != "DELETE" else None)

    assert_refused(answer, 404, f"Cannot {method} /expenses/exp-001", "Not Found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/expenses/{CONNECTION}"),
        ("GET", "/expenses/exp-001"),
        ("GET", f"/expenses/connection/{CONNECTION}"),
        ("GET", f"/expenses/company/{COMPANY}"),
    ],
)
def test_every_call_needs_a_key(s2b, method, path):
    body = expense() if method == "POST" else None

    assert_refused(s2b.call(method, path, body, key=None), 401, "API key is required", "Unauthorized")
    assert_refused(s2b.call(method, path, body, key="cs_development_demo"), 401, "Invalid API key", "Unauthorized")


@pytest.mark.parametrize(
    ("sent_as", "printed"),
    [
        ("100.00", "100"),
        ("1.50", "1.5"),
        ("1e2", "100"),
        ("-0.0", "0"),
        ("0.1", "0.1"),
        ("9007199254740992", "9007199254740992"),
    ],
)
def test_a_number_is_printed_as_javascript_does(s2b, sent_as, printed):
    text = json.dumps([expense("exp-1", line(netAmount=4242))]).replace("4242", sent_as)
    s2b.ok("POST", f"/expenses/{CONNECTION}", text)

    assert f'"netAmount":{printed},' in s2b.call("GET", "/expenses/exp-1").text
