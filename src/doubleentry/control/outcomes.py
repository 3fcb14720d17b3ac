"""How a vendor's own code becomes the outcome that a sync is ordered to have."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.errors import InvalidInput, NotFound, Problem
from doubleentry.engine.statuses import Outcome
from doubleentry.engine.workspaces import World

CODE: Final = "code"


def outcome_of(world: World, dialect: str, code: str, path: tuple[str, ...]) -> Outcome:
    """Return what a code of a dialect stands for.

    Args:
        world: Knows the dialects' rules.
        dialect: Whose code it is.
        code: In the vendor's own spelling.
        path: Where the code was said, for the complaint.

    Raises:
        InvalidInput: The vendor has no such code.
    """
    try:
        return world.rules[dialect].outcome(code)
    except NotFound as error:
        raise InvalidInput([Problem(path, f"{dialect} has no sync that ends with {code!r}.")]) from error


def ordered_by(world: World, dialect: str | None, effect: Document) -> tuple[str, Document]:
    """Return the dialect that an effect's code belongs to, and the effect as the engine stores it.

    Args:
        world: Knows the dialects' rules.
        dialect: Whose code it is; None for the one dialect that has it.
        effect: With ``code`` and perhaps ``message``, which are kept in it.

    Raises:
        InvalidInput: No dialect has the code, or more than one has.
    """
    path = ("effect", CODE)
    code, message = effect[CODE], effect.get("message")
    if dialect is None:
        dialect = _only_dialect_with(world, code, path)
    outcome = outcome_of(world, dialect, code, path)
    if message is not None:
        outcome = replace(outcome, message=message)
    return dialect, {**to_document(outcome), CODE: code}


def _only_dialect_with(world: World, code: str, path: tuple[str, ...]) -> str:
    having = [name for name, rules in world.rules.items() if _has(rules.outcome, code)]
    if len(having) == 1:
        return having[0]
    if having:
        raise InvalidInput([Problem(("match", "dialect"), f"Say whose code {code!r} is: {' or '.join(having)}.")])
    raise InvalidInput([Problem(path, f"No dialect has a sync that ends with {code!r}.")])


def _has(outcome: Callable[[str], Outcome], code: str) -> bool:
    try:
        outcome(code)
    except NotFound:
        return False
    return True
