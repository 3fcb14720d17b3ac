"""The journal: each request with its answer."""

from marshmallow import fields, validate

from doubleentry.control.schemas.base import ControlSchema, limit_field, many, shown_instant, told
from doubleentry.control.schemas.patterns import IS_POINTER
from doubleentry.web.fields import Flag, Instant, QueryFlag, QueryNumber, Text, WholeNumber
from doubleentry.web.journal import MOST_EXCHANGES


class RequestSchema(ControlSchema):
    """What was asked; secrets are made unreadable."""

    method = Text(required=True)
    path = Text(required=True, metadata=told("Below the dialect's prefix."))
    query = Text(required=True)
    headers = fields.Dict(keys=Text(), values=Text(), required=True)
    body = Text(required=True)


class AnswerSchema(ControlSchema):
    """What was answered."""

    status = WholeNumber(required=True)
    headers = fields.Dict(keys=Text(), values=Text(), required=True)
    body = Text(required=True)


class ExchangeSchema(ControlSchema):
    """One request and its answer."""

    id = WholeNumber(required=True, metadata=told("Its number, from 1."))
    at = shown_instant("When it arrived, on the workspace's clock.")
    dialect = Text(required=True, metadata=told("Whose API was called."))
    operation = Text(required=True, allow_none=True, metadata=told("The operation's id."))
    unmatched = Flag(required=True, metadata=told("No operation matched."))
    nearest = Text(required=True, allow_none=True, metadata=told("When none matched: what was most likely meant."))
    company = Text(required=True, allow_none=True)
    fault = Text(required=True, allow_none=True, metadata=told("The id of the fault, or the recipe, that decided it."))
    warnings = many(Text(), metadata=told("What the caller should know."))
    request = fields.Nested(RequestSchema, required=True)
    answer = fields.Nested(AnswerSchema, required=True)
    truncated = Flag(required=True, metadata=told("A body was too large to keep whole."))
    entry = WholeNumber(
        required=True, metadata=told("The seq of the timeline's newest entry when it was answered: what came before.")
    )
    cause = Text(
        required=True,
        allow_none=True,
        metadata=told("What the timeline calls it; null when it brought nothing about.", examples=["request 12"]),
    )


class JournalSchema(ControlSchema):
    """Exchanges, oldest first."""

    exchanges = many(ExchangeSchema)
    dropped = WholeNumber(required=True, metadata=told("How many of the oldest exchanges are gone."))


class JournalQuerySchema(ControlSchema):
    """Which exchanges to show; a value without a pointer is not looked at."""

    dialect = Text(metadata=told("Only those of this dialect's API."))
    operation = Text(metadata=told("Only those of the operation with this id."))
    status = QueryNumber(validate=validate.Range(100, 599), metadata=told("Only those answered with this status."))
    company = Text(metadata=told("Only those of this company."))
    unmatched = QueryFlag(metadata=told("Only those that no operation matched, or only the others."))
    text = Text(metadata=told("Only those with this text in URL or bodies, in any case."))
    pointer = Text(
        validate=IS_POINTER,
        metadata=told("Only those where this JSON pointer names something, in the body or in the answer."),
    )
    value = Text(metadata=told("With a pointer: and where it names this, a text or any other JSON value."))
    since = Instant(metadata=told("Only those that arrived then or later, on the workspace's clock."))
    after = QueryNumber(validate=validate.Range(0, 10**15), metadata=told("Only those with a higher id."))
    limit = limit_field(MOST_EXCHANGES)
