"""Shared marshmallow fields: what JSON says is taken at its word, and every rule can be told in JSON Schema.

marshmallow's own fields turn ``"5"`` into a number and ``1`` into true; these do not.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypedDict, Unpack

import msgspec
from marshmallow import ValidationError, fields, validate

from doubleentry.engine.overriding import override

# Every day that the calendar has, so that what the pattern takes needs no second look.
_LEAP_YEAR: Final = r"(?:[1-8][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|[2468][048]|[357][26])00)"
DAY: Final = (
    r"(?:[1-8][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    rf"|(?:0[13578]|1[02])-31)|{_LEAP_YEAR}-02-29)"
)
EVERY_DAY: Final = (
    r"(?!0000)(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    r"|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
"""The same of the years 0001 to 9999."""

_TIME: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
INSTANT_PATTERN: Final = rf"^{DAY}T{_TIME}(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
"""ISO 8601 with an offset, years 1000 to 8999."""

LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
"""No clock is moved beyond it, so that whatever is scheduled from there still has a year of four digits."""

_DAYS: Final = r"(?:1[01][0-9]{3}|[0-9]{1,4})D"
DURATION_PATTERN: Final = (
    rf"^P(?=[0-9T])(?:{_DAYS})?"
    r"(?:T(?=[0-9])(?:[0-9]{1,5}H)?(?:[0-9]{1,6}M)?(?:[0-9]{1,8}(?:\.[0-9]{1,6})?S)?)?$"
)
"""ISO 8601 in days, hours, minutes and seconds: `LONGEST_SECONDS` are 11,574 days and some."""
LONGEST_SECONDS: Final = 1_000_000_000

BLANKS: Final = r"\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Unicode calls white space, for within brackets: the short form of it takes in four more characters in Python."""

URL_PATTERN: Final = rf"^https?://[^\x00-\x1f\x7f{BLANKS}/?#]{{1,255}}(?:[/?#][!-~]{{0,2000}})?$"
"""A URL of any host, so that `localhost` is one."""


class Options(TypedDict, total=False):
    """What a field is told beside its own arguments."""

    required: bool
    allow_none: bool
    load_default: Any
    data_key: str
    metadata: dict[str, Any]


class Matches(validate.Regexp):
    """A pattern with the meaning that it has in JSON Schema: searched for, and ``$`` is the very end."""

    def __init__(self, pattern: str, error: str | None = None) -> None:
        """Take a pattern that means the same in Python and in JavaScript."""
        super().__init__(pattern)
        self._refusal = f"Expected a text that matches {pattern}." if error is None else error
        self._exact = re.compile(pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern)

    @override
    def __call__(self, value: Any) -> Any:
        """Refuse a text that does not match."""
        if self._exact.search(value) is None:
            raise ValidationError(self._refusal)
        return value


class Text(fields.String):
    """A string; nothing else is turned into one."""


class Flag(fields.Boolean):
    """True or false; neither a number nor a word is one."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, bool):
            return value
        raise self.make_error("invalid", input=value)


class QueryFlag(fields.Boolean):
    """True or false in a query string: these two words."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if value in {"true", "false"}:
            return value == "true"
        raise ValidationError("Expected true or false.")


class WholeNumber(fields.Integer):
    """A whole number; ``1.0`` is one, ``true`` and ``"1"`` are none."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        number = _number(value)
        if number is None or number != number.to_integral_value():
            raise self.make_error("invalid", input=value)
        return int(number) if number.copy_abs() < 10**18 else number


class QueryNumber(fields.Integer):
    """A whole number in a query string: plain digits."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value, re.ASCII):
            return int(value)
        raise self.make_error("invalid", input=value)


class Number(fields.Decimal):
    """A JSON number, kept exactly; a string or a boolean is none."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        number = _number(value)
        if number is None:
            raise self.make_error("invalid", input=value)
        return number

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class _OneOf(validate.OneOf):
    """One of a few words; of another one it says what was probably meant, before it lists them."""

    @override
    def __call__(self, value: Any) -> Any:
        if value in self.choices:
            return value
        close = difflib.get_close_matches(str(value), self.choices, n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise ValidationError(f"{hint}Must be one of: {', '.join(self.choices)}.")


class Word(Text):
    """One of a few words; of any when none are given."""

    def __init__(self, words: Sequence[str], **options: Unpack[Options]) -> None:
        """Take the words."""
        choices = list(dict.fromkeys(map(str, words)))
        super().__init__(validate=_OneOf(choices) if choices else None, **options)


class Instant(Text):
    """An instant with its offset; loaded as an aware datetime in UTC."""

    def __init__(self, **options: Unpack[Options]) -> None:
        """Take what a string field takes."""
        super().__init__(**_with({"format": "date-time", "pattern": INSTANT_PATTERN}, options))
        self._matches = Matches(INSTANT_PATTERN, "Expected an instant with its offset, such as 2022-08-03T01:30:09Z.")

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return datetime.fromisoformat(self._matches(text)).astimezone(UTC)


_DURATION_SCHEMA: Final[Mapping[str, object]] = {
    "anyOf": [
        {"type": "string", "pattern": DURATION_PATTERN, "examples": ["PT10M"]},
        {"type": "number", "minimum": 0, "maximum": LONGEST_SECONDS},
    ]
}


class Duration(fields.Field[timedelta]):
    """A duration: ISO 8601 in days, hours, minutes and seconds, or a number of seconds; never negative."""

    def __init__(self, **options: Unpack[Options]) -> None:
        """Take what any field takes."""
        super().__init__(**_with(_DURATION_SCHEMA, options))

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> timedelta:
        return duration(value)


class Span(fields.Field[tuple[timedelta, timedelta]]):
    """A duration, or ``{least, most}`` for any between the two; loaded as both bounds, the smaller one first."""

    def __init__(self, **options: Unpack[Options]) -> None:
        """Take what any field takes."""
        bounds = {
            "type": "object",
            "properties": {"least": _DURATION_SCHEMA, "most": _DURATION_SCHEMA},
            "required": ["least", "most"],
            "additionalProperties": False,
        }
        super().__init__(**_with({"anyOf": [_DURATION_SCHEMA, bounds]}, options))

    @override
    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[timedelta, timedelta]:
        if not isinstance(value, Mapping):
            both = duration(value)
            return both, both
        if set(value) != {"least", "most"}:
            raise ValidationError("Expected a duration, or an object with least and most.")
        first, second = sorted((duration(value["least"]), duration(value["most"])))
        return first, second


def duration(value: object) -> timedelta:
    """Return the duration that an ISO 8601 text or a number of seconds stands for.

    Raises:
        ValidationError: It is neither, or it is negative, or longer than `LONGEST_SECONDS`.
    """
    if isinstance(value, str):
        Matches(DURATION_PATTERN, "Expected a duration such as PT10M or P1DT2H, or a number of seconds.")(value)
        return msgspec.convert(value, timedelta)
    seconds = _number(value)
    if seconds is None or not 0 <= seconds <= LONGEST_SECONDS:
        raise ValidationError(f"Expected a duration such as PT10M, or a number of seconds from 0 to {LONGEST_SECONDS}.")
    return timedelta(seconds=float(seconds))


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _with(schema: Mapping[str, object], options: Options) -> Options:
    return {**options, "metadata": {**schema, **options.get("metadata", {})}}
