"""The kit of Codat's wire shapes: its models bind as .NET's do, and complain in .NET's words.

Codat's services are written in ASP.NET Core. Requests therefore match property names in any case, ignore what they do
not know, and refuse with the framework's own sentences. The sentence about ranges is documented; those about required
fields, wrong types and unfit values are the framework's defaults (inferred).
"""

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_UP, Context, Decimal
from functools import cached_property
from typing import Any, ClassVar, Final, Unpack

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from doubleentry.dialects.codat.errors import pascal_case
from doubleentry.engine.overriding import override
from doubleentry.web.fields import BLANKS, EVERY_DAY, Matches, Options

UUID_PATTERN: Final = r"^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$"

_TIME: Final = (
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,16})?)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?"
)
INSTANT_PATTERN: Final = rf"^{EVERY_DAY}(?:T{_TIME})?$"
"""ISO 8601 in the forms that Codat's documents show: a day alone, or with a time, with or without a zone."""

MAX_INT32: Final = 2_147_483_647
MAX_RATE: Final = 1_000_000_000
_DECIMAL_PLACES: Final = 28  # System.Decimal keeps no more
_LONGEST_TOLD: Final = 100  # characters of a value that a refusal repeats
_LONG_ENOUGH: Final = Context(prec=400, rounding=ROUND_UP)


def camel_case(name: str) -> str:
    """Return a Python name as the wire spells it: ``net_amount`` is ``netAmount``."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


class Worded(fields.Field[Any]):
    """Mixed into a stock field, makes it refuse in .NET's words."""

    net_type = "System.Object"

    @property
    def net_name(self) -> str:
        """The property's name in the model; that of the list for what is in a list."""
        owner: fields.Field[Any] = self
        while owner.data_key is None and isinstance(owner.parent, fields.Field):
            owner = owner.parent
        return pascal_case(owner.data_key or owner.name or "")

    @property
    def missing_words(self) -> str:
        """What is said where a value is missing or null and must not be."""
        return f"The {self.net_name} field is required."

    @property
    def conversion_words(self) -> str:
        """What is said of a value of another type."""
        return f"The JSON value could not be converted to {self.net_type}."

    @override
    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        del kwargs
        return ValidationError(self.missing_words if key in {"required", "null"} else self.conversion_words)

    @override
    def _validate(self, value: Any) -> None:
        problems: list[str] = []
        for validator in self.validators:
            try:
                validator(value)
            except ValidationError:
                problems.append(self._wording(validator, value))
        if problems:
            raise ValidationError(problems)

    def _wording(self, validator: object, value: object) -> str:
        """Return what is said of a value that a validator refused."""
        if isinstance(validator, validate.Range):
            return f"The field {self.net_name} must be between {validator.min} and {validator.max}."
        if isinstance(validator, validate.Length) and validator.max is None:
            return (
                f"The field {self.net_name} must be a string or array type with a minimum length of '{validator.min}'."
            )
        if isinstance(validator, validate.Length):
            return (
                f"The field {self.net_name} must be a string or collection type with a minimum length of "
                f"'{validator.min or 0}' and maximum length of '{validator.max}'."
            )
        return self._unfit_words(value)

    def _unfit_words(self, value: object) -> str:
        """Return what is said of a value that has the right type and is not among those that are taken."""
        told = str(value)
        if len(told) > _LONGEST_TOLD:
            return f"The supplied value is invalid for {self.net_name}."
        return f"The value '{told}' is not valid for {self.net_name}."


class Text(Worded, fields.String):
    """A string; nothing else is turned into one."""

    net_type = "System.String"


class RequiredText(Text):
    """A string that must be there and must not be blank: .NET takes a blank one for missing."""

    def __init__(self, *, metadata: Mapping[str, Any] | None = None) -> None:
        """Take what to say about it."""
        super().__init__(required=True, validate=Matches(rf"[^{BLANKS}]"), metadata=metadata)

    @override
    def _wording(self, validator: object, value: object) -> str:
        return self.missing_words if isinstance(validator, Matches) else super()._wording(validator, value)


class Name(Text):
    """One of a few words, in any case; kept in the spelling that is listed."""

    def __init__(self, words: Sequence[str], **options: Unpack[Options]) -> None:
        """Take the words in their listed spelling."""
        super().__init__(validate=validate.OneOf([str(word) for word in words]), **options)
        self._listed = {str(word).casefold(): str(word) for word in words}

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        return self._listed.get(text.casefold(), text)


class Patterned(Text):
    """A string of a form that a pattern tells completely."""

    pattern = ""

    def __init__(self, **options: Unpack[Options]) -> None:
        """Take what a string field takes."""
        super().__init__(validate=Matches(self.pattern), **options)

    @override
    def _unfit_words(self, value: object) -> str:
        return self.conversion_words


class Guid(Patterned):
    """A dashed GUID in either case; kept in lower case, as Codat prints them."""

    net_type = "System.Guid"
    pattern = UUID_PATTERN

    def __init__(self, **options: Unpack[Options]) -> None:
        """Take what a string field takes; described with the format ``uuid``."""
        options["metadata"] = {"format": "uuid", **options.get("metadata", {})}
        super().__init__(**options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).lower()


class Instant(Patterned):
    """A date, with or without time and zone; kept as the very text that was sent."""

    net_type = "System.DateTime"
    pattern = INSTANT_PATTERN


class Timestamp(Text):
    """An instant in an answer: RFC 3339, mostly with seven fractional digits."""

    def __init__(self, **options: Unpack[Options]) -> None:
        """Take what a string field takes; described with the format ``date-time``."""
        options["metadata"] = {"format": "date-time", **options.get("metadata", {})}
        super().__init__(**options)


class Number(Worded, fields.Decimal):
    """A JSON number within bounds, kept exactly to 28 decimal places; a string or a boolean is none."""

    net_type = "System.Decimal"

    def __init__(self, minimum: int, maximum: int, **options: Unpack[Options]) -> None:
        """Take the bounds, both included."""
        super().__init__(validate=validate.Range(minimum, maximum), **options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        del attr, data, kwargs
        if type(value) is int:
            return Decimal(value)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise self.make_error("invalid")
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise self.make_error("invalid")
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_DECIMAL_PLACES and number.adjusted() < _DECIMAL_PLACES:
            # Rounded away from zero, so that what is out of bounds by a hair stays out of bounds.
            return number.quantize(Decimal(1).scaleb(-_DECIMAL_PLACES), context=_LONG_ENOUGH)
        return number

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return value


class AnyNumber(Worded, fields.Decimal):
    """A number in an answer, printed as it is."""

    net_type = "System.Decimal"

    @override
    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        del attr, obj, kwargs
        return value


class WholeNumber(Worded, fields.Integer):
    """A whole number: in JSON a number, in a query string plain digits."""

    net_type = "System.Int32"

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        del attr, data, kwargs
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
            return int(value)
        raise ValidationError(f"The value '{value}' is not valid for {self.net_name}.")


class Flag(Worded, fields.Boolean):
    """True or false; neither a number nor a word is one."""

    net_type = "System.Boolean"

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        del attr, data, kwargs
        if isinstance(value, bool):
            return value
        raise self.make_error("invalid")


class Many(Worded, fields.List[Any]):
    """An array."""

    net_type = "System.Collections.Generic.List"


class One(Worded, fields.Nested):
    """An object."""


class Freeform(Worded, fields.Dict):
    """An object whose names are not ours to know."""

    net_type = "System.Collections.Generic.Dictionary"


class VendorSchema(Schema):
    """A wire shape: fields are named as Python names them, and are ``camelCase`` on the wire and in documents alike."""

    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc]  # marshmallow declares no ClassVar
        "type": "The JSON value could not be converted to System.Object.",
        "unknown": "The JSON property could not be mapped to any .NET member.",
    }

    @override
    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give a field its name on the wire, which is also its name in a document."""
        if field_obj.data_key is None:
            field_obj.data_key = camel_case(field_name)
        field_obj.attribute = field_obj.data_key


class CodatSchema(VendorSchema):
    """What Codat is sent: names match in any case, and what is not known is ignored."""

    class Meta:
        """Unknown properties are dropped, as .NET's model binding drops them."""

        unknown = EXCLUDE

    @override
    def load(self, data: Any, *, many: bool | None = None, **options: Any) -> Any:
        """Read names in any case; done here and not in a hook, which would take as long as what it does."""
        is_many = self.many if many is None else many
        folded = [self._folded(each) for each in data] if is_many and isinstance(data, list) else self._folded(data)
        return super().load(folded, many=many, **options)

    def _folded(self, data: Any) -> Any:
        """Spell property names as declared; where a name comes in several spellings, the declared one wins."""
        if not isinstance(data, Mapping) or self._declared.issuperset(data):
            return data
        folded = {}
        for name, value in data.items():
            spelling = self._spellings.get(name.casefold(), name) if isinstance(name, str) else name
            if spelling == name or spelling not in data:
                folded[spelling] = value
        return folded

    @cached_property
    def _spellings(self) -> dict[str, str]:
        names = [field.data_key or name for name, field in self.load_fields.items()]
        return {name.casefold(): name for name in names}

    @cached_property
    def _declared(self) -> frozenset[str]:
        return frozenset(self._spellings.values())


class CodatAnswer(VendorSchema):
    """What Codat answers: exactly the declared members, in the declared order; one that is absent is left out."""

    class Meta:
        """An answer holds nothing that is not declared."""

        unknown = RAISE
