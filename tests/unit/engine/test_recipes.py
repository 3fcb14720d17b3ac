from datetime import timedelta

import pytest

from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock
from doubleentry.engine.errors import NotFound
from doubleentry.engine.faults import Faults, Layer, Match
from doubleentry.engine.recipes import (
    Ingredient,
    Recipe,
    apply,
    asked_of_sync,
    by_name,
    magic,
    named,
    remove,
    texts,
)
from tests.builders import make_item, make_order, make_workspace
from tests.fakes.wall import START

RECIPE = Recipe(
    "fake.503.down",
    "fake",
    "All is down.",
    (
        Ingredient(Layer.HTTP, {"status": 503}, Match(operation="create")),
        Ingredient(Layer.SYNC, {"code": "billing"}),
    ),
    (),
    "-",
    "inferred",
)
OTHER = Recipe("fake.429.busy", "fake", "Too many.", (Ingredient(Layer.HTTP, {"status": 429}),), (), "-", "inferred")
RECIPES = by_name((RECIPE, OTHER))


@pytest.fixture
def faults(store, wall):
    return Faults(store, Clock(store, wall), Chance(store))


def test_a_recipe_adds_its_rules_under_its_name(faults):
    added = apply(faults, RECIPE, {"company": "acme"}, times=3, lasting=timedelta(minutes=1))

    assert faults.rules() == added
    assert [(rule.layer, rule.match, rule.effect) for rule in added] == [
        (Layer.HTTP, Match("fake", "create", "acme"), {"status": 503}),
        (Layer.SYNC, Match("fake", company="acme"), {"code": "billing"}),
    ]
    assert {(rule.recipe, rule.times, rule.until) for rule in added} == {
        ("fake.503.down", 3, START + timedelta(minutes=1))
    }


def test_what_is_asked_for_goes_before_the_recipes_own(faults):
    first, _ = apply(faults, RECIPE, {"operation": "list"})

    assert first.match == Match("fake", "list")


def test_a_recipe_takes_out_only_what_it_put_in(faults):
    own = faults.add(Layer.HTTP, Match(), {"status": 500})
    apply(faults, RECIPE, {})
    (busy,) = apply(faults, OTHER, {})

    remove(faults, RECIPE)

    assert faults.rules() == [own, busy]
    remove(faults, RECIPE)


def test_a_recipe_is_found_by_its_name():
    assert named(RECIPES, "fake.429.busy") == OTHER


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("fake.503.donw", "There is no recipe 'fake.503.donw' here. Did you mean fake.503.down?"),
        ("zzz", "There is no recipe 'zzz' here. GET /recipes lists them."),
    ],
)
def test_of_an_unknown_name_the_nearest_is_told(name, told):
    with pytest.raises(NotFound, match="recipe") as caught:
        named(RECIPES, name)

    assert str(caught.value) == told


def test_texts_are_found_at_any_depth():
    value = {"a": "one", "b": [{"c": "two"}, "three", 4, None, True], "five": {}}

    assert list(texts(value)) == ["one", "two", "three"]


@pytest.fixture
def world(transport, wall):
    return make_workspace(transport=transport, wall=wall, recipes=RECIPES)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"merchant": "fault:fake.503.down"}, "fake.503.down"),
        ([{"lines": [{"note": "fault:fake.429.busy"}]}, "fault:fake.503.down"], "fake.429.busy"),
        ({"merchant": "fault:fake.503.donw"}, None),
        ({"merchant": "a fault:fake.503.down"}, None),
        ({"merchant": "fault:fake.503.down "}, None),
        ({"fault:fake.503.down": "merchant"}, None),
        (None, None),
    ],
)
def test_a_text_that_names_a_recipe_asks_for_it(world, value, name):
    found = magic(world, "fake", value)

    assert (found and found.name) == name


def test_a_text_asks_for_nothing_of_another_dialect_or_where_that_is_switched_off(world):
    value = ["fault:fake.503.down"]

    assert magic(world, "other", value) is None
    world.change_setting("emulator.magic-values", "off")
    assert magic(world, "fake", value) is None


@pytest.mark.parametrize(("recipe", "effect"), [(RECIPE, {"code": "billing", "fault": RECIPE.name}), (OTHER, None)])
def test_a_recipe_may_say_how_a_sync_goes(recipe, effect):
    assert asked_of_sync(recipe) == effect
    assert asked_of_sync(None) is None


def ended(workspace, *items):
    sync = workspace.syncs.submit(make_order(*items))
    started = workspace.timeline.entries(where={"kind": "sync.started"})[-1]
    return sync.status, started["facts"]["fault"]


def test_a_text_in_any_item_decides_how_its_sync_goes(world):
    assert ended(world, make_item(), make_item("r2", note="fault:fake.503.down")) == ("aborted", "fake.503.down")
    assert ended(world, make_item(note="fault:fake.429.busy")) == ("finished", None)


def test_what_the_request_asked_for_decides_how_its_syncs_go(world):
    with world.faults.asking(asked_of_sync(RECIPE)):
        assert ended(world) == ("aborted", "fake.503.down")

    assert ended(world) == ("finished", None)


def test_a_rule_decides_where_nothing_is_asked_for(world):
    (_, rule) = apply(world.faults, RECIPE, {})

    assert ended(world) == ("aborted", rule.id)
    assert ended(world) == ("finished", None)
