"""How a vendor's own code becomes the outcome that a sync is ordered to have."""

from collections.abc import Callable
from typing import Final

from doubleentry.engine.errors import InvalidInput, NotFound, Problem
from doubleentry.engine.statuses import Outcome
from doubleentry.engine.workspaces import World

_PATH: Final = ("effect", "code")


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


def dialect_of(world: World, dialect: str | None, code: str) -> str:
    """Return the dialect whose code a fault's effect means.

    Args:
        world: Knows the dialects' rules.
        dialect: The dialect that was said; None for the one that has the code.
        code: In the vendor's own spelling.

    Raises:
        InvalidInput: The dialect has no such code; or none has it, or more than one has.
    """
    if dialect is None:
        return _only_dialect_with(world, code)
    outcome_of(world, dialect, code, _PATH)
    return dialect


def _only_dialect_with(world: World, code: str) -> str:
    having = [name for name, rules in world.rules.items() if _has(rules.outcome, code)]
    if len(having) == 1:
        return having[0]
    if having:
        raise InvalidInput([Problem(("match", "dialect"), f"Say whose code {code!r} is: {' or '.join(having)}.")])
    raise InvalidInput([Problem(_PATH, f"No dialect has a sync that ends with {code!r}.")])


def _has(outcome: Callable[[str], Outcome], code: str) -> bool:
    try:
        outcome(code)
    except NotFound:
        return False
    return True
