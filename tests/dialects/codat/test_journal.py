"""What the journal keeps of calls to Codat."""

import json

import pytest

from tests.dialects.codat.caller import XERO, expense, expenses

NOW = "2023-05-03T12:57:58.757609+00:00"


def last(codat):
    return codat.application.host.journal(codat.workspace).search()[-1]


def test_an_exchange_is_kept_whole(codat):
    codat.call("POST", f"/companies/{XERO}/connections?x=1", {"platformKey": "zzzz"})

    kept = last(codat).document()
    assert kept["request"]["headers"].pop("Authorization") == "Basic ***bw=="
    assert kept["answer"]["headers"]["Content-Type"] == "application/json"
    answer = json.loads(kept["answer"]["body"])
    assert answer["validation"]["errors"][0]["itemId"] == "PlatformKey"
    assert {**kept, "request": {**kept["request"], "headers": {}}, "answer": kept["answer"]["status"]} == {
        "id": 1,
        "at": NOW,
        "dialect": "codat",
        "operation": "create-connection",
        "unmatched": False,
        "nearest": None,
        "company": XERO,
        "fault": None,
        "warnings": [],
        "request": {
            "method": "POST",
            "path": f"/companies/{XERO}/connections",
            "query": "x=1",
            "headers": {},
            "body": '{"platformKey":"zzzz"}',
        },
        "answer": 400,
        "truncated": False,
        "entry": 0,
        "cause": None,
    }


def test_no_key_is_kept(codat):
    for key in ("codat-demo", "secret-of-somebody"):
        codat.call("GET", "/companies", key=key, headers={"Emulator-Token": "abcdefghijkl", "X-Api-Key": "short"})

    kept = [each.document()["request"]["headers"] for each in codat.application.host.journal(codat.workspace).search()]
    assert "Y29kYXQtZGVtbw" not in str(kept)
    assert "c2VjcmV0" not in str(kept)
    assert [headers["Emulator-Token"] for headers in kept] == ["***ijkl"] * 2
    assert [headers["X-Api-Key"] for headers in kept] == ["***"] * 2


@pytest.mark.parametrize(
    ("method", "path", "nearest"),
    [
        ("GET", "/companis", "GET /companies"),
        ("POST", "/companis", "POST /companies"),
        ("GET", f"/company/{XERO}", "GET /companies/{companyId}"),
        ("GET", f"/companies/{XERO}/sync/expense/config", "GET /companies/{companyId}/sync/expenses/config"),
        ("POST", f"/companies/{XERO}/sync/expenses/sync", "POST /companies/{companyId}/sync/expenses/syncs"),
        (
            "POST",
            f"/companies/{XERO}/sync/expenses/syncs/1/transactions/1/atachments",
            "POST /companies/{companyId}/sync/expenses/syncs/{syncId}/transactions/{transactionId}/attachments",
        ),
        ("GET", "/zzzzzzzzzzzzzzzzzzzzzz", None),
        ("GET", "/companis" + "x" * 1000, None),
    ],
)
def test_an_unmatched_call_is_shown_with_the_nearest_operation(codat, method, path, nearest):
    codat.call(method, path)

    kept = last(codat).document()
    assert (kept["unmatched"], kept["operation"], kept["nearest"]) == (True, None, nearest)
    told = [] if nearest is None else [f"No operation matched; the nearest is {nearest}."]
    assert kept["warnings"] == told


def test_a_call_of_a_wrong_method_is_unmatched_without_a_warning(codat):
    codat.call("DELETE", "/companies")

    assert (last(codat).operation, last(codat).status, last(codat).warnings) == (None, 405, [])


@pytest.mark.parametrize(
    ("key", "told"), [(None, "No key was shown."), ("another", "The key is not known in this workspace.")]
)
def test_why_a_caller_was_not_let_in_is_told(codat, key, told):
    codat.call("GET", "/companies", key=key)

    assert last(codat).status == 401
    assert last(codat).warnings == [f"{told} `GET /keys` of the control API lists those that are known."]


def test_a_gap_is_no_unmatched_call(codat):
    codat.call("GET", "/profile")

    assert (last(codat).operation, last(codat).status) == ("get-profile", 501)


def test_what_was_sent_to_a_gap_is_shown(codat):
    codat.call("PUT", "/profile", {"name": "Acme"})

    assert (last(codat).status, last(codat).body, last(codat).dropped) == (501, '{"name":"Acme"}', False)


def test_a_large_body_is_cut_and_said_to_be(codat):
    codat.call("POST", "/companies", {"name": "a", "description": "x" * 70_000})

    kept = last(codat).document()
    assert kept["truncated"] is True
    assert len(kept["request"]["body"]) == len(kept["answer"]["body"]) == 64 * 1024


def test_a_form_is_not_kept_and_said_to_be_left_out(codat):
    body = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\nx\r\n--cut--\r\n'
    path = f"{expenses(XERO)}/syncs/x/transactions/y/attachments"

    codat.call("POST", path, body, content_type="multipart/form-data; boundary=cut")

    assert (last(codat).document()["request"]["body"], last(codat).document()["truncated"]) == ("", True)


def test_who_polls_a_frozen_clock_is_warned(codat):
    codat.steer("PUT", "/pace", {"mode": "after", "run": 30})
    sync_id = codat.sync(expense())

    codat.status(sync_id)

    assert any("advance it" in warning for warning in last(codat).warnings)


def test_calls_of_the_control_api_are_not_in_the_journal(codat):
    codat.steer("GET", "/connections")

    assert codat.application.host.journal(codat.workspace).search() == []
