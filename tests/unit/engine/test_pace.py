from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubleentry.adapters.tinydb import TinyStore
from doubleentry.engine.chance import Chance
from doubleentry.engine.pace import PRESETS, Pace, PaceMode, Paces, Range
from tests.builders import HELD, HELD_BACK, IMMEDIATE, make_after, make_polls

SECOND = timedelta(seconds=1)


@pytest.fixture
def paces(store):
    return Paces(store, IMMEDIATE)


def test_the_default_holds_until_something_is_set(paces):
    assert paces.get() == paces.get("fake") == paces.get("fake", "acme") == paces.take("fake", "acme") == IMMEDIATE


def test_the_narrowest_setting_decides(paces):
    paces.set(make_after(1))
    paces.set(make_after(2), dialect="fake")
    paces.set(make_after(3), company="acme")

    assert paces.get() == paces.get("other") == make_after(1)
    assert paces.get("fake") == paces.get("fake", "zenith") == make_after(2)
    assert paces.get("fake", "acme") == paces.take("fake", "acme") == make_after(3)


def test_the_next_syncs_have_their_own_pace_and_then_no_more(paces):
    assert paces.upcoming_pace() is None
    paces.set(HELD, next_syncs=2)

    assert (paces.upcoming(), paces.upcoming_pace()) == (2, HELD)
    assert [paces.take("fake", company) for company in ("acme", "zenith", "acme")] == [HELD, HELD, IMMEDIATE]
    assert (paces.upcoming(), paces.upcoming_pace()) == (0, None)


def test_the_next_syncs_of_a_company_go_before_those_of_its_dialect_and_of_all(paces):
    paces.set(HELD, next_syncs=1)
    paces.set(make_polls(1), dialect="fake", next_syncs=1)
    paces.set(make_polls(2), company="acme", next_syncs=1)

    assert (paces.upcoming("fake"), paces.upcoming("fake", "acme")) == (1, 1)
    assert [paces.take("fake", "acme") for _ in range(4)] == [make_polls(2), make_polls(1), HELD, IMMEDIATE]


def test_looking_at_a_pace_uses_nothing_up(paces):
    paces.set(HELD, next_syncs=1)

    assert paces.get("fake", "acme") == IMMEDIATE
    assert paces.upcoming() == 1


@pytest.mark.parametrize("pace", [*PRESETS.values(), HELD, HELD_BACK, make_polls(3)])
def test_a_pace_is_kept_as_it_was_set(paces, pace):
    paces.set(pace)

    assert paces.get() == pace


@given(st.timedeltas(timedelta(0), timedelta(days=1)), st.timedeltas(timedelta(0), timedelta(days=1)))
def test_a_drawn_duration_is_within_its_bounds(least, more):
    drawn = Range(least, least + more).draw(Chance(TinyStore()), "pace", "1")

    assert least <= drawn <= least + more


def test_bounds_that_are_equal_draw_nothing(store):
    assert Range(SECOND, SECOND).draw(Chance(store), "pace", "1") == SECOND
    assert store.dump() == {}


def test_a_client_that_polls_at_two_seconds_sees_the_end_of_the_quick_pace():
    quick = PRESETS["quick"]

    assert quick.mode is PaceMode.AFTER
    assert quick.wait.most + quick.run.most < 2 * SECOND
    assert PRESETS["instant"] == Pace(PaceMode.IMMEDIATE)


def test_a_pace_may_be_another_for_some_dialects(store):
    paces = Paces(store, IMMEDIATE, {"fake": HELD})
    assert (paces.get(), paces.get("fake"), paces.take("fake", "acme"), paces.get("other")) == (
        IMMEDIATE,
        HELD,
        HELD,
        IMMEDIATE,
    )

    paces.set(make_after(1), others={"fake": make_after(2)})
    paces.set(make_after(3), next_syncs=1, others={"fake": make_after(4)})
    assert (paces.get(), paces.get("fake"), paces.take("fake", "acme")) == (make_after(1), make_after(2), make_after(4))
