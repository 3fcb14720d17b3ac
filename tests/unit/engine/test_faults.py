from datetime import timedelta
from decimal import Decimal

import pytest

from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock
from doubleentry.engine.errors import NotFired, NotFound
from doubleentry.engine.faults import Facts, Faults, Layer, Match
from tests.fakes.wall import START

EFFECT = {"status": 500}

FACTS = Facts(
    "fake",
    operation="create",
    company="acme",
    headers={"X-Test": "yes", "Accept": "*/*"},
    body={"lines": [{"net": Decimal("1.50"), "tax": True, "memo": None}], "count": 1},
)


@pytest.fixture
def clock(store, wall):
    return Clock(store, wall)


@pytest.fixture
def faults(store, clock):
    return Faults(store, clock, Chance(store))


def fired(faults, facts=FACTS, layer=Layer.HTTP):
    rule = faults.consult(layer, facts)
    return None if rule is None else rule.id


def counters(rule):
    return rule.evaluated, rule.matched, rule.fired


@pytest.mark.parametrize(
    ("match", "fires"),
    [
        (Match(), True),
        (Match(dialect="fake"), True),
        (Match(dialect="other"), False),
        (Match(operation="create"), True),
        (Match(operation="list"), False),
        (Match(company="acme"), True),
        (Match(company="zenith"), False),
        (Match(headers={"x-TEST": "yes"}), True),
        (Match(headers={"X-Test": "no"}), False),
        (Match(headers={"X-Test": "yes", "X-Other": "yes"}), False),
        (Match(pointers={"/lines/0/net": Decimal("1.5")}), True),
        (Match(pointers={"/lines/0/net": 2}), False),
        (Match(pointers={"/lines/0/tax": True}), True),
        (Match(pointers={"/lines/0/tax": 1}), False),
        (Match(pointers={"/count": True}), False),
        (Match(pointers={"/lines/0": {"net": Decimal("1.5"), "tax": True, "memo": None}}), True),
        (Match(pointers={"/lines/0/memo": None}), True),
        (Match(pointers={"/count": 1, "/lines/1": {}}), False),
        (Match("fake", "create", "acme", {"Accept": "*/*"}, {"/count": 1}, nth=1), True),
        (Match(nth=2), False),
    ],
)
def test_a_rule_fires_when_all_that_it_names_is_so(faults, match, fires):
    rule = faults.add(Layer.HTTP, match, EFFECT)

    assert fired(faults) == (rule.id if fires else None)
    assert faults.get(rule.id).evaluated == 1


def test_a_rule_fires_once_unless_told_otherwise(faults):
    rule = faults.add(Layer.HTTP, Match(), EFFECT)

    assert [fired(faults) for _ in range(3)] == [rule.id, None, None]
    assert counters(faults.get(rule.id)) == (3, 3, 1)


def test_a_rule_without_an_end_fires_every_time(faults):
    rule = faults.add(Layer.HTTP, Match(), EFFECT, times=None)

    assert [fired(faults) for _ in range(3)] == [rule.id] * 3
    assert counters(faults.get(rule.id)) == (3, 3, 3)


def test_a_rule_lets_the_first_matches_pass(faults):
    rule = faults.add(Layer.HTTP, Match(company="acme"), EFFECT, skip=2, times=2)
    other = Facts("fake", company="zenith")

    answers = [fired(faults, facts) for facts in (FACTS, other, FACTS, FACTS, FACTS, FACTS)]

    assert answers == [None, None, None, rule.id, rule.id, None]
    assert counters(faults.get(rule.id)) == (6, 5, 2)


def test_only_the_nth_match_fires(faults):
    rule = faults.add(Layer.HTTP, Match(nth=3), EFFECT, times=None)

    assert [fired(faults) for _ in range(5)] == [None, None, rule.id, None, None]
    assert counters(faults.get(rule.id)) == (5, 5, 1)


def test_a_probable_rule_draws_from_the_seed(faults):
    rule = faults.add(Layer.HTTP, Match(), EFFECT, times=None, probability=Decimal("0.3"))

    answers = [fired(faults) for _ in range(200)]

    assert 30 < answers.count(rule.id) < 90
    assert counters(faults.get(rule.id)) == (200, 200, answers.count(rule.id))


def test_a_rule_of_probability_nought_never_fires(faults):
    faults.add(Layer.HTTP, Match(), EFFECT, times=None, probability=Decimal(0))

    assert {fired(faults) for _ in range(50)} == {None}


def test_a_rule_ends_on_the_clock_of_the_workspace(faults, wall):
    rule = faults.add(Layer.HTTP, Match(), EFFECT, times=None, lasting=timedelta(minutes=1))

    wall.move(seconds=59)
    before = fired(faults)
    wall.move(seconds=1)
    after = fired(faults)

    assert rule.until == START + timedelta(minutes=1)
    assert (before, after) == (rule.id, None)
    assert counters(faults.get(rule.id)) == (2, 1, 1)


def test_the_highest_priority_goes_first_and_of_equals_the_oldest(faults):
    low = faults.add(Layer.HTTP, Match(), EFFECT, priority=-1)
    first = faults.add(Layer.HTTP, Match(), EFFECT)
    second = faults.add(Layer.HTTP, Match(), EFFECT)
    high = faults.add(Layer.HTTP, Match(), EFFECT, priority=5)

    assert [fired(faults) for _ in range(5)] == [high.id, first.id, second.id, low.id, None]
    assert counters(faults.get(low.id)) == (2, 2, 1)
    assert [rule.id for rule in faults.rules()] == [low.id, first.id, second.id, high.id]


def test_a_rule_acts_in_its_own_layer_alone(faults):
    rule = faults.add(Layer.SYNC, Match(), {"code": "1"})

    assert fired(faults) is None
    assert faults.exist
    assert counters(faults.get(rule.id)) == (0, 0, 0)
    assert fired(faults, layer=Layer.SYNC) == rule.id


def test_a_rule_is_found_as_it_was_made(faults):
    rule = faults.add(
        Layer.HTTP,
        Match("fake", "create", "acme", {"A": "b"}, {"/a": Decimal("1.5"), "/b": None}, nth=2),
        {"status": 429, "headers": {"Retry-After": "1"}},
        times=None,
        skip=1,
        probability=Decimal("0.5"),
        lasting=timedelta(days=1),
        priority=3,
    )

    assert faults.get(rule.id) == rule
    assert faults.rules() == [rule]


def test_a_rule_that_was_removed_is_gone(faults):
    rule = faults.add(Layer.HTTP, Match(), EFFECT)

    faults.remove(rule.id)

    assert fired(faults) is None
    for ask in (faults.get, faults.remove):
        with pytest.raises(NotFound, match="fault"):
            ask(rule.id)


EVENT = Facts("fake", company="acme", body={"note": "x" * 200}, event="sync.finished", endpoint="hook")


@pytest.mark.parametrize(
    ("match", "facts", "told"),
    [
        (Match(dialect="other"), FACTS, 'dialect was "fake", not "other"'),
        (Match(operation="list"), FACTS, 'operation was "create", not "list"'),
        (Match(company="zenith"), FACTS, 'company was "acme", not "zenith"'),
        (Match(headers={"X-Test": "no"}), FACTS, 'header X-Test was "yes", not "no"'),
        (Match(headers={"X-Other": "no"}), FACTS, 'header X-Other was null, not "no"'),
        (Match(pointers={"/count": 2}), FACTS, "/count was 1, not 2"),
        (Match(pointers={"/lines/1": {}}), FACTS, "/lines/1 was null, not {}"),
        (Match(event="sync.aborted"), EVENT, 'event was "sync.finished", not "sync.aborted"'),
        (Match(endpoint="other"), EVENT, 'endpoint was "hook", not "other"'),
        (Match(pointers={"/note": "y"}), EVENT, f'/note was "{"x" * 79}…, not "y"'),
        (Match(event="sync.finished", endpoint="hook"), EVENT, None),
    ],
)
def test_what_differs_is_kept_in_plain_words(faults, match, facts, told):
    rule = faults.add(Layer.HTTP, match, EFFECT)

    fired(faults, facts)

    assert faults.get(rule.id).missed == told


def test_why_a_match_did_not_fire_is_kept_until_it_fires(faults):
    def missed(**limits):
        rule = faults.add(Layer.HTTP, Match(nth=limits.pop("nth", None)), EFFECT, **limits)
        answers = []
        for _ in range(2):
            fired(faults)
            answers.append(faults.get(rule.id).missed)
        faults.remove(rule.id)
        return answers

    assert missed(nth=2) == ["it was match 1, and only match 2 fires", None]
    assert missed(skip=1) == ["it was match 1, and the first 1 pass", None]
    assert missed() == [None, "it had fired 1 times already, which is all that it was to"]
    assert missed(probability=Decimal(0)) == ["the draw went against it, at a probability of 0"] * 2
    assert missed(lasting=timedelta(0)) == [f"it ended at {START.isoformat()}"] * 2


@pytest.mark.parametrize("expected", [{}, {"at_least": 1}, {"at_least": 2}, {"exactly": 2}, {"at_least": 0}])
def test_a_rule_that_fired_as_often_as_it_should_is_returned(faults, expected):
    rule = faults.add(Layer.HTTP, Match(), EFFECT, times=2)
    for _ in range(3):
        fired(faults)

    assert faults.assert_fired(rule.id, **expected) == faults.get(rule.id)


@pytest.mark.parametrize(
    ("match", "calls", "expected", "told"),
    [
        (Match(), 0, {}, "at least 1 times, and fired 0; it was asked 0 times and matched 0."),
        (
            Match(operation="list"),
            2,
            {},
            (
                "at least 1 times, and fired 0; it was asked 2 times and matched 0. When it was last asked it did not "
                'fire, because operation was "create", not "list".'
            ),
        ),
        (Match(), 1, {"exactly": 0}, "exactly 0 times, and fired 1; it was asked 1 times and matched 1."),
        (Match(), 1, {"at_least": 2}, "at least 2 times, and fired 1; it was asked 1 times and matched 1."),
    ],
)
def test_of_one_that_did_not_it_is_said_why(faults, match, calls, expected, told):
    rule = faults.add(Layer.HTTP, match, EFFECT)
    for _ in range(calls):
        fired(faults)

    with pytest.raises(NotFired) as caught:
        faults.assert_fired(rule.id, **expected)

    assert str(caught.value) == f"The fault {rule.id} should have fired {told}"


def test_what_a_request_asks_for_is_forgotten_with_it(faults):
    with faults.asking({"code": "1"}):
        assert not faults.taken
        assert faults.take_asked() == {"code": "1"}

    assert faults.take_asked() is None
    assert faults.taken
