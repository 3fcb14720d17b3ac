from datetime import timedelta

import pytest

from doubleentry.engine.clock import Clock
from doubleentry.engine.timeline import Timeline
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
