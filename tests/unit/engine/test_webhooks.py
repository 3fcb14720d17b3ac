from datetime import timedelta

import pytest
from msgspec.structs import replace

from doubleentry.engine.callbacks import trouble
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ports import Reply, StampClock
from doubleentry.engine.webhooks import KEPT_CHARACTERS, DeliveryStatus
from tests.builders import make_after, make_endpoint, make_order, make_workspace
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
        (workspace.webhooks.endpoint, "endpoint"),
        (workspace.webhooks.disable, "endpoint"),
        (workspace.webhooks.enable, "endpoint"),
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
    assert waiting.note == "answered 503: the receiver failed: its own log says why"
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


def test_an_advance_until_all_is_told_goes_on_to_the_last_attempt_and_no_further(transport):
    workspace = make_workspace(transport=transport, pace=make_after(10, 20))
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies += [DOWN] * 3
    workspace.syncs.submit(make_order())
    workspace.scheduler.schedule("something else", START + timedelta(days=1), {})

    workspace.advance(until=workspace.all_is_told)

    ended = START + timedelta(seconds=30)
    assert [at - ended for _, at, _ in attempts(workspace)] == [timedelta(minutes=minute) for minute in (0, 1, 3)]
    assert workspace.clock.now() == ended + timedelta(minutes=3)
    assert [task.kind for task in workspace.scheduler.pending()] == ["something else"]
    assert workspace.advance(until=workspace.all_is_told) == []


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
        def retry_after(self, endpoint, delivery, reply, now):
            seen.append((endpoint.id, delivery.attempts, delivery.first_at, reply, now))
            return super().retry_after(endpoint, delivery, reply, now)

    workspace.world.formats["fake"] = Watching()
    dated = Reply(503, {"date": "today", "retry-after": "60"})
    transport.replies += [dated, dated]

    told()
    workspace.advance(until_idle=True)

    assert seen == [("hook", 1, START, dated, START), ("hook", 2, START, dated, minutes(1))]


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


def test_what_is_on_its_way_to_a_forgotten_endpoint_is_cancelled(workspace, transport, told):
    transport.replies.append(DOWN)
    told()
    workspace.run_due()

    workspace.webhooks.unsubscribe("hook")
    workspace.advance(until_idle=True)

    delivery = the_delivery(workspace)
    assert (delivery.status, delivery.attempts, delivery.next_at, delivery.note) == (
        DeliveryStatus.CANCELLED,
        1,
        None,
        "the endpoint was removed",
    )
    assert len(transport.sent) == 1
    with pytest.raises(NotFound, match="endpoint"):
        workspace.webhooks.resend(delivery.id)


def test_of_two_endpoints_one_is_forgotten_and_the_other_goes_on(workspace):
    for id in ("gone", "stays"):
        workspace.webhooks.subscribe(make_endpoint(id))
    workspace.webhooks.emit("bill.changed", "fake", "acme", "7")

    workspace.webhooks.unsubscribe("gone")
    workspace.run_due()

    assert [delivery.status.value for delivery in workspace.webhooks.deliveries()] == ["cancelled", "delivered"]


def test_a_disabled_endpoint_is_told_nothing_until_it_is_enabled(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())

    disabled = workspace.webhooks.disable("hook", "it is noisy")
    workspace.webhooks.emit("bill.changed", "fake", "acme", "7")
    workspace.run_due()
    assert (disabled.disabled, disabled.note, transport.sent) == (True, "it is noisy", [])
    enabled = workspace.webhooks.enable("hook")
    workspace.webhooks.emit("bill.changed", "fake", "acme", "8")
    workspace.run_due()

    assert enabled == make_endpoint() == workspace.webhooks.endpoint("hook")
    assert len(transport.sent) == 1
    kinds = [entry["kind"] for entry in workspace.timeline.entries(where={"subject": "hook"})]
    assert kinds == ["endpoint.disabled", "endpoint.enabled"]


def test_attempts_that_fall_due_while_an_endpoint_is_disabled_are_skipped_and_the_schedule_goes_on(
    workspace, transport, told
):
    workspace.world.formats["fake"] = FakeFormat(tries=5)
    transport.replies += [DOWN] * 3
    told()
    workspace.run_due()

    workspace.webhooks.disable("hook")
    workspace.advance(by=timedelta(minutes=5))
    skipped = the_delivery(workspace)
    workspace.webhooks.enable("hook")
    workspace.advance(until_idle=True)

    # Due after 1, 2, 3 and 4 minutes more: the first two of those passed meanwhile.
    assert (skipped.status.value, skipped.attempts, skipped.skipped, skipped.next_at) == ("pending", 1, 2, minutes(6))
    assert skipped.note == "not sent: the endpoint is disabled; enable it"
    assert [at for _, at, _ in attempts(workspace)] == [START, minutes(6), minutes(10)]
    assert (the_delivery(workspace).status, len(transport.sent)) == (DeliveryStatus.FAILED, 3)
    assert len(workspace.timeline.entries(where={"kind": "attempt.skipped"})) == 2


def test_a_schedule_that_ends_while_its_endpoint_is_disabled_has_failed(workspace, transport, told):
    told()
    workspace.webhooks.disable("hook")

    workspace.advance(until_idle=True)

    delivery = the_delivery(workspace)
    assert (delivery.status, delivery.attempts, delivery.skipped) == (DeliveryStatus.FAILED, 0, 3)
    assert transport.sent == []


@pytest.mark.parametrize(("reply", "status"), [(DOWN, "cancelled"), (FINE, "delivered")])
def test_an_attempt_to_an_endpoint_that_is_forgotten_meanwhile_is_logged_and_not_made_again(
    workspace, transport, told, reply, status
):
    def forget_meanwhile(_request):
        workspace.webhooks.unsubscribe("hook")
        return reply

    transport.replies.append(forget_meanwhile)
    told()
    workspace.advance(until_idle=True)

    assert [number for number, _, _ in attempts(workspace)] == [1]
    assert the_delivery(workspace).status == status
    assert workspace.scheduler.pending() == []


def test_an_endpoint_is_disabled_when_it_has_failed_for_longer_than_its_dialect_bears(workspace, transport):
    workspace.world.formats["fake"] = FakeFormat(tries=10, patience=timedelta(minutes=3))
    workspace.webhooks.subscribe(make_endpoint())
    transport.replies += [DOWN] * 10

    for subject in ("1", "2"):
        workspace.webhooks.emit("bill.changed", "fake", "acme", subject)
    workspace.advance(until_idle=True)

    endpoint = workspace.webhooks.endpoint("hook")
    assert (endpoint.disabled, endpoint.failing_since) == (True, START)
    assert endpoint.note == f"every attempt has failed since {START.isoformat()}"
    # At once, after one minute, and after two more: there the first of the two has been too much.
    assert [delivery.attempts for delivery in workspace.webhooks.deliveries()] == [3, 2]
    assert {delivery.status for delivery in workspace.webhooks.deliveries()} == {DeliveryStatus.FAILED}


def test_the_last_attempt_of_a_delivery_can_be_the_one_that_disables(workspace, transport):
    workspace.world.formats["fake"] = FakeFormat(tries=1, patience=timedelta(0))
    workspace.webhooks.subscribe(make_endpoint())
    transport.replies.append(DOWN)

    workspace.webhooks.emit("bill.changed", "fake", "acme", "7")
    workspace.run_due()

    assert workspace.webhooks.endpoint("hook").disabled
    assert the_delivery(workspace).status is DeliveryStatus.FAILED


def test_an_endpoint_that_was_disabled_while_it_was_told_is_not_disabled_once_more(workspace, transport, told):
    workspace.world.formats["fake"] = FakeFormat(tries=1, patience=timedelta(0))

    def disable_meanwhile(_request):
        workspace.webhooks.disable("hook", "by hand")
        return DOWN

    transport.replies.append(disable_meanwhile)
    told()
    workspace.run_due()

    assert workspace.webhooks.endpoint("hook").note == "by hand"
    assert the_delivery(workspace).status is DeliveryStatus.FAILED


def test_a_success_ends_what_an_endpoint_has_failed_since(workspace, transport, told):
    transport.replies += [DOWN, FINE]
    told()

    workspace.run_due()
    assert workspace.webhooks.endpoint("hook").failing_since == START
    workspace.advance(until_idle=True)

    assert workspace.webhooks.endpoint("hook").failing_since is None


def test_what_was_never_sent_does_not_count_against_an_endpoint(workspace, transport, told):
    workspace.world.formats["fake"] = FakeFormat(patience=timedelta(0))
    transport.replies.append(PUBLIC)

    told()
    workspace.run_due()

    assert workspace.webhooks.endpoint("hook") == make_endpoint(**ENDS)


@pytest.fixture
def signed(workspace, wall):
    """Have a signed endpoint told of something, five minutes of the workspace from where the machine is."""
    workspace.webhooks.subscribe(replace(make_endpoint(), secret="s"))
    workspace.advance(by=timedelta(minutes=5))
    wall.move(seconds=7)
    return lambda: workspace.webhooks.emit("bill.changed", "fake", "acme", "7")


def test_each_attempt_is_sealed_for_its_own_instant_on_the_machines_clock(workspace, transport, wall, signed):
    def later(_request):
        wall.move(seconds=60)
        return DOWN

    transport.replies.append(later)
    signed()
    workspace.advance(until_idle=True)

    first, second = START + timedelta(seconds=7), START + timedelta(seconds=67)
    assert [request.headers["X-Signed"] for request in transport.sent] == [
        f"s {first.isoformat()}",
        f"s {second.isoformat()}",
    ]
    logged = workspace.webhooks.attempts(the_delivery(workspace).id)
    assert [made.request for made in logged] == transport.sent
    assert [(made.request.stamp.at, made.request.stamp.clock) for made in logged] == [
        (first, StampClock.WALL),
        (second, StampClock.WALL),
    ]
    assert "X-Signed" not in the_delivery(workspace).request.headers


def test_the_stamp_is_the_workspaces_time_where_it_is_set_so(workspace, transport, signed):
    workspace.webhooks.stamp_by(StampClock.WORKSPACE)

    signed()
    workspace.run_due()

    assert transport.sent[0].headers["X-Signed"] == f"s {minutes(5).isoformat()}"
    (made,) = workspace.webhooks.attempts(the_delivery(workspace).id)
    assert made.request.stamp.clock is StampClock.WORKSPACE


def test_all_workspaces_stamp_as_their_world_says_unless_they_say_otherwise():
    workspace = make_workspace(stamp_clock=StampClock.WORKSPACE)
    assert workspace.webhooks.stamp_clock is StampClock.WORKSPACE

    workspace.webhooks.stamp_by(StampClock.WALL)

    assert workspace.webhooks.stamp_clock is StampClock.WALL


def test_a_request_in_which_nothing_depends_on_the_instant_has_no_stamp(workspace, told):
    told()
    workspace.run_due()

    (made,) = workspace.webhooks.attempts(the_delivery(workspace).id)
    assert made.request == the_delivery(workspace).request
    assert made.request.stamp is None


def test_of_a_long_body_the_log_keeps_the_start_and_the_receiver_gets_the_whole(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())

    workspace.webhooks.emit("bill.changed", "fake", "acme", "7", {"text": "x" * 2 * KEPT_CHARACTERS})
    workspace.run_due()

    (made,) = workspace.webhooks.attempts(the_delivery(workspace).id)
    assert len(transport.bodies[0]) > 2 * KEPT_CHARACTERS
    assert made.request.body == transport.bodies[0][:KEPT_CHARACTERS]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(200), None),
        (Reply(204), None),
        (SILENT, SILENT.error),
        (Reply(), "no answer"),
        (Reply(100), "answered 100: only an answer of the class 2xx counts as received"),
        (Reply(302), "answered 302: a redirect that is not followed: give the address that it leads to"),
        (Reply(401), "answered 401: the receiver asks who calls, and webhooks come without a login: let them in"),
        (Reply(404), "answered 404: nothing is there: correct the path"),
        (Reply(422), "answered 422: the receiver did not take it: its answer may say why"),
        (Reply(500), "answered 500: the receiver failed: its own log says why"),
    ],
)
def test_what_was_wrong_is_told_in_plain_words_with_what_to_do(workspace, transport, told, reply, words):
    transport.replies.append(reply)

    told()
    workspace.run_due()

    (made,) = workspace.webhooks.attempts(the_delivery(workspace).id)
    assert made.note == the_delivery(workspace).note == trouble(reply) == words


def test_events_are_listed_oldest_first_and_found_by_what_they_are(workspace):
    for subject, name in (("1", "bill.changed"), ("2", "bill.paid"), ("3", "bill.changed")):
        workspace.webhooks.emit(name, "fake", "acme", subject)

    assert [event.subject for event in workspace.webhooks.events()] == ["1", "2", "3"]
    assert [event.subject for event in workspace.webhooks.events({"name": "bill.changed"})] == ["1", "3"]


def test_an_example_goes_to_one_endpoint_whether_it_asked_or_not(workspace, transport):
    for id in ("hook", "other"):
        workspace.webhooks.subscribe(make_endpoint(id, events=[]))

    delivery = workspace.webhooks.example("hook", "bill.paid", "acme", "7", {"bill": {"id": 7}})
    workspace.run_due()

    assert (delivery.endpoint, len(transport.sent)) == ("hook", 1)
    assert '"event":"bill.paid","subject":"7"' in transport.bodies[0]
    assert the_delivery(workspace).status is DeliveryStatus.DELIVERED
    with pytest.raises(NotFound, match="endpoint"):
        workspace.webhooks.example("nobody", "bill.paid", "acme", "7", {})


def test_a_replay_repeats_what_was_sent_since_an_instant_as_it_was(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())
    for subject in ("1", "2", "3"):
        workspace.webhooks.emit("bill.changed", "fake", "acme", subject)
        workspace.advance(by=timedelta(minutes=1))

    made = workspace.webhooks.replay(minutes(1))
    workspace.run_due()

    assert len(made) == 2
    assert transport.sent == [*transport.sent[:3], transport.sent[1], transport.sent[2]]


def test_a_replay_sends_what_an_endpoint_missed_if_it_asked_for_it(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint("down"))
    workspace.webhooks.disable("down")
    workspace.webhooks.emit("bill.changed", "fake", "acme", "1")
    workspace.webhooks.emit("bill.changed", "fake", "acme", "2")
    workspace.webhooks.subscribe(make_endpoint("late", events=["bill.changed"]))
    workspace.webhooks.subscribe(make_endpoint("deaf", events=["bill.paid"]))
    workspace.webhooks.subscribe(replace(make_endpoint("foreign"), dialect="other"))

    made = workspace.webhooks.replay(START)
    workspace.webhooks.enable("down")
    made += workspace.webhooks.replay(START, "down")
    workspace.run_due()

    assert [delivery.endpoint for delivery in made] == ["late", "late", "down", "down"]
    assert len(transport.sent) == 4
    with pytest.raises(NotFound, match="endpoint"):
        workspace.webhooks.replay(START, "nobody")


def test_an_event_to_come_happens_at_its_instant_and_is_awaited_once(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())

    awaited = [workspace.webhooks.emit_at(minutes(5), "quota.reset", "fake", "acme", "quota") for _ in range(2)]
    before = workspace.all_is_told()
    workspace.advance(until_idle=True)

    assert awaited == [True, False]
    assert not before
    (event,) = workspace.webhooks.events()
    assert (event.name, event.dialect, event.company, event.subject) == ("quota.reset", "fake", "acme", "quota")
    assert event.at == minutes(5)
    assert len(transport.sent) == 1
