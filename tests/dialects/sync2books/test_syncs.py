"""Batches: how they stand, and how they are listed."""

import pytest

from doubleentry.engine.pace import PRESETS, Hold, Pace, PaceMode
from tests.builders import make_polls
from tests.dialects.sync2books.caller import (
    COMPANY,
    CONNECTION,
    OTHER_KEY,
    OTHERS_COMPANY,
    OTHERS_CONNECTION,
    UNKNOWN,
    assert_refused,
)
from tests.dialects.sync2books.sending import AT, WRONG_TEXT, counters, expense, move, outcomes, read, send, sent, wrong

FORBIDDEN = (403, "Access to this resource is not allowed", "Forbidden")
ENDED = "2026-01-05T09:00:01.323Z"


def test_a_batch_that_waits_is_told_whole(s2b):
    batch_id = send(s2b, expense())
    (item,) = s2b.workspace.syncs.items(batch_id)

    assert s2b.ok("GET", f"/sync/batches/{batch_id}") == {
        "batch": {
            "id": batch_id,
            "companyId": COMPANY,
            "connectionId": CONNECTION,
            "status": "pending",
            "totalItems": 1,
            "successfulItems": 0,
            "failedItems": 0,
            "syncedItems": 0,
            "pendingItems": 1,
            "syncingItems": 0,
            "syncErrorMessage": None,
            "destination": "QUICKBOOKS",
            "source": "api",
            "createdAt": AT,
            "updatedAt": AT,
            "startedAt": None,
            "completedAt": None,
        },
        "items": [
            {
                "id": item.id,
                "entityId": "exp-001",
                "entityType": "Expense",
                "status": "pending",
                "integrationResponse": None,
                "syncErrorMessage": None,
                "companyId": COMPANY,
                "source": "api",
                "createdAt": AT,
                "updatedAt": AT,
                "syncedAt": None,
            }
        ],
    }


def test_a_batch_that_has_ended_is_told_whole(s2b):
    batch_id = sent(s2b, expense(), wrong())
    batch, (good, bad) = read(s2b, batch_id)

    assert batch == {
        "id": batch_id,
        "companyId": COMPANY,
        "connectionId": CONNECTION,
        "status": "completed",
        "totalItems": 2,
        "successfulItems": 1,
        "failedItems": 1,
        "syncedItems": 1,
        "pendingItems": 0,
        "syncingItems": 0,
        "syncErrorMessage": None,
        "destination": "QUICKBOOKS",
        "source": "api",
        "createdAt": AT,
        "updatedAt": ENDED,
        "startedAt": "2026-01-05T09:00:00.323Z",
        "completedAt": ENDED,
    }
    assert good | {"id": "-"} == {
        "id": "-",
        "entityId": "exp-001",
        "entityType": "Expense",
        "status": "success",
        "integrationResponse": {"id": "1", "syncToken": "0"},
        "syncErrorMessage": None,
        "companyId": COMPANY,
        "source": "api",
        "createdAt": AT,
        "updatedAt": "2026-01-05T09:00:00.823Z",
        "syncedAt": "2026-01-05T09:00:00.823Z",
    }
    assert bad | {"id": "-"} == {
        "id": "-",
        "entityId": "exp-bad",
        "entityType": "Expense",
        "status": "failed",
        "integrationResponse": None,
        "syncErrorMessage": WRONG_TEXT,
        "companyId": COMPANY,
        "source": "api",
        "createdAt": AT,
        "updatedAt": ENDED,
        "syncedAt": None,
    }


BY_PROFILE = [
    ("docs", ("pending", "processing", "completed", "completed", "completed", "failed")),
    ("openapi", ("pending", "in_progress", "completed", "partially_completed", "failed", "failed")),
]


@pytest.mark.parametrize(("profile", "batches"), BY_PROFILE)
def test_a_batch_has_the_words_of_one_edition(s2b, profile, batches):
    waiting, running, good, mixed, bad, closed = batches
    s2b.choose("profile", profile)
    words = {"docs": ("processing", "success"), "openapi": ("syncing", "synced")}[profile]
    kind = {"docs": "Expense", "openapi": "expense"}[profile]

    first = send(s2b, expense("1"))
    seen = [outcomes(s2b, first)]
    s2b.advance("PT0.5S")
    seen.append(outcomes(s2b, first))
    s2b.settle()
    seen.append(outcomes(s2b, first))
    of_mixed, of_bad = sent(s2b, expense("2"), wrong("3")), sent(s2b, wrong("4"))
    move(s2b, "expire")
    of_closed = sent(s2b, expense("5"))

    assert seen == [
        (waiting, [("1", "pending", None)]),
        (running, [("1", words[0], None)]),
        (good, [("1", words[1], None)]),
    ]
    assert [read(s2b, batch)[0]["status"] for batch in (of_mixed, of_bad, of_closed)] == [mixed, bad, closed]
    assert [item["status"] for item in read(s2b, of_mixed)[1]] == [words[1], "failed"]
    assert {item["entityType"] for item in read(s2b, of_mixed)[1]} == {kind}


def test_a_batch_of_duplicates_alone_is_completed(s2b):
    sent(s2b, expense())
    batch, items = read(s2b, sent(s2b, expense()))

    assert (batch["status"], counters(batch)) == ("completed", (1, 0, 0, 0, 0, 0))
    assert (items[0]["status"], items[0]["integrationResponse"], items[0]["syncErrorMessage"]) == (
        "skipped",
        None,
        None,
    )


def test_what_was_turned_down_as_a_whole_says_why(s2b):
    batch_id = send(s2b, expense())
    move(s2b, "expire")
    s2b.settle()

    batch, _ = read(s2b, batch_id)

    assert (batch["status"], batch["syncErrorMessage"], counters(batch)) == (
        "failed",
        "Connection expired",
        (1, 0, 1, 0, 0, 0),
    )


def test_the_counters_grow_while_a_batch_is_processed(s2b):
    batch_id = send(s2b, *(expense(f"exp-{number}") for number in range(3)), wrong())

    seen = []
    for _ in range(6):
        batch, items = read(s2b, batch_id)
        seen.append((batch["status"], *counters(batch)[1:]))
        assert sum(item["status"] == "success" for item in items) == batch["successfulItems"]
        s2b.advance("PT0.25S")

    assert seen == [
        ("pending", 0, 0, 0, 4, 0),
        ("processing", 0, 0, 0, 0, 4),
        ("processing", 1, 0, 1, 0, 3),
        ("processing", 2, 0, 2, 0, 2),
        ("processing", 3, 0, 3, 0, 1),
        ("completed", 3, 1, 3, 0, 0),
    ]


def test_a_batch_that_is_polled_grows_read_by_read(s2b):
    s2b.workspace.paces.set(make_polls(2))
    batch_id = send(s2b, expense("1"), expense("2"), expense("3"))
    s2b.settle()

    seen = []
    for _ in range(3):
        batch, _ = read(s2b, batch_id)
        seen.append((batch["status"], batch["successfulItems"]))

    assert seen == [("processing", 1), ("processing", 2), ("completed", 3)]


def test_reading_an_item_counts_as_a_read_of_its_batch(s2b):
    s2b.workspace.paces.set(make_polls(1))
    batch_id = send(s2b, expense())
    s2b.settle()
    (item,) = s2b.workspace.syncs.items(batch_id)

    seen = [s2b.ok("GET", f"/sync/items/{item.id}")["status"] for _ in range(2)]

    assert seen == ["processing", "success"]


def test_an_item_is_told_as_its_batch_tells_it(s2b):
    batch_id = sent(s2b, expense(), wrong())
    _, items = read(s2b, batch_id)

    assert [s2b.ok("GET", f"/sync/items/{item['id']}") for item in items] == items


@pytest.mark.parametrize(("profile", "wrapped"), [("docs", True), ("openapi", False)])
def test_the_items_that_failed_are_listed(s2b, profile, wrapped):
    s2b.choose("profile", profile)
    batch_id = sent(s2b, expense(), wrong("1"), wrong("2"))
    failed = read(s2b, batch_id)[1][1:]

    answer = s2b.ok("GET", f"/sync/batches/{batch_id}/failed-items")

    assert answer == ({"items": failed} if wrapped else failed)


def test_integrations_without_numbers_have_ids_like_ours(s2b):
    connection = s2b.workspace.store.get("sync2books connections", CONNECTION)
    s2b.workspace.store.put("sync2books connections", CONNECTION, {**connection, "integrationKey": "xero"})

    batch, items = read(s2b, sent(s2b, expense()))

    (posting,) = s2b.workspace.ledgers.get(CONNECTION).postings()
    assert (batch["destination"], items[0]["integrationResponse"]["id"]) == ("XERO", posting.id)


# --- Who may read


def paths(batch_id, item_id):
    return [
        ("GET", f"/sync/batches/{batch_id}", "Sync batch not found"),
        ("GET", f"/sync/batches/{batch_id}/failed-items", "Sync batch not found"),
        ("POST", f"/sync/batches/{batch_id}/retry", "Sync batch not found"),
        ("POST", f"/sync/batches/{batch_id}/retry-failed", "Sync batch not found"),
        ("POST", f"/sync/batches/{batch_id}/process", "Sync batch not found"),
        ("GET", f"/sync/items/{item_id}", "Sync item not found"),
        ("POST", f"/sync/items/{item_id}/retry", "Sync item not found"),
    ]


def test_what_is_not_there_is_not_found(s2b):
    for method, path, message in paths(UNKNOWN, UNKNOWN):
        assert_refused(s2b.call(method, path), 404, message, "Not Found")
    assert_refused(s2b.call("GET", f"/sync/companies/{UNKNOWN}/batches"), 404, "Company not found", "Not Found")


def test_what_is_another_applications_is_forbidden(s2b):
    batch_id = send(s2b, expense(), connection=OTHERS_CONNECTION, key=OTHER_KEY)
    (item,) = s2b.workspace.syncs.items(batch_id)

    for method, path, _ in paths(batch_id, item.id):
        assert_refused(s2b.call(method, path), *FORBIDDEN)
    for path in ("batches", "batches/paged"):
        assert_refused(s2b.call("GET", f"/sync/companies/{OTHERS_COMPANY}/{path}"), *FORBIDDEN)


def test_every_call_needs_a_key(s2b):
    for method, path, _ in paths(UNKNOWN, UNKNOWN):
        assert_refused(s2b.call(method, path, key=None), 401, "API key is required", "Unauthorized")


def test_a_sync_of_another_vendor_is_no_batch(s2b):
    id = s2b.workspace.syncs.all({"dialect": "codat"})[0].id
    item = s2b.workspace.syncs.items(id)[0]

    assert_refused(s2b.call("GET", f"/sync/batches/{id}"), 404, "Sync batch not found", "Not Found")
    assert_refused(s2b.call("GET", f"/sync/items/{item.id}"), 404, "Sync item not found", "Not Found")


# --- Lists


ROW = {
    "id",
    "companyId",
    "connectionId",
    "status",
    "totalItems",
    "successfulItems",
    "failedItems",
    "syncedItems",
    "pendingItems",
    "syncingItems",
    "syncErrorMessage",
    "destination",
    "source",
    "createdAt",
    "updatedAt",
    "startedAt",
    "completedAt",
}


@pytest.fixture
def three(s2b):
    """Return the ids of three batches, a day apart: one completed, one with a failure, one pending."""
    first = sent(s2b, expense("1"))
    s2b.advance("P1D")
    second = sent(s2b, expense("2"), wrong("3"))
    s2b.advance("P1D")
    return [first, second, send(s2b, expense("4"))]


def listed(s2b, query="", path="batches"):
    answer = s2b.call("GET", f"/sync/companies/{COMPANY}/{path}{query}")
    assert answer.status == 200, answer.text
    return answer


def ids(answer):
    rows = answer.body if isinstance(answer.body, list) else answer.body.get("batches", answer.body.get("items"))
    return [row["id"] for row in rows]


def test_batches_are_listed_the_newest_first(s2b, three):
    answer = listed(s2b)

    assert ids(answer) == three[::-1]
    assert answer.body["batches"] == [read(s2b, id)[0] for id in three[::-1]]
    assert set(answer.body["batches"][0]) == ROW
    assert answer.body["pagination"] == {"page": 1, "limit": 20, "total": 3, "totalPages": 1}


def test_with_the_later_edition_the_list_is_bare_and_its_page_is_told_in_headers(s2b, three):
    s2b.choose("profile", "openapi")

    answer = listed(s2b, "?limit=2&offset=1")

    assert (isinstance(answer.body, list), ids(answer)) == (True, three[1::-1])
    names = ("X-Total-Count", "X-Page-Count", "X-Limit", "X-Offset")
    assert [answer.headers[name] for name in names] == ["3", "2", "2", "1"]


@pytest.mark.parametrize("profile", ["docs", "openapi"])
def test_a_list_with_the_page_in_the_body_is_the_same_in_both_editions(s2b, three, profile):
    s2b.choose("profile", profile)

    answer = listed(s2b, "?limit=2", "batches/paged")

    assert answer.body == {
        "items": [read(s2b, id)[0] for id in three[:0:-1]],
        "total": 3,
        "limit": 2,
        "offset": 0,
    }


@pytest.mark.parametrize(
    ("query", "found", "pagination"),
    [
        ("?page=2&limit=2", [0], {"page": 2, "limit": 2, "total": 3, "totalPages": 2}),
        ("?page=9", [], {"page": 9, "limit": 20, "total": 3, "totalPages": 1}),
        ("?limit=1&offset=1", [1], {"page": 2, "limit": 1, "total": 3, "totalPages": 3}),
        ("?limit=1&offset=", [2], {"page": 1, "limit": 1, "total": 3, "totalPages": 3}),
        ("?limit=100", [2, 1, 0], {"page": 1, "limit": 100, "total": 3, "totalPages": 1}),
        ("?startDate=2027-01-01", [], {"page": 1, "limit": 20, "total": 0, "totalPages": 0}),
    ],
)
def test_a_page_is_asked_for_by_number_or_by_offset(s2b, three, query, found, pagination):
    answer = listed(s2b, query)

    assert ids(answer) == [three[index] for index in found]
    assert answer.body["pagination"] == pagination
    assert answer.headers["X-Total-Count"] == str(pagination["total"])


@pytest.mark.usefixtures("three")
def test_a_page_may_be_as_far_as_a_number_goes(s2b):
    for query in ("?page=999999999999999999&limit=100", "?offset=999999999999999999"):
        assert ids(listed(s2b, query)) == []
        assert listed(s2b, query, "batches/paged").body["items"] == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("startDate=2026-01-06T00:00:00Z", [2, 1]),
        ("endDate=2026-01-06", [1, 0]),
        ("startDate=0001-01-01&endDate=9999-12-31", [2, 1, 0]),
        ("from=9999-12-31T23:59:59-05:00", []),
        ("endDate=2026-01-06T00:00:00Z", [0]),
        ("startDate=2026-01-06&endDate=2026-01-06", [1]),
        ("from=2026-01-07", [2]),
        ("to=2026-01-05T12:00:00", [0]),
        ("from=2026-01-05T11:00:00%2B02:00&to=2026-01-05", [0]),
        ("destination=quickbooks", [2, 1, 0]),
        ("destination=QUICKBOOKS", [2, 1, 0]),
        ("destination=xero", []),
        ("q=ACME", [2, 1, 0]),
        ("q=quickb", [2, 1, 0]),
        ("q=nothing", []),
        ("unknown=1", [2, 1, 0]),
    ],
)
def test_batches_are_asked_for_in_the_words_of_either_edition(s2b, three, query, found):
    for profile in ("docs", "openapi"):
        s2b.choose("profile", profile)

        assert ids(listed(s2b, f"?{query}")) == [three[index] for index in found]


def test_a_batch_is_found_by_a_part_of_its_id(s2b, three):
    assert ids(listed(s2b, f"?q={three[1][:13]}")) == [three[1]]


@pytest.mark.parametrize(
    ("profile", "status", "found"),
    [
        ("docs", "pending", [2]),
        ("docs", "completed", [1, 0]),
        ("docs", "processing", []),
        ("docs", "in_progress", []),
        ("docs", "partially_completed", []),
        ("docs", "failed", []),
        ("openapi", "pending", [2]),
        ("openapi", "completed", [0]),
        ("openapi", "partially_completed", [1]),
        ("openapi", "processing", []),
        ("openapi", "failed", []),
    ],
)
def test_batches_are_asked_for_by_status(s2b, three, profile, status, found):
    s2b.choose("profile", profile)

    assert ids(listed(s2b, f"?status={status}")) == [three[index] for index in found]


@pytest.mark.parametrize("status", ["processing", "in_progress"])
@pytest.mark.parametrize("profile", ["docs", "openapi"])
def test_a_batch_under_way_is_found_by_the_words_of_either_edition(s2b, profile, status):
    s2b.choose("profile", profile)
    batch_id = send(s2b, expense())
    s2b.advance("PT0.5S")

    assert ids(listed(s2b, f"?status={status}")) == [batch_id]


@pytest.mark.parametrize(
    ("query", "messages"),
    [
        ("page=0", ["page must not be less than 1"]),
        ("page=x", ["page must not be less than 1", "page must be an integer number"]),
        ("limit=101", ["limit must not be greater than 100"]),
        ("limit=0", ["limit must not be less than 1"]),
        ("offset=-1", ["offset must not be less than 0"]),
        ("status=done", ["status must be one of the following values: pending, processing, completed, failed"]),
        ("startDate=yesterday", ["startDate must be a valid ISO 8601 date string"]),
        ("to=2026-02-30", ["to must be a valid ISO 8601 date string"]),
    ],
)
def test_a_list_is_asked_for_properly(s2b, query, messages):
    for path in ("batches", "batches/paged"):
        answer = s2b.call("GET", f"/sync/companies/{COMPANY}/{path}?{query}")

        assert_refused(answer, 400, messages, "Bad Request")


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("docs", "pending, processing, completed, failed"),
        ("openapi", "pending, in_progress, completed, failed, partially_completed"),
    ],
)
def test_a_status_that_there_is_not_is_refused_in_the_words_of_the_profile(s2b, profile, words):
    s2b.choose("profile", profile)

    answer = s2b.call("GET", f"/sync/companies/{COMPANY}/batches?status=done")

    assert_refused(answer, 400, [f"status must be one of the following values: {words}"], "Bad Request")


# --- Started by hand


def test_with_processing_by_hand_a_batch_stays_pending_until_it_is_started(s2b):
    s2b.choose("processing", "manual")
    batch_id = send(s2b, expense())
    s2b.advance("P1D")
    before = read(s2b, batch_id)[0]["status"]

    answer = s2b.call("POST", f"/sync/batches/{batch_id}/process")
    s2b.settle()

    assert before == "pending"
    assert (answer.status, answer.body) == (200, {"message": "Sync batch processing started"})
    assert outcomes(s2b, batch_id) == ("completed", [("exp-001", "success", None)])


def test_a_batch_can_be_started_by_the_control_api(s2b):
    s2b.choose("processing", "manual")
    batch_id = send(s2b, expense())

    assert s2b.steer("POST", f"/syncs/{batch_id}/release").status == 200
    s2b.settle()

    assert read(s2b, batch_id)[0]["status"] == "completed"


def test_a_batch_that_starts_by_itself_can_be_told_to(s2b):
    batch_id = send(s2b, expense())

    assert s2b.call("POST", f"/sync/batches/{batch_id}/process").status == 200
    s2b.settle()

    assert read(s2b, batch_id)[0]["status"] == "completed"


def test_a_batch_is_started_once(s2b):
    batch_id = sent(s2b, expense())

    answer = s2b.call("POST", f"/sync/batches/{batch_id}/process")

    assert_refused(answer, 400, "Sync batch is not pending", "Bad Request")


# --- What the tester is told


@pytest.mark.parametrize(
    ("pace", "told"),
    [
        (PRESETS["quick"], "waits for time to pass, and the clock is frozen"),
        (Pace(PaceMode.HOLD), "is held before its push: release it."),
        (Pace(PaceMode.HOLD, hold=Hold.START), "is held before its start: release it."),
    ],
)
def test_who_polls_for_what_only_the_tester_can_bring_about_is_told_in_the_journal(s2b, pace, told):
    s2b.workspace.paces.set(pace)
    batch_id = send(s2b, expense())
    s2b.workspace.run_due()

    read(s2b, batch_id)

    exchanges = s2b.steer("GET", "/journal").body["exchanges"]
    (warning,) = exchanges[-1]["warnings"]
    assert warning.startswith(f"Sync {batch_id} {told}")


def test_a_batch_that_has_ended_warns_nobody(s2b):
    batch_id = sent(s2b, expense())

    read(s2b, batch_id)

    assert s2b.steer("GET", "/journal").body["exchanges"][-1]["warnings"] == []
