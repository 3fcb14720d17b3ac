"""The idempotency key: a request that is sent again is answered as it was, and does nothing a second time.

Source: guide "Idempotency".
"""

from datetime import timedelta

import pytest

from tests.dialects.codat.caller import XERO, expense, expenses

KEY = {"Idempotency-Key": "1b9a2c66-6a51-4f0f-8dbd-3b1b3a3c0c01"}
OTHER = {"Idempotency-Key": "1b9a2c66-6a51-4f0f-8dbd-3b1b3a3c0c02"}
COMPANY = {"name": "Acme"}


def create(codat, headers=KEY, body=COMPANY, **more):
    return codat.call("POST", "/companies", body, headers=headers, **more)


def companies(codat):
    return codat.ok("GET", "/companies?page=1")["totalResults"]


def test_the_first_answer_is_given_again_and_nothing_is_done_twice(codat):
    before = companies(codat)

    first, second = create(codat), create(codat)

    assert (second.status, second.text) == (first.status, first.text)
    assert dict(second.headers) == dict(first.headers)
    assert companies(codat) == before + 1
    told = codat.steer("GET", "/journal?operation=create-company")["exchanges"]
    assert told[1]["warnings"] == [
        f"Answered as number {told[0]['id']} was, whose idempotency key it shows: nothing was done."
    ]


def test_another_key_or_none_is_another_request(codat):
    before = companies(codat)

    for headers in (KEY, OTHER, {}, {}):
        create(codat, headers)

    assert companies(codat) == before + 4


def test_another_body_with_the_same_key_is_refused(codat):
    create(codat)

    answer = create(codat, body={"name": "Zenith"})

    assert (answer.status, answer.body["error"]) == (422, "This idempotency key was shown with another request.")


def test_a_sync_is_started_once(codat):
    dataset = {"datasetIds": [codat.dataset(expense(1))]}
    path = f"{expenses(XERO)}/syncs"

    first, second = (codat.call("POST", path, dataset, headers=KEY) for _ in range(2))

    assert (first.status, second.body) == (202, first.body)
    assert len(codat.steer("GET", "/syncs?status=queued")["syncs"]) == 1


@pytest.mark.parametrize(("status", "again"), [(400, 400), (500, 500), (503, 503), (429, 200)])
def test_every_answer_is_kept_but_429(codat, status, again):
    codat.steer("POST", "/faults", {"effect": {"status": status}, "times": 1})

    first, second = create(codat), create(codat)

    assert (first.status, second.status) == (status, again)


def test_a_refused_body_is_refused_again(codat):
    assert create(codat, body={}).status == 400
    assert create(codat, body=COMPANY).status == 422


def test_an_answer_is_kept_for_ninety_minutes_of_the_workspace(codat):
    first = create(codat).body["id"]

    codat.workspace.advance(by=timedelta(minutes=89, seconds=59))
    still = create(codat).body["id"]
    codat.workspace.advance(by=timedelta(seconds=1))
    later = create(codat).body["id"]

    assert (still == first, later == first) == (True, False)
    assert codat.workspace.store.count("idempotency") == 1


def test_a_request_while_the_first_is_not_answered_is_refused(codat):
    codat.steer("POST", "/faults", {"match": {"operation": "create-company"}, "effect": {"delay": "PT1H"}, "times": 1})
    create(codat)

    meanwhile = create(codat)

    assert (meanwhile.status, meanwhile.body["error"]) == (
        409,
        "The first request with this idempotency key is not answered yet.",
    )
    assert create(codat, OTHER).status == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/companies?page=1"), ("PUT", "/companies/{id}")])
def test_only_post_and_patch_have_a_key(codat, method, path):
    company = create(codat, {}).body["id"]

    for name in ("A", "B"):
        body = {"name": name} if method == "PUT" else None
        assert codat.call(method, path.replace("{id}", company), body, headers=KEY).status == 200


def test_a_reset_forgets_the_keys(codat):
    first = create(codat).body["id"]
    codat.steer("POST", "/snapshots", {"name": "keys"})
    codat.steer("POST", "/reset")

    assert create(codat).status == 200
    codat.steer("POST", "/snapshots/keys/load")
    assert create(codat).body["id"] == first
    codat.call("DELETE", "/snapshots/keys", mount="/_emulator/v1", key=None)
