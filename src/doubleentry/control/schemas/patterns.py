"""Patterns: what an exchange or an entry of the timeline must be."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import fields, validate

from doubleentry.control.schemas.base import ControlSchema, Shapes, names, told
from doubleentry.web.fields import Matches, Text, WholeNumber, Word

POINTER: Final = r"^(?:/(?:[^~/]|~[01])*)+$"
IS_POINTER: Final = Matches(POINTER, "Expected a JSON pointer such as /syncId.")


def _found(description: str) -> fields.Dict:
    return fields.Dict(
        keys=Text(validate=IS_POINTER),
        values=fields.Raw(allow_none=True),
        metadata=told(description, **names(POINTER)),
    )


class ExchangePatternSchema(ControlSchema):
    """What an exchange must be; a member that is absent is not looked at."""

    dialect = Text(metadata=told("Whose API was called."))
    operation = Text(metadata=told("The operation's id."))
    method = Text()
    path = Text(metadata=told("Below the dialect's prefix."))
    company = Text()
    status = WholeNumber(validate=validate.Range(100, 599), metadata=told("What it was answered with."))
    body = _found("JSON pointers into the request's body, and the values found there; null also for nothing.")
    answer = _found("JSON pointers into the answer's body, and the values found there; null also for nothing.")


class EntryPatternSchema(ControlSchema):
    """What an entry of the timeline must be; a member that is absent is not looked at."""

    kind = Text(metadata=told("A thing and what became of it.", examples=["sync.finished"]))
    subject = Text(metadata=told("The id that it happened to."))
    cause = Text(metadata=told("The id of what brought it about."))
    facts = fields.Dict(keys=Text(), values=fields.Raw(allow_none=True), metadata=told("Facts that it must have."))


class ExpectationSchema(ControlSchema):
    """One thing that is to have happened."""

    shapes: ClassVar[Shapes] = {"exchange": (), "entry": ()}

    exchange = fields.Nested(ExchangePatternSchema)
    entry = fields.Nested(EntryPatternSchema)
    times = WholeNumber(
        validate=validate.Range(0, 1_000_000),
        metadata=told("How often, exactly, 0 for never; at least once unless said here or for all."),
    )


class VerifySchema(ControlSchema):
    """What is to have happened."""

    also: ClassVar[Mapping[str, Any]] = {"examples": [{"expect": [{"entry": {"kind": "sync.finished"}}]}]}

    expect = fields.List(fields.Nested(ExpectationSchema), required=True, validate=validate.Length(1, 100))
    order = Word(
        ("any", "strict"),
        load_default="any",
        metadata=told("With strict: one after the other as they are listed, whatever is between them."),
    )
    times = WholeNumber(
        validate=validate.Range(0, 1_000_000), metadata=told("How often each, exactly, where it does not say itself.")
    )


class DifferenceSchema(ControlSchema):
    """One expectation that was not found to hold."""

    expect = WholeNumber(required=True, metadata=told("Its position in the list, from 0."))
    message = Text(required=True, metadata=told("What was expected, what came, and the nearest to it."))
    known = fields.Boolean(
        required=True, metadata=told("False where what could tell is no longer kept, so that nobody can know.")
    )
    nearest = fields.Dict(
        keys=Text(), required=True, allow_none=True, metadata=told("The exchange or the entry that is nearest to it.")
    )


class VerifiedSchema(ControlSchema):
    """Whether all that was expected has happened."""

    verified = fields.Boolean(required=True)
    known = fields.Boolean(
        required=True, metadata=told("False where it is not verified only because some of the record is gone.")
    )
    differences = fields.List(fields.Nested(DifferenceSchema), required=True)


Pattern = dict[str, Any]
