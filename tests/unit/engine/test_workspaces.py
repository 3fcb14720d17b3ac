import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from doubleentry.adapters.tinydb import TinyStore
from doubleentry.engine.clock import ClockMode
from doubleentry.engine.errors import AlreadyExists, Backwards, Busy, Full, InvalidInput, NotFound, Unsettled
from doubleentry.engine.workspaces import Workspace, Workspaces
from tests.builders import (
    HELD,
    HELD_BACK,
    IMMEDIATE,
    make_after,
    make_endpoint,
    make_order,
    make_polls,
    make_workspace,
    make_world,
)
from tests.fakes.dialect import CODES
from tests.fakes.transport import FINE
from tests.fakes.wall import START

MOST_SECONDS = 5.0
ENDS = {"events": ["sync.finished"]}


class Broken(Exception):  # a bug of ours, on purpose
    """What nobody expects."""


class Gate:
    """A receiver that keeps a sender waiting until it is opened."""

    def __init__(self):
        self.entered = threading.Event()
        self.opened = threading.Event()

    def __call__(self, _request):
        self.entered.set()
        assert self.opened.wait(MOST_SECONDS)
        return FINE


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.opened.set()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture
def beside():
    """Return a function that starts another in a thread, and join all at the end."""
    with ThreadPoolExecutor(8) as executor:
        yield executor.submit


def settle(workspace):
    """Wait until nothing is due or being sent."""
    with workspace.changed:
        assert workspace.changed.wait_for(lambda: workspace.is_idle, MOST_SECONDS)


def seconds(number):
    return START + timedelta(seconds=number)


def kinds(entries):
    return [entry["kind"] for entry in entries]


# --- Transactions and settings


def test_a_transaction_that_fails_undoes_everything_and_an_inner_one_is_part_of_it(workspace):
    before = workspace.dump()

    def write_and_fail():
        with workspace.transaction():
            workspace.syncs.submit(make_order())
            with workspace.transaction():
                workspace.syncs.submit(make_order())
            assert len(workspace.syncs.all()) == 2
            raise Broken

    with pytest.raises(Broken):
        write_and_fail()

    assert workspace.dump() == before


def test_after_a_transaction_those_who_wait_are_told(workspace, beside):
    with workspace.lock:
        waiting = beside(settle_on, workspace, workspace.syncs.all)
    with workspace.transaction():
        workspace.syncs.submit(make_order())

    assert waiting.result(MOST_SECONDS)


def settle_on(workspace, condition):
    with workspace.changed:
        return workspace.changed.wait_for(condition, MOST_SECONDS)


def test_a_setting_has_its_default_until_it_is_changed(workspace):
    assert workspace.setting("fake.greeting") == "hello"

    workspace.change_setting("fake.greeting", "good day")

    assert workspace.setting("fake.greeting") == "good day"
    with pytest.raises(NotFound, match="setting"):
        workspace.change_setting("fake.gretting", "x")


def test_it_says_what_only_the_tester_can_do_to_let_a_sync_go_on(workspace):
    def waits_for(pace):
        workspace.paces.set(pace)
        sync = workspace.syncs.submit(make_order())
        workspace.run_due()
        return (workspace.waits_for(sync.id) or "").replace(sync.id, "1")

    frozen = "Sync 1 waits for time to pass, and the clock is frozen at 2022-08-03T01:30:09+00:00: advance it."
    assert waits_for(HELD) == "Sync 1 is held before its push: release it."
    assert waits_for(HELD_BACK) == "Sync 1 is held before its webhook: release it."
    assert waits_for(make_polls(1)) == ""
    assert waits_for(IMMEDIATE) == ""
    assert waits_for(make_after(1)) == frozen
    workspace.clock.resume()
    assert waits_for(make_after(1)) == ""


def test_a_sync_that_is_queued_behind_another_waits_for_what_that_one_waits_for(workspace):
    workspace.paces.set(HELD)
    first = workspace.syncs.submit(make_order(lane="one"))
    workspace.run_due()
    second = workspace.syncs.submit(make_order(lane="one"))

    told = workspace.waits_for(second.id)

    assert told == f"Sync {second.id} is queued behind another. Sync {first.id} is held before its push: release it."
    workspace.store.remove("syncs", first.id)
    assert workspace.waits_for(second.id).startswith(f"Sync {second.id} waits for time to pass")


def test_a_sync_that_is_queued_behind_one_that_goes_on_by_itself_waits_for_nothing_of_the_tester_s(workspace):
    workspace.paces.set(make_polls(1))
    workspace.syncs.submit(make_order(lane="one"))
    workspace.run_due()

    second = workspace.syncs.submit(make_order(lane="one"))

    assert workspace.waits_for(second.id) is None


# --- Running what is due


def test_only_what_is_due_is_run(workspace):
    workspace.paces.set(make_after(1, 1))
    workspace.syncs.submit(make_order())

    assert (workspace.run_due(), workspace.is_idle) == (0, True)
    workspace.clock.freeze(seconds(1))
    assert (workspace.is_idle, workspace.run_due(), workspace.is_idle) == (False, 1, True)
    assert workspace.next_due().due == seconds(2)


def test_what_is_overdue_runs_first_and_in_order(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())
    workspace.paces.set(make_after(1, 1))
    workspace.syncs.submit(make_order(company="a"))
    workspace.paces.set(make_after(0.5, 1))
    workspace.syncs.submit(make_order(company="b"))
    before = workspace.timeline.last

    workspace.clock.freeze(seconds(100))
    workspace.run_due()

    companies = {sync.id: sync.company for sync in workspace.syncs.all()}
    ran = [entry for entry in workspace.timeline.entries(after=before) if entry["kind"].startswith("sync.")]
    assert [(entry["kind"], companies[entry["subject"]]) for entry in ran] == [
        ("sync.started", "b"),
        ("sync.started", "a"),
    ]
    # Both run for a second from when they were really started.
    assert {task.due for task in workspace.scheduler.pending()} == {seconds(101)}
    assert len(transport.sent) == 2


def test_a_task_that_cannot_run_is_dropped_and_says_so(workspace):
    workspace.scheduler.schedule("unheard of", START, {})
    workspace.scheduler.schedule("sync.start", START, {"sync": "nothing"})

    for _ in range(2):
        with pytest.raises((KeyError, NotFound)):
            workspace.run_due()

    assert workspace.scheduler.pending() == []
    dropped = workspace.timeline.entries(where={"kind": "task.dropped"})
    assert [entry["facts"] for entry in dropped] == [
        {"task": "unheard of", "error": "KeyError"},
        {"task": "sync.start", "error": "NotFound"},
    ]


def test_a_task_that_fails_half_way_leaves_nothing_half_done(workspace):
    workspace.paces.set(make_after(0, 0))
    sync = workspace.syncs.submit(replace(make_order(), connection="never linked"))

    with pytest.raises(NotFound, match="ledger"):
        workspace.run_due()

    assert [item.status.value for item in workspace.syncs.items(sync.id)] == ["pending"]
    assert workspace.syncs.get(sync.id).status.value == "running"
    assert workspace.is_idle
    assert workspace.syncs.finish(sync.id, CODES["billing"]).status.value == "aborted"


def test_a_transport_that_breaks_does_not_stop_what_comes_after_it(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(Broken())
    workspace.syncs.submit(make_order())
    workspace.syncs.submit(make_order())

    with pytest.raises(Broken):
        workspace.run_due()
    begun = workspace.run_due()

    assert (begun, len(transport.sent), workspace.is_idle) == (1, 2, True)
    assert kinds(workspace.timeline.entries()).count("task.dropped") == 1
    workspace.advance(until_idle=True)


def test_an_answer_that_cannot_be_taken_in_is_not_asked_for_again(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(lambda _request: None)
    workspace.syncs.submit(make_order())

    with pytest.raises(AttributeError):
        workspace.run_due()

    assert (workspace.run_due(), len(transport.sent)) == (0, 1)


def test_a_bug_in_a_thread_of_the_pool_is_logged(workspace, transport, pool, caplog):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(Broken())
    workspace.syncs.submit(make_order())

    with caplog.at_level(logging.ERROR):
        workspace.run_due(pool)
        settle(workspace)
        pool.shutdown()

    assert "A bug in webhook.attempt, in the workspace 'test'" in caplog.text
    assert "Broken" in caplog.text


def test_who_waits_in_real_time_is_told_of_all_that_may_make_something_due(transport):
    woken = []
    workspace = make_workspace(transport=transport, wake=lambda: woken.append(True))
    workspace.webhooks.subscribe(make_endpoint(**ENDS))

    def wakes(act, *arguments, **keywords):
        woken.clear()
        act(*arguments, **keywords)
        return bool(woken)

    assert wakes(workspace.syncs.submit, make_order())
    assert wakes(workspace.run_due)
    assert not wakes(workspace.syncs.all)
    assert wakes(workspace.clock.freeze)
    assert wakes(workspace.clock.resume)
    assert wakes(workspace.advance, until_idle=True)
    assert wakes(workspace.replace, TinyStore())


def test_who_waits_in_real_time_is_told_when_sending_breaks_and_the_lane_is_free_again(transport):
    woken = []
    workspace = make_workspace(transport=transport, wake=lambda: woken.append(True))
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    workspace.syncs.submit(make_order())
    transport.replies.append(Broken())
    woken.clear()

    with pytest.raises(Broken):
        workspace.run_due()

    assert woken


def test_it_tells_how_long_the_machine_must_wait_for_the_next_task(transport):
    workspace = make_workspace(transport=transport, frozen=False)
    workspace.paces.set(make_after(10, 5))

    assert workspace.wall_seconds_until_due() is None
    workspace.syncs.submit(make_order())
    assert workspace.wall_seconds_until_due() == 10.0
    workspace.clock.resume(Decimal(10))
    assert workspace.wall_seconds_until_due() == 1.0
    workspace.clock.freeze()
    assert workspace.wall_seconds_until_due() is None


# --- Sending from a pool


def test_with_a_running_clock_each_endpoint_is_sent_one_at_a_time_and_all_side_by_side(pool, gate):
    sending = []

    class Watching:
        most = 0

        def send(self, request):
            sending.append(request.url)
            self.most = max(self.most, len(sending))
            assert len(set(sending)) == len(sending)
            if self.most == 2:
                gate.opened.set()
            assert gate.opened.wait(MOST_SECONDS)
            sending.remove(request.url)
            return FINE

    transport = Watching()
    workspace = make_workspace(frozen=False, transport=transport)
    for id in ("a", "b"):
        workspace.webhooks.subscribe(make_endpoint(id, f"http://127.0.0.1/{id}", **ENDS))
    for _ in range(5):
        workspace.syncs.submit(make_order())

    while workspace.next_due() is not None or not workspace.is_idle:
        workspace.run_due(pool)

    assert transport.most == 2
    assert {delivery.status.value for delivery in workspace.webhooks.deliveries()} == {"delivered"}
    assert len(workspace.webhooks.deliveries()) == 10


def test_with_a_frozen_clock_one_delivery_is_made_at_a_time_and_nothing_is_due_meanwhile(
    workspace, transport, pool, gate
):
    for id in ("a", "b"):
        workspace.webhooks.subscribe(make_endpoint(id, f"http://127.0.0.1/{id}", **ENDS))
    transport.replies.append(gate)
    workspace.syncs.submit(make_order())

    begun = workspace.run_due(pool)
    assert gate.entered.wait(MOST_SECONDS)
    meanwhile = (workspace.next_due(), workspace.is_idle, workspace.run_due(pool))
    gate.opened.set()
    with workspace.changed:
        assert workspace.changed.wait_for(workspace.next_due, MOST_SECONDS)

    assert (begun, meanwhile) == (1, (None, False, 0))
    assert workspace.run_due(pool) == 1
    settle(workspace)


# --- Advance


def test_an_advance_runs_what_falls_due_in_order_and_tells_what_happened(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    workspace.paces.set(make_after(1, 5))
    workspace.syncs.submit(make_order())
    workspace.paces.set(make_after(2, 1))
    workspace.syncs.submit(make_order(company="zenith"))

    happened = workspace.advance(seconds(10))

    assert workspace.clock.now() == seconds(10)
    assert [(entry["kind"], entry["at"][17:19]) for entry in happened if entry["kind"].startswith(("sync", "att"))] == [
        ("sync.started", "10"),
        ("sync.started", "11"),
        ("sync.finished", "12"),
        ("attempt.made", "12"),
        ("sync.finished", "15"),
        ("attempt.made", "15"),
    ]
    assert len(transport.sent) == 2


def test_an_advance_stops_short_of_what_is_due_later(workspace):
    workspace.paces.set(make_after(10, 0))
    workspace.syncs.submit(make_order())

    assert workspace.advance(by=timedelta(seconds=9.999)) == []
    assert kinds(workspace.advance(by=timedelta(seconds=0.001)))[0] == "sync.started"


def test_an_advance_to_the_next_task_goes_to_its_instant_and_no_further(workspace):
    workspace.paces.set(make_after(10, 5))
    workspace.syncs.submit(make_order())

    stops = []
    for _ in range(4):
        workspace.advance(until_next=True)
        stops.append(workspace.clock.now())

    assert stops == [seconds(10), seconds(15), seconds(15), seconds(15)]


def test_an_advance_to_the_next_task_does_what_is_overdue_where_the_clock_stands(workspace):
    workspace.paces.set(make_after(10, 5))
    workspace.syncs.submit(make_order())
    workspace.clock.freeze(seconds(12))

    workspace.advance(until_next=True)

    assert (workspace.clock.now(), workspace.syncs.all()[0].started_at) == (seconds(12), seconds(12))


def test_a_workspace_knows_where_its_paths_are_served():
    workspace = make_workspace(name="mine", url=lambda name: f"http://localhost:1/w/{name}")

    assert workspace.url("/fake") == "http://localhost:1/w/mine/fake"
    assert make_workspace(name="mine").url("") == "http://127.0.0.1/w/mine"


def test_an_advance_until_idle_ends_at_the_last_task(workspace):
    workspace.paces.set(make_after(10, 5))
    workspace.syncs.submit(make_order())

    workspace.advance(until_idle=True)

    assert (workspace.clock.now(), workspace.next_due()) == (seconds(15), None)


def test_an_advance_until_something_holds_goes_on_task_by_task_and_no_further(workspace):
    workspace.paces.set(make_after(10, 20))
    first, second = (workspace.syncs.submit(make_order(lane="one")) for _ in range(2))

    told = workspace.advance(until=lambda: workspace.syncs.get(first.id).has_ended)

    assert workspace.clock.now() == START + timedelta(seconds=30)
    assert workspace.syncs.get(second.id).status == "queued"
    assert [entry["kind"] for entry in told][-1] == "event.emitted"
    assert workspace.advance(until=lambda: True) == []


def test_an_advance_until_what_never_holds_ends_at_the_last_task(workspace):
    workspace.paces.set(make_after(10, 20))
    workspace.syncs.submit(make_order())

    workspace.advance(until=lambda: False)

    assert workspace.clock.now() == START + timedelta(seconds=30)


@pytest.mark.parametrize(("scale", "mode"), [(1, ClockMode.REAL), (60, ClockMode.SCALED)])
def test_a_running_clock_stands_during_an_advance_and_then_runs_on(wall, transport, scale, mode):
    workspace = make_workspace(wall=wall, transport=transport, frozen=False)
    workspace.clock.resume(Decimal(scale))
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    workspace.paces.set(make_after(1, 1))
    workspace.syncs.submit(make_order())
    seen = []

    def slow(_request):
        wall.move(hours=1)
        seen.append((workspace.clock.now(), workspace.clock.state.mode))
        return FINE

    transport.replies.append(slow)
    workspace.advance(by=timedelta(seconds=10))
    after = workspace.clock.now()
    wall.move(seconds=1)

    assert seen == [(seconds(2), ClockMode.FROZEN)]
    assert (after, workspace.clock.now(), workspace.clock.state.mode) == (seconds(10), seconds(10 + scale), mode)


def test_time_does_not_go_back(workspace):
    for target in ({"to": seconds(-1)}, {"by": timedelta(seconds=-1)}):
        with pytest.raises(Backwards):
            workspace.advance(**target)

    assert workspace.advance(START) == []


def test_a_receiver_may_call_back_into_the_workspace_during_an_advance(workspace, transport, beside):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    workspace.paces.set(make_after(1, 1))
    first = workspace.syncs.submit(make_order())
    answers = []

    def call():
        with workspace.transaction():
            answers.append((workspace.syncs.get(first.id).status.value, workspace.clock.now()))
            workspace.syncs.submit(make_order())

    def receive(_request):
        # From another thread, as a request over HTTP would be.
        beside(call).result(MOST_SECONDS)
        return FINE

    transport.replies.append(receive)
    workspace.advance(seconds(60))

    assert answers == [("finished", seconds(2))]
    assert [(sync.status.value, sync.finished_at) for sync in workspace.syncs.all()] == [
        ("finished", seconds(2)),
        ("finished", seconds(4)),
    ]


def test_a_second_advance_is_refused_while_one_runs_and_nothing_else_is_run(workspace, transport, beside):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    refused = []

    def receive(_request):
        # Once from the thread that sends, which holds what it holds, and once from another.
        for ask in (workspace.advance, lambda: beside(workspace.advance).result(MOST_SECONDS)):
            with pytest.raises(Busy):
                ask()
            refused.append(ask)
        pending = workspace.next_due() or workspace.wall_seconds_until_due()
        return replace(FINE, body=f"{workspace.run_due()} {pending} {workspace.is_idle}")

    transport.replies.append(receive)
    workspace.syncs.submit(make_order())
    workspace.syncs.submit(make_order())
    workspace.advance(until_idle=True)

    assert len(refused) == 2
    first, second = workspace.webhooks.deliveries()
    assert workspace.webhooks.attempts(first.id)[0].reply.body == "0 None False"
    assert workspace.webhooks.attempts(second.id)[0].reply == FINE


def test_an_advance_inside_a_transaction_is_a_bug_of_ours(workspace):
    with workspace.transaction(), pytest.raises(RuntimeError, match="outside"):
        workspace.advance(until_idle=True)

    assert workspace.advance(until_idle=True) == []


def test_an_advance_waits_for_what_is_being_sent(pool, gate, transport, beside):
    workspace = make_workspace(frozen=False, transport=transport)
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(gate)
    workspace.syncs.submit(make_order())
    workspace.run_due(pool)
    assert gate.entered.wait(MOST_SECONDS)

    advancing = beside(workspace.advance, seconds(60))
    assert not advancing.done()
    gate.opened.set()

    assert kinds(advancing.result(MOST_SECONDS)) == ["attempt.made", "delivery.delivered"]


def test_an_advance_gives_up_on_what_is_being_sent_and_says_so(pool, gate, transport):
    workspace = make_workspace(frozen=False, transport=transport)
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(gate)
    workspace.syncs.submit(make_order())
    workspace.run_due(pool)
    assert gate.entered.wait(MOST_SECONDS)

    (delivery,) = workspace.webhooks.deliveries()
    with pytest.raises(Unsettled, match=rf"1 webhook attempt\(s\) that were being sent: {delivery.id}"):
        workspace.advance(seconds(60), timeout_seconds=0.01)

    assert workspace.clock.state.mode is ClockMode.REAL
    gate.opened.set()
    settle(workspace)
    assert kinds(workspace.advance(until_idle=True, timeout_seconds=0)) == []


def test_an_advance_gives_up_when_there_is_always_more_to_do(workspace):
    workspace.paces.set(make_after(10, 5))
    sync = workspace.syncs.submit(make_order())

    with pytest.raises(Unsettled, match=rf"sync.start of {sync.id}, due at 2022-08-03T01:30:19\+00:00"):
        workspace.advance(until_idle=True, timeout_seconds=-1)

    assert workspace.clock.now() == START
    workspace.advance(until_idle=True)
    assert workspace.syncs.get(sync.id).status.value == "finished"


def test_an_advance_that_meets_a_bug_can_be_repeated(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(Broken())
    workspace.syncs.submit(make_order())
    workspace.syncs.submit(make_order())

    with pytest.raises(Broken):
        workspace.advance(until_idle=True)

    assert "delivery.delivered" in kinds(workspace.advance(until_idle=True))


# --- Reset


def test_a_reset_in_flight_drops_what_comes_of_it(workspace, transport, pool, gate):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(gate)
    workspace.syncs.submit(make_order())
    workspace.run_due(pool)
    assert gate.entered.wait(MOST_SECONDS)

    workspace.replace(TinyStore())
    idle = workspace.is_idle
    gate.opened.set()
    pool.shutdown()

    assert idle
    assert workspace.dump() == {}


def test_what_waits_in_the_pool_when_a_reset_comes_is_not_sent(workspace, transport, gate):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    with ThreadPoolExecutor(1) as pool:
        pool.submit(gate, None)
        workspace.syncs.submit(make_order())
        workspace.run_due(pool)
        workspace.replace(TinyStore())
        gate.opened.set()

    assert transport.sent == []


def test_a_bug_in_what_a_reset_has_forgotten_changes_nothing(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))

    def reset_and_break(_request):
        workspace.replace(TinyStore())
        raise Broken

    transport.replies.append(reset_and_break)
    workspace.syncs.submit(make_order())

    with pytest.raises(Broken):
        workspace.run_due()

    assert workspace.dump() == {}


def test_a_reset_during_an_advance_ends_it_and_leaves_the_new_world_alone(transport, wall):
    workspace = make_workspace(frozen=False, transport=transport, wall=wall)
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    workspace.paces.set(make_after(1, 1))
    workspace.syncs.submit(make_order())
    workspace.syncs.submit(make_order())
    afterwards = []

    def reset(_request):
        workspace.replace(TinyStore())
        # At once: the advance that was cut short is still waiting for this very answer.
        afterwards.append(workspace.advance(by=timedelta(hours=1)))
        return FINE

    transport.replies.append(reset)

    assert workspace.advance(by=timedelta(days=1)) == []
    assert afterwards == [[]]
    assert workspace.clock.now() == START + timedelta(hours=1)
    assert len(transport.sent) == 1


def test_an_advance_that_waits_is_ended_by_a_reset(pool, gate, transport, beside):
    workspace = make_workspace(frozen=False, transport=transport)
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    transport.replies.append(gate)
    workspace.syncs.submit(make_order())
    workspace.run_due(pool)
    assert gate.entered.wait(MOST_SECONDS)
    advancing = beside(workspace.advance, until_idle=True)
    with workspace.changed:
        while not workspace._advancing:  # noqa: SLF001 - no other sign tells that it waits
            workspace.changed.wait(0.001)

    workspace.replace(TinyStore())

    assert advancing.result(MOST_SECONDS) == []


# --- Two at once


def test_two_threads_that_submit_at_once_lose_nothing(workspace, beside):
    workspace.webhooks.subscribe(make_endpoint(**ENDS))
    start = threading.Barrier(4)

    def submit(company):
        start.wait(MOST_SECONDS)
        for _ in range(10):
            with workspace.transaction():
                workspace.syncs.submit(make_order(company=company, lane=company))

    for future in [beside(submit, company) for company in ("a", "b", "c", "a")]:
        future.result(60)
    workspace.advance(until_idle=True)

    syncs = workspace.syncs.all()
    assert len({sync.id for sync in syncs}) == 40
    assert {sync.status.value for sync in syncs} == {"finished"}
    assert [sync.ordinal for sync in workspace.syncs.all({"company": "a"})] == list(range(1, 21))
    assert len(workspace.ledgers.get("connection").postings()) == 40
    assert [entry["seq"] for entry in workspace.timeline.entries()] == list(range(1, workspace.timeline.last + 1))


def test_a_reader_beside_a_writer_leaves_no_old_answer_behind(workspace, beside):
    stop = threading.Event()

    def read():
        while not stop.is_set():
            workspace.store.count("flags", {"up": True})

    reading = [beside(read) for _ in range(2)]
    try:
        for number in range(300):
            with workspace.transaction():
                workspace.store.put("flags", "1", {"up": number % 2 == 0})
            assert workspace.store.count("flags", {"up": True}) == (number + 1) % 2
    finally:
        stop.set()
    for future in reading:
        future.result(MOST_SECONDS)


def test_the_same_seed_and_calls_give_the_same_bytes_whatever_the_name():
    def run(name):
        workspace = make_workspace(name)
        workspace.webhooks.subscribe(make_endpoint())
        workspace.paces.set(make_after(1, 2))
        for company in ("a", "b", "a"):
            workspace.syncs.submit(make_order(company=company, lane=company))
        workspace.advance(until_idle=True)
        return workspace.dump()

    assert run("one") == run("two")


# --- Sending held


def test_what_is_to_be_sent_waits_while_sending_is_held_and_all_else_goes_on(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint())
    workspace.paces.set(make_after(5, 5))
    workspace.hold_sending(held=True)
    sync = workspace.syncs.submit(make_order())

    workspace.advance(until_idle=True)
    held = (workspace.holds_sending, workspace.is_idle, workspace.next_due(), len(transport.sent))
    next_goal = workspace.advance(until_next=True)
    workspace.hold_sending(held=False)
    workspace.run_due()

    assert workspace.syncs.get(sync.id).has_ended
    assert (held, next_goal) == ((True, True, None, 0), [])
    attempts = [workspace.webhooks.attempts(row.id) for row in workspace.webhooks.deliveries()]
    assert [attempt.at for each in attempts for attempt in each] == [START + timedelta(seconds=10)] * 2


def test_who_waits_in_real_time_is_told_that_sending_is_free(transport):
    woken = []
    workspace = make_workspace(transport=transport, wake=lambda: woken.append(True))
    woken.clear()

    workspace.hold_sending(held=False)

    assert woken == [True]


# --- All workspaces of a server


@pytest.fixture
def filled():
    """Return the names of the fixtures that were loaded."""
    return []


@pytest.fixture
def workspaces(filled):
    def fill(workspace, fixture):
        filled.append(fixture)
        if fixture == "missing":
            raise NotFound("fixture", fixture)
        workspace.store.put("loaded", "1", {"fixture": fixture})

    return Workspaces(make_world(), fill, limit=2)


def test_a_workspace_is_opened_from_the_baseline_and_then_found(workspaces, filled):
    assert workspaces.find("default") is None

    opened = workspaces.open("default")

    assert isinstance(opened, Workspace)
    assert workspaces.open("default") is workspaces.find("default") is opened
    assert opened.dump() == {"loaded": [("1", {"fixture": None})]}
    assert list(workspaces) == [opened]
    assert filled == [None]


@pytest.mark.parametrize("name", ["a", "0", "ci-1.2_x", "a" * 64])
def test_a_workspace_may_have_such_a_name(workspaces, name):
    assert workspaces.open(name).name == name


@pytest.mark.parametrize("name", ["", "A", "-a", ".a", "a" * 65, "a b", "a/b", "é", "a\n"])
def test_a_workspace_may_not_have_such_a_name(workspaces, name):
    with pytest.raises(InvalidInput) as refusal:
        workspaces.open(name)

    assert (refusal.value.location, refusal.value.problems[0].path) == ("workspace", ("workspace",))
    assert list(workspaces) == []


def test_workspaces_share_a_baseline_and_nothing_else(workspaces, filled):
    first, second = workspaces.open("first"), workspaces.open("second")

    first.store.put("loaded", "1", {"changed": True})
    first.store.put("own", "1", {})

    assert second.dump() == workspaces.baseline().dump() == {"loaded": [("1", {"fixture": None})]}
    assert filled == [None]


def test_a_reset_brings_the_baseline_back_or_another_fixture(workspaces, filled):
    workspace = workspaces.open("default")
    workspace.store.put("own", "1", {})

    assert workspaces.reset("default") is workspace
    assert workspace.dump() == {"loaded": [("1", {"fixture": None})]}
    assert workspaces.reset("default", "empty").dump() == {"loaded": [("1", {"fixture": "empty"})]}
    assert workspaces.reset("default").dump() == {"loaded": [("1", {"fixture": None})]}
    assert workspaces.reset("new").name == "new"
    assert filled == [None, "empty"]


def test_a_reset_can_start_at_another_instant_and_from_another_seed(workspaces):
    workspace = workspaces.reset("default", clock=START, seed="seven")

    assert (workspace.clock.now(), workspace.clock.state.mode, workspace.chance.seed) == (
        START,
        ClockMode.FROZEN,
        "seven",
    )
    assert workspaces.reset("default").chance.seed == "0"


def test_a_reset_to_a_fixture_that_cannot_be_loaded_changes_nothing(workspaces):
    workspace = workspaces.open("default")
    workspace.store.put("own", "1", {})

    with pytest.raises(NotFound, match="fixture"):
        workspaces.reset("default", "missing")

    assert "own" in workspace.dump()


def test_a_workspace_that_was_deleted_is_gone_with_all_it_knew(workspaces):
    workspace = workspaces.open("default")

    deleted = workspaces.delete("default")

    assert deleted is workspace
    assert (workspaces.find("default"), workspace.dump()) == (None, {})
    with pytest.raises(NotFound, match="workspace"):
        workspaces.delete("default")


def test_the_longest_idle_makes_room(workspaces):
    first, second = workspaces.open("first"), workspaces.open("second")
    first.last_used, second.last_used = 20.0, 10.0

    third = workspaces.open("third")

    assert list(workspaces) == [first, third]


def test_a_workspace_in_use_is_not_closed_to_make_room(workspaces, beside):
    first, second = workspaces.open("first"), workspaces.open("second")
    first.last_used, second.last_used = 10.0, 20.0
    first.scheduler.schedule("sync.start", START - timedelta(days=1), {})

    workspaces.open("third")
    assert [workspace.name for workspace in workspaces] == ["first", "third"]

    third = workspaces.find("third")
    with third.lock, pytest.raises(Full, match="All 2"):
        # The lock is held by another thread than the one that asks: a handler that runs.
        beside(workspaces.open, "fourth").result(MOST_SECONDS)
    assert [workspace.name for workspace in workspaces] == ["first", "third"]


def test_a_branch_begins_as_the_other_stands_and_goes_its_own_way(workspaces):
    first = workspaces.open("first")
    first.store.put("own", "1", {"of": "first"})

    second = workspaces.branch("first", "second")
    first.store.put("own", "2", {})
    second.store.put("own", "3", {})

    assert [key for key, _ in first.dump()["own"]] == ["1", "2"]
    assert [key for key, _ in second.dump()["own"]] == ["1", "3"]
    assert (second.clock.state.mode, second.holds_sending, first.holds_sending) == (ClockMode.FROZEN, True, False)
    assert workspaces.find("second") is second


def test_a_branch_needs_a_name_that_is_free(workspaces):
    workspaces.open("first")
    workspaces.open("second")

    with pytest.raises(AlreadyExists):
        workspaces.branch("first", "second")
    with pytest.raises(InvalidInput, match="to: 'No Way' does not match"):
        workspaces.branch("first", "No Way")


def test_what_a_fixture_holds_is_brought_in_beside_what_is_there(filled):
    def fill(workspace, fixture):
        filled.append(fixture)
        workspace.chance.plant(f"seed of {fixture}")
        workspace.clock.freeze()
        workspace.store.put("loaded", "both", {"same": True})
        workspace.store.put("loaded", str(fixture), {"other": fixture == "clashing"})
        if fixture == "clashing":
            workspace.store.put("loaded", "None", {"other": True})

    workspaces = Workspaces(make_world(), fill)
    workspaces.open("default").clock.resume()

    seeded = workspaces.seed("default", "more")
    content = seeded.dump()
    with pytest.raises(AlreadyExists):
        workspaces.seed("default", "clashing")

    assert [key for key, _ in content["loaded"]] == ["both", "None", "more"]
    assert (seeded.chance.seed, seeded.clock.state.mode) == ("seed of None", ClockMode.REAL)
    assert seeded.dump() == content


def test_who_is_idle_for_too_long_is_forgotten_but_not_who_is_spared_or_busy(filled, beside):
    workspaces = Workspaces(
        make_world(), lambda _, fixture: filled.append(fixture), idle_seconds=60, spared=("default",)
    )
    spared, idle, busy, fresh = (workspaces.open(name) for name in ("default", "idle", "busy", "fresh"))
    for workspace in (spared, idle, busy):
        workspace.last_used -= 61

    with busy.lock:
        left = beside(lambda: list(workspaces)).result()

    assert left == [spared, busy, fresh]
    assert list(workspaces) == [spared, fresh]
