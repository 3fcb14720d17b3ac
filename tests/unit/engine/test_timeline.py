from datetime import timedelta

import pytest

from doubleentry.engine.clock import Clock
from doubleentry.engine.timeline import Cause, Timeline
from tests.fakes.wall import START


@pytest.fixture
def timeline(store, wall):
    return Timeline(store, Clock(store, wall), limit=3)


def test_an_entry_says_what_happened_to_what_when_and_why(timeline):
    timeline.add("sync.started", "s1", cause="c1", fault=None)
    timeline.add("attempt.made", "a1", at=START - timedelta(seconds=1))

    assert timeline.entries() == [
        {
            "seq": 1,
            "at": "2022-08-03T01:30:09+00:00",
            "kind": "sync.started",
            "subject": "s1",
            "cause": "c1",
            "facts": {"fault": None},
        },
        {
            "seq": 2,
            "at": "2022-08-03T01:30:08+00:00",
            "kind": "attempt.made",
            "subject": "a1",
            "cause": None,
            "facts": {},
        },
    ]


def test_a_timeline_without_entries_is_at_nought(timeline):
    assert (timeline.last, timeline.dropped, timeline.entries()) == (0, 0, [])


def test_the_oldest_entries_are_dropped_beyond_the_limit_and_counted(timeline, store):
    for number in range(5):
        timeline.add("sync.started", f"s{number}")

    assert [entry["subject"] for entry in timeline.entries()] == ["s2", "s3", "s4"]
    assert (timeline.last, timeline.dropped, store.count("timeline")) == (5, 2, 3)


@pytest.mark.parametrize(("after", "seqs"), [(0, [3, 4, 5]), (2, [3, 4, 5]), (3, [4, 5]), (5, []), (9, [])])
def test_what_came_after_an_entry_is_found_even_when_that_is_gone(timeline, after, seqs):
    for _ in range(5):
        timeline.add("sync.started", "s")

    assert [entry["seq"] for entry in timeline.entries(after=after)] == seqs


def test_entries_are_found_by_kind_and_subject(timeline):
    timeline.add("sync.started", "s1")
    timeline.add("sync.started", "s2")
    timeline.add("sync.finished", "s1")

    assert [entry["seq"] for entry in timeline.entries(where={"subject": "s1"})] == [1, 3]
    assert [entry["seq"] for entry in timeline.entries(after=1, where={"subject": "s1"})] == [3]
    assert [entry["seq"] for entry in timeline.entries(where={"kind": "sync.started", "subject": "s2"})] == [2]


def kinds(entries):
    return [(entry["kind"], entry["subject"], entry["cause"]) for entry in entries]


def test_what_is_caused_by_a_request_follows_an_entry_that_tells_of_the_request(timeline):
    with timeline.caused_by(Cause(None, {"method": "POST"})):
        timeline.add("sync.queued", "s1")
        timeline.add("item.pushed", "i1", cause="s1")
        timeline.add("sync.queued", "s2")

    assert timeline.dropped == 1
    assert kinds(timeline.entries()) == [
        ("sync.queued", "s1", "request 1"),
        ("item.pushed", "i1", "s1"),
        ("sync.queued", "s2", "request 1"),
    ]


def test_the_entry_of_a_request_has_its_facts(timeline):
    with timeline.caused_by(Cause(None, {"method": "POST"})):
        timeline.add("sync.queued", "s1")

    request = timeline.entries()[0]
    assert (request["kind"], request["subject"], request["cause"]) == ("request.made", "request 1", None)
    assert request["facts"] == {"method": "POST"}


def test_a_request_that_causes_nothing_leaves_no_entry(timeline):
    with timeline.caused_by(Cause(None, {"method": "GET"})):
        pass

    timeline.add("sync.started", "s1")
    assert kinds(timeline.entries()) == [("sync.started", "s1", None)]


def test_nothing_is_its_own_cause(timeline):
    with timeline.caused_by(Cause("s1")):
        timeline.add("sync.started", "s1")
        timeline.add("sync.started", "s2")

    assert [entry["cause"] for entry in timeline.entries()] == [None, "s1"]


def test_the_story_of_a_sync_is_what_moved_it_and_all_that_follows_from_it(store, wall):
    timeline = Timeline(store, Clock(store, wall))
    for sync in ("s1", "s2"):
        with timeline.caused_by(Cause(None, {"method": "POST"})):
            timeline.add("sync.queued", sync)
    timeline.add("item.pushed", "i2", cause="s2")
    timeline.add("item.pushed", "i1", cause="s1")
    timeline.add("posting.written", "p1", cause="i1")
    with timeline.caused_by(Cause("s1")):
        timeline.add("sync.finished", "s1")
        timeline.add("sync.started", "s2")
    timeline.add("event.emitted", "e1", cause="s1")
    timeline.add("delivery.due", "d1", cause="e1")
    timeline.add("attempt.made", "a1", cause="d1")
    timeline.add("delivery.delivered", "d1", cause="e1")
    timeline.add("event.emitted", "e2", cause="s2")

    assert [(entry["kind"], entry["subject"]) for entry in timeline.story("s1")] == [
        ("request.made", "request 1"),
        ("sync.queued", "s1"),
        ("item.pushed", "i1"),
        ("posting.written", "p1"),
        ("sync.finished", "s1"),
        ("event.emitted", "e1"),
        ("delivery.due", "d1"),
        ("attempt.made", "a1"),
        ("delivery.delivered", "d1"),
    ]
    assert timeline.story("nobody") == []
