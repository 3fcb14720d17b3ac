from datetime import timedelta

import pytest
from msgspec.structs import replace

from doubleentry.engine.errors import NotFound
from doubleentry.engine.ports import Reply
from doubleentry.engine.webhooks import DeliveryStatus
from tests.builders import make_endpoint, make_order
from tests.fakes.dialect import FakeFormat
from tests.fakes.transport import FINE
from tests.fakes.wall import START

DOWN = Reply(503, {}, "come back later")
SILENT = Reply(error="nothing listens at 127.0.0.1:9: the connection was refused")
PUBLIC = Reply(error="not sent: a public name", refused=True)
ENDS = {"events": ["sync.finished"]}


@pytest.fixture
def told(workspace):
    """Return a function that submits a sync whose end one endpoint is told of."""
    workspace.webhooks.subscribe(make_endpoint(**ENDS))

    def submit():
        return workspace.syncs.submit(make_order())

    return submit


def the_delivery(workspace):
    (delivery,) = workspace.webhooks.deliveries()
    return delivery


def attempts(workspace):
    return [(made.number, made.at, made.reply) for made in workspace.webhooks.attempts(the_delivery(workspace).id)]


def minutes(number):
    return START + timedelta(minutes=number)


def test_an_event_makes_one_delivery_for_each_endpoint_that_asked(workspace, transport):
    for id, company, events in [
        ("all", None, ["sync.started", "sync.finished"]),
        ("ends", "acme", ["sync.finished"]),
        ("others", "zenith", ["sync.finished"]),
        ("none", None, []),
    ]:
        workspace.webhooks.subscribe(make_endpoint(id, f"http://127.0.0.1/{id}", company, events=events))

    sync = workspace.syncs.submit(make_order())
    workspace.run_due()

    assert [delivery.endpoint for delivery in workspace.webhooks.deliveries()] == ["all", "all", "ends"]
    assert [request.url.rpartition("/")[2] for request in transport.sent] == ["all", "all", "ends"]
    event = workspace.webhooks.event(workspace.webhooks.deliveries({"endpoint": "ends"})[0].event)
    assert (event.name, event.subject, event.company, event.at) == ("sync.finished", sync.id, "acme", START)


def test_endpoints_are_listed_oldest_first_and_by_dialect(workspace):
    first, second = make_endpoint("b"), replace(make_endpoint("a"), dialect="other")
    for endpoint in (first, second):
        workspace.webhooks.subscribe(endpoint)

    assert workspace.webhooks.endpoints() == [first, second]
    assert workspace.webhooks.endpoints("other") == [second]


def test_what_is_not_there_is_not_found(workspace):
    for ask, kind in [
        (workspace.webhooks.event, "event"),
        (workspace.webhooks.delivery, "delivery"),
        (workspace.webhooks.resend, "delivery"),
    ]:
        with pytest.raises(NotFound, match=kind):
            ask("nothing")


@pytest.mark.parametrize("status", [200, 204, 299])
def test_an_answer_of_the_class_2xx_ends_a_delivery(workspace, transport, told, status):
    transport.replies.append(Reply(status))

    told()
    workspace.advance(until_idle=True)

    assert attempts(workspace) == [(1, START, Reply(status))]
    delivery = the_delivery(workspace)
    assert (delivery.status, delivery.attempts, delivery.first_at, delivery.next_at, delivery.note) == (
        DeliveryStatus.DELIVERED,
        1,
        START,
        None,
        None,
    )


def test_a_delivery_is_tried_again_as_the_policy_says_with_the_same_request(workspace, transport, told):
    transport.replies += [DOWN, SILENT, FINE]

    told()
    workspace.run_due()
    waiting = the_delivery(workspace)
    workspace.advance(until_idle=True)

    assert (waiting.status, waiting.attempts, waiting.next_at) == (DeliveryStatus.PENDING, 1, minutes(1))
    assert waiting.note == "answered 503"
    assert attempts(workspace) == [(1, START, DOWN), (2, minutes(1), SILENT), (3, minutes(3), FINE)]
    assert transport.sent == [waiting.request] * 3
    assert (the_delivery(workspace).status, the_delivery(workspace).first_at) == (DeliveryStatus.DELIVERED, START)


def test_a_delivery_fails_when_the_policy_gives_up(workspace, transport, told):
    transport.replies += [DOWN, DOWN, SILENT]

    told()
    workspace.advance(until_idle=True)

    delivery = the_delivery(workspace)
    assert (delivery.status, delivery.attempts, delivery.next_at) == (DeliveryStatus.FAILED, 3, None)
    assert delivery.note == SILENT.error
    assert workspace.scheduler.pending() == []


@pytest.mark.parametrize("status", [199, 300, 404])
def test_an_answer_of_another_class_is_for_the_policy(workspace, transport, told, status):
    transport.replies.append(Reply(status))

    told()
    workspace.run_due()

    assert the_delivery(workspace).status is DeliveryStatus.PENDING


def test_an_address_that_we_do_not_send_to_is_not_tried_again(workspace, transport, told):
    transport.replies.append(PUBLIC)

    told()
    workspace.advance(until_idle=True)

    delivery = the_delivery(workspace)
    assert (delivery.status, delivery.attempts, delivery.note) == (DeliveryStatus.FAILED, 1, PUBLIC.error)


def test_a_failed_delivery_leaves_the_sync_untouched(workspace, transport, told):
    transport.replies += [DOWN] * 3
    sync = told()
    items = workspace.syncs.items(sync.id)

    workspace.advance(until_idle=True)

    assert workspace.syncs.get(sync.id) == sync
    assert workspace.syncs.items(sync.id) == items


def test_a_resent_delivery_is_a_new_one_of_the_same_event(workspace, transport, told):
    told()
    workspace.advance(until_idle=True)
    old = the_delivery(workspace)
    workspace.advance(by=timedelta(hours=1))

    new = workspace.webhooks.resend(old.id)
    again = workspace.webhooks.resend(old.id)
    workspace.advance(until_idle=True)

    assert len({old.id, new.id, again.id}) == 3
    assert (new.event, new.endpoint, new.request, new.attempts) == (old.event, old.endpoint, old.request, 0)
    assert [delivery.status for delivery in workspace.webhooks.deliveries()] == [DeliveryStatus.DELIVERED] * 3
    assert transport.sent == [old.request] * 3
    assert workspace.webhooks.attempts(new.id)[0].at == START + timedelta(hours=1)
    (resent, _) = workspace.timeline.entries(where={"kind": "delivery.resent"})
    assert (resent["subject"], resent["cause"]) == (new.id, old.id)


def test_a_reply_is_logged_but_for_the_time_of_the_receivers_machine(workspace, transport, told):
    transport.replies.append(Reply(200, {"date": "Wed, 03 Aug 2022 01:30:09 GMT", "x-id": "7"}, "thanks"))

    told()
    workspace.run_due()

    assert attempts(workspace) == [(1, START, Reply(200, {"x-id": "7"}, "thanks"))]


def test_the_policy_sees_the_whole_reply_and_how_often_it_was_tried(workspace, transport, told):
    seen = []

    class Watching(FakeFormat):
        def retry_after(self, delivery, reply, now):
            seen.append((delivery.attempts, delivery.first_at, reply, now))
            return super().retry_after(delivery, reply, now)

    workspace.world.formats["fake"] = Watching()
    dated = Reply(503, {"date": "today", "retry-after": "60"})
    transport.replies += [dated, dated]

    told()
    workspace.advance(until_idle=True)

    assert seen == [(1, START, dated, START), (2, START, dated, minutes(1))]


def test_a_slow_delivery_does_not_hold_up_those_to_others(workspace, transport):
    for id in ("slow", "fast"):
        workspace.webhooks.subscribe(make_endpoint(id, f"http://127.0.0.1/{id}", **ENDS))
    transport.replies += [DOWN, FINE]

    workspace.syncs.submit(make_order())
    workspace.run_due()

    assert [delivery.status.value for delivery in workspace.webhooks.deliveries()] == ["pending", "delivered"]


def test_an_event_tells_what_its_dialect_says_of_it(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())

    event = workspace.webhooks.emit("bill.changed", "fake", "acme", "7", {"bill": {"id": 7}})
    workspace.run_due()

    assert workspace.webhooks.event(event.id).record == {"bill": {"id": 7}}
    assert '"subject":"7"' in transport.bodies[0]
    assert '"bill":{"id":7}' in transport.bodies[0]


def test_an_endpoint_that_is_forgotten_is_told_nothing_more(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())

    workspace.webhooks.unsubscribe("hook")
    workspace.webhooks.emit("bill.changed", "fake", "acme", "7")
    workspace.run_due()

    assert transport.sent == workspace.webhooks.endpoints() == []
    with pytest.raises(NotFound):
        workspace.webhooks.unsubscribe("hook")
