import pytest

from tests.control.conftest import Caller


@pytest.fixture
def second(server):
    """Return a caller of the workspace ``second``."""
    return Caller(server.control_app, {"Emulator-Workspace": "second"})


def test_one_is_opened_by_being_named(api, second):
    second.ok("GET", "/clock")

    rows = api.ok("GET", "/workspaces")["workspaces"]

    assert [row["name"] for row in rows] == ["second", "default"]
    assert rows[1].pop("bytes") > 0
    assert rows[1] == {
        "name": "default",
        "seed": "0",
        "mode": "frozen",
        "now": "2022-08-03T01:30:09+00:00",
        "pending": 0,
        "idle": True,
        "sending": "free",
    }


def test_a_name_that_none_may_have_is_refused(server):
    answer = Caller(server.control_app, {"Emulator-Workspace": "No Way"}).get("/clock")

    assert answer.status == 422
    assert answer.body["error"]["location"] == "workspace"


def test_a_deleted_one_is_opened_anew_from_the_baseline(api, second):
    second.ok("POST", "/keys", {"dialect": "fake", "key": "extra"})
    api.ok("DELETE", "/workspaces/second")

    assert [row["name"] for row in api.ok("GET", "/workspaces")["workspaces"]] == ["default"]
    assert [row["key"] for row in second.ok("GET", "/keys")["keys"]] == ["demo"]


def test_the_journal_of_a_deleted_one_is_forgotten(server, api, second):
    second.ok("GET", "/clock")
    workspace = server.host.workspaces.find("second")

    api.ok("DELETE", "/workspaces/second")

    assert server.host.journal(workspace).search() == []


def test_a_workspace_can_delete_itself(second):
    second.ok("DELETE", "/workspaces/second")
    assert second.get("/health").body["workspaces"] == 1


def test_what_is_not_open_cannot_be_deleted(api):
    assert api.delete("/workspaces/nowhere").status == 404


def test_reset_returns_to_the_baseline_and_forgets_the_journal(server, api):
    sync = server.submit()
    assert api.ok("GET", "/workspaces")["workspaces"][0]["pending"] == 1

    assert api.ok("POST", "/reset")["pending"] == 0

    assert api.get(f"/syncs/{sync}").status == 404
    assert api.ok("GET", "/journal")["exchanges"] == []
    assert api.ok("GET", "/timeline")["entries"] == []


def test_reset_sets_the_clock_back_or_forward_and_plants_a_seed(server, api):
    before = server.submit()

    row = api.ok("POST", "/reset", {"clock": "1999-12-31T23:59:59+01:00", "seed": "mine"})

    assert row["now"] == "1999-12-31T22:59:59+00:00"
    assert (row["mode"], row["seed"]) == ("frozen", "mine")
    other = server.submit()
    api.ok("POST", "/reset", {"seed": "mine"})
    assert server.submit() == other != before


def test_reset_to_another_fixture(api):
    api.ok("POST", "/reset", {"fixture": "other"})
    assert api.ok("GET", "/connections")["connections"] == []

    api.ok("POST", "/reset", {})
    assert len(api.ok("GET", "/connections")["connections"]) == 1


def test_reset_to_a_fixture_that_is_not_there_says_which_are(api):
    answer = api.post("/reset", {"fixture": "odd"})

    assert answer.status == 404
    assert "known are other" in answer.body["error"]["message"]


def test_reset_to_a_fixture_with_problems_tells_them_and_changes_nothing(server, api):
    sync = server.submit()

    answer = api.post("/reset", {"fixture": "broken"})

    assert answer.status == 422
    assert answer.body["error"]["problems"] == [{"path": "fixture", "message": "broken.yaml:3: expected a list"}]
    assert api.get(f"/syncs/{sync}").status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"clock": "2022-08-03T01:30:09"},
        {"clock": "2023-02-29T00:00:00Z"},
        {"clock": "2022-08-03T01:30Z"},
        {"clock": "2022-08-03T01:30:09Z\n"},
        {"clock": 1659490209},
        {"fixture": "../secrets"},
        {"fixture": None},
        {"seed": 7},
        [],
        "demo",
    ],
)
def test_reset_takes_nothing_else(api, body):
    assert api.post("/reset", body).status == 422


def test_an_unknown_member_is_told_with_the_nearest(api):
    problems = api.post("/reset", {"fixtures": "demo"}).body["error"]["problems"]

    assert problems == [{"path": "fixtures", "message": "Not a known member. Did you mean fixture?"}]


def test_the_size_of_each_is_told_and_how_large_one_may_be(server, api):
    before = api.ok("GET", "/workspaces")
    server.submit()
    server.host.workspace_bytes = 4096
    after = api.ok("GET", "/workspaces")

    assert (before["most_bytes"], after["most_bytes"]) == (None, 4096)
    assert after["workspaces"][0]["bytes"] == server.workspace.store.size > before["workspaces"][0]["bytes"]


def test_nothing_more_is_let_into_a_full_one_and_nothing_is_lost(server, api):
    sync = server.submit()
    size = server.host.workspace_bytes = server.workspace.store.size

    refused = server.vendor("POST", "/companies/acme/syncs", {"items": [{}]})

    assert refused.status_code == 507
    assert refused.get_json() == {
        "error": {
            "kind": "WorkspaceFull",
            "message": f"Workspace 'default' holds {size} bytes, and {size} is the most: nothing was done. Reset or "
            "delete it, or start the server with a larger --workspace-size.",
        }
    }
    assert api.post("/seed", {"fixture": "other"}).status == 507
    assert [each["id"] for each in api.ok("GET", "/syncs")["syncs"]] == [sync]


def test_in_a_full_one_what_is_pending_goes_on_and_a_reset_makes_room(server, api):
    sync = server.submit()
    server.host.workspace_bytes = server.workspace.store.size

    api.ok("POST", "/clock/advance", {"until": "idle"})
    ended = api.ok("GET", f"/syncs/{sync}")["status"]
    server.host.workspace_bytes = server.workspace.store.size
    api.ok("POST", "/reset")

    assert ended == "finished"
    assert server.vendor("POST", "/companies/acme/syncs", {"items": [{}]}).status_code == 202


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/clok", "No operation has the path '/clok'. The nearest is GET /clock."),
        ("PUT", "/quirks/fake.lnk", "No operation has the path '/quirks/fake.lnk'. The nearest is PUT /quirks/"),
        (
            "GET",
            "/zzzzzzzzzzzz",
            "No operation has the path '/zzzzzzzzzzzz'. /_emulator/v1/docs/ shows all that there are.",
        ),
    ],
)
def test_a_path_that_is_none_is_told_what_was_meant(api, method, path, told):
    answer = api.call(method, path)

    assert (answer.status, answer.body["error"]["kind"]) == (404, "RouteNotFound")
    assert answer.body["error"]["message"].startswith(told)


@pytest.mark.parametrize(("method", "path"), [("POST", "/reset"), ("GET", "/connections"), ("POST", "/clock/freeze")])
def test_what_is_put_into_a_query_that_is_not_read_is_refused(api, method, path):
    answer = api.call(method, path, fixture="empty")

    assert answer.status == 422
    assert answer.body["error"]["location"] == "query"
    assert answer.body["error"]["message"] == "fixture: Nothing is read from the query here."


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", "/snapshots", {"name": "A b"}, "name: Expected a text that matches ^[a-z0-9][a-z0-9._-]{0,63}$."),
        ("POST", "/seed", None, "A body of JSON is needed, and none came."),
    ],
)
def test_a_refusal_says_what_was_expected(api, method, path, body, told):
    assert api.call(method, path, body).body["error"]["message"] == told
