"""Webhooks: who asked to be told, what was sent, what came back."""

from collections.abc import Sequence
from typing import Any, Final

from marshmallow import Schema, fields, validate

from doubleentry.control.schemas.base import ControlSchema, limit_field, many, shown_instant, told
from doubleentry.engine.ports import StampClock
from doubleentry.engine.webhooks import DeliveryStatus
from doubleentry.web.fields import URL_PATTERN, Flag, Instant, Matches, Text, WholeNumber, Word

MOST_ROWS: Final = 1000
"""Of events and of deliveries, in one answer; so many unless less are asked for."""
URL_EXAMPLE: Final = "http://127.0.0.1:9000/hook"


class EndpointSchema(ControlSchema):
    """Who asked to be told."""

    id = Text(required=True)
    dialect = Text(required=True)
    url = Text(required=True)
    company = Text(required=True, allow_none=True, metadata=told("Only events of this company; null for all."))
    record = fields.Dict(keys=Text(), required=True, metadata=told("What the dialect keeps with it."))
    secret = Text(
        required=True,
        allow_none=True,
        metadata=told("What its requests are signed with, made from the seed; null where they are not signed."),
    )
    disabled = Flag(required=True, metadata=told("Whether it is told nothing."))
    failing_since = shown_instant("When the first attempt failed after which none has succeeded.", nullable=True)
    note = Text(required=True, allow_none=True, metadata=told("Why it is disabled."))


class EndpointsSchema(ControlSchema):
    """The endpoints, oldest first."""

    endpoints = many(EndpointSchema)


class EventSchema(ControlSchema):
    """What happened."""

    id = Text(required=True)
    name = Text(required=True, metadata={"examples": ["sync.finished"]})
    dialect = Text(required=True)
    company = Text(required=True)
    subject = Text(required=True, metadata=told("The id that it happened to."))
    record = fields.Dict(keys=Text(), required=True, metadata=told("What the dialect says of it."))
    at = shown_instant("When.")


class EventsSchema(ControlSchema):
    """Events, oldest first; of more than the limit the newest."""

    total = WholeNumber(required=True, metadata=told("How many are kept that fit, shown here or not."))
    events = many(EventSchema)


class EventQuerySchema(ControlSchema):
    """Which events to show."""

    name = Text(metadata=told("Only those of this name.", examples=["sync.finished"]))
    dialect = Text(metadata=told("Only those of this vendor."))
    before = Text(metadata=told("Only those older than the one with this id, such as the first of those shown before."))
    limit = limit_field(MOST_ROWS)


class DisableSchema(ControlSchema):
    """Why."""

    note = Text(metadata=told("In plain words; shown with the endpoint."))


class ReplaySchema(ControlSchema):
    """What to send once more."""

    since = Instant(required=True, metadata=told("What happened at it or later, on the workspace's clock."))
    endpoint = Text(metadata=told("To whom; to all that are not disabled unless said."))


class StampClockSchema(ControlSchema):
    """Whose time is in the time stamps of webhooks, and thus in what they are signed for."""

    clock = Word(
        list(StampClock),
        required=True,
        metadata=told("`wall`: the machine's, which receivers compare with; `workspace`: the emulated one."),
    )


def new_example(dialects: Sequence[str], examples: Sequence[str]) -> Schema:
    """Return the shape of an example that is to be sent."""
    members: dict[str, fields.Field[Any]] = {
        "dialect": Word(dialects, required=True, metadata=told("Whose event.")),
        "event": Word(examples, required=True, metadata=told("Its name, in the vendor's words.")),
        "endpoint": Text(required=True, metadata=told("To whom, whether it asked for such events or not.")),
    }
    return ControlSchema.from_dict(members, name="NewExampleSchema")()


def new_endpoint(dialects: Sequence[str], topics: Sequence[str]) -> Schema:
    """Return the shape of a new endpoint."""
    members: dict[str, fields.Field[Any]] = {
        "dialect": Word(dialects, required=True, metadata=told("Whose events.")),
        "url": Text(
            required=True,
            validate=Matches(URL_PATTERN, f"Expected a URL such as {URL_EXAMPLE}."),
            metadata=told("Where to.", examples=[URL_EXAMPLE]),
        ),
        "company": Text(validate=validate.Length(1), metadata=told("Only events of this company.")),
        "topics": fields.List(
            Word(topics),
            required=True,
            validate=validate.Length(1),
            metadata=told("What is asked for, by the vendor's names."),
        ),
    }
    return ControlSchema.from_dict(members, name="NewEndpointSchema")()


def new_event(dialects: Sequence[str], events: Sequence[str]) -> Schema:
    """Return the shape of an event that is to happen."""
    members: dict[str, fields.Field[Any]] = {
        "dialect": Word(dialects, required=True, metadata=told("Whose event.")),
        "event": Word(events, required=True, metadata=told("Its name, in the vendor's words.")),
        "company": Text(
            validate=validate.Length(1),
            metadata=told("To whom it happens; to the first, or to one that is made for it, unless said."),
        ),
        "record": fields.Dict(
            keys=Text(),
            load_default=dict,
            metadata=told(
                "What it is about, in the vendor's spelling, where it is not brought about by the vendor's API."
            ),
        ),
    }
    return ControlSchema.from_dict(members, name="NewEventSchema")()


class StampSchema(ControlSchema):
    """The instant that a request was stamped and signed for."""

    at = shown_instant("In the time stamp.")
    clock = Word(list(StampClock), required=True, metadata=told("Whose time it is."))


class OutgoingSchema(ControlSchema):
    """What is sent."""

    url = Text(required=True)
    headers = fields.Dict(keys=Text(), values=Text(), required=True)
    body = Text(required=True)
    stamp = fields.Nested(
        StampSchema, required=True, allow_none=True, metadata=told("Null where nothing depends on the instant.")
    )
    timeout = Text(required=True, metadata=told("How long the receiver may take, in real time; ISO 8601."))
    follow_redirects = Flag(required=True)


class DeliverySchema(ControlSchema):
    """One event on its way to one endpoint."""

    id = Text(required=True)
    event = fields.Nested(EventSchema, required=True)
    endpoint = Text(required=True)
    dialect = Text(required=True)
    request = fields.Nested(OutgoingSchema, required=True)
    status = Word(list(DeliveryStatus), required=True)
    attempts = WholeNumber(required=True, metadata=told("How many were made."))
    skipped = WholeNumber(required=True, metadata=told("How many fell due while the endpoint was disabled."))
    first_at = shown_instant("When the first was made.", nullable=True)
    next_at = shown_instant("When the next is due.", nullable=True)
    note = Text(required=True, allow_none=True, metadata=told("What was wrong with the last attempt."))


class DeliveriesSchema(ControlSchema):
    """The deliveries, oldest first."""

    deliveries = many(DeliverySchema)


class KeptDeliveriesSchema(DeliveriesSchema):
    """The deliveries that are kept, oldest first; of more than the limit the newest."""

    total = WholeNumber(required=True, metadata=told("How many are kept that fit, shown here or not."))
    dropped = WholeNumber(
        required=True, metadata=told("How many of the oldest events are gone, with their deliveries.")
    )


class ReplySchema(ControlSchema):
    """What came back, or why nothing did."""

    status = WholeNumber(required=True, allow_none=True)
    headers = fields.Dict(keys=Text(), values=Text(), required=True)
    body = Text(required=True)
    error = Text(required=True, allow_none=True, metadata=told("Why there was no answer."))
    refused = Flag(required=True, metadata=told("The emulator would not even try the address."))


class AttemptSchema(ControlSchema):
    """One HTTP try."""

    id = Text(required=True)
    number = WholeNumber(required=True, metadata=told("From 1."))
    at = shown_instant("When it was sent.")
    request = fields.Nested(OutgoingSchema, required=True, metadata=told("What was sent; of a long body the start."))
    reply = fields.Nested(ReplySchema, required=True)
    note = Text(required=True, allow_none=True, metadata=told("What was wrong, and what to do; null for a success."))


class DeliveryWithAttemptsSchema(ControlSchema):
    """A delivery and each of its attempts, oldest first."""

    delivery = fields.Nested(DeliverySchema, required=True)
    attempts = many(AttemptSchema)


class DeliveryQuerySchema(ControlSchema):
    """Which deliveries to show."""

    status = Word(list(DeliveryStatus), metadata=told("Only those that stand so."))
    event = Text(metadata=told("Only those of this event: its name or its id.", examples=["sync.finished"]))
    endpoint = Text(metadata=told("Only those to this endpoint."))
    before = Text(metadata=told("Only those older than the one with this id, such as the first of those shown before."))
    limit = limit_field(MOST_ROWS)
