"""Sinks: what they were sent, and what they answer."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from doubleentry.control.schemas.base import ControlSchema, many, shown_instant, told
from doubleentry.control.schemas.headers import of_an_answer
from doubleentry.engine.overriding import override
from doubleentry.web.fields import Number, Text, WholeNumber, Word
from doubleentry.web.spoiling import How

NAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
MOST_ANSWERS: Final = 1000
LONGEST_BODY: Final = 64 * 1024
LONGEST_SECONDS: Final = 300
_STATUS: Final = {"minimum": 200, "maximum": 599}
_SPOILED: Final = tuple(how.value for how in How if how is not How.MALFORM)


class SinkAnswerSchema(ControlSchema):
    """What a sink answers to one request."""

    status = WholeNumber(validate=validate.Range(200, 599), metadata=told("200 unless said.", examples=[503]))
    headers = of_an_answer("Such as Retry-After.", examples=[{}])
    body = Text(validate=validate.Length(max=LONGEST_BODY), metadata=told("Empty unless said."))
    delay_seconds = Number(
        validate=validate.Range(0, LONGEST_SECONDS),
        metadata=told("Hold the answer for so long, in wall time.", examples=[0.5]),
    )
    spoil = Word(
        _SPOILED,
        metadata=told(
            "Reset or close the connection without an answer, cut the answer short, let it drip, or keep silent."
        ),
    )
    seconds = Number(
        validate=validate.Range(0, LONGEST_SECONDS),
        metadata=told("How long a drip takes or a silence lasts; a silence without it lasts till the sender goes."),
    )


class SinkAnswer(fields.Field[Any]):
    """A status, or an answer as an object; loaded as the object."""

    def __init__(self) -> None:
        """Describe both."""
        super().__init__(
            metadata={"anyOf": [{"type": "integer", **_STATUS}, {"$ref": "#/components/schemas/SinkAnswer"}]}
        )

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, Mapping):
            return ANSWER.load(value)
        try:
            return ANSWER.load({"status": value})
        except ValidationError as error:
            raise ValidationError("Expected a status from 200 to 599, or an object with a status and more.") from error


ANSWER: Final = SinkAnswerSchema()


class ProgramSchema(ControlSchema):
    """What a sink answers to its next requests, one each; after them it answers 200 again."""

    answers = fields.List(
        SinkAnswer(),
        required=True,
        validate=validate.Length(max=MOST_ANSWERS),
        metadata=told("A status, or an object for more than that.", examples=[[500, 500, 200]]),
    )


class SinkRequestSchema(ControlSchema):
    """One request that a sink had, and what it was answered."""

    number = WholeNumber(required=True, metadata=told("From 1."))
    at = shown_instant("When it came, on the workspace's clock.")
    method = Text(required=True)
    query = Text(required=True)
    headers = fields.Dict(keys=Text(), values=Text(), required=True)
    body = Text(required=True, metadata=told("Of a long one the start."))
    answer = fields.Nested(SinkAnswerSchema, required=True)


class SinkSchema(ControlSchema):
    """A sink."""

    name = Text(required=True)
    url = Text(required=True, metadata=told("Where to send to: any method but GET, any body."))
    received = WholeNumber(required=True, metadata=told("How many requests it has had."))
    program = fields.List(
        fields.Nested(SinkAnswerSchema), required=True, metadata=told("What it answers to the next requests.")
    )
    requests = many(SinkRequestSchema, metadata=told("The last 200, oldest first."))


class SinkNameSchema(ControlSchema):
    """A sink, without what it was sent."""

    name = Text(required=True)
    url = Text(required=True)
    received = WholeNumber(required=True)


class SinksSchema(ControlSchema):
    """The sinks that were programmed or sent to, oldest first."""

    sinks = many(SinkNameSchema)
