"""How a vendor's code is said."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields

from doubleentry.engine.overriding import override

_DIGITS: Final = 18


class Code(fields.Field[str]):
    """A vendor's code, as a text or as the number that it looks like; loaded as text."""

    def __init__(self, codes: Sequence[str], description: str) -> None:
        """Take the codes; none for those that only their dialect can tell."""
        # Two dialects may have a word in common.
        codes = self._codes = tuple(dict.fromkeys(codes))
        numbers = [int(code) for code in codes if code.isdecimal()]
        told = {"enum": [*codes, *numbers]} if codes else {"type": ["string", "integer"]}
        super().__init__(metadata={"description": description, **told})

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, Decimal) and value == value.to_integral_value() and value.adjusted() < _DIGITS:
            value = int(value)  # 5130.0 is 5130 in JSON
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValidationError("Expected a code, as a text or a whole number.")
        code = str(value)
        if self._codes and code not in self._codes:
            raise ValidationError(f"No dialect has {code!r}. Codes are: {', '.join(self._codes)}.")
        return code
