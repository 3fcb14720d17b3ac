"""Waits end by what happens, not by time: where one has to wait, another thread makes it happen."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import make_endpoint


def wait(api, condition, timeout=20):
    return api.post("/wait", {"for": condition, "timeout": timeout})


@pytest.fixture
def beside(server):
    """Return a function that calls another one as soon as the workspace is being waited on."""
    changed = server.workspace.changed

    def start(action):
        def run():
            # Whoever waits has let go of the lock, so the first to find someone waiting may act.
            while not changed._waiters:  # noqa: SLF001 - a condition tells nobody who waits
                threading.Event().wait(0.005)
            return action()

        return pool.submit(run)

    with ThreadPoolExecutor(1) as pool:
        yield start


def test_for_a_sync_to_end(server, api, beside):
    sync = server.submit()
    acted = beside(lambda: api.ok("POST", "/clock/advance", {"until": "idle"}))

    answer = wait(api, {"sync": sync})

    assert (answer.status, answer.body["sync"]["status"]) == (200, "finished")
    assert acted.result()["timeline"]


def test_for_a_sync_to_run(server, api, beside):
    sync = server.submit()
    beside(lambda: api.ok("POST", "/clock/advance", {"until": "next"}))

    assert wait(api, {"sync": sync, "status": ["running"]}).body["sync"]["status"] == "running"


def test_for_nothing_to_be_pending(server, api, beside):
    server.submit()
    beside(lambda: api.ok("POST", "/clock/advance", {"until": "idle"}))

    assert wait(api, {"idle": True}).status == 200


def test_for_deliveries(server, api, beside):
    server.workspace.webhooks.subscribe(make_endpoint())
    server.submit()
    beside(lambda: api.ok("POST", "/clock/advance", {"until": "idle"}))

    answer = wait(api, {"deliveries": 2, "status": ["delivered"]})

    assert [row["event"]["name"] for row in answer.body["deliveries"]] == ["sync.started", "sync.finished"]
    assert wait(api, {"deliveries": 2}, 0).status == 200
    assert wait(api, {"deliveries": 1, "status": ["failed"]}, 0).status == 408


def test_for_exchanges(server, api, beside):
    beside(lambda: [server.submit(), server.vendor("GET", "/syncs/none")])

    answer = wait(api, {"exchange": {"operation": "read", "status": 404, "dialect": "fake"}})

    assert [row["request"]["path"] for row in answer.body["exchanges"]] == ["/syncs/none"]
    assert wait(api, {"exchange": {}, "count": 2}, 0).status == 200
    assert wait(api, {"exchange": {}, "count": 3}, 0).status == 408
    assert wait(api, {"exchange": {"path": "/syncs/none", "answer": {"/error/kind": "NotFound"}}}, 0).status == 200
    assert wait(api, {"exchange": {"body": {"/items/0": {}}, "method": "POST"}}, 0).status == 200


def test_a_reset_ends_a_wait_for_what_is_gone(server, api, beside):
    sync = server.submit()
    beside(lambda: api.ok("POST", "/reset"))

    assert wait(api, {"sync": sync}).status == 404


def test_an_unknown_sync_is_not_waited_for(api):
    assert wait(api, {"sync": "none"}).status == 404


def test_the_lock_is_free_while_it_waits(server, api, beside):
    sync = server.submit()
    acted = beside(lambda: [api.ok("GET", "/clock"), api.ok("POST", f"/syncs/{sync}/finish")])

    assert wait(api, {"sync": sync}).status == 200
    assert acted.result()[0]["mode"] == "frozen"


def test_for_what_a_sink_is_sent(server, api, beside):
    send = server.control_app.test_client().post
    acted = beside(lambda: [send("/sinks/hook", data=each).status_code for each in ("one", "two")])

    answer = wait(api, {"sink": "hook", "count": 2})

    assert acted.result() == [200, 200]
    assert [(row["number"], row["body"]) for row in answer.body["requests"]] == [(1, "one"), (2, "two")]
    assert wait(api, {"sink": "hook"}, 0).status == 200
    assert wait(api, {"sink": "hook", "count": 3}, 0).body["error"]["message"] == (
        "After 0 s: waited for sink hook to be sent 3 request(s), but it was sent 2."
    )
    assert wait(api, {"sink": "other"}, 0).body["error"]["seen"] == "it was sent 0"


def test_a_time_out_says_what_was_waited_for_and_what_is_there(server, api):
    sync = server.submit()

    error = wait(api, {"sync": sync}, 0.01).body["error"]

    assert error["kind"] == "TimedOut"
    assert error["waited_for"] == {"sync": sync}
    assert error["message"] == (
        f"After 0.01 s: waited for sync {sync} to be ended, but it is queued: Sync {sync} waits for time to pass, "
        "and the clock is frozen at 2022-08-03T01:30:09+00:00: advance it."
    )


def test_each_time_out_tells_the_nearest(server, api):
    server.submit()
    server.vendor("GET", "/syncs/none")

    def seen(condition):
        return wait(api, condition, 0).body["error"]["seen"]

    assert seen({"idle": True}).startswith(
        "1 task(s) are pending, the next a sync.start due at 2022-08-03T01:30:19+00:00"
    )
    assert seen({"deliveries": 1}).startswith("there are no deliveries at all")
    assert seen({"exchange": {"operation": "read", "status": 200}}) == (
        "0 are in the journal; the nearest is number 2, GET /syncs/none on fake, operation read, answered 404"
    )
    assert seen({"exchange": {"operation": "submit"}, "count": 2}) == "1 are in the journal"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"for": {}},
        {"for": {"sync": "a", "idle": True}},
        {"for": {"idle": False}},
        {"for": {"idle": 1}},
        {"for": {"idle": True, "status": ["failed"]}},
        {"for": {"sync": "a", "status": ["delivered"]}},
        {"for": {"deliveries": 1, "status": ["running"]}},
        {"for": {"sync": "a", "status": []}},
        {"for": {"sync": "a", "status": "running"}},
        {"for": {"sync": "a", "count": 1}},
        {"for": {"deliveries": 0}},
        {"for": {"sink": "no way"}},
        {"for": {"sink": "hook", "count": 0}},
        {"for": {"sink": "hook", "status": ["delivered"]}},
        {"for": {"exchange": {"paht": "/"}}},
        {"for": {"exchange": {"body": {"no pointer": 1}}}},
        {"for": {"idle": True}, "timeout": 301},
        {"for": {"idle": True}, "timeout": "1"},
    ],
)
def test_nothing_else_is_taken(api, body):
    assert api.post("/wait", body).status == 422
