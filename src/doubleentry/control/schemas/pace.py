"""Pace: how syncs move."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from doubleentry.control.schemas.base import ControlSchema, told
from doubleentry.engine.pace import PRESETS, Hold, PaceMode
from doubleentry.web.fields import Span, Text, WholeNumber, Word


class RangeSchema(ControlSchema):
    """A duration between two bounds, each as likely as any other."""

    least = Text(required=True, metadata=told("ISO 8601.", examples=["PT0.2S"]))
    most = Text(required=True, metadata=told("ISO 8601.", examples=["PT0.2S"]))


class PaceSchema(ControlSchema):
    """How a sync moves."""

    mode = Word(list(PaceMode), required=True)
    wait = fields.Nested(RangeSchema, required=True)
    run = fields.Nested(RangeSchema, required=True)
    polls = WholeNumber(required=True)
    hold = Word(list(Hold), required=True)


class ScopedPaceSchema(ControlSchema):
    """The pace of a scope."""

    dialect = Text(required=True, allow_none=True, metadata=told("Null for all dialects."))
    company = Text(required=True, allow_none=True, metadata=told("Null for all companies."))
    pace = fields.Nested(PaceSchema, required=True)
    next = WholeNumber(required=True, metadata=told("How many of its next syncs have a pace of their own."))
    next_pace = fields.Nested(
        PaceSchema, required=True, allow_none=True, metadata=told("The pace of those; null where there are none.")
    )


class PaceQuerySchema(ControlSchema):
    """Whose pace to show."""

    dialect = Text(metadata=told("All dialects unless said."))
    company = Text(metadata=told("All companies unless said."))


class PaceSettingSchema(ControlSchema):
    """How a sync is to move: a preset, and what is to be otherwise."""

    also: ClassVar[Mapping[str, Any]] = {"examples": [{"preset": "instant"}]}

    preset = Word(
        list(PRESETS),
        load_default="quick",
        metadata=told(
            "Where to begin; the other members say what is otherwise. A dialect may have its own words for it."
        ),
    )
    mode = Word(
        list(PaceMode),
        metadata=told(
            "At once, after a while, after so many reads, or held until released. Unless said: polls or hold where "
            "that member is given, after where wait or run is, else the preset's."
        ),
    )
    wait = Span(
        metadata=told("How long a sync is queued, once its turn has come; with polls and hold not at all unless said.")
    )
    run = Span(metadata=told("With after: how long it then runs."))
    polls = WholeNumber(
        validate=validate.Range(0, 1_000_000),
        metadata=told("With polls: how many reads of its status find it unfinished."),
    )
    hold = Word(
        list(Hold),
        metadata=told("With hold: before it starts, before anything is pushed, or pushed but not yet announced."),
    )


class PaceChangeSchema(PaceSettingSchema):
    """How syncs are to move from now on: a preset, and what is to be otherwise."""

    company = Text(validate=validate.Length(1), metadata=told("Only for this company's syncs."))
    next = WholeNumber(validate=validate.Range(1, 1_000_000), metadata=told("Only for so many of the next syncs."))


def pace_change(dialects: Sequence[str]) -> Schema:
    """Return the shape of a change of pace."""
    dialect = Word(dialects, metadata=told("Only for this dialect's syncs."))
    return PaceChangeSchema.from_dict({"dialect": dialect}, name="PaceChangeSchema")()
