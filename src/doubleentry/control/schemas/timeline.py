"""The timeline: what syncs caused, in causal order."""

from marshmallow import fields, validate

from doubleentry.control.schemas.base import ControlSchema, many, shown_instant, told
from doubleentry.web.fields import QueryNumber, Text, WholeNumber

LONGEST_SECONDS = 300


class TimelineEntrySchema(ControlSchema):
    """One thing that happened."""

    seq = WholeNumber(required=True, metadata=told("Counts from 1 without gaps."))
    at = shown_instant("When, on the workspace's clock.")
    kind = Text(required=True, metadata=told("A thing and what became of it.", examples=["sync.started"]))
    subject = Text(required=True, metadata=told("The id that it happened to."))
    cause = Text(
        required=True,
        allow_none=True,
        metadata=told("The id of what brought it about; null where it came by time alone."),
    )
    facts = fields.Dict(keys=Text(), required=True)


class TimelineSchema(ControlSchema):
    """Entries, oldest first."""

    entries = many(TimelineEntrySchema)
    last = WholeNumber(required=True, metadata=told("The newest entry's seq; 0 when nothing has happened."))
    dropped = WholeNumber(required=True, metadata=told("How many of the oldest entries are gone."))


class TimelineQuerySchema(ControlSchema):
    """Which entries to show."""

    after = QueryNumber(
        validate=validate.Range(0, 10**15), load_default=0, metadata=told("Only entries with a higher seq.")
    )
    kind = Text(metadata=told("Only entries of this kind."))
    subject = Text(metadata=told("Only what happened to this id."))
    sync = Text(metadata=told("Only the story of this sync: what moved it, and all that follows from it."))


class TimelineStreamQuerySchema(TimelineQuerySchema):
    """Which entries to send, and for how long."""

    seconds = QueryNumber(
        validate=validate.Range(0, LONGEST_SECONDS),
        load_default=30,
        metadata=told("How long to go on, in real time; 30 unless said."),
    )
