import pytest

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
