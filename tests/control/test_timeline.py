from tests.builders import make_endpoint


def test_it_tells_what_a_sync_caused(server, api):
    sync = server.submit()
    api.ok("POST", "/clock/advance", {"until": "idle"})

    whole = api.ok("GET", "/timeline")

    assert [entry["kind"] for entry in whole["entries"]][:3] == ["request.made", "sync.queued", "sync.started"]
    assert (whole["last"], whole["dropped"]) == (len(whole["entries"]), 0)
    assert [entry["kind"] for entry in api.ok("GET", "/timeline", subject=sync)["entries"]] == [
        "sync.queued",
        "sync.started",
        "sync.finished",
    ]
    assert [entry["subject"] for entry in api.ok("GET", "/timeline", kind="sync.finished")["entries"]] == [sync]
    assert api.ok("GET", "/timeline", after=whole["last"] - 1)["entries"] == whole["entries"][-1:]
    assert api.get("/timeline", after="x").status == 422


def test_a_sync_is_linked_to_the_request_that_asked_for_it(server, api):
    server.vendor("GET", "/syncs/nothing")
    sync = server.submit()

    request, queued = api.ok("GET", "/timeline")["entries"]

    assert (queued["kind"], queued["subject"], queued["cause"]) == ("sync.queued", sync, "request 1")
    assert (request["kind"], request["subject"], request["facts"]) == (
        "request.made",
        "request 1",
        {"surface": "fake", "operation": "submit", "method": "POST", "path": "/companies/acme/syncs"},
    )
    (made,) = api.ok("GET", "/journal", operation="submit")["exchanges"]
    assert made["id"] == 2


def test_the_story_of_one_sync_leaves_the_others_out(server, api):
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    first, second = server.submit({"reference": "a"}), server.submit({"reference": "b"})
    api.ok("POST", "/clock/advance", {"until": "idle"})

    story = api.ok("GET", "/timeline", sync=second)["entries"]

    assert [entry["kind"] for entry in story] == [
        "request.made",
        "sync.queued",
        "sync.started",
        "event.emitted",
        "item.pushed",
        "posting.written",
        "sync.finished",
        "event.emitted",
        "delivery.due",
        "attempt.made",
        "delivery.delivered",
    ]
    assert first not in {entry["subject"] for entry in story}
    assert [entry["facts"]["reference"] for entry in story if entry["kind"] == "item.pushed"] == ["b"]
    assert api.ok("GET", "/timeline", sync=second, kind="attempt.made")["entries"] == [story[-2]]
    assert api.ok("GET", "/timeline", sync=second, after=story[-2]["seq"])["entries"] == [story[-1]]
    assert api.ok("GET", "/timeline", sync="nobody")["entries"] == []


def test_the_read_that_ended_a_sync_is_what_caused_its_end(server, api):
    api.ok("PUT", "/pace", {"mode": "polls", "polls": 1, "wait": 0})
    sync = server.submit()
    api.ok("POST", "/clock/advance", {"by": 0})
    server.vendor("GET", f"/syncs/{sync}")
    server.vendor("GET", f"/syncs/{sync}")

    story = api.ok("GET", "/timeline", sync=sync)["entries"]

    told = {entry["subject"]: entry["facts"].get("path") for entry in story if entry["kind"] == "request.made"}
    (end,) = [entry for entry in story if entry["kind"] == "sync.finished"]
    assert told[end["cause"]] == f"/syncs/{sync}"
