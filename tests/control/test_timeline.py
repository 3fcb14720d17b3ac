def test_it_tells_what_a_sync_caused(server, api):
    sync = server.submit()
    api.ok("POST", "/clock/advance", {"until": "idle"})

    whole = api.ok("GET", "/timeline")

    assert [entry["kind"] for entry in whole["entries"]][:2] == ["sync.queued", "sync.started"]
    assert (whole["last"], whole["dropped"]) == (len(whole["entries"]), 0)
    assert [entry["kind"] for entry in api.ok("GET", "/timeline", subject=sync)["entries"]] == [
        "sync.queued",
        "sync.started",
        "sync.finished",
    ]
    assert [entry["subject"] for entry in api.ok("GET", "/timeline", kind="sync.finished")["entries"]] == [sync]
    assert api.ok("GET", "/timeline", after=whole["last"] - 1)["entries"] == whole["entries"][-1:]
    assert api.get("/timeline", after="x").status == 422
