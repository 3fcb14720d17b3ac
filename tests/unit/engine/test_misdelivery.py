"""What faults do to the attempts of webhooks."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from doubleentry.engine.documents import decode
from doubleentry.engine.faults import Layer, Match, Rule
from doubleentry.engine.misdelivery import tampered
from doubleentry.engine.ports import Outgoing, Reply
from doubleentry.engine.webhooks import DeliveryStatus
from tests.builders import make_endpoint, make_order, make_workspace
from tests.fakes.dialect import FakeFormat
from tests.fakes.wall import START

DOWN = Reply(503)


@pytest.fixture
def workspace(transport, wall):
    workspace = make_workspace(transport=transport, wall=wall)
    workspace.webhooks.subscribe(replace(make_endpoint(events=["sync.finished"]), secret="shh"))
    return workspace


@pytest.fixture
def order(workspace):
    """Return a function that adds a rule about webhooks."""

    def order(how, match=None, times=1, **more):
        return workspace.faults.add(Layer.WEBHOOK, match or Match(), {"webhook": how, **more}, times=times)

    return order


def settle(workspace):
    workspace.syncs.submit(make_order())
    workspace.advance(until_idle=True)


def made(workspace):
    """Return for each delivery its status and the instants and notes of its attempts."""
    return [
        (
            delivery.status,
            [(attempt.at - START, attempt.note) for attempt in workspace.webhooks.attempts(delivery.id)],
        )
        for delivery in workspace.webhooks.deliveries()
    ]


def told_of_faults(workspace):
    return [entry["facts"] for entry in workspace.timeline.entries(where={"kind": "attempt.spoiled"})]


def test_one_that_is_dropped_was_made_and_not_answered_and_is_tried_again(workspace, transport, order):
    rule = order("drop")

    settle(workspace)

    dropped = (timedelta(0), f"no answer: the fault {rule.id} dropped it")
    assert made(workspace) == [(DeliveryStatus.DELIVERED, [dropped, (timedelta(minutes=1), None)])]
    assert len(transport.sent) == 1
    assert told_of_faults(workspace) == [{"fault": rule.id, "how": "drop"}]


def test_one_that_is_dropped_every_time_fails_in_the_end(workspace, transport, order):
    order("drop", times=None)

    settle(workspace)

    ((status, attempts),) = made(workspace)
    assert (status, len(attempts), transport.sent) == (DeliveryStatus.FAILED, 3, [])


def test_one_that_is_late_is_late_once_an_attempt(workspace, transport, order):
    transport.replies.append(DOWN)
    order("delay", by="PT5M", times=None)

    settle(workspace)

    ((status, attempts),) = made(workspace)
    assert (status, [at for at, _ in attempts]) == (
        DeliveryStatus.DELIVERED,
        [timedelta(minutes=5), timedelta(minutes=11)],
    )


def test_one_that_is_sent_twice_is_the_same_to_the_byte(workspace, transport, order):
    order("duplicate", times=None)

    settle(workspace)

    first, second = transport.sent
    assert first == second
    assert [status for status, _ in made(workspace)] == [DeliveryStatus.DELIVERED] * 2


def test_a_copy_is_left_alone_when_it_is_tried_again(workspace, transport, order):
    transport.replies.extend([Reply(200), DOWN])
    order("duplicate", times=None)

    settle(workspace)

    assert [len(attempts) for _, attempts in made(workspace)] == [1, 2]


def test_a_bad_signature_is_wrong_by_one_character(workspace, transport, order):
    order("bad-signature", times=2)

    settle(workspace)
    workspace.webhooks.resend(workspace.webhooks.deliveries()[0].id)
    workspace.webhooks.resend(workspace.webhooks.deliveries()[0].id)
    workspace.advance(until_idle=True)

    first, again, good = transport.sent
    assert good.headers["X-Signed"] == f"shh {START.isoformat()}"
    assert [
        pair for pair in zip(first.headers["X-Signed"], good.headers["X-Signed"], strict=True) if len(set(pair)) > 1
    ]
    assert replace(first, headers={}) == replace(good, headers={})
    assert first == again


@pytest.mark.parametrize(("good", "bad"), [("00000", "00100"), ("fffff", "ff0ff")])
def test_the_character_is_another_digit(good, bad):
    request = Outgoing("http://127.0.0.1/", {"X-Signed": good}, "")
    rule = Rule("1", Layer.WEBHOOK, Match(), {"webhook": "bad-signature"})

    assert tampered(FakeFormat(), request, rule).headers == {"X-Signed": bad}


def test_what_is_not_signed_stays_as_it_is(workspace, transport, order):
    workspace.webhooks.unsubscribe("hook")
    workspace.webhooks.subscribe(make_endpoint("plain", events=["sync.finished"]))
    order("bad-signature")

    settle(workspace)

    assert [request.headers for request in transport.sent] == [{"Content-Type": "application/json"}]


def test_a_stale_stamp_is_older_than_receivers_take(workspace, transport, order):
    order("stale-stamp")

    settle(workspace)

    (request,) = transport.sent
    stamp = START - timedelta(minutes=10)
    assert request.headers["X-Signed"] == f"shh {stamp.isoformat()}"
    assert request.stamp.at == stamp


@pytest.mark.parametrize(
    ("match", "dropped"),
    [
        (Match(event="sync.finished"), True),
        (Match(event="sync.aborted"), False),
        (Match(endpoint="hook"), True),
        (Match(endpoint="other"), False),
        (Match(company="acme", dialect="fake"), True),
        (Match(company="zenith"), False),
        (Match(headers={"content-type": "application/json"}), True),
        (Match(headers={"content-type": "text/plain"}), False),
        (Match(pointers={"/event": "sync.finished"}), True),
        (Match(pointers={"/event": "sync.started"}), False),
        (Match(nth=2), False),
    ],
)
def test_a_rule_looks_at_the_event_the_endpoint_and_what_would_be_sent(workspace, order, match, dropped):
    order("drop", match)

    settle(workspace)

    ((_, attempts),) = made(workspace)
    assert len(attempts) == 1 + dropped


def test_a_body_that_is_no_json_has_nothing_to_point_at(transport, wall):
    class TextFormat(FakeFormat):
        def render(self, workspace, event, endpoint, delivery_id):
            rendered = super().render(workspace, event, endpoint, delivery_id)
            return Outgoing(rendered.url, rendered.headers, f"event={decode(rendered.body)['event']}")

    workspace = make_workspace(transport=transport, wall=wall, formats={"fake": TextFormat()})
    workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    rule = workspace.faults.add(Layer.WEBHOOK, Match(pointers={"/event": "x"}), {"webhook": "drop"})

    settle(workspace)

    assert workspace.faults.get(rule.id).missed == '/event was null, not "x"'
