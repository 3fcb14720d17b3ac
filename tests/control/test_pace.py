import pytest

QUICK = {"least": "PT1S", "most": "PT1S"}


def test_the_narrowest_scope_decides(api):
    api.ok("PUT", "/pace", {"preset": "instant"})
    api.ok("PUT", "/pace", {"mode": "hold", "hold": "webhook", "dialect": "fake"})
    api.ok("PUT", "/pace", {"mode": "polls", "polls": 2, "company": "acme"})

    assert api.ok("GET", "/pace")["pace"]["mode"] == "immediate"
    assert api.ok("GET", "/pace", dialect="fake")["pace"]["hold"] == "webhook"
    assert api.ok("GET", "/pace", company="acme", dialect="fake")["pace"]["polls"] == 2


def test_what_is_not_said_comes_from_the_preset(api):
    assert api.ok("PUT", "/pace", {"run": "PT2M", "wait": {"least": 9, "most": "PT3S"}}) == {
        "dialect": None,
        "company": None,
        "pace": {
            "mode": "after",
            "wait": {"least": "PT3S", "most": "PT9S"},
            "run": {"least": "PT120S", "most": "PT120S"},
            "polls": 1,
            "hold": "push",
        },
        "next": 0,
        "next_pace": None,
    }
    assert api.ok("PUT", "/pace", {})["pace"]["run"] == QUICK


@pytest.mark.parametrize(
    ("said", "mode", "wait"),
    [
        ({"polls": 2}, "polls", "P0D"),
        ({"hold": "webhook"}, "hold", "P0D"),
        ({"mode": "polls"}, "polls", "P0D"),
        ({"mode": "hold", "polls": 2}, "hold", "P0D"),
        ({"mode": "hold", "wait": 3}, "hold", "PT3S"),
        ({"preset": "instant", "run": 5}, "after", "P0D"),
        ({"preset": "instant", "wait": 3}, "after", "PT3S"),
        ({"preset": "instant"}, "immediate", "P0D"),
        ({"preset": "quick"}, "after", "PT0.2S"),
    ],
)
def test_what_is_said_tells_the_mode_and_only_after_waits_unasked(api, said, mode, wait):
    pace = api.ok("PUT", "/pace", said)["pace"]

    assert (pace["mode"], pace["wait"]) == (mode, {"least": wait, "most": wait})


def test_reads_alone_end_a_sync_that_is_paced_by_them_however_the_clock_stands(server, api):
    api.ok("PUT", "/pace", {"mode": "polls", "polls": 2})

    sync = server.submit()

    assert api.ok("GET", f"/syncs/{sync}")["status"] == "running"
    assert api.ok("GET", "/clock")["pending"] == []


def test_only_the_next_syncs_of_a_company(server, api):
    api.ok("PUT", "/pace", {"preset": "instant"})
    shown = api.ok("PUT", "/pace", {"mode": "hold", "next": 1, "company": "acme"})
    assert (shown["pace"]["mode"], shown["next"], shown["next_pace"]["mode"]) == ("immediate", 1, "hold")

    syncs = [server.submit(company=company) for company in ("other", "acme", "acme")]
    api.ok("POST", "/clock/advance", {"by": 0})

    assert [api.ok("GET", f"/syncs/{id}")["status"] for id in syncs] == ["finished", "running", "finished"]
    shown = api.ok("GET", "/pace", company="acme")
    assert (shown["next"], shown["next_pace"]) == (0, None)


def test_a_running_sync_is_paced_anew_and_what_it_has_run_counts(server, api):
    sync = server.submit()
    api.ok("POST", "/clock/advance", {"by": 15})

    shown = api.ok("PUT", f"/syncs/{sync}/pace", {"run": "PT1M"})

    assert (shown["status"], shown["pace"]["run"]["least"]) == ("running", "PT60S")
    (task,) = api.ok("GET", "/clock")["pending"]
    assert (task["kind"], task["due"]) == ("sync.finish", "2022-08-03T01:31:19+00:00")


@pytest.mark.parametrize("advanced", [0, 15])
def test_a_sync_that_is_told_to_be_instant_ends_at_once(server, api, advanced):
    sync = server.submit()
    api.ok("POST", "/clock/advance", {"by": advanced})

    assert api.ok("PUT", f"/syncs/{sync}/pace", {"preset": "instant"})["status"] == "finished"
    assert api.ok("GET", "/clock")["pending"] == []


def test_a_sync_that_has_ended_has_no_pace_to_change(server, api):
    sync = server.submit()
    api.ok("POST", "/clock/advance", {"until": "idle"})

    answer = api.put(f"/syncs/{sync}/pace", {"preset": "instant"})

    assert (answer.status, answer.body["error"]["kind"]) == (409, "IllegalMove")
    assert api.put("/syncs/none/pace", {}).status == 404
    assert api.put(f"/syncs/{sync}/pace", {"next": 1}).status == 422


def test_a_preset_is_what_each_dialect_means_by_it(server, api):
    api.ok("PUT", "/pace", {"preset": "realistic"})

    assert api.ok("GET", "/pace")["pace"]["run"] == {"least": "PT30S", "most": "PT180S"}
    assert api.ok("GET", "/pace", dialect="fake")["pace"]["run"] == {"least": "PT4S", "most": "PT4S"}
    sync = server.submit()
    assert api.ok("GET", f"/syncs/{sync}")["pace"]["run"]["most"] == "PT4S"
    assert api.ok("PUT", "/pace", {"preset": "realistic", "dialect": "fake", "wait": 1})["pace"] == {
        "mode": "after",
        "wait": {"least": "PT1S", "most": "PT1S"},
        "run": {"least": "PT4S", "most": "PT4S"},
        "polls": 1,
        "hold": "push",
    }


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "slow"},
        {"preset": "never"},
        {"polls": 1.5},
        {"polls": True},
        {"polls": "1"},
        {"next": 0},
        {"wait": {"least": 1}},
        {"wait": {"least": 1, "most": 2, "mean": 1}},
        {"wait": None},
        {"dialect": "faek"},
        {"pase": "instant"},
    ],
)
def test_nothing_else_is_taken(api, body):
    answer = api.put("/pace", body)

    assert answer.status == 422
    assert answer.body["error"]["problems"][0]["path"].startswith(next(iter(body)))


def test_a_whole_number_may_have_a_point(api):
    assert api.ok("PUT", "/pace", {"polls": 3.0})["pace"]["polls"] == 3
