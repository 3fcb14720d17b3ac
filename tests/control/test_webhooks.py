import pytest
from msgspec.structs import replace

from doubleentry.engine.ports import Reply
from tests.builders import make_endpoint


@pytest.fixture
def sent(server, api, transport):
    """Return a delivery that took two attempts."""
    transport.replies.append(Reply(500, {}, "no"))
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    server.submit()
    api.ok("POST", "/clock/advance", {"until": "idle"})
    return api.ok("GET", "/webhooks/deliveries")["deliveries"][0]


def test_the_log_has_each_attempt(api, sent):
    shown = api.ok("GET", f"/webhooks/deliveries/{sent['id']}")

    assert shown["delivery"] == sent
    assert (sent["status"], sent["attempts"], sent["event"]["name"]) == ("delivered", 2, "sync.finished")
    assert [(attempt["number"], attempt["reply"]["status"]) for attempt in shown["attempts"]] == [(1, 500), (2, 200)]
    assert api.get("/webhooks/deliveries/none").status == 404


def test_deliveries_are_found_by_status_and_event(api, sent):
    def found(**query):
        return [row["id"] for row in api.ok("GET", "/webhooks/deliveries", **query)["deliveries"]]

    assert found(status="delivered") == found(event="sync.finished") == found(event=sent["event"]["id"]) == [sent["id"]]
    assert found(status="failed") == found(event="sync.started") == []
    assert api.get("/webhooks/deliveries", status="lost").status == 422


def test_of_many_deliveries_the_newest_are_shown_and_how_many_there_are(api, sent):
    ids = [sent["id"], *(api.post(f"/webhooks/deliveries/{sent['id']}/resend").body["id"] for _ in range(2))]

    two = api.ok("GET", "/webhooks/deliveries", limit=2)

    assert ([row["id"] for row in two["deliveries"]], two["total"]) == (ids[1:], 3)
    assert api.ok("GET", "/webhooks/deliveries", limit=2, status="delivered")["total"] == 1
    assert [api.get("/webhooks/deliveries", limit=most).status for most in (0, 1001)] == [422, 422]


def test_deliveries_and_events_are_paged_back_from_the_first_that_was_shown(server, api, sent):
    last = api.post(f"/webhooks/deliveries/{sent['id']}/resend").body["id"]
    server.submit()
    api.ok("POST", "/clock/advance", {"until": "idle"})
    newest = api.ok("GET", "/webhooks/deliveries", limit=1)["deliveries"][0]["id"]
    events = api.ok("GET", "/webhooks/events")["events"]

    before = api.ok("GET", "/webhooks/deliveries", limit=1, before=newest)
    older = api.ok("GET", "/webhooks/events", before=events[-1]["id"], limit=2, name="sync.started")

    assert ([row["id"] for row in before["deliveries"]], before["total"]) == ([last], 2)
    assert api.ok("GET", "/webhooks/deliveries", before=sent["id"])["deliveries"] == []
    assert (older["events"], older["total"]) == ([row for row in events if row["name"] == "sync.started"], 2)
    assert [api.get(f"/webhooks/{rows}", before="none").status for rows in ("deliveries", "events")] == [404, 404]


def test_one_is_sent_again(api, transport, sent):
    again = api.post(f"/webhooks/deliveries/{sent['id']}/resend")
    assert (again.status, again.body["status"]) == (201, "pending")

    api.ok("POST", "/clock/advance", {"by": 0})

    assert transport.bodies == [transport.bodies[0]] * 3
    assert api.post("/webhooks/deliveries/none/resend").status == 404


@pytest.mark.usefixtures("sent")
def test_who_asked(api):
    assert api.ok("GET", "/webhooks/endpoints")["endpoints"] == [
        {
            "id": "hook",
            "dialect": "fake",
            "url": "http://127.0.0.1:9/hook",
            "company": None,
            "record": {"events": ["sync.finished"]},
            "secret": None,
            "disabled": False,
            "failing_since": None,
            "note": None,
        }
    ]


def test_an_endpoint_is_disabled_with_a_reason_and_enabled(server, api):
    server.workspace.webhooks.subscribe(make_endpoint())

    disabled = api.ok("POST", "/webhooks/endpoints/hook/disable", {"note": "noisy"})
    enabled = api.ok("POST", "/webhooks/endpoints/hook/enable")

    assert (disabled["disabled"], disabled["note"]) == (True, "noisy")
    assert (enabled["disabled"], enabled["note"]) == (False, None)
    assert api.ok("POST", "/webhooks/endpoints/hook/disable")["note"] is None
    for verb in ("disable", "enable"):
        assert api.post(f"/webhooks/endpoints/none/{verb}").status == 404


@pytest.mark.usefixtures("sent")
def test_events_are_listed_whether_anybody_was_told_or_not(api):
    events = api.ok("GET", "/webhooks/events")["events"]

    assert [event["name"] for event in events] == ["sync.started", "sync.finished"]
    assert api.ok("GET", "/webhooks/events", name="sync.finished")["events"] == [events[1]]
    assert api.ok("GET", "/webhooks/events", limit=1)["events"] == [events[1]]
    assert api.ok("GET", "/webhooks/events", dialect="other")["events"] == []


def test_deliveries_are_found_by_their_endpoint(api, sent):
    assert api.ok("GET", "/webhooks/deliveries", endpoint="hook")["deliveries"] == [sent]
    assert api.ok("GET", "/webhooks/deliveries", endpoint="other")["deliveries"] == []


def test_what_happened_since_an_instant_is_sent_once_more(api, transport, sent):
    since = sent["event"]["at"]

    again = api.post("/webhooks/replay", {"since": since, "endpoint": "hook"})
    api.ok("POST", "/clock/advance", {"by": 0})

    assert (again.status, [each["event"] for each in again.body["deliveries"]]) == (201, [sent["event"]])
    assert transport.bodies == [transport.bodies[0]] * 3
    assert api.ok("POST", "/webhooks/replay", {"since": "2090-01-01T00:00:00Z"})["deliveries"] == []
    assert api.post("/webhooks/replay", {"since": since, "endpoint": "none"}).status == 404
    assert api.post("/webhooks/replay", {"since": "yesterday"}).status == 422
    assert api.post("/webhooks/replay", {}).status == 422


def test_an_example_is_sent_to_one_endpoint(server, api, transport):
    server.workspace.webhooks.subscribe(make_endpoint(events=[]))

    answer = api.post("/webhooks/examples", {"dialect": "fake", "event": "bill.lost", "endpoint": "hook"})
    api.ok("POST", "/clock/advance", {"by": 0})

    assert (answer.status, answer.body["event"]["name"], answer.body["endpoint"]) == (201, "bill.lost", "hook")
    assert '"example":true' in transport.bodies[0]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"endpoint": "none"}, 404),
        ({"event": "bill.eaten"}, 422),
        ({"dialect": "other"}, 422),
        ({"endpoint": "foreign"}, 422),
    ],
)
def test_an_example_that_cannot_be_sent_is_refused(server, api, change, status):
    server.workspace.webhooks.subscribe(make_endpoint())
    server.workspace.webhooks.subscribe(replace(make_endpoint("foreign"), dialect="other"))

    answer = api.post("/webhooks/examples", {"dialect": "fake", "event": "bill.lost", "endpoint": "hook", **change})

    assert answer.status == status


def test_whose_time_is_in_the_stamps_is_shown_and_chosen(api):
    assert api.ok("GET", "/webhooks/stamp") == {"clock": "wall"}

    assert api.ok("PUT", "/webhooks/stamp", {"clock": "workspace"}) == {"clock": "workspace"}

    assert api.ok("GET", "/webhooks/stamp") == {"clock": "workspace"}
    assert api.put("/webhooks/stamp", {"clock": "sundial"}).status == 422
