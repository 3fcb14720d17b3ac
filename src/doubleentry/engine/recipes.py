"""Recipes: named faults, each for a failure that a vendor documents, with what is then seen of it."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from doubleentry.engine.documents import Document, encode
from doubleentry.engine.errors import NotFound
from doubleentry.engine.faults import Facts, Faults, Layer, Match, Rule

if TYPE_CHECKING:
    from doubleentry.engine.workspaces import Workspace

MAGIC: Final = "fault:"
"""A text that begins with this, the name of a recipe after it, asks for that recipe."""
MAGIC_SETTING: Final = "emulator.magic-values"

ANY: Final = "<any>"
"""In a promised text: what stands here differs from time to time."""


class Seen(StrEnum):
    """Where a promise is seen."""

    ANSWER = "answer"
    SYNC = "sync"
    ITEM = "item"
    WEBHOOK = "webhook"


class Timing(StrEnum):
    """When a promise is seen: in the answer, when the sync ends by its pace, or from its start on without end."""

    AT_ONCE = "at once"
    AT_PACE = "at pace"
    NEVER_ENDS = "never ends"


class Promise(Struct, frozen=True):
    """One thing that is seen of a failure.

    Attributes:
        seen: Where: the answer to the request, the sync's status, each of its items, a webhook.
        body: What is told there. Of an object the members that are named; in a text, `ANY` stands for any.
        status: The answer's status.
        headers: The answer's headers; None for one that it does not have.
        operation: Whose answer it is, where operations word it each in its own way.
        asking: Headers of the request to which it is told so.
    """

    seen: Seen
    body: Any = None
    status: int | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    operation: str | None = None
    asking: Mapping[str, str] = field(default_factory=dict)


class Ingredient(Struct, frozen=True):
    """One rule that a recipe puts in."""

    layer: Layer
    effect: Document
    match: Match = Match()


class Recipe(Struct, frozen=True):
    """One documented failure, by name.

    Attributes:
        name: The dialect, the vendor's code or status, and what it is: ``vendor.503.maintenance``.
        summary: One sentence: what happens.
        rules: What it puts in.
        promises: What is then seen, in which bodies.
        timing: When.
        source: The document that tells of it.
        fidelity: How we know it: ``documented``, ``observed`` or ``inferred``.
    """

    name: str
    dialect: str
    summary: str
    rules: tuple[Ingredient, ...]
    promises: tuple[Promise, ...]
    source: str
    fidelity: str
    timing: Timing = Timing.AT_ONCE


def named(recipes: Mapping[str, Recipe], name: str) -> Recipe:
    """Return a recipe.

    Raises:
        NotFound: There is none of that name; the nearest is told.
    """
    found = recipes.get(name)
    if found is None:
        close = difflib.get_close_matches(name, recipes, n=1, cutoff=0.4)
        raise NotFound("recipe", name, f"Did you mean {close[0]}?" if close else "GET /recipes lists them.")
    return found


def by_name(recipes: Iterable[Recipe]) -> dict[str, Recipe]:
    """Return recipes by their names."""
    return {recipe.name: recipe for recipe in recipes}


def apply(
    faults: Faults,
    recipe: Recipe,
    match: Mapping[str, Any],
    *,
    times: int | None = 1,
    lasting: timedelta | None = None,
) -> list[Rule]:
    """Add the rules of a recipe.

    Args:
        faults: Where to.
        recipe: What to add.
        match: Members of `Match` that go before the recipe's own.
        times: How often each fires at most; None for without end.
        lasting: How long they stay, on the workspace's clock.
    """
    return [
        faults.add(
            rule.layer,
            replace(rule.match, **{"dialect": recipe.dialect, **match}),
            rule.effect,
            times=times,
            lasting=lasting,
            recipe=recipe.name,
        )
        for rule in recipe.rules
    ]


def texts(value: object) -> Iterator[str]:
    """Go through the texts in a JSON value, those inside of others too; names of members are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (Mapping, Sequence)):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from texts(each)


def magic(workspace: "Workspace", dialect: str, value: object) -> Recipe | None:
    """Return the recipe of a dialect that a text in a JSON value asks for, if the workspace lets it."""
    for text in texts(value):
        recipe = workspace.world.recipes.get(text.removeprefix(MAGIC)) if text.startswith(MAGIC) else None
        if recipe is not None and recipe.dialect == dialect and workspace.setting(MAGIC_SETTING) == "on":
            return recipe
    return None


def asked_of_sync(recipe: Recipe | None) -> Document | None:
    """Return how a recipe wants a sync to go, its name as the ``fault``; None where it says nothing of syncs."""
    rules = () if recipe is None else recipe.rules
    effects = [{**rule.effect, "fault": recipe and recipe.name} for rule in rules if rule.layer is Layer.SYNC]
    return effects[0] if effects else None


def of_sync(workspace: "Workspace", dialect: str, company: str, items: Sequence[Document]) -> Document | None:
    """Return how a fault wants a sync to go that begins to run, and which, as the ``fault``; None where none does.

    A text in its items goes before all rules, which look at the first item alone.
    """
    # Looking through all texts takes far longer than writing them out, and nearly no sync has such a text.
    asked = asked_of_sync(magic(workspace, dialect, items)) if MAGIC.encode() in encode(items) else None
    if asked is not None:
        return asked
    rule = workspace.faults.consult(Layer.SYNC, Facts(dialect, company=company, body=items[0] if items else None))
    return None if rule is None else {**rule.effect, "fault": rule.id}


def remove(faults: Faults, recipe: Recipe) -> None:
    """Remove the rules that a recipe added, however often; none is fine."""
    for rule in faults.rules():
        if rule.recipe == recipe.name:
            faults.remove(rule.id)
