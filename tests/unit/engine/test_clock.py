from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from doubleentry.engine.clock import Clock, ClockMode, ClockState, monotonic, wall_now
from doubleentry.engine.errors import Backwards
from tests.fakes.wall import START


@pytest.fixture
def clock(store, wall):
    return Clock(store, wall)


def test_a_clock_that_was_never_set_shows_the_time_of_the_machine(clock, wall):
    wall.move(hours=1)

    assert clock.now() == START + timedelta(hours=1)
    assert clock.state.mode is ClockMode.REAL


def test_a_frozen_clock_stands_while_the_machine_goes_on(clock, wall):
    clock.freeze()
    wall.move(hours=1)

    assert clock.now() == START
    assert clock.wall_seconds_until(START + timedelta(seconds=1)) is None


def test_what_is_stored_of_a_frozen_clock_tells_nothing_of_the_machine(clock, wall, store):
    wall.move(hours=1)
    clock.freeze(START + timedelta(hours=2))
    clock.move_to(START + timedelta(hours=3))

    assert store.get("clock", "clock") == {
        "mode": "frozen",
        "virtual": "2022-08-03T04:30:09Z",
        "wall": "2022-08-03T04:30:09Z",
        "scale": 1,
    }


def test_a_clock_is_frozen_at_a_later_instant_but_not_at_an_earlier_one(clock):
    clock.freeze(START + timedelta(days=1))

    with pytest.raises(Backwards) as refusal:
        clock.freeze(START)

    assert (refusal.value.now, refusal.value.wanted) == (START + timedelta(days=1), START)
    assert clock.now() == START + timedelta(days=1)


def test_a_resumed_clock_goes_on_from_where_it_stood(clock, wall):
    clock.freeze()
    wall.move(hours=1)
    clock.resume()
    wall.move(minutes=1)

    assert clock.now() == START + timedelta(minutes=1)
    assert clock.state.mode is ClockMode.REAL


def test_a_scaled_clock_runs_as_many_times_as_fast(clock, wall):
    clock.resume(Decimal(60))
    wall.move(minutes=1)

    assert clock.now() == START + timedelta(hours=1)
    assert clock.state.mode is ClockMode.SCALED
    assert clock.wall_seconds_until(clock.now() + timedelta(hours=1)) == 60.0


def test_a_clock_is_moved_forward_and_goes_on_in_its_mode(clock, wall):
    clock.move_to(START + timedelta(hours=1))
    wall.move(seconds=1)

    assert clock.now() == START + timedelta(hours=1, seconds=1)
    assert clock.state.mode is ClockMode.REAL


def test_moving_to_the_past_changes_nothing(clock):
    clock.freeze()
    clock.move_to(START - timedelta(hours=1))

    assert clock.now() == START


def test_a_machine_whose_clock_is_set_back_does_not_take_a_workspace_with_it(clock, wall):
    clock.resume()
    wall.move(hours=-1)

    assert clock.now() == START


def test_it_says_how_long_the_machine_must_wait(clock):
    assert clock.wall_seconds_until(START + timedelta(seconds=90)) == 90.0
    assert clock.wall_seconds_until(START) == 0.0
    assert clock.wall_seconds_until(START - timedelta(days=1)) == 0.0


def test_a_clock_can_be_started_anywhere(clock):
    past = datetime(1999, 12, 31, tzinfo=UTC)

    clock.start(ClockState(ClockMode.FROZEN, past, past))

    assert clock.now() == past


def test_the_machine_tells_an_aware_time_and_how_long_something_takes():
    assert wall_now().tzinfo is UTC
    assert monotonic() <= monotonic()
