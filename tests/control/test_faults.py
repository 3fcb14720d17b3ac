import pytest


def add(api, effect, **more):
    return api.ok("POST", "/faults", {"effect": effect, **more})


def test_a_request_is_answered_with_a_status(server, api):
    rule = add(
        api,
        {"status": 429, "headers": {"Retry-After": "7"}},
        match={"operation": "submit", "headers": {"x-mark": "1"}, "pointers": {"/items/0/net": 1.5}},
    )
    body = {"items": [{"net": 1.5}]}

    assert server.vendor("POST", "/companies/acme/syncs", body).status_code == 202
    answer = server.vendor("POST", "/companies/acme/syncs", body, **{"X-Mark": "1"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    shown = api.ok("GET", f"/faults/{rule['id']}")
    assert (shown["evaluated"], shown["matched"], shown["fired"]) == (2, 1, 1)
    assert server.vendor("POST", "/companies/acme/syncs", body, **{"X-Mark": "1"}).status_code == 202


def test_what_was_posted_is_what_is_shown(api):
    rule = add(api, {"status": 503}, times=None, skip=2, probability=0.5, priority=-3, **{"for": "PT1H"})

    assert {**rule, "id": "?"} == {
        "id": "?",
        "layer": "http",
        "match": {},
        "effect": {"status": 503},
        "times": None,
        "skip": 2,
        "probability": rule["probability"],
        "until": "2022-08-03T02:30:09Z",
        "priority": -3,
        "recipe": None,
        "evaluated": 0,
        "matched": 0,
        "fired": 0,
        "missed": None,
    }
    assert rule["probability"] == pytest.approx(0.5)
    assert api.ok("GET", "/faults")["faults"] == [rule]


@pytest.mark.parametrize(("code", "status", "message"), [("failed", "finished", "told"), ("billing", "aborted", None)])
def test_a_sync_ends_with_a_code(server, api, code, status, message):
    effect = {"code": code} if message is None else {"code": code, "message": message}
    rule = add(api, effect)
    assert rule["match"] == {"dialect": "fake"}
    assert rule["effect"] == effect
    sync = server.submit()

    api.ok("POST", "/clock/advance", {"until": "idle"})

    shown = api.ok("GET", f"/syncs/{sync}")
    assert (shown["status"], shown["message"]) == (status, message)
    assert api.ok("GET", f"/faults/{rule['id']}")["fired"] == 1


def test_some_items_are_refused(server, api):
    add(api, {"reject": ["two"], "message": "Not this one."}, match={"company": "acme"})
    sync = server.submit({"reference": "one"}, {"reference": "two"})

    api.ok("POST", "/clock/advance", {"until": "idle"})

    items = api.ok("GET", f"/syncs/{sync}")["items"]
    assert [(item["status"], item["message"]) for item in items] == [("pushed", None), ("rejected", "Not this one.")]


def test_an_unknown_code_is_named(api):
    for match in ({}, {"dialect": "fake"}):
        answer = api.post("/faults", {"effect": {"code": "9999"}, "match": match})
        assert answer.status == 422
        assert "'9999'" in answer.body["error"]["message"]


def test_remove_one_and_all(api):
    ids = [add(api, {"status": 500})["id"] for _ in range(3)]

    api.ok("DELETE", f"/faults/{ids[0]}")
    assert api.get(f"/faults/{ids[0]}").status == 404
    assert api.delete(f"/faults/{ids[0]}").status == 404
    api.ok("DELETE", "/faults")
    assert api.ok("GET", "/faults")["faults"] == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "effect"),
        ({"effect": {}}, "effect"),
        ({"effect": {"status": 500, "code": "failed"}}, "effect"),
        ({"effect": {"status": 500, "message": ""}}, "effect/message"),
        ({"effect": {"status": 301}}, "effect/status"),
        ({"effect": {"problems": []}}, "effect/problems"),
        ({"effect": {"problems": [{"path": "a"}]}}, "effect/problems/0/message"),
        ({"effect": {"problems": [{"path": "a", "message": "b"}], "headers": {}}}, "effect/headers"),
        ({"effect": {"code": "failed", "headers": {}}}, "effect/headers"),
        ({"effect": {"status": 200}}, "effect/status"),
        ({"effect": {"status": "500"}}, "effect/status"),
        ({"effect": {"status": 500, "headers": {"A": "1\r\nSet-Cookie: x=1"}}}, "effect/headers/A/value"),
        ({"effect": {"status": 500, "headers": {"A b": "1"}}}, "effect/headers/A b/key"),
        ({"effect": {"status": 500, "headers": {"Content-LENGTH": "1"}}}, "effect/headers/Content-LENGTH/key"),
        ({"effect": {"delay": "1s"}}, "effect/delay"),
        ({"effect": {"delay": 1, "message": "x"}}, "effect/message"),
        ({"effect": {"transport": "explode"}}, "effect/transport"),
        ({"effect": {"transport": "reset", "seconds": 1}}, "effect/seconds"),
        ({"effect": {"transport": "drip", "seconds": 3601}}, "effect/seconds"),
        ({"effect": {"status": 500, "seconds": 1}}, "effect/seconds"),
        ({"effect": {"webhook": "lose"}}, "effect/webhook"),
        ({"effect": {"webhook": "delay"}}, "effect/by"),
        ({"effect": {"webhook": "drop", "by": 5}}, "effect/by"),
        ({"effect": {"status": 500, "by": 5}}, "effect/by"),
        ({"effect": {"reject": []}}, "effect/reject"),
        ({"effect": {"code": True}}, "effect/code"),
        ({"effect": {"status": 500}, "match": {"pointers": {"items": 1}}}, "match/pointers/items/key"),
        ({"effect": {"status": 500}, "match": {"dialect": "faek"}}, "match/dialect"),
        ({"effect": {"status": 500}, "match": {"nth": 0}}, "match/nth"),
        ({"effect": {"status": 500}, "times": 0}, "times"),
        ({"effect": {"status": 500}, "probability": 1.1}, "probability"),
        ({"effect": {"status": 500}, "lasting": 1}, "lasting"),
    ],
)
def test_nothing_else_is_taken(api, body, path):
    answer = api.post("/faults", body)

    assert answer.status == 422
    assert [problem["path"] for problem in answer.body["error"]["problems"]] == [path]


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ({"match": {"operation": "sumbit"}, "effect": {"status": 500}}, "match/operation"),
        ({"match": {"operation": "submit"}, "effect": {"code": "running"}}, "match/operation"),
        ({"match": {"headers": {"x-mark": "1"}}, "effect": {"reject": ["r1"]}}, "match/headers"),
        ({"match": {"event": "sync.finished"}, "effect": {"status": 500}}, "match/event"),
        ({"match": {"endpoint": "hook"}, "effect": {"delay": 1}}, "match/endpoint"),
        ({"match": {"operation": "submit"}, "effect": {"webhook": "drop"}}, "match/operation"),
    ],
)
def test_a_rule_that_can_never_fire_is_refused(api, fault, where):
    answer = api.call("POST", "/faults", fault)

    assert (answer.status, [problem["path"] for problem in answer.body["error"]["problems"]]) == (422, [where])
    assert api.ok("GET", "/faults") == {"faults": []}


@pytest.mark.parametrize(
    ("effect", "shown"),
    [
        ({"delay": 2}, {"delay": {"least": "PT2S", "most": "PT2S"}}),
        ({"delay": {"least": "PT3S", "most": 1}}, {"delay": {"least": "PT1S", "most": "PT3S"}}),
        ({"transport": "drip", "seconds": 1.5}, None),
        ({"webhook": "delay", "by": 90}, {"webhook": "delay", "by": "PT90S"}),
        ({"problems": [{"path": "a/0", "message": "No."}]}, None),
    ],
)
def test_an_effect_is_shown_as_it_could_be_said(api, effect, shown):
    rule = add(api, effect)

    assert rule["effect"] == (shown or effect)
    assert add(api, rule["effect"])["effect"] == rule["effect"]


@pytest.mark.parametrize(("how", "word"), [("bad-signature", "sign"), ("stale-stamp", "stamp")])
def test_only_webhooks_that_are_signed_can_be_signed_badly(server, api, monkeypatch, how, word):
    assert add(api, {"webhook": how})["match"] == {"dialect": "fake"}
    assert add(api, {"webhook": how}, match={"dialect": "fake"})["match"] == {"dialect": "fake"}

    monkeypatch.setattr(server.world.formats["fake"], "signature", None)
    monkeypatch.setattr(server.world.formats["fake"], "stamped", False)
    answers = [api.post("/faults", {"effect": {"webhook": how}, "match": match}) for match in ({}, {"dialect": "fake"})]

    assert [(answer.status, answer.body["error"]["problems"]) for answer in answers] == [
        (422, [{"path": "effect/webhook", "message": f"{told} Those that do: none."}])
        for told in ("Say whose webhooks, by match.dialect.", f"fake does not {word} its webhooks.")
    ]


def test_a_rule_that_has_fired_is_asserted(server, api):
    rule = add(api, {"status": 500}, times=2)
    for _ in range(2):
        server.vendor("GET", "/syncs/none")

    for body in (None, {}, {"exactly": 2}, {"at_least": 1}):
        shown = api.ok("POST", f"/faults/{rule['id']}/assert-fired", body)
        assert shown == api.ok("GET", f"/faults/{rule['id']}")


def test_of_one_that_has_not_it_is_said_why(server, api):
    rule = add(api, {"status": 500}, match={"operation": "submit"})
    server.vendor("GET", "/syncs/none")

    answer = api.post(f"/faults/{rule['id']}/assert-fired")

    assert (answer.status, answer.body["error"]) == (
        409,
        {
            "kind": "NotFired",
            "message": (
                f"The fault {rule['id']} should have fired at least 1 times, and fired 0; it was asked 1 times and "
                'matched 0. When it was last asked it did not fire, because operation was "read", not "submit".'
            ),
        },
    )


@pytest.mark.parametrize(("body", "path"), [({"exactly": -1}, "exactly"), ({"at_most": 1}, "at_most")])
def test_an_assertion_takes_nothing_else(api, body, path):
    rule = add(api, {"status": 500})

    answer = api.post(f"/faults/{rule['id']}/assert-fired", body)

    assert (answer.status, [problem["path"] for problem in answer.body["error"]["problems"]]) == (422, [path])


def test_what_is_not_there_cannot_be_asserted(api):
    assert api.post("/faults/none/assert-fired").status == 404


def test_the_longest_time_that_can_be_asked_for_is_told_as_it_can_be_asked_for(api):
    longest = 1_000_000_000

    told = api.ok("POST", "/faults", {"effect": {"webhook": "delay", "by": longest}, "for": longest})

    assert "P11574DT6400S" in str(told)
    assert api.post("/faults", {"effect": {"status": 500}, "for": "P11574DT6400S"}).status == 201
