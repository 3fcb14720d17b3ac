import pytest


def test_list_and_look_into(server, api):
    first, second = server.submit({"net": 3}), server.submit(company="other")
    api.ok("POST", "/clock/advance", {"until": "next"})

    assert [row["id"] for row in api.ok("GET", "/syncs")["syncs"]] == [first, second]
    assert [row["id"] for row in api.ok("GET", "/syncs", company="other", dialect="fake")["syncs"]] == [second]
    assert api.ok("GET", "/syncs", status="finished")["syncs"] == []
    shown = api.ok("GET", f"/syncs/{first}")
    assert (shown["status"], shown["item_count"], shown["items"][0]["status"]) == ("running", 1, "pending")
    assert api.get("/syncs/none").status == 404
    assert api.get("/syncs", status="done").status == 422


def test_looking_is_not_counted_as_a_read(server, api):
    api.ok("PUT", "/pace", {"mode": "polls", "polls": 1, "wait": 0})
    sync = server.submit()
    api.ok("POST", "/clock/advance", {"until": "idle"})

    for _ in range(3):
        assert api.ok("GET", f"/syncs/{sync}")["reads_left"] == 1
    for status in ("running", "finished"):
        assert server.vendor("GET", f"/syncs/{sync}").json == {"status": status}


def test_release_lets_a_held_sync_go_on(server, api):
    api.ok("PUT", "/pace", {"mode": "hold", "wait": 1})
    sync = server.submit()
    assert api.post(f"/syncs/{sync}/release").status == 409
    api.ok("POST", "/clock/advance", {"until": "idle"})
    assert api.ok("GET", f"/syncs/{sync}")["held"] == "push"

    released = api.ok("POST", f"/syncs/{sync}/release")

    assert (released["status"], released["held"]) == ("finished", None)
    assert api.post(f"/syncs/{sync}/release").status == 409
    assert api.post("/syncs/none/release").status == 404


@pytest.mark.parametrize(("body", "status"), [(None, "finished"), ({}, "finished"), ({"code": "billing"}, "aborted")])
def test_finish_ends_a_sync_at_once(server, api, body, status):
    sync = server.submit()

    assert api.ok("POST", f"/syncs/{sync}/finish", body)["status"] == status
    assert api.post(f"/syncs/{sync}/finish", body).status == 409
    assert api.ok("GET", "/clock")["pending"] == []


def test_finish_with_a_code_that_is_none_or_no_end(server, api):
    sync = server.submit()

    assert api.post(f"/syncs/{sync}/finish", {"code": "running"}).status == 409
    answer = api.post(f"/syncs/{sync}/finish", {"code": 9999})
    assert answer.status == 422
    assert "'9999'" in answer.body["error"]["message"]
    assert api.post("/syncs/none/finish").status == 404
