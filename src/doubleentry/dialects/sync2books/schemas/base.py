"""The kit of the vendor's wire shapes. What is sent is checked by the framework's rules, not by these."""

from typing import ClassVar, Final

from marshmallow import RAISE, Schema, fields, validate

TIMESTAMP_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z$"


class NestSchema(Schema):
    """An object with the members that are declared and no others, spelled as the vendor spells them."""

    error_messages: ClassVar[dict[str, str]] = {"type": "Expected an object."}  # type: ignore[misc]  # not declared so

    class Meta:
        """What is not declared is refused."""

        unknown = RAISE


class Text(fields.String):
    """A text that is always there unless said otherwise."""

    def __init__(self, *, required: bool = True, allow_none: bool = False, empty: bool = False) -> None:
        """Say whether it may be missing, null or empty."""
        rule = None if empty else validate.Length(1)
        super().__init__(required=required, allow_none=allow_none, validate=rule)


class Timestamp(fields.String):
    """An instant in UTC."""

    def __init__(self, *, required: bool = True, allow_none: bool = False) -> None:
        """Say whether it may be missing or null."""
        super().__init__(required=required, allow_none=allow_none, validate=validate.Regexp(TIMESTAMP_PATTERN))
