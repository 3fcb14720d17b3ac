import pytest

from doubleentry.control.schemas.snapshots import OF_NOTHING
from tests.builders import make_endpoint
from tests.control.conftest import Caller


@pytest.fixture
def second(server):
    """Return a caller of the workspace ``second``."""
    return Caller(server.control_app, {"Emulator-Workspace": "second"})


def test_a_workspace_goes_back_to_where_it_was_saved_with_nothing_moving(server, api):
    server.workspace.webhooks.subscribe(make_endpoint())
    sync = server.submit()
    assert api.call("POST", "/snapshots", {"name": "before"}).body == {
        "name": "before",
        "at": "2022-08-03T01:30:09+00:00",
    }
    api.ok("POST", "/clock/advance", {"until": "idle"})

    loaded = api.ok("POST", "/snapshots/before/load")

    assert loaded.pop("bytes") == server.workspace.store.size
    assert loaded == {
        "name": "default",
        "seed": "0",
        "mode": "frozen",
        "now": "2022-08-03T01:30:09+00:00",
        "pending": 1,
        "idle": True,
        "sending": "held",
    }
    assert api.ok("GET", f"/syncs/{sync}")["status"] == "queued"
    assert api.ok("GET", "/journal") == {"exchanges": [], "dropped": 0}


def test_what_is_held_is_sent_once_it_is_released(server, api, transport):
    server.workspace.webhooks.subscribe(make_endpoint())
    server.submit()
    assert api.ok("POST", "/webhooks/hold")["sending"] == "held"
    api.ok("POST", "/clock/advance", {"until": "idle"})
    waited = api.post("/wait", {"for": {"deliveries": 1}, "timeout": 0})
    before = len(transport.sent)

    assert api.ok("POST", "/webhooks/release")["sending"] == "free"
    api.ok("POST", "/clock/advance", {"by": 0})

    assert waited.body["error"]["seen"] == "there are 2 pending (sending is held: release the webhooks)"
    assert (before, len(transport.sent)) == (0, 2)


def test_new_exchanges_are_not_mistaken_for_those_that_the_timeline_tells_of(server, api):
    server.vendor("GET", "/syncs/none")
    server.submit()
    api.ok("POST", "/snapshots", {"name": "one"})
    api.ok("POST", "/snapshots/one/load")
    second = server.submit()

    story = api.ok("GET", "/timeline", sync=second)["entries"]

    requests = api.ok("GET", "/timeline", kind="request.made")["entries"]
    assert requests[0]["subject"] == "request 1"
    assert [entry["kind"] for entry in story] == ["request.made", "sync.queued"]
    assert story[0]["subject"] != requests[0]["subject"]


def test_forgetting_the_journal_gives_no_number_twice(server, api):
    server.submit()
    api.ok("DELETE", "/journal")
    server.submit()

    assert [row["id"] for row in api.ok("GET", "/journal")["exchanges"]] == [3]


def test_a_branch_goes_its_own_way(server, api, second):
    sync = server.submit()

    opened = api.call("POST", "/branch", {"to": "second"})
    second.ok("POST", "/clock/advance", {"until": "idle"})

    assert (opened.status, opened.body["name"], opened.body["sending"], opened.body["mode"]) == (
        201,
        "second",
        "held",
        "frozen",
    )
    assert [each.ok("GET", f"/syncs/{sync}")["status"] for each in (api, second)] == ["queued", "finished"]
    again = api.post("/branch", {"to": "second"})
    assert (again.status, again.body["error"]["kind"]) == (409, "AlreadyExists")


def test_a_snapshot_is_taken_elsewhere_as_a_document(server, api, second):
    sync = server.submit()
    api.ok("POST", "/snapshots", {"name": "here"})
    document = api.ok("GET", "/snapshots/here")
    api.ok("DELETE", "/snapshots/here")

    api.ok("PUT", "/snapshots/there", document)
    second.ok("POST", "/snapshots/there/load")

    assert second.ok("GET", f"/syncs/{sync}")["status"] == "queued"
    assert [row["name"] for row in api.ok("GET", "/snapshots")["snapshots"]] == ["there"]


def test_a_newer_document_is_refused_with_a_clear_word(api):
    api.ok("POST", "/snapshots", {"name": "here"})
    document = api.ok("GET", "/snapshots/here")

    answer = api.put("/snapshots/there", {**document, "version": 7, "collections": {"all": "otherwise"}, "more": 1})

    assert answer.status == 422
    assert answer.body["error"]["problems"] == [
        {"path": "version", "message": "The snapshot has version 7, and this emulator reads up to 1: update it."}
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"collections": {"a": [["1"]]}},
        {"collections": {"a": [[1, {}]]}},
        {"collections": []},
        {"version": "1"},
        {"x": 1},
    ],
)
def test_what_is_no_snapshot_is_not_taken(api, change):
    api.ok("POST", "/snapshots", {"name": "here"})

    assert api.put("/snapshots/there", {**api.ok("GET", "/snapshots/here"), **change}).status == 422


def test_a_snapshot_that_is_not_there_is_not_found(api):
    assert api.get("/snapshots/none").status == 404
    assert api.delete("/snapshots/none").status == 404
    assert api.post("/snapshots/none/load").status == 404
    assert api.post("/snapshots", {"name": "No Way"}).status == 422


def test_a_fixture_is_brought_in_beside_what_is_there(server, api):
    sync = server.submit()

    assert api.ok("POST", "/seed", {"fixture": "other"})["pending"] == 1

    assert api.ok("GET", f"/syncs/{sync}")["status"] == "queued"
    assert api.post("/seed", {"fixture": "missing"}).status == 404
    assert api.post("/seed", {"fixture": "broken"}).body["error"]["problems"][0]["path"] == "fixture"


def test_a_fixture_that_clashes_with_what_is_there_changes_nothing(server, api):
    server.workspace.store.put("keys", "fake/demo", {"surface": "fake", "key": "demo", "owner": "me"})

    answer = api.post("/seed", {"fixture": "other"})

    assert (answer.status, answer.body["error"]["kind"]) == (409, "AlreadyExists")


def test_the_example_of_a_document_is_taken(api):
    document = {"format": "doubleentry.snapshot", "version": 1, "at": "2022-08-03T01:30:09Z", "collections": {}}

    assert api.put("/snapshots/empty", {**document, "sha256": OF_NOTHING}).status == 200
    assert api.put("/snapshots/No Way", {**document, "sha256": OF_NOTHING}).status == 422
