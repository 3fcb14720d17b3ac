"""What failed is tried again: in a batch of its own, or in place."""

import pytest

from doubleentry.engine.books import Account, AccountType
from doubleentry.engine.pace import PRESETS
from tests.dialects.sync2books.caller import CONNECTION, OTHER_KEY, OTHERS_CONNECTION, UNKNOWN, assert_refused
from tests.dialects.sync2books.sending import (
    WRONG_TEXT,
    counters,
    expense,
    ledger,
    move,
    outcomes,
    read,
    send,
    sent,
    wrong,
)

NOTHING = (400, "No failed items to retry", "Bad Request")


@pytest.fixture
def at_once(s2b):
    s2b.workspace.paces.set(PRESETS["instant"])


def mend(s2b):
    """Give the books the account that was missing."""
    ledger(s2b).add(Account("account-xyz", "Found again", AccountType.EXPENSE))


def item_ids(s2b, batch_id):
    return [item["id"] for item in read(s2b, batch_id)[1]]


# --- Apart


def test_what_failed_is_tried_again_in_a_new_batch_and_the_old_one_stays_as_it_was(s2b):
    old = sent(s2b, expense("1"), wrong("2"), wrong("3"))
    before = s2b.ok("GET", f"/sync/batches/{old}")
    mend(s2b)

    answer = s2b.call("POST", f"/sync/batches/{old}/retry")
    s2b.settle()

    new = answer.body["newBatchId"]
    assert (answer.status, answer.body) == (201, {"retriedItems": 2, "newBatchId": new})
    assert new != old
    assert outcomes(s2b, new) == ("completed", [("2", "success", None), ("3", "success", None)])
    assert s2b.ok("GET", f"/sync/batches/{old}") == before
    assert not set(item_ids(s2b, old)) & set(item_ids(s2b, new))
    batch, _ = read(s2b, new)
    assert (batch["companyId"], batch["connectionId"]) == (before["batch"]["companyId"], CONNECTION)


def test_what_is_tried_again_without_a_change_fails_again(s2b):
    old = sent(s2b, wrong())

    new = s2b.ok("POST", f"/sync/batches/{old}/retry", {})["newBatchId"]
    s2b.settle()

    assert outcomes(s2b, new) == ("completed", [("exp-bad", "failed", WRONG_TEXT)])


@pytest.mark.parametrize("body", [None, {}, {"itemIds": None}, {"itemIds": []}])
def test_no_items_named_are_all_that_failed(s2b, body):
    old = sent(s2b, wrong("1"), expense("2"), wrong("3"))

    assert s2b.ok("POST", f"/sync/batches/{old}/retry", body)["retriedItems"] == 2


def test_items_that_are_named_are_tried_alone_and_those_that_did_not_fail_are_passed_over(s2b):
    old = sent(s2b, wrong("1"), expense("2"), wrong("3"))
    first, second, _ = item_ids(s2b, old)

    answer = s2b.ok("POST", f"/sync/batches/{old}/retry", {"itemIds": [first, second, UNKNOWN]})

    assert answer["retriedItems"] == 1
    assert [item["entityId"] for item in read(s2b, answer["newBatchId"])[1]] == ["1"]


def test_a_batch_whose_connection_was_lost_is_tried_again_once_it_is_back(s2b):
    move(s2b, "expire")
    old = sent(s2b, expense())
    move(s2b, "link")

    new = s2b.ok("POST", f"/sync/batches/{old}/retry")["newBatchId"]
    s2b.settle()

    assert [outcomes(s2b, batch) for batch in (old, new)] == [
        ("failed", [("exp-001", "failed", "Connection expired")]),
        ("completed", [("exp-001", "success", None)]),
    ]


def test_a_batch_of_a_retry_waits_to_be_started_too_where_that_is_done_by_hand(s2b):
    old = sent(s2b, wrong())
    s2b.choose("processing", "manual")

    new = s2b.ok("POST", f"/sync/batches/{old}/retry")["newBatchId"]
    s2b.settle()

    assert read(s2b, new)[0]["status"] == "pending"


@pytest.mark.parametrize("body", [None, {"itemIds": [UNKNOWN]}])
def test_where_nothing_failed_there_is_nothing_to_try_again(s2b, body):
    batch_id = sent(s2b, expense())

    assert_refused(s2b.call("POST", f"/sync/batches/{batch_id}/retry", body), *NOTHING)


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({"itemIds": [1]}, ["each value in itemIds must be a string"]),
        ({"itemIds": "x"}, ["itemIds must be an array"]),
    ],
)
def test_items_are_named_properly(s2b, body, messages):
    batch_id = sent(s2b, wrong())

    answer = s2b.call("POST", f"/sync/batches/{batch_id}/retry", body)

    assert answer.status == 400
    assert messages[0] in answer.body["message"]


# --- In place


def test_all_that_failed_is_tried_again_in_place(s2b):
    batch_id = sent(s2b, expense("1"), wrong("2"), wrong("3"))
    before = item_ids(s2b, batch_id)
    mend(s2b)

    answer = s2b.call("POST", f"/sync/batches/{batch_id}/retry-failed")
    midway, _ = read(s2b, batch_id)
    s2b.settle()
    after, items = read(s2b, batch_id)

    assert (answer.status, answer.body) == (
        200,
        {"retriedCount": 2, "successCount": 0, "failedCount": 0, "message": "2 item(s) queued for retry"},
    )
    assert (midway["status"], midway["completedAt"], counters(midway)) == ("pending", None, (3, 1, 0, 1, 2, 0))
    assert (after["status"], counters(after)) == ("completed", (3, 3, 0, 3, 0, 0))
    assert [item["id"] for item in items] == before
    assert [item["status"] for item in items] == ["success"] * 3
    assert len(ledger(s2b).postings()) == 3


@pytest.mark.usefixtures("at_once")
def test_where_batches_end_at_once_the_counts_are_final(s2b):
    batch_id = send(s2b, wrong("1"), wrong("2"))
    failed = s2b.ok("POST", f"/sync/batches/{batch_id}/retry-failed")
    mend(s2b)
    succeeded = s2b.ok("POST", f"/sync/batches/{batch_id}/retry-failed")

    assert [(each["retriedCount"], each["successCount"], each["failedCount"]) for each in (failed, succeeded)] == [
        (2, 0, 2),
        (2, 2, 0),
    ]


@pytest.mark.usefixtures("at_once")
def test_a_batch_that_failed_as_a_whole_is_tried_again_in_place(s2b):
    move(s2b, "unlink")
    batch_id = send(s2b, expense())
    before = outcomes(s2b, batch_id)
    move(s2b, "link")

    s2b.ok("POST", f"/sync/batches/{batch_id}/retry-failed")

    assert before == ("failed", [("exp-001", "failed", "Connection disconnected")])
    assert outcomes(s2b, batch_id) == ("completed", [("exp-001", "success", None)])
    assert read(s2b, batch_id)[0]["syncErrorMessage"] is None


@pytest.mark.usefixtures("at_once")
def test_chosen_items_of_several_batches_are_tried_again_in_place(s2b):
    first, second = send(s2b, wrong("1"), wrong("2")), send(s2b, wrong("3"), expense("4"))
    mend(s2b)
    chosen = [item_ids(s2b, first)[0], *item_ids(s2b, second)]

    answer = s2b.ok("POST", "/sync/items/retry", {"syncItemIds": [*chosen, chosen[0]]})

    assert answer == {"retriedCount": 2, "successCount": 2, "failedCount": 0, "message": "2 item(s) queued for retry"}
    assert [status for _, status, _ in outcomes(s2b, first)[1]] == ["success", "failed"]
    assert [status for _, status, _ in outcomes(s2b, second)[1]] == ["success", "success"]


def test_one_item_is_tried_again_in_place_and_told(s2b):
    batch_id = sent(s2b, wrong())
    (id,) = item_ids(s2b, batch_id)
    mend(s2b)

    tried = s2b.call("POST", f"/sync/items/{id}/retry")
    s2b.settle()

    assert (tried.status, tried.body["id"], tried.body["status"], tried.body["syncErrorMessage"]) == (
        200,
        id,
        "pending",
        None,
    )
    assert s2b.ok("GET", f"/sync/items/{id}")["status"] == "success"


def test_each_end_of_a_batch_is_an_event(s2b):
    batch_id = sent(s2b, wrong())
    s2b.ok("POST", f"/sync/batches/{batch_id}/retry-failed")
    s2b.settle()

    kinds = [entry["kind"] for entry in s2b.workspace.timeline.entries() if entry["subject"] == batch_id]
    assert [kind for kind in kinds if kind != "sync.started"] == [
        "sync.queued",
        "sync.finished",
        "sync.retried",
        "sync.finished",
    ]
    events = s2b.workspace.store.find("events", {"subject": batch_id, "name": "sync.finished"})
    assert len(events) == 2


def test_nothing_is_tried_again_in_place_that_did_not_fail(s2b):
    batch_id = sent(s2b, expense())
    (id,) = item_ids(s2b, batch_id)

    assert_refused(s2b.call("POST", f"/sync/batches/{batch_id}/retry-failed"), *NOTHING)
    assert_refused(s2b.call("POST", f"/sync/items/{id}/retry"), *NOTHING)
    assert_refused(s2b.call("POST", "/sync/items/retry", {"syncItemIds": [id]}), *NOTHING)


def test_a_batch_that_is_being_processed_is_not_tried_again_in_place(s2b):
    batch_id = send(s2b, wrong("1"), expense("2"))
    s2b.advance("PT0.8S")
    (id, _) = item_ids(s2b, batch_id)
    refusal = (400, "Sync batch is still being processed", "Bad Request")

    assert [status for _, status, _ in outcomes(s2b, batch_id)[1]] == ["failed", "processing"]
    assert_refused(s2b.call("POST", f"/sync/batches/{batch_id}/retry-failed"), *refusal)
    assert_refused(s2b.call("POST", f"/sync/items/{id}/retry"), *refusal)
    assert_refused(s2b.call("POST", "/sync/items/retry", {"syncItemIds": [id]}), *refusal)


@pytest.mark.usefixtures("at_once")
def test_of_items_one_of_which_is_not_there_none_is_tried_again(s2b):
    batch_id = send(s2b, wrong())
    mend(s2b)
    (id,) = item_ids(s2b, batch_id)
    theirs = item_ids_of(s2b, send(s2b, wrong(), connection=OTHERS_CONNECTION, key=OTHER_KEY))

    missing = s2b.call("POST", "/sync/items/retry", {"syncItemIds": [id, UNKNOWN]})
    forbidden = s2b.call("POST", "/sync/items/retry", {"syncItemIds": [id, *theirs]})

    assert_refused(missing, 404, "Sync item not found", "Not Found")
    assert_refused(forbidden, 403, "Access to this resource is not allowed", "Forbidden")
    assert outcomes(s2b, batch_id)[1] == [("exp-bad", "failed", WRONG_TEXT)]


def item_ids_of(s2b, batch_id):
    return [item.id for item in s2b.workspace.syncs.items(batch_id)]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([], "syncItemIds must contain at least 1 elements"),
        (["x"] * 101, "syncItemIds must contain no more than 100 elements"),
        ([1], "each value in syncItemIds must be a string"),
        ("x", "syncItemIds must be an array"),
    ],
)
def test_from_one_to_a_hundred_items_are_named(s2b, ids, message):
    answer = s2b.call("POST", "/sync/items/retry", {"syncItemIds": ids})

    assert (answer.status, answer.body["error"]) == (400, "Bad Request")
    assert message in answer.body["message"]


def test_the_word_retry_is_no_item(s2b):
    assert_refused(s2b.call("GET", "/sync/items/retry"), 404, "Sync item not found", "Not Found")
