"""The kit of the control API's shapes: exact both ways, and every rule of theirs can be told in JSON Schema."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from doubleentry.engine.overriding import override
from doubleentry.web.fields import QueryNumber, Text

Shapes = Mapping[str, Sequence[str]]


class ControlSchema(Schema):
    """An object with the members that are declared and no others.

    Attributes:
        shapes: Members of which there must be exactly one, and those that may then come with it; members that are not
            named here are free. Empty for no such rule.
        also: JSON Schema that the fields alone do not tell, for the document.
    """

    shapes: ClassVar[Shapes] = {}
    also: ClassVar[Mapping[str, Any]] = {}

    class Meta:
        """What is not declared is refused."""

        unknown = RAISE

    error_messages: ClassVar[dict[str, str]] = {"type": "Expected an object."}  # type: ignore[misc]  # not declared so

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "shapes" in vars(cls):
            cls.also = {**cls.also, "oneOf": one_of(cls.shapes)}

    @override
    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Say of what is not known what was probably meant."""
        if not isinstance(error.messages, dict):
            return
        known = [field.data_key or name for name, field in self.load_fields.items()]
        for name in error.messages:
            if name not in known and name != "_schema":
                close = difflib.get_close_matches(str(name), known, n=1)
                hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known) or 'none'}."
                error.messages[name] = [f"Not a known member. {hint}"]

    @validates_schema
    def _takes_one_shape(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if not self.shapes:
            return
        said = [name for name in self.shapes if name in data]
        if len(said) != 1:
            came = f"not {' and '.join(said)}" if said else "none came"
            raise ValidationError(f"Expected exactly one of {', '.join(self.shapes)}; {came}.")
        excess = [name for name in _companions(self.shapes) if name in data and name not in self.shapes[said[0]]]
        if excess:
            raise ValidationError({name: ["Does not go with " + said[0] + "."] for name in excess})


class NoQuerySchema(ControlSchema):
    """A query of an operation that reads none: what is put there, and belongs into the body, would pass unseen."""

    @override
    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Say that it is the place which is wrong."""
        if isinstance(error.messages, dict):
            error.messages.update({name: ["Nothing is read from the query here."] for name in error.messages})


def one_of(shapes: Shapes, more: Mapping[str, Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Return shapes as the alternatives of a JSON Schema.

    Args:
        shapes: As `ControlSchema.shapes`.
        more: What a shape says about its members beyond that.
    """
    alternatives = []
    for name, allowed in shapes.items():
        without = [other for other in (*shapes, *_companions(shapes)) if other != name and other not in allowed]
        properties = {**dict.fromkeys(without, False), **(more or {}).get(name, {})}
        alternatives.append({"required": [name], "properties": properties})
    return alternatives


def _companions(shapes: Shapes) -> list[str]:
    return list(dict.fromkeys(name for companions in shapes.values() for name in companions if name not in shapes))


class ProblemSchema(ControlSchema):
    """One thing wrong with what was sent."""

    path = Text(required=True, metadata={"description": "Member names and positions from the root, by slashes."})
    message = Text(required=True)


class ErrorSchema(ControlSchema):
    """What was refused, and facts about it."""

    class Meta:
        """Some errors carry more facts."""

        unknown = INCLUDE

    kind = Text(required=True, metadata={"examples": ["NotFound"]})
    message = Text(required=True)
    location = Text(metadata={"description": "Where the problems are: body, query or workspace."})
    problems = fields.List(fields.Nested(ProblemSchema))


class ErrorAnswerSchema(ControlSchema):
    """Our own error envelope."""

    error = fields.Nested(ErrorSchema, required=True)


def many(shape: type[Schema] | fields.Field[Any], metadata: dict[str, Any] | None = None) -> fields.List[Any]:
    """Return the field of a list in an answer."""
    inner = shape if isinstance(shape, fields.Field) else fields.Nested(shape)
    return fields.List(inner, required=True, metadata=metadata)


def told(description: str, **metadata: object) -> dict[str, object]:
    """Return what the document says about a field."""
    return {"description": description, **metadata}


def shown_instant(description: str, *, nullable: bool = False) -> Text:
    """Return the field of an instant in an answer."""
    return Text(required=True, allow_none=nullable, metadata={"description": description, "format": "date-time"})


def limit_field(most: int) -> QueryNumber:
    """Return the field of how many rows are wanted at most."""
    return QueryNumber(validate=validate.Range(1, most), metadata=told("How many at most; the newest are kept."))


def names(pattern: str) -> dict[str, Any]:
    """Return, for a field's metadata, the rule that an object's names follow a pattern."""
    # In a list of one, because apispec passes on only the words that OpenAPI 3.0 knew.
    return {"allOf": [{"propertyNames": {"pattern": pattern}}]}
