"""The framework's validation: a table of rules for each body, and its English messages.

A field's rules do not stop one another, and all that fail are told, in the order of the table. Nothing is turned into
another type. What an optional field is told does not matter while it is null or missing. A message begins with the
field's name, and with the dotted path of the object that the field is in: ``lines.0.netAmount must be a number …``.

Source: guide "Errors and rate limits" (``message`` may be a list; ``id should not be empty``, ``currency must be a
string``: documented); class-validator 0.15 under NestJS 11.2 (the other words: observed; which field has which rule is
inferred, see `bodies`).
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct, field

from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.web.fields import EVERY_DAY, URL_PATTERN

Place = tuple[str | int, ...]

TIME: Final = (
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?"
)
DATE_PATTERN: Final = rf"^{EVERY_DAY}(?:[T ]{TIME})?$"
"""A day, alone or with a time. The framework also takes a year alone, weeks, and days that no month has."""


_PLAIN_NUMBER: Final = re.compile(r"(?:-?[0-9]{1,308}(?:\.[0-9]{1,18})?)?")
"""As many digits as a number of JavaScript's can have: one more is its `Infinity`, which is no whole number."""


class Rule(Struct, frozen=True):
    """One rule of a field.

    Attributes:
        says: What is told of a value that breaks it, after the field's name.
        holds: Whether a value keeps it; a missing one is None.
        told: The same in JSON Schema, for the document.
        each: Of a list, every value is asked; anything else is asked itself.
    """

    says: str
    holds: Callable[[Any], bool]
    told: Mapping[str, Any] = field(default_factory=dict)
    each: bool = False

    def passes(self, value: object) -> bool:
        """Whether a field's value keeps the rule."""
        return all(map(self.holds, value)) if self.each and isinstance(value, list) else self.holds(value)


class Field(Struct, frozen=True):
    """One member of a body.

    Attributes:
        rules: In the order in which they are told.
        optional: Whether it may be null or missing.
        shape: That of the object that it is, or of each object in the list that it is; None for other values.
        many: Whether it is a list of such objects.
        example: For the document.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    optional: bool = False
    shape: "Shape | None" = None
    many: bool = False
    example: object = None


class Shape(Struct, frozen=True, eq=False):
    """What an object may hold; each is its own, so that one can be looked up by it.

    Attributes:
        name: In the document.
        about: One sentence for the document.
    """

    name: str
    about: str
    fields: tuple[Field, ...]


def check(shape: Shape, given: object, *, strict: bool = False, at: Place = ()) -> list[Problem]:
    """Return what is said of a body, in the order in which it is told.

    Args:
        shape: What it may be.
        given: What was sent; what is no object has no members.
        strict: Whether members that are not in the shape are refused.
        at: Where it is in the whole.
    """
    members = given if isinstance(given, Mapping) else {}
    known = {each.name for each in shape.fields}
    found = [
        Problem((*at, name), f"{_path(at)}property {name} should not exist")
        for name in members
        if strict and name not in known
    ]
    for each in shape.fields:
        value = members.get(each.name)
        if value is None and each.optional:
            continue
        own = [_told(rule, each.name, at) for rule in each.rules if not rule.passes(value)]
        below = []
        if each.shape is not None and each.name in members:
            below = _below(each, each.shape, value, at, strict=strict)
        if isinstance(value, Mapping) and below:
            # Its members come first; what is said of a member of the body itself is lost over what is said of its own.
            found += [*below, *own] if at else below
        else:
            found += own + below
    return found


def require(shape: Shape, given: object, *, strict: bool = False, location: str = "body") -> Document:
    """Return the members of a body that are in a shape.

    Args:
        shape: What it may be.
        given: What was sent; None for nothing, which is an object without members.
        strict: Whether others are refused; otherwise they are passed over.
        location: Where it was sent: ``body`` or ``query``.

    Raises:
        InvalidInput: It breaks rules; each message is told as it is.
    """
    found = check(shape, given, strict=strict)
    if found:
        raise InvalidInput(found, location)
    return _kept(shape, given)


def require_each(shape: Shape, given: object, *, strict: bool = False) -> list[Document]:
    """Return what `require` does of one object, or of each in an array: all of them fit, or none is taken.

    With more than one, a message begins with its position: ``[1] currency must be a string`` (inferred).

    Raises:
        InvalidInput: One breaks rules, or there is none.
    """
    bodies = given if isinstance(given, list) else [given]
    if not bodies:
        raise InvalidInput([Problem((), "expenses must contain at least 1 elements")])
    found = [
        Problem(problem.path, f"[{index}] {problem.message}") if len(bodies) > 1 else problem
        for index, body in enumerate(bodies)
        for problem in check(shape, body, strict=strict)
    ]
    if found:
        raise InvalidInput(found)
    return [_kept(shape, body) for body in bodies]


def _path(at: Place) -> str:
    return "".join(f"{step}." for step in at)


def _told(rule: Rule, name: str, at: Place) -> Problem:
    subject = f"each value in {name}" if rule.each else name
    return Problem((*at, name), f"{_path(at)}{subject} {rule.says}")


def _below(each: Field, shape: Shape, value: object, at: Place, *, strict: bool) -> list[Problem]:
    """Return what is said of the object in a field, or of those in its list.

    The framework looks into a list in the place of an object too. It would let one pass that nothing is wrong in: here
    that is an object without members, as nothing can be done with it.
    """
    place = (*at, each.name)
    if not isinstance(value, list):
        return _nested(each, shape, value, place, strict=strict)
    found = []
    for index, element in enumerate(value):
        found += _nested(each, shape, element, (*place, index), strict=strict)
    return found if each.many else found or check(shape, None, strict=strict, at=place)


def _nested(each: Field, shape: Shape, value: object, place: Place, *, strict: bool) -> list[Problem]:
    """Return what is said of what stands where an object is to be; a list there is one without members."""
    if isinstance(value, Mapping | list):
        return check(shape, value, strict=strict, at=place)
    subject = f"each value in nested property {each.name}" if each.many else f"nested property {each.name}"
    return [Problem(place, f"{_path(place[:-1])}{subject} must be either object or array")]


def _kept(shape: Shape, given: object) -> Document:
    members = given if isinstance(given, Mapping) else {}
    return {each.name: _value(each, members[each.name]) for each in shape.fields if each.name in members}


def _value(each: Field, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if each.shape is None or value is None:
        return value
    shape = each.shape
    return [_kept(shape, element) for element in value] if each.many else _kept(shape, value)


def whole(text: object) -> int | None:
    """Return the whole number that a query parameter stands for, or None."""
    number = _number(text)
    return None if number is None or number != int(number) else int(number)


def _number(text: object) -> Decimal | None:
    """Return the number that a query parameter stands for, as the framework turns text into numbers: nothing is 0."""
    if not isinstance(text, str) or _PLAIN_NUMBER.fullmatch(text) is None:
        return None
    return Decimal(text or 0)


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def _matches(pattern: str) -> Callable[[Any], bool]:
    whole_text = re.compile(pattern.removesuffix("$"))
    return lambda value: isinstance(value, str) and whole_text.fullmatch(value) is not None


NOT_EMPTY: Final = Rule("should not be empty", lambda value: value is not None and value != "", {"minLength": 1})
TEXT: Final = Rule("must be a string", lambda value: isinstance(value, str), {"type": "string"})
NUMBER: Final = Rule("must be a number conforming to the specified constraints", _is_number, {"type": "number"})
FLAG: Final = Rule("must be a boolean value", lambda value: isinstance(value, bool), {"type": "boolean"})
DATE: Final = Rule(
    "must be a valid ISO 8601 date string", _matches(DATE_PATTERN), {"type": "string", "pattern": DATE_PATTERN}
)
URL: Final = Rule("must be a URL address", _matches(URL_PATTERN), {"type": "string", "pattern": URL_PATTERN})
"""With any host: the framework's own rule would refuse ``localhost``."""
ARRAY: Final = Rule("must be an array", lambda value: isinstance(value, list), {"type": "array"})
INTEGER: Final = Rule("must be an integer number", lambda value: whole(value) is not None, {"type": "integer"})
"""In a query string, like the bounds of numbers below."""
EACH_TEXT: Final = Rule(TEXT.says, TEXT.holds, {"items": {"type": "string"}}, each=True)


def one_of(words: Sequence[str], also: Sequence[str] = ()) -> Rule:
    """Return the rule that a value is one of some words; others are taken too, and not told."""
    accepted = tuple(dict.fromkeys((*words, *also)))
    told = {"type": "string", "enum": list(accepted)}
    listed = ", ".join(words)
    return Rule(f"must be one of the following values: {listed}", lambda value: value in accepted, told)


def at_least(size: int) -> Rule:
    """Return the rule that a list has no fewer elements."""
    return Rule(
        f"must contain at least {size} elements",
        lambda value: isinstance(value, list) and len(value) >= size,
        {"minItems": size},
    )


def at_most(size: int) -> Rule:
    """Return the rule that a list has no more elements."""
    return Rule(
        f"must contain no more than {size} elements",
        lambda value: isinstance(value, list) and len(value) <= size,
        {"maxItems": size},
    )


def no_less(least: int) -> Rule:
    """Return the rule that a number in a query string is not smaller."""
    return Rule(f"must not be less than {least}", lambda value: _in(value, least, None), {"minimum": least})


def no_more(most: int) -> Rule:
    """Return the rule that a number in a query string is not greater."""
    return Rule(f"must not be greater than {most}", lambda value: _in(value, None, most), {"maximum": most})


def _in(value: object, least: int | None, most: int | None) -> bool:
    number = _number(value)
    return number is not None and (least is None or number >= least) and (most is None or number <= most)
