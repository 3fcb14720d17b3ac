"""Recipes: list and explain the documented failures, put one in, take it out."""

from collections.abc import Mapping
from typing import Final

from doubleentry.control.declaring import control
from doubleentry.control.packing import fault_document
from doubleentry.control.schemas.faults import unmatchable
from doubleentry.control.schemas.recipes import (
    AppliedSchema,
    ExplainedRecipeSchema,
    RecipeQuerySchema,
    RecipesSchema,
    application,
)
from doubleentry.dialects.base import Dialect
from doubleentry.engine import recipes as kitchen
from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.recipes import Recipe
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation

_NOTHING: Final[tuple[object, ...]] = (None, {})


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on recipes."""
    recipes = kitchen.by_name(recipe for dialect in dialects.values() for recipe in dialect.recipes)
    known = [operation.id for dialect in dialects.values() for operation in dialect.surface.operations]
    followers = ("getRecipe", "applyRecipe", "removeRecipe")

    @control(
        "GET",
        "/recipes",
        "listRecipes",
        RecipesSchema(),
        query=RecipeQuerySchema(),
        leads_to={key: {"recipe": "/recipes/0/name"} for key in followers},
    )
    def list_recipes(call: Call) -> object:
        """List the documented failures that can be put in by name."""
        wanted = call.query.get("dialect")
        found = [recipe for recipe in recipes.values() if wanted in {None, recipe.dialect}]
        return {"recipes": [_listed(call.workspace, recipe) for recipe in found]}

    @control("GET", "/recipes/{recipe}", "getRecipe", ExplainedRecipeSchema(), 404)
    def get_recipe(call: Call) -> object:
        """Explain a recipe: its rules, and what is then seen in which bodies."""
        recipe = kitchen.named(recipes, call.path["recipe"])
        return {
            **_listed(call.workspace, recipe),
            "timing": recipe.timing,
            "rules": [{**to_document(rule), "match": _said(rule.match)} for rule in recipe.rules],
            "promises": [_said(promise) for promise in recipe.promises],
        }

    @control(
        "POST",
        "/recipes/{recipe}/apply",
        "applyRecipe",
        AppliedSchema(),
        404,
        status=201,
        body=application(known),
        body_optional=True,
        leads_to={"removeRecipe": {"recipe": "/faults/0/recipe"}, "getFault": {"id": "/faults/0/id"}},
    )
    def apply_recipe(call: Call) -> object:
        """Put a recipe's rules in."""
        recipe = kitchen.named(recipes, call.path["recipe"])
        asked = call.body or {}
        match = asked.get("match", {})
        wrong = [unmatchable(match, rule.layer) for rule in recipe.rules]
        problems = [Problem(("match", name), told[0]) for each in wrong for name, told in each.items()]
        if problems:
            raise InvalidInput(problems)
        times, lasting = asked.get("times", 1), asked.get("lasting")
        added = kitchen.apply(call.workspace.faults, recipe, match, times=times, lasting=lasting)
        return {"faults": [fault_document(rule) for rule in added]}

    @control("DELETE", "/recipes/{recipe}", "removeRecipe", None, 404, status=204)
    def remove_recipe(call: Call) -> object:
        """Take out all rules that a recipe has put in."""
        kitchen.remove(call.workspace.faults, kitchen.named(recipes, call.path["recipe"]))
        return None

    return (list_recipes, get_recipe, apply_recipe, remove_recipe)


def _listed(workspace: Workspace, recipe: Recipe) -> Document:
    return {
        "name": recipe.name,
        "dialect": recipe.dialect,
        "summary": recipe.summary,
        "source": recipe.source,
        "fidelity": recipe.fidelity,
        "applied": sum(rule.recipe == recipe.name for rule in workspace.faults.rules()),
    }


def _said(value: object) -> Document:
    """Return a struct as a document with the members that are said."""
    return {name: told for name, told in to_document(value).items() if told not in _NOTHING}
