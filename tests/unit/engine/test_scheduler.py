from datetime import timedelta

import pytest

from doubleentry.engine.scheduler import Scheduler
from tests.builders import make_workspace
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


def test_a_task_that_a_transaction_undid_is_forgotten():
    workspace = make_workspace()
    first = workspace.scheduler.schedule("push", LATER, {"sync": "1"})

    with pytest.raises(InterruptedError):
        schedule_another_and_fail(workspace, first)

    assert workspace.scheduler.pending() == [first]
    assert workspace.scheduler.next() == first
    assert workspace.scheduler.is_scheduled("push", {"sync": "1"}) is True
    assert workspace.scheduler.is_scheduled("push", {"sync": "2"}) is False


def schedule_another_and_fail(workspace, first):
    with workspace.transaction():
        workspace.scheduler.done(first)
        workspace.scheduler.schedule("push", START, {"sync": "2"})
        raise InterruptedError


def test_what_was_stored_by_another_is_read_once_the_scheduler_is_told_to_forget(scheduler, store):
    assert scheduler.next() is None
    task = Scheduler(store).schedule("push", START, {})

    scheduler.forget()

    assert scheduler.next() == task


def test_the_order_of_arguments_does_not_matter(scheduler):
    scheduler.schedule("push", START, {"a": 1, "b": 2})

    assert scheduler.is_scheduled("push", {"b": 2, "a": 1}) is True


def test_of_many_lanes_the_task_that_is_due_first_is_next(scheduler):
    tasks = [
        scheduler.schedule("send", START + timedelta(seconds=number * 7 % 10), {}, f"lane {number % 3}")
        for number in range(10)
    ]
    expected = sorted(tasks, key=lambda task: (task.due, task.seq))

    run = []
    while (task := scheduler.next()) is not None:
        run.append(task)
        scheduler.done(task)

    assert run == expected
