from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from doubleentry.engine.books import Account, AccountType
from doubleentry.engine.documents import to_document
from doubleentry.engine.errors import IllegalMove, NotFound, NotHeld
from doubleentry.engine.faults import Layer, Match
from doubleentry.engine.pace import Hold
from doubleentry.engine.statuses import ENDS, MOVES, Abort, ItemStatus, Outcome, Reason, SyncStatus
from doubleentry.engine.syncs import Sync, SyncItem
from tests.builders import (
    HELD,
    HELD_AT_START,
    HELD_BACK,
    IMMEDIATE,
    make_after,
    make_endpoint,
    make_item,
    make_order,
    make_polls,
    make_workspace,
)
from tests.fakes.dialect import CODES
from tests.fakes.wall import START

ENDED = [SyncStatus.FINISHED, SyncStatus.ABORTED, SyncStatus.CANCELLED]


def statuses(workspace, *syncs):
    return [workspace.syncs.get(sync.id).status.value for sync in syncs]


def items_of(workspace, sync):
    return [(item.reference, item.status.value, item.message) for item in workspace.syncs.items(sync.id)]


def kinds(workspace):
    return [entry["kind"] for entry in workspace.timeline.entries()]


def order_fault(workspace, effect, **match):
    return workspace.faults.add(Layer.SYNC, Match(**match), effect)


# --- Submission and lookup


def test_a_sync_is_stored_queued_with_its_items_in_the_order_given(workspace):
    workspace.paces.set(make_after(1, 1))

    sync = workspace.syncs.submit(make_order(make_item("b", net=1), make_item("a", net=2)))

    assert sync == Sync(
        id=sync.id,
        ordinal=1,
        dialect="fake",
        company="acme",
        pace=make_after(1, 1),
        created_at=START,
        connection="connection",
        record={"made": "by hand"},
    )
    assert workspace.syncs.get(sync.id) == sync
    assert [(item.reference, item.record, item.status) for item in workspace.syncs.items(sync.id)] == [
        ("b", {"net": 1}, ItemStatus.PENDING),
        ("a", {"net": 2}, ItemStatus.PENDING),
    ]


def test_syncs_of_a_company_are_numbered_and_named_by_the_seed():
    def submit():
        workspace = make_workspace()
        orders = [make_order(), make_order(company="zenith"), make_order()]
        return [(sync.id, sync.ordinal) for sync in map(workspace.syncs.submit, orders)]

    assert submit() == submit()
    assert [ordinal for _, ordinal in submit()] == [1, 1, 2]


def test_a_sync_that_is_not_there_is_not_found(workspace):
    for ask in (workspace.syncs.get, workspace.syncs.observe, workspace.syncs.release, workspace.syncs.finish):
        with pytest.raises(NotFound, match="sync"):
            ask("nothing")


def test_syncs_and_items_are_found_by_what_they_are(workspace):
    first = workspace.syncs.submit(make_order(make_item("r1"), make_item("r2"), make_item("r3")))
    second = workspace.syncs.submit(make_order(make_item("r1"), company="zenith"))
    third = workspace.syncs.submit(make_order(make_item("r1", reject="no")))

    assert workspace.syncs.all() == [first, second, third]
    assert workspace.syncs.all({"company": "acme", "status": SyncStatus.FINISHED}) == [first, third]
    assert workspace.syncs.item_count(first.id) == 3
    assert [item.reference for item in workspace.syncs.page_of_items(first.id, 1, 1)] == ["r2"]
    assert [item.sync for item in workspace.syncs.items_of_reference("acme", "r1")] == [first.id, third.id]
    assert [workspace.syncs.is_pushed(*which) for which in (("acme", "r1"), ("acme", "r9"))] == [True, False]


def test_a_sync_from_before_this_world_is_shown_and_nobody_is_told(workspace):
    sync = Sync("old", 1, "fake", "acme", IMMEDIATE, START, status=SyncStatus.FINISHED)
    item = SyncItem("old item", "old", "fake", "acme", "r1", {}, ItemStatus.PUSHED)

    workspace.syncs.record_ended(sync, [item])

    assert workspace.syncs.get("old") == sync
    assert workspace.syncs.items("old") == [item]
    assert workspace.timeline.entries() == []


# --- The table of moves


@given(st.sampled_from(SyncStatus), st.sampled_from(SyncStatus))
def test_a_sync_moves_only_as_the_table_says(before, after):
    workspace = make_workspace()
    sync = Sync("1", 1, "fake", "acme", IMMEDIATE, START, status=before)
    workspace.syncs.record_ended(sync, [])

    # Every end can be ordered of one that has not ended, by way of running if need be.
    if before not in ENDS and after in ENDS:
        assert before is SyncStatus.QUEUED or after in MOVES[before]
        assert workspace.syncs.finish("1", Outcome(after)).status is after
    else:
        with pytest.raises(IllegalMove) as refusal:
            workspace.syncs.finish("1", Outcome(after))
        assert (refusal.value.sync, refusal.value.status, refusal.value.wanted) == ("1", before, after)
        assert workspace.syncs.get("1") == sync


ENDED_ITEMS = st.sampled_from([status for status in ItemStatus if status is not ItemStatus.PENDING])


@given(st.sampled_from(SyncStatus), st.lists(ENDED_ITEMS, max_size=4))
def test_a_sync_is_tried_again_only_where_the_table_says_and_something_failed(before, found):
    workspace = make_workspace()
    workspace.paces.set(make_after(1, 1))
    sync = Sync("1", 1, "fake", "acme", make_after(1, 1), START, connection="connection", status=before)
    items = [SyncItem(str(at), "1", "fake", "acme", f"r{at}", {}, status) for at, status in enumerate(found)]
    workspace.syncs.record_ended(sync, items)
    failed = {item.id for item in items if item.status in {ItemStatus.REJECTED, ItemStatus.FAILED}}

    if SyncStatus.QUEUED not in MOVES[before]:
        with pytest.raises(IllegalMove):
            workspace.syncs.retry("1")
    elif not failed:
        with pytest.raises(NotFound):
            workspace.syncs.retry("1")
    else:
        assert workspace.syncs.retry("1").status is SyncStatus.QUEUED
        workspace.advance(until_idle=True)
        assert workspace.syncs.get("1").status is SyncStatus.FINISHED
    for item in items:
        is_tried = item.id in failed and SyncStatus.QUEUED in MOVES[before]
        assert workspace.syncs.item(item.id).status is (ItemStatus.PUSHED if is_tried else item.status)


def test_an_end_is_left_only_to_be_queued_once_more():
    assert {status: MOVES[status] for status in ENDED} == {
        SyncStatus.FINISHED: {SyncStatus.QUEUED},
        SyncStatus.ABORTED: {SyncStatus.QUEUED},
        SyncStatus.CANCELLED: frozenset(),
    }
    assert set(ENDED) == ENDS
    assert set(MOVES) == set(SyncStatus)


@pytest.mark.parametrize("status", ENDED)
def test_a_task_for_a_sync_that_has_ended_is_an_illegal_move(workspace, status):
    workspace.syncs.record_ended(Sync("1", 1, "fake", "acme", IMMEDIATE, START, status=status), [])
    workspace.scheduler.schedule("sync.start", START, {"sync": "1"})

    with pytest.raises(IllegalMove):
        workspace.run_due()

    assert workspace.syncs.get("1").status is status


# --- Pace


def test_an_immediate_sync_has_ended_when_it_is_returned(workspace):
    sync = workspace.syncs.submit(make_order(make_item("r1"), make_item("r2", reject="no such supplier")))

    assert sync == replace(
        sync,
        status=SyncStatus.FINISHED,
        started_at=START,
        finished_at=START,
        record={"made": "by hand", "told": "finished with 2"},
    )
    assert items_of(workspace, sync) == [("r1", "pushed", None), ("r2", "rejected", "no such supplier")]
    assert workspace.scheduler.pending() == []


def test_a_sync_waits_and_runs_for_as_long_as_its_pace_says(workspace):
    workspace.paces.set(make_after(wait=10, run=60))
    sync = workspace.syncs.submit(make_order())

    def after(seconds):
        workspace.advance(START + timedelta(seconds=seconds))
        return workspace.syncs.get(sync.id)

    assert after(9.999).status is SyncStatus.QUEUED
    assert (after(10).status, after(10).started_at) == (SyncStatus.RUNNING, START + timedelta(seconds=10))
    assert after(69.999).status is SyncStatus.RUNNING
    assert (after(70).status, after(70).finished_at) == (SyncStatus.FINISHED, START + timedelta(seconds=70))


def test_a_sync_that_is_polled_is_found_unfinished_as_often_as_its_pace_says(workspace):
    workspace.paces.set(make_polls(2))
    sync = workspace.syncs.submit(make_order())

    seen = [workspace.syncs.observe(sync.id).status.value for _ in range(4)]

    assert seen == ["running", "running", "finished", "finished"]
    assert workspace.syncs.get(sync.id).reads_left is None


def test_a_sync_that_is_to_be_held_is_held_as_soon_as_it_is_there(workspace):
    workspace.paces.set(HELD)

    sync = workspace.syncs.submit(make_order())

    assert (sync.status, sync.held) == (SyncStatus.RUNNING, Hold.PUSH)


def test_looking_at_a_sync_of_another_pace_brings_nothing_nearer(workspace):
    workspace.paces.set(make_after(0, 10))
    sync = workspace.syncs.submit(make_order())
    workspace.run_due()

    assert workspace.syncs.observe(sync.id) == workspace.syncs.observe(sync.id) == workspace.syncs.get(sync.id)


def test_a_sync_held_before_its_push_runs_until_it_is_released(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    workspace.paces.set(HELD)
    sync = workspace.syncs.submit(make_order())

    workspace.advance(START + timedelta(days=7))
    held = workspace.syncs.get(sync.id)
    released = workspace.syncs.release(sync.id)

    assert (held.status, held.held) == (SyncStatus.RUNNING, Hold.PUSH)
    assert items_of(workspace, sync) == [("r1", "pushed", None)]
    assert (released.status, released.held, released.finished_at) == (
        SyncStatus.FINISHED,
        None,
        START + timedelta(days=7),
    )
    assert (len(transport.sent), workspace.run_due(), len(transport.sent)) == (0, 1, 1)


def test_a_sync_held_before_its_webhook_has_ended_but_nobody_is_told_until_it_is_released(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    workspace.paces.set(HELD_BACK)
    sync = workspace.syncs.submit(make_order())

    workspace.advance(until_idle=True)
    held = workspace.syncs.get(sync.id)
    unsent = list(transport.sent)
    released = workspace.syncs.release(sync.id)
    workspace.advance(until_idle=True)

    assert (held.status, held.held, unsent) == (SyncStatus.FINISHED, Hold.WEBHOOK, [])
    assert released == replace(held, held=None)
    assert len(transport.sent) == 1


@pytest.mark.parametrize("pace", [IMMEDIATE, make_after(1), make_polls(1)])
def test_what_is_not_held_cannot_be_released(workspace, pace):
    workspace.paces.set(pace)
    sync = workspace.syncs.submit(make_order())

    with pytest.raises(NotHeld) as refusal:
        workspace.syncs.release(sync.id)

    assert refusal.value.sync == sync.id


def test_a_sync_is_released_once(workspace):
    workspace.paces.set(HELD_BACK)
    sync = workspace.syncs.submit(make_order())
    workspace.run_due()
    workspace.syncs.release(sync.id)

    with pytest.raises(NotHeld):
        workspace.syncs.release(sync.id)


# --- Lanes


def test_of_the_syncs_in_a_lane_one_runs_at_a_time_in_the_order_of_submission(workspace):
    workspace.paces.set(make_after(0, 10))
    syncs = [workspace.syncs.submit(make_order(lane="acme")) for _ in range(3)]

    seen = []
    for seconds in (0, 10, 20, 30):
        workspace.advance(START + timedelta(seconds=seconds))
        seen.append(statuses(workspace, *syncs))

    assert seen == [
        ["running", "queued", "queued"],
        ["finished", "running", "queued"],
        ["finished", "finished", "running"],
        ["finished", "finished", "finished"],
    ]


def test_a_sync_waits_its_own_time_once_its_lane_is_free(workspace):
    workspace.paces.set(make_after(5, 10))
    workspace.syncs.submit(make_order(lane="acme"))
    second = workspace.syncs.submit(make_order(lane="acme"))

    workspace.advance(until_idle=True)

    assert workspace.syncs.get(second.id).started_at == START + timedelta(seconds=20)


def test_syncs_of_other_lanes_and_of_none_run_beside_each_other(workspace):
    workspace.paces.set(make_after(0, 10))
    syncs = [workspace.syncs.submit(make_order(lane=lane)) for lane in ("acme", "zenith", None, None)]

    workspace.run_due()

    assert statuses(workspace, *syncs) == ["running"] * 4


def test_ending_a_sync_out_of_turn_does_not_let_two_run_in_its_lane(workspace):
    workspace.paces.set(make_after(0, 10))
    syncs = [workspace.syncs.submit(make_order(lane="acme")) for _ in range(3)]
    workspace.run_due()

    workspace.syncs.finish(syncs[2].id)
    workspace.advance(START + timedelta(seconds=9))

    assert statuses(workspace, *syncs) == ["running", "queued", "finished"]


def test_ending_a_sync_out_of_turn_does_not_put_off_the_one_that_is_due(workspace):
    workspace.paces.set(make_after(10, 10))
    first, second = (workspace.syncs.submit(make_order(lane="acme")) for _ in range(2))
    workspace.advance(START + timedelta(seconds=9))

    workspace.syncs.finish(second.id)
    workspace.advance(START + timedelta(seconds=10))

    assert statuses(workspace, first, second) == ["running", "finished"]


def test_a_held_sync_keeps_its_lane_and_one_whose_webhook_is_held_does_not(workspace):
    workspace.paces.set(HELD, next_syncs=1)
    first = workspace.syncs.submit(make_order(lane="acme"))
    workspace.paces.set(HELD_BACK, next_syncs=1)
    second, third = (workspace.syncs.submit(make_order(lane="acme")) for _ in range(2))
    workspace.advance(until_idle=True)

    before = statuses(workspace, first, second, third)
    workspace.syncs.release(first.id)
    workspace.advance(until_idle=True)

    assert before == ["running", "queued", "queued"]
    assert statuses(workspace, first, second, third) == ["finished", "finished", "finished"]
    assert workspace.syncs.get(second.id).held is Hold.WEBHOOK


def test_any_number_of_immediate_syncs_may_have_waited_for_a_lane(workspace):
    workspace.paces.set(HELD, next_syncs=1)
    first = workspace.syncs.submit(make_order(lane="acme"))
    workspace.run_due()
    waiting = [workspace.syncs.submit(make_order(lane="acme")) for _ in range(300)]

    workspace.syncs.release(first.id)

    assert set(statuses(workspace, *waiting)) == {"finished"}


def test_an_immediate_sync_that_a_fault_keeps_running_keeps_its_lane(workspace):
    order_fault(workspace, {"code": "running"})
    first, second = (workspace.syncs.submit(make_order(lane="acme")) for _ in range(2))

    before = statuses(workspace, first, second)
    workspace.syncs.finish(first.id)

    assert before == ["running", "queued"]
    assert statuses(workspace, first, second) == ["finished", "finished"]


# --- How a sync ends


@pytest.mark.parametrize("pace", [make_after(10, 10), HELD, make_polls(3)])
@pytest.mark.parametrize("started", [False, True])
def test_an_unfinished_sync_of_any_pace_can_be_ended_at_once(workspace, pace, started):
    workspace.paces.set(pace)
    sync = workspace.syncs.submit(make_order())
    if started:
        workspace.advance(START + timedelta(seconds=15))
    now = workspace.clock.now()

    ended = workspace.syncs.finish(sync.id)
    workspace.advance(until_idle=True)

    assert (ended.status, ended.finished_at, ended.held, ended.reads_left) == (SyncStatus.FINISHED, now, None, None)
    assert workspace.syncs.get(sync.id) == ended
    assert kinds(workspace).count("sync.finished") == kinds(workspace).count("sync.started") == 1
    assert len(workspace.ledgers.get("connection").postings()) == 1


def test_a_sync_that_is_cancelled_while_it_waits_never_starts(workspace):
    workspace.paces.set(make_after(10, 10))
    sync = workspace.syncs.submit(make_order())

    ended = workspace.syncs.finish(sync.id, Outcome(SyncStatus.CANCELLED))
    workspace.advance(until_idle=True)

    assert (ended.status, ended.started_at, ended.finished_at) == (SyncStatus.CANCELLED, None, START)
    assert items_of(workspace, sync) == [("r1", "skipped", None)]
    assert "sync.started" not in kinds(workspace)


@pytest.mark.parametrize(
    ("outcome", "end", "items"),
    [
        (None, ("finished", None), [("good", "pushed", None), ("bad", "rejected", "no")]),
        (CODES["pushed"], ("finished", None), [("good", "pushed", None), ("bad", "pushed", None)]),
        (
            CODES["failed"],
            ("finished", None),
            [("good", "failed", "the vendor's words"), ("bad", "failed", "the vendor's words")],
        ),
        (
            Outcome(SyncStatus.FINISHED, item_status=ItemStatus.REJECTED),
            ("finished", None),
            [("good", "rejected", "good: ordered"), ("bad", "rejected", "bad: ordered")],
        ),
        (
            Outcome(SyncStatus.FINISHED, item_status=ItemStatus.SKIPPED, message="nothing to do"),
            ("finished", None),
            [("good", "skipped", "nothing to do"), ("bad", "skipped", "nothing to do")],
        ),
        (
            Outcome(SyncStatus.FINISHED),
            ("finished", None),
            [("good", "failed", "good: ordered"), ("bad", "failed", "bad: ordered")],
        ),
        (CODES["billing"], ("aborted", Reason.BILLING), [("good", "skipped", None), ("bad", "skipped", None)]),
        (
            Outcome(SyncStatus.ABORTED, Reason.BILLING, ItemStatus.FAILED),
            ("aborted", Reason.BILLING),
            [("good", "failed", "good: ordered"), ("bad", "failed", "bad: ordered")],
        ),
    ],
)
@pytest.mark.parametrize("by", ["fault", "code", "call"])
def test_how_a_sync_ends_is_caused_by_the_world_or_ordered(workspace, outcome, end, items, by):
    workspace.paces.set(HELD)
    if outcome is not None and by != "call":
        code = next((code for code, known in CODES.items() if known == outcome), None)
        order_fault(workspace, {"code": code} if by == "code" and code else to_document(outcome))
    sync = workspace.syncs.submit(make_order(make_item("good"), make_item("bad", reject="no")))
    workspace.run_due()

    ended = workspace.syncs.finish(sync.id, outcome) if by == "call" else workspace.syncs.release(sync.id)

    assert (ended.status.value, ended.reason) == end
    assert ended.message == (None if outcome is None else outcome.message)
    assert ended.record == {"made": "by hand", "told": f"{end[0]} with 2"}
    assert items_of(workspace, sync) == items


def test_only_what_the_ledger_took_is_in_its_books_even_when_all_is_ordered_to_succeed(workspace):
    order_fault(workspace, {"code": "pushed"})

    sync = workspace.syncs.submit(make_order(make_item("good"), make_item("bad", account="nowhere")))

    good, bad = workspace.syncs.items(sync.id)
    (posting,) = workspace.ledgers.get("connection").postings()
    assert (good.status, good.ledger, good.posting) == (ItemStatus.PUSHED, "connection", posting.id)
    assert (bad.status, bad.ledger, bad.posting) == (ItemStatus.PUSHED, None, None)


def test_what_the_rules_turn_down_is_aborted_with_their_reason_before_anything_is_pushed(workspace):
    sync = workspace.syncs.submit(make_order(abort="configuration"))

    assert (sync.status, sync.reason, sync.message) == (SyncStatus.ABORTED, Reason.CONFIGURATION, "told by the record")
    assert items_of(workspace, sync) == [("r1", "skipped", None)]
    assert workspace.ledgers.get("connection").postings() == []
    assert workspace.world.rules["fake"].judged == []


def test_what_the_ledger_refuses_fails_alone_and_in_the_vendors_words(workspace):
    sync = workspace.syncs.submit(
        make_order(make_item("r1", account="closed"), make_item("r2", skip=None), make_item())
    )

    assert items_of(workspace, sync) == [
        ("r1", "failed", "r1: The account 'closed' is inactive in this ledger."),
        ("r2", "skipped", None),
        ("r1", "pushed", None),
    ]
    assert sync.status is SyncStatus.FINISHED


# --- Faults


@pytest.mark.parametrize(("code", "overdue"), [("running", False), ("overdue", True)])
@pytest.mark.parametrize("pace", [IMMEDIATE, make_after(0, 1), make_polls(0), HELD])
def test_a_fault_can_let_a_sync_run_for_ever(workspace, code, overdue, pace):
    workspace.paces.set(pace)
    order_fault(workspace, {"code": code})
    sync = workspace.syncs.submit(make_order())

    workspace.advance(START + timedelta(days=30))
    seen = workspace.syncs.observe(sync.id)
    ended = workspace.syncs.finish(sync.id)

    assert (seen.status, seen.overdue, seen.held) == (SyncStatus.RUNNING, overdue, None)
    assert (ended.status, ended.overdue, items_of(workspace, sync)) == (
        SyncStatus.FINISHED,
        False,
        [("r1", "pushed", None)],
    )


def test_a_fault_rejects_the_items_that_it_names_and_leaves_the_others_to_the_world(workspace):
    order_fault(workspace, {"reject": ["r2"], "message": "told by the fault"})

    sync = workspace.syncs.submit(make_order(make_item("r1"), make_item("r2"), make_item("r3", reject="no")))

    assert items_of(workspace, sync) == [
        ("r1", "pushed", None),
        ("r2", "rejected", "told by the fault"),
        ("r3", "rejected", "no"),
    ]


def test_a_fault_that_rejects_needs_no_message(workspace):
    order_fault(workspace, {"reject": ["r1"]})

    sync = workspace.syncs.submit(make_order())

    assert items_of(workspace, sync) == [("r1", "rejected", "r1: ordered")]


def test_the_message_of_a_fault_takes_the_place_of_the_vendors(workspace):
    order_fault(workspace, {"code": "failed", "message": "told by the fault"})

    sync = workspace.syncs.submit(make_order())

    assert (sync.message, items_of(workspace, sync)) == ("told by the fault", [("r1", "failed", "told by the fault")])


def test_a_fault_is_held_against_the_company_and_the_first_item(workspace):
    order_fault(workspace, {"code": "billing"}, dialect="fake", company="acme", pointers={"/net": 5})

    syncs = [
        workspace.syncs.submit(make_order(make_item(net=1), make_item("r2", net=5))),
        workspace.syncs.submit(make_order(make_item(net=5), company="zenith")),
        workspace.syncs.submit(make_order(make_item(net=5))),
        workspace.syncs.submit(make_order(make_item(net=5))),
    ]

    assert statuses(workspace, *syncs) == ["finished", "finished", "aborted", "finished"]


def test_a_sync_without_items_is_held_against_faults_too(workspace):
    order_fault(workspace, {"code": "billing"})

    sync = workspace.syncs.submit(replace(make_order(), items=()))

    assert (sync.status, workspace.syncs.items(sync.id)) == (SyncStatus.ABORTED, [])


def test_the_timeline_names_the_fault_that_decided(workspace):
    rule = order_fault(workspace, {"code": "billing"})

    sync = workspace.syncs.submit(make_order())

    (started,) = workspace.timeline.entries(where={"kind": "sync.started"})
    (ended,) = workspace.timeline.entries(where={"kind": "sync.aborted"})
    assert (started["subject"], started["facts"]) == (sync.id, {"fault": rule.id})
    assert ended["facts"] == {"reason": "billing"}


def test_the_timeline_tells_a_sync_in_causal_order(workspace):
    workspace.webhooks.subscribe(make_endpoint())
    workspace.syncs.submit(make_order(make_item("r1"), make_item("r2", reject="no")))

    workspace.run_due()

    assert kinds(workspace) == [
        "sync.queued",
        "sync.started",
        "event.emitted",
        "delivery.due",
        "item.pushed",
        "posting.written",
        "item.rejected",
        "sync.finished",
        "event.emitted",
        "delivery.due",
        "attempt.made",
        "delivery.delivered",
        "attempt.made",
        "delivery.delivered",
    ]


def test_an_item_that_no_ledger_takes_is_pushed_without_a_posting(workspace):
    sync = workspace.syncs.submit(make_order(make_item(take=True)))

    assert items_of(workspace, sync) == [("r1", "pushed", None)]
    assert workspace.store.count("postings") == 0


# --- Trying again


def test_what_failed_is_tried_again_in_place_by_the_same_pace(workspace, transport):
    workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    workspace.paces.set(make_after(10, 60))
    sync = workspace.syncs.submit(make_order(make_item("r1"), make_item("r2", account="new")))
    workspace.advance(until_idle=True)
    workspace.ledgers.get("connection").add(Account("new", "New", AccountType.EXPENSE))
    again = START + timedelta(seconds=70)

    queued = workspace.syncs.retry(sync.id)
    midway = items_of(workspace, sync)
    workspace.advance(until_idle=True)
    ended = workspace.syncs.get(sync.id)

    assert (queued.status, queued.has_ended, queued.started_at, queued.finished_at) == (
        SyncStatus.QUEUED,
        False,
        None,
        None,
    )
    assert midway == [("r1", "pushed", None), ("r2", "pending", None)]
    assert (ended.status, ended.has_ended, ended.started_at, ended.finished_at) == (
        SyncStatus.FINISHED,
        True,
        again + timedelta(seconds=10),
        again + timedelta(seconds=70),
    )
    assert items_of(workspace, sync) == [("r1", "pushed", None), ("r2", "pushed", None)]
    assert [item.changed_at for item in workspace.syncs.items(sync.id)] == [again, again + timedelta(seconds=70)]
    assert [posting.entry.reference for posting in workspace.ledgers.get("connection").postings()] == ["r1", "r2"]
    assert len(transport.sent) == 2
    assert "sync.retried" in kinds(workspace)


def test_of_what_failed_only_what_is_chosen_is_tried_again(workspace):
    sync = workspace.syncs.submit(make_order(*(make_item(f"r{at}", account="new") for at in range(3))))
    workspace.ledgers.get("connection").add(Account("new", "New", AccountType.EXPENSE))
    chosen = workspace.syncs.items(sync.id)[1].id

    again = workspace.syncs.retry(sync.id, [chosen, "nothing"])

    assert (again.status, again.record["told"]) == (SyncStatus.FINISHED, "finished with 3")
    assert [item.status.value for item in workspace.syncs.items(sync.id)] == ["failed", "pushed", "failed"]


def test_a_sync_that_was_turned_down_can_be_let_through_at_the_next_try(workspace):
    workspace.world.rules["fake"].abort = Abort(Reason.DEAUTHORISED, "gone", ItemStatus.FAILED)
    sync = workspace.syncs.submit(make_order())
    before = (sync.status, sync.reason, sync.message, items_of(workspace, sync))
    workspace.world.rules["fake"].abort = None

    again = workspace.syncs.retry(sync.id)

    assert before == (
        SyncStatus.ABORTED,
        Reason.DEAUTHORISED,
        "gone",
        [("r1", "failed", "gone")],
    )
    assert (again.status, again.reason, again.message) == (SyncStatus.FINISHED, None, None)
    assert items_of(workspace, sync) == [("r1", "pushed", None)]


def test_a_fault_is_asked_again_at_each_try_and_held_against_what_is_tried(workspace):
    sync = workspace.syncs.submit(make_order(make_item("r1", net=1), make_item("r2", net=2, reject="no")))
    order_fault(workspace, {"code": "failed"}, pointers={"/net": 2})

    workspace.syncs.retry(sync.id)

    assert items_of(workspace, sync) == [("r1", "pushed", None), ("r2", "failed", "the vendor's words")]


def test_a_sync_that_is_tried_again_waits_for_its_lane(workspace):
    first = workspace.syncs.submit(make_order(make_item(reject="no"), lane="acme"))
    workspace.paces.set(HELD)
    second = workspace.syncs.submit(make_order(lane="acme"))
    workspace.run_due()

    workspace.syncs.retry(first.id)
    before = statuses(workspace, first, second)
    workspace.syncs.release(second.id)

    assert before == ["queued", "running"]
    assert statuses(workspace, first, second) == ["finished", "finished"]


@pytest.mark.parametrize("item_ids", [None, ["nothing"], []])
def test_where_nothing_failed_there_is_nothing_to_try_again(workspace, item_ids):
    sync = workspace.syncs.submit(make_order())

    with pytest.raises(NotFound, match="failed item"):
        workspace.syncs.retry(sync.id, item_ids)

    assert workspace.syncs.get(sync.id) == sync


# --- By hand


@pytest.mark.parametrize("pace", [IMMEDIATE, make_after(5, 5), make_polls(0), HELD])
def test_a_sync_that_is_started_by_hand_stays_queued_until_it_is_released(workspace, pace):
    workspace.paces.set(pace)
    sync = workspace.syncs.submit(replace(make_order(), by_hand=True))
    workspace.advance(START + timedelta(days=1))
    held = workspace.syncs.observe(sync.id)

    released = workspace.syncs.release(sync.id)
    workspace.advance(until_idle=True)

    assert (held.status, held.held, workspace.waits_for(sync.id) is None) == (
        SyncStatus.QUEUED,
        Hold.START,
        pace is not HELD,
    )
    assert released.held is (Hold.PUSH if pace is HELD else None)
    assert workspace.syncs.observe(sync.id).status is (SyncStatus.RUNNING if pace is HELD else SyncStatus.FINISHED)


def test_a_pace_can_hold_a_sync_before_its_start_at_each_try(workspace):
    workspace.paces.set(HELD_AT_START)
    sync = workspace.syncs.submit(make_order(make_item(reject="no")))
    first = (sync.status, sync.held, workspace.waits_for(sync.id))

    workspace.syncs.release(sync.id)
    workspace.run_due()
    ended = workspace.syncs.get(sync.id)
    again = workspace.syncs.retry(sync.id)

    assert first == (SyncStatus.QUEUED, Hold.START, f"Sync {sync.id} is held before its start: release it.")
    assert (ended.status, ended.held) == (SyncStatus.FINISHED, None)
    assert (again.status, again.held) == (SyncStatus.QUEUED, Hold.START)


def test_a_sync_that_is_held_before_its_start_lets_others_pass_in_its_lane(workspace):
    held = workspace.syncs.submit(replace(make_order(lane="acme"), by_hand=True))
    other = workspace.syncs.submit(make_order(lane="acme"))

    before = statuses(workspace, held, other)
    workspace.syncs.release(held.id)

    assert before == ["queued", "finished"]
    assert statuses(workspace, held, other) == ["finished", "finished"]


def test_a_sync_that_is_held_before_its_start_can_be_ended_at_once(workspace):
    sync = workspace.syncs.submit(replace(make_order(), by_hand=True))

    ended = workspace.syncs.finish(sync.id)

    assert (ended.status, ended.held) == (SyncStatus.FINISHED, None)


# --- In parts


def pushed(workspace, sync):
    return sum(item.status is ItemStatus.PUSHED for item in workspace.syncs.items(sync.id))


def submit_in_parts(workspace, count, **record):
    items = [make_item(f"r{at}") for at in range(count)]
    return workspace.syncs.submit(replace(make_order(*items, **record), in_parts=True))


def test_a_sync_in_parts_pushes_its_items_evenly_over_its_run(workspace):
    workspace.paces.set(make_after(0, 60))
    sync = submit_in_parts(workspace, 3)

    seen = []
    for seconds in (0, 19, 20, 40, 59, 60):
        workspace.advance(START + timedelta(seconds=seconds))
        seen.append((workspace.syncs.get(sync.id).status.value, pushed(workspace, sync)))

    assert seen == [("running", 0), ("running", 0), ("running", 1), ("running", 2), ("running", 2), ("finished", 3)]
    assert workspace.scheduler.pending() == []


def test_a_large_sync_has_no_more_than_ten_parts(workspace):
    workspace.paces.set(make_after(0, 10))
    sync = submit_in_parts(workspace, 25)

    seen = []
    for seconds in range(1, 11):
        workspace.advance(START + timedelta(seconds=seconds))
        seen.append(pushed(workspace, sync))

    assert seen == [3, 6, 9, 12, 15, 17, 19, 21, 23, 25]
    assert workspace.syncs.get(sync.id).status is SyncStatus.FINISHED


def test_a_sync_in_parts_that_is_polled_pushes_a_part_at_each_read(workspace):
    workspace.paces.set(make_polls(2))
    sync = submit_in_parts(workspace, 3)
    workspace.run_due()

    seen = []
    for _ in range(3):
        status = workspace.syncs.observe(sync.id).status.value
        seen.append((status, pushed(workspace, sync)))

    assert seen == [("running", 1), ("running", 2), ("finished", 3)]


@pytest.mark.parametrize("pace", [IMMEDIATE, make_polls(0), make_after(0, 0)])
@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_sync_in_parts_ends_with_all_of_its_items_pushed(workspace, pace, count):
    workspace.paces.set(pace)
    sync = workspace.syncs.submit(
        replace(make_order(), items=[make_item(f"r{at}") for at in range(count)], in_parts=True)
    )
    workspace.run_due()

    ended = workspace.syncs.observe(sync.id)

    assert (ended.status, ended.parts_left, ended.ends_at, pushed(workspace, sync)) == (
        SyncStatus.FINISHED,
        1,
        None,
        count,
    )


def test_a_sync_in_parts_that_is_ended_at_once_pushes_the_rest(workspace):
    workspace.paces.set(make_after(0, 40))
    sync = submit_in_parts(workspace, 4)
    workspace.advance(START + timedelta(seconds=20))

    workspace.syncs.finish(sync.id)
    workspace.advance(until_idle=True)

    assert pushed(workspace, sync) == 4
    assert kinds(workspace).count("sync.finished") == 1
    assert len(workspace.ledgers.get("connection").postings()) == 4


def test_a_sync_in_parts_keeps_what_was_pushed_when_it_is_turned_down_midway(workspace):
    workspace.paces.set(make_after(0, 40))
    sync = submit_in_parts(workspace, 4)
    workspace.advance(START + timedelta(seconds=20))
    workspace.world.rules["fake"].abort = Abort(Reason.DEAUTHORISED, "gone", ItemStatus.FAILED)

    workspace.advance(START + timedelta(seconds=39))
    before = (workspace.syncs.get(sync.id).status, pushed(workspace, sync))
    workspace.advance(until_idle=True)

    assert before == (SyncStatus.RUNNING, 2)
    assert workspace.syncs.get(sync.id).status is SyncStatus.ABORTED
    assert [item.status.value for item in workspace.syncs.items(sync.id)] == ["pushed", "pushed", "failed", "failed"]


def test_a_fault_decides_over_each_part(workspace):
    workspace.paces.set(make_after(0, 20))
    order_fault(workspace, {"code": "failed"})
    sync = submit_in_parts(workspace, 2)

    workspace.advance(START + timedelta(seconds=10))

    assert [item.status.value for item in workspace.syncs.items(sync.id)] == ["failed", "pending"]


def test_an_item_is_found_by_its_id_or_not_at_all(workspace):
    sync = workspace.syncs.submit(make_order())
    (item,) = workspace.syncs.items(sync.id)

    assert workspace.syncs.item(item.id) == item
    with pytest.raises(NotFound, match="sync item"):
        workspace.syncs.item("nothing")


# --- Paced anew


def test_a_running_sync_that_is_paced_anew_has_run_for_a_while_already(workspace):
    workspace.paces.set(make_after(0, 100))
    sync = workspace.syncs.submit(make_order())
    workspace.advance(by=timedelta(seconds=30))

    workspace.syncs.repace(sync.id, make_after(0, 40))
    workspace.advance(by=timedelta(seconds=9))
    before = statuses(workspace, sync)
    workspace.advance(by=timedelta(seconds=1))

    assert (before, statuses(workspace, sync)) == (["running"], ["finished"])
    assert workspace.scheduler.pending() == []


def test_a_sync_that_should_have_ended_by_its_new_pace_ends_now(workspace):
    workspace.paces.set(make_after(0, 100))
    sync = workspace.syncs.submit(make_order())
    workspace.advance(by=timedelta(seconds=30))

    workspace.syncs.repace(sync.id, make_after(0, 10))

    assert [task.due for task in workspace.scheduler.pending()] == [START + timedelta(seconds=30)]


def test_a_queued_sync_that_is_paced_anew_waits_anew(workspace):
    workspace.paces.set(make_after(100, 0))
    sync = workspace.syncs.submit(make_order())
    workspace.advance(by=timedelta(seconds=30))

    paced = workspace.syncs.repace(sync.id, make_after(5, 0))

    assert paced.pace == make_after(5, 0)
    assert [task.due for task in workspace.scheduler.pending()] == [START + timedelta(seconds=35)]


def test_a_sync_behind_another_takes_its_new_pace_when_its_turn_comes(workspace):
    workspace.paces.set(make_after(10, 10))
    first, second = (workspace.syncs.submit(make_order(lane="one")) for _ in range(2))

    workspace.syncs.repace(second.id, IMMEDIATE)
    before = statuses(workspace, second)
    workspace.syncs.repace(first.id, IMMEDIATE)

    assert (before, statuses(workspace, first, second)) == (["queued"], ["finished", "finished"])


def test_the_next_of_the_lane_follows_a_running_sync_that_is_told_to_end(workspace):
    workspace.paces.set(make_after(0, 10))
    first, second = (workspace.syncs.submit(make_order(lane="one")) for _ in range(2))
    workspace.advance(by=timedelta(seconds=1))

    workspace.syncs.repace(first.id, IMMEDIATE)
    workspace.advance(by=timedelta(0))

    assert statuses(workspace, first, second) == ["finished", "running"]


def test_a_held_sync_goes_on_at_its_new_pace(workspace):
    workspace.paces.set(HELD)
    sync = workspace.syncs.submit(make_order())
    workspace.advance(by=timedelta(0))

    paced = workspace.syncs.repace(sync.id, make_polls(0))

    assert (paced.held, paced.reads_left) == (None, 0)
    assert workspace.syncs.observe(sync.id).status is SyncStatus.FINISHED


@pytest.mark.parametrize("status", ENDED)
def test_a_sync_that_has_ended_cannot_be_paced_anew(workspace, status):
    workspace.paces.set(HELD)
    sync = workspace.syncs.submit(make_order())
    workspace.syncs.finish(sync.id, Outcome(status))

    with pytest.raises(IllegalMove, match="it cannot become paced anew"):
        workspace.syncs.repace(sync.id, IMMEDIATE)


def test_a_pace_can_hold_a_queued_sync_before_its_start_and_let_it_go_again(workspace):
    workspace.paces.set(make_after(10, 0))
    sync = workspace.syncs.submit(make_order())

    held = workspace.syncs.repace(sync.id, HELD_AT_START).held
    workspace.advance(until_idle=True)
    before = statuses(workspace, sync)
    workspace.syncs.repace(sync.id, IMMEDIATE)

    assert (held, before, statuses(workspace, sync)) == (Hold.START, ["queued"], ["finished"])


def test_a_sync_that_is_started_by_hand_stays_so_when_it_is_paced_anew(workspace):
    sync = workspace.syncs.submit(replace(make_order(), by_hand=True))

    workspace.syncs.repace(sync.id, IMMEDIATE)
    before = statuses(workspace, sync)
    workspace.syncs.release(sync.id)

    assert (before, statuses(workspace, sync)) == (["queued"], ["finished"])


def test_a_sync_in_parts_that_is_paced_anew_pushes_the_rest_over_the_time_that_is_left(workspace):
    workspace.paces.set(make_after(0, 60))
    sync = submit_in_parts(workspace, 3)
    workspace.advance(START + timedelta(seconds=20))

    workspace.syncs.repace(sync.id, make_after(0, 40))

    seen = []
    for seconds in (29, 30, 39, 40):
        workspace.advance(START + timedelta(seconds=seconds))
        seen.append(pushed(workspace, sync))
    assert seen == [1, 2, 2, 3]
