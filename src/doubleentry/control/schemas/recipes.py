"""Recipes: named faults, what each does, and what is then seen."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from doubleentry.control.schemas.base import ControlSchema, many, told
from doubleentry.control.schemas.faults import EffectSchema, FaultSchema, MatchSchema
from doubleentry.engine.faults import Layer
from doubleentry.engine.recipes import ANY, Seen, Timing
from doubleentry.web.fields import Duration, Text, WholeNumber, Word
from doubleentry.web.operation import Fidelity


class RecipeSchema(ControlSchema):
    """One documented failure, by name."""

    name = Text(required=True)
    dialect = Text(required=True)
    summary = Text(required=True, metadata=told("What happens."))
    source = Text(required=True, metadata=told("The document that tells of it."))
    fidelity = Word(list(Fidelity), required=True, metadata=told("How we know it."))
    applied = WholeNumber(required=True, metadata=told("How many of its rules are in this workspace."))


class RecipesSchema(ControlSchema):
    """The recipes, dialect by dialect."""

    recipes = many(RecipeSchema)


class RecipeQuerySchema(ControlSchema):
    """Which recipes to show."""

    dialect = Text(metadata=told("Only those of this dialect."))


class IngredientSchema(ControlSchema):
    """One rule that a recipe puts in."""

    layer = Word(list(Layer), required=True)
    match = fields.Nested(MatchSchema.from_dict({}, name="IngredientMatchSchema"), required=True)
    effect = fields.Nested(EffectSchema.from_dict({"code": Text()}, name="RecipeEffectSchema"), required=True)


class PromiseSchema(ControlSchema):
    """One thing that is seen of a failure."""

    seen = Word(list(Seen), required=True, metadata=told("Where."))
    status = WholeNumber(metadata=told("The answer's status."))
    headers = fields.Dict(
        keys=Text(),
        values=Text(allow_none=True),
        metadata=told(f"The answer's headers; null for one that it does not have; `{ANY}` as in the body."),
    )
    body = fields.Raw(
        allow_none=True,
        metadata=told(f"The members that matter of what is told there; in a text, `{ANY}` stands for any."),
    )
    operation = Text(metadata=told("Whose answer it is, where others word it differently."))
    asking = fields.Dict(keys=Text(), values=Text(), metadata=told("Headers of the request to which it is told so."))


class ExplainedRecipeSchema(RecipeSchema):
    """One recipe, explained."""

    timing = Word(list(Timing), required=True, metadata=told("When it is seen."))
    rules = many(IngredientSchema)
    promises = many(PromiseSchema)


class AppliedSchema(ControlSchema):
    """The rules that were added."""

    faults = many(FaultSchema)


def application(operations: Sequence[str]) -> Schema:
    """Return the shape of what can be said when a recipe is applied."""
    named: dict[str, fields.Field[Any]] = {
        "operation": Word(operations, metadata=told("The operation's id; for requests only."))
    }
    match = MatchSchema.from_dict(named, name="RecipeMatchSchema")
    members: dict[str, fields.Field[Any]] = {
        "match": fields.Nested(match),
        "times": WholeNumber(
            allow_none=True,
            load_default=1,
            validate=validate.Range(1, 1_000_000),
            metadata=told("How often it fires at most; null for without end."),
        ),
        "lasting": Duration(data_key="for", metadata=told("How long it stays, on the workspace's clock.")),
    }
    return ControlSchema.from_dict(members, name="ApplicationSchema")()
