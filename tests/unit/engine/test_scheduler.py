from datetime import timedelta

import pytest

from doubleentry.engine.scheduler import Scheduler
from tests.fakes.wall import START

LATER = START + timedelta(minutes=1)


@pytest.fixture
def scheduler(store):
    return Scheduler(store)


def test_tasks_run_in_order_of_due_time_and_then_as_they_were_scheduled(scheduler):
    scheduler.schedule("c", LATER, {})
    scheduler.schedule("a", START, {})
    scheduler.schedule("b", START, {})

    assert [task.kind for task in scheduler.pending()] == ["a", "b", "c"]
    assert scheduler.next().kind == "a"


def test_a_task_is_kept_until_it_is_done(scheduler, store):
    task = scheduler.schedule("push", START, {"sync": "1"}, lane="x")

    assert Scheduler(store).pending() == [task]
    scheduler.done(task)
    scheduler.done(task)

    assert scheduler.pending() == []
    assert scheduler.next() is None


def test_a_number_is_never_given_twice(scheduler):
    first = scheduler.schedule("push", START, {})
    scheduler.done(first)

    assert scheduler.schedule("push", START, {}).seq == first.seq + 1


def test_what_is_being_run_and_a_lane_that_is_taken_are_passed_over(scheduler):
    first = scheduler.schedule("send", START, {"n": 1}, lane="x")
    scheduler.schedule("send", START, {"n": 2}, lane="x")
    third = scheduler.schedule("send", START, {"n": 3}, lane="y")
    fourth = scheduler.schedule("push", LATER, {})

    assert scheduler.next(busy_tasks={first.id}, busy_lanes={"x"}) == third
    assert scheduler.next(busy_tasks={first.id, third.id}, busy_lanes={"x", "y"}) == fourth
    assert scheduler.next(busy_tasks={first.id, third.id, fourth.id}, busy_lanes={"x", "y"}) is None


def test_only_tasks_of_that_kind_with_exactly_these_arguments_are_cancelled(scheduler):
    scheduler.schedule("start", START, {"sync": "1"})
    kept = [
        scheduler.schedule("finish", START, {"sync": "1"}),
        scheduler.schedule("start", START, {"sync": "2"}),
        scheduler.schedule("start", START, {"sync": "1", "more": True}),
    ]

    scheduler.cancel("start", {"sync": "1"})

    assert scheduler.pending() == kept


def test_it_tells_whether_a_task_is_scheduled(scheduler):
    scheduler.schedule("start", START, {"sync": "1"})

    assert scheduler.is_scheduled("start", {"sync": "1"}) is True
    assert scheduler.is_scheduled("start", {"sync": "2"}) is False
    assert scheduler.is_scheduled("finish", {"sync": "1"}) is False
