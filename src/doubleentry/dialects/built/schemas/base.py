"""The kit of the vendor's wire shapes. What is sent is checked by the framework's rules, not by these."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from doubleentry.engine.overriding import override

TIMESTAMP_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.000000Z$"
_LEAP_YEAR: Final = r"(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)"
DAY_PATTERN: Final = (
    r"^(?:[1-9][0-9]{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    rf"|(?:0[13578]|1[02])-31)|{_LEAP_YEAR}-02-29)$"
)
DAY_FORMAT: Final = {"pattern": DAY_PATTERN, "examples": ["2024-06-05"]}
LARGEST_ID: Final = 2**53


class BuiltSchema(Schema):
    """An object with the members that are declared and no others, spelled as the vendor spells them."""

    error_messages: ClassVar[dict[str, str]] = {"type": "Expected an object."}  # type: ignore[misc]  # not declared so

    class Meta:
        """What is not declared is refused."""

        unknown = RAISE


class Whole(fields.Integer):
    """A whole number; nothing else is turned into one."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValidationError("Expected a whole number.")
        return value


class Id(Whole):
    """An id: the tables count from 1."""

    def __init__(self) -> None:
        """Take nothing: an id is always there."""
        super().__init__(required=True, validate=validate.Range(1, LARGEST_ID))


class Amount(fields.Field[Any]):
    """An amount of money: a number, printed without a fraction that is zero."""

    def __init__(self) -> None:
        """Take nothing: an amount is always there."""
        super().__init__(required=True, metadata={"type": "number"})

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise ValidationError("Expected a number.")
        return value


class Day(fields.String):
    """A day: ``2024-06-05``."""

    def __init__(self, *, data_key: str | None = None) -> None:
        """Take its name on the wire, where that is no name in Python."""
        super().__init__(
            required=True, data_key=data_key, validate=validate.Regexp(DAY_PATTERN), metadata=dict(DAY_FORMAT)
        )


class Timestamp(fields.String):
    """An instant in UTC, of whole seconds, with six digits of them."""

    def __init__(self, *, allow_none: bool = False) -> None:
        """Say whether it may be null."""
        super().__init__(required=True, allow_none=allow_none, validate=validate.Regexp(TIMESTAMP_PATTERN))
