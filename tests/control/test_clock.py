from datetime import datetime, timedelta

import pytest

from doubleentry.engine.ports import Reply
from tests.builders import make_endpoint
from tests.fakes.transport import FINE
from tests.fakes.wall import START


def at(**units):
    return (START + timedelta(**units)).isoformat()


def kinds(answer):
    return [entry["kind"] for entry in answer["timeline"]]


def test_it_shows_all_that_is_pending_and_what_it_belongs_to(server, api):
    sync = server.submit()

    assert api.ok("GET", "/clock") == {
        "mode": "frozen",
        "now": START.isoformat(),
        "scale": 1,
        "pending": [{"due": at(seconds=10), "seq": 1, "kind": "sync.start", "belongs_to": {"sync": sync}}],
    }


@pytest.mark.parametrize("by", ["PT30S", 30, 30.0, "PT0H0M30.000S", "P0DT30S"])
def test_advance_by_runs_what_falls_due_in_order(server, api, by):
    sync = server.submit()

    answer = api.ok("POST", "/clock/advance", {"by": by})

    assert answer["now"] == at(seconds=30)
    assert answer["mode"] == "frozen"
    assert kinds(answer) == [
        "sync.started",
        "event.emitted",
        "item.pushed",
        "posting.written",
        "sync.finished",
        "event.emitted",
    ]
    assert [entry["at"] for entry in answer["timeline"]][::5] == [at(seconds=10), at(seconds=30)]
    assert api.ok("GET", f"/syncs/{sync}")["status"] == "finished"


def test_advance_to_an_instant(server, api):
    server.submit()
    assert kinds(api.ok("POST", "/clock/advance", {"to": at(seconds=12)})) == ["sync.started", "event.emitted"]
    assert api.ok("POST", "/clock/advance", {"to": "2022-08-03T03:30:21+02:00"}) == {
        "mode": "frozen",
        "now": at(seconds=12),
        "timeline": [],
    }


def test_advance_to_the_next_task_and_then_to_the_end(server, api):
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    server.submit()

    assert api.ok("POST", "/clock/advance", {"until": "next"})["now"] == at(seconds=10)
    last = api.ok("POST", "/clock/advance", {"until": "idle"})

    assert last["now"] == at(seconds=30)
    assert kinds(last)[-1] == "delivery.delivered"
    assert api.ok("POST", "/clock/advance", {"until": "next"})["now"] == at(seconds=30)


def test_advance_until_a_sync_stands_somewhere_goes_no_further(server, api):
    sync = server.submit()

    answer = api.ok("POST", "/clock/advance", {"until": {"sync": sync, "status": ["running"]}})

    assert answer["now"] == at(seconds=10)
    assert kinds(answer) == ["sync.started", "event.emitted"]
    assert api.ok("GET", f"/syncs/{sync}")["status"] == "running"
    assert api.ok("POST", "/clock/advance", {"until": {"sync": sync}})["now"] == at(seconds=30)
    assert api.ok("POST", "/clock/advance", {"until": {"sync": sync}})["timeline"] == []


def test_advance_until_so_many_deliveries_were_made(server, api, transport):
    transport.replies.append(Reply(500))
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    server.submit()
    server.submit()

    first = api.ok("POST", "/clock/advance", {"until": {"deliveries": 1}})
    both = api.ok("POST", "/clock/advance", {"until": {"deliveries": 2, "status": ["delivered"]}})

    assert [first["now"], both["now"]] == [at(seconds=30), at(seconds=90)]


def test_advance_until_somebody_called(server, api, transport):
    transport.replies.append(lambda _: server.vendor("GET", "/syncs/none") and FINE)
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.started"]))
    server.submit()

    answer = api.ok("POST", "/clock/advance", {"until": {"exchange": {"operation": "read", "status": 404}}})

    assert answer["now"] == at(seconds=10)


def test_advance_until_what_never_comes_says_what_was_seen_and_keeps_what_ran(server, api):
    api.ok("PUT", "/pace", {"mode": "hold", "wait": 5})
    sync = server.submit()

    answer = api.post("/clock/advance", {"until": {"sync": sync}})

    assert (answer.status, answer.body["error"]["kind"]) == (409, "NeverSo")
    assert answer.body["error"]["message"] == (
        f"Nothing is left that time could bring about: waited for sync {sync} to be ended, but it is running: "
        f"Sync {sync} is held before its push: release it. What ran until then stays done: 2 entries of the timeline."
    )
    assert api.ok("GET", "/clock")["now"] == at(seconds=5)


def test_advance_until_a_sync_that_is_not_there_is_refused_and_frees_the_clock(api):
    answer = api.post("/clock/advance", {"until": {"sync": "none"}})

    assert (answer.status, answer.body["error"]["kind"]) == (404, "NotFound")
    assert api.ok("POST", "/clock/advance", {"by": 1})["now"] == at(seconds=1)


def test_an_advance_during_which_the_workspace_is_reset_says_so(server, api, transport):
    transport.replies.append(lambda _: api.ok("POST", "/reset") and FINE)
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.started"]))
    sync = server.submit()

    answer = api.post("/clock/advance", {"until": {"sync": sync}})

    assert (answer.status, answer.body["error"]["kind"]) == (409, "NeverSo")


def test_advance_until_every_retry_was_made(server, api, transport):
    transport.replies += [Reply(500)] * 3
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    server.submit()

    last = api.ok("POST", "/clock/advance", {"until": "webhooks-exhausted"})

    assert (last["now"], kinds(last)[-1]) == (at(seconds=30 + 180), "delivery.failed")


def test_webhooks_that_are_held_back_are_not_exhausted_and_it_says_so(server, api):
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    api.ok("POST", "/webhooks/hold")
    server.submit()

    answer = api.post("/clock/advance", {"until": "webhooks-exhausted"})

    assert answer.status == 409
    assert answer.body["error"]["kind"] == "NeverSo"
    assert answer.body["error"]["message"].startswith(
        "Sending is held, and webhooks to 1 endpoint(s) are pending: release the webhooks. What ran until then stays"
    )
    api.ok("POST", "/webhooks/release")
    told = api.ok("POST", "/clock/advance", {"until": "webhooks-exhausted"})["timeline"]
    assert [entry["kind"] for entry in told] == ["attempt.made", "delivery.delivered"]


def test_webhooks_that_would_be_held_back_are_exhausted_where_there_are_none(server, api):
    api.ok("POST", "/webhooks/hold")
    server.submit()

    assert api.ok("POST", "/clock/advance", {"until": "webhooks-exhausted"})["timeline"]


def test_advance_by_nothing_on_a_running_clock(api, wall):
    api.ok("POST", "/clock/resume")
    wall.move(seconds=5)

    assert api.ok("POST", "/clock/advance", {"by": 0}) == {"mode": "real", "now": at(seconds=5), "timeline": []}


def test_time_goes_forward_only(api):
    for path, body in (("advance", {"to": at(seconds=-1)}), ("freeze", {"at": at(seconds=-1)})):
        answer = api.post(f"/clock/{path}", body)
        assert (answer.status, answer.body["error"]["kind"]) == (409, "Backwards")


def test_time_does_not_leave_the_calendar(api):
    api.ok("POST", "/clock/freeze", {"at": "8999-12-31T00:00:00Z"})

    assert api.post("/clock/advance", {"by": "P2D"}).status == 422
    assert api.ok("POST", "/clock/advance", {"by": "P1D"})["now"] == "9000-01-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("path", "body"), [("advance", {"by": 1}), ("freeze", {}), ("freeze", {"at": at(hours=1)}), ("resume", {})]
)
def test_whatever_moves_the_clock_is_refused_while_it_is_advanced(server, api, transport, path, body):
    nested = []
    transport.replies.append(lambda _: nested.append(api.post(f"/clock/{path}", body)) or transport.send(_))
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.started"]))
    server.submit()

    api.ok("POST", "/clock/advance", {"until": "idle"})

    assert [(answer.status, answer.body["error"]["kind"]) for answer in nested] == [(409, "Busy")]


def test_freeze_and_resume(api, wall):
    assert api.ok("POST", "/clock/resume", {"scale": 60})["mode"] == "scaled"
    wall.move(seconds=2)
    assert api.ok("GET", "/clock")["now"] == at(minutes=2)

    assert api.ok("POST", "/clock/freeze")["mode"] == "frozen"
    wall.move(days=1)
    assert api.ok("POST", "/clock/freeze", {"at": at(hours=1)})["now"] == at(hours=1)

    assert api.ok("POST", "/clock/resume")["mode"] == "real"
    wall.move(seconds=1)
    assert datetime.fromisoformat(api.ok("GET", "/clock")["now"]) == START + timedelta(hours=1, seconds=1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"by": 1, "until": "idle"},
        {"by": True},
        {"by": -1},
        {"by": "-PT1S"},
        {"by": "10 minutes"},
        {"by": "P"},
        {"by": "PT"},
        {"by": "P1M"},
        {"by": 1e12},
        {"by": None},
        {"until": "tomorrow"},
        {"until": 1},
        {"until": ["idle"]},
        {"until": {}},
        {"until": {"sync": "s", "status": ["delivered"]}},
        {"to": "2024-02-30T00:00:00Z"},
        {"two": at()},
    ],
)
def test_advance_takes_nothing_else(api, body):
    assert api.post("/clock/advance", body).status == 422


@pytest.mark.parametrize("scale", [0, -1, "2", True, 10**7])
def test_resume_takes_nothing_else(api, scale):
    assert api.post("/clock/resume", {"scale": scale}).status == 422


def test_a_leap_day_is_a_day(api):
    assert api.ok("POST", "/clock/freeze", {"at": "2024-02-29T12:00:00Z"})["now"] == "2024-02-29T12:00:00+00:00"


@pytest.mark.parametrize(("sent", "media_type", "status"), [("{", "application/json", 400), ("{}", "text/plain", 415)])
def test_what_is_not_json_is_refused(server, sent, media_type, status):
    answer = server.control_app.test_client().post("/clock/advance", data=sent, content_type=media_type)

    assert (answer.status_code, answer.content_type) == (status, "application/json")
