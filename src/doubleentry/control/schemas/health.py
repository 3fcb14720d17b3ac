"""Health: whether the server answers, and what it is."""

from marshmallow import validate

from doubleentry.control.schemas.base import ControlSchema, many, shown_instant, told
from doubleentry.engine.clock import ClockMode
from doubleentry.web.fields import Text, WholeNumber, Word


class HealthSchema(ControlSchema):
    """What a caller needs to know before the first test."""

    status = Text(required=True, validate=validate.Equal("ok"))
    version = Text(required=True, metadata=told("The emulator's version."))
    dialects = many(Text(), metadata=told("The vendors that are served."))
    workspaces = WholeNumber(required=True, metadata=told("How many workspaces are open."))
    workspace = Text(required=True, metadata=told("The workspace that this request speaks of."))
    seed = Text(required=True, metadata=told("What the workspace's ids are made from."))
    mode = Word(list(ClockMode), required=True, metadata=told("How the workspace's time moves."))
    now = shown_instant("The workspace's time.")
