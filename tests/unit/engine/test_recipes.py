from datetime import timedelta

import pytest

from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock
from doubleentry.engine.errors import NotFound
from doubleentry.engine.faults import Faults, Layer, Match
from doubleentry.engine.recipes import Ingredient, Recipe, apply, by_name, named, remove
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
