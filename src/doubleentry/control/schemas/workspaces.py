"""Workspaces: the open ones, and how one is returned to its baseline."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import validate

from doubleentry.control.schemas.base import ControlSchema, many, shown_instant, told
from doubleentry.control.schemas.snapshots import NAME_PATTERN
from doubleentry.engine.clock import ClockMode
from doubleentry.web.fields import Flag, Instant, Matches, Text, WholeNumber, Word


class WorkspaceSchema(ControlSchema):
    """One open workspace."""

    name = Text(required=True)
    seed = Text(required=True, metadata=told("What its ids are made from."))
    mode = Word(list(ClockMode), required=True, metadata=told("How its time moves."))
    now = shown_instant("Its time.")
    pending = WholeNumber(required=True, metadata=told("How many tasks are still to run, however far off."))
    idle = Flag(required=True, metadata=told("Whether nothing is due now or being sent."))
    bytes = WholeNumber(required=True, metadata=told("How many bytes its documents have."))
    sending = Word(("free", "held"), required=True, metadata=told("Whether webhooks are sent, or wait to be released."))


class WorkspacesSchema(ControlSchema):
    """All open workspaces, oldest first."""

    workspaces = many(WorkspaceSchema)
    most_bytes = WholeNumber(
        required=True,
        allow_none=True,
        metadata=told("How many bytes of documents one may have before nothing more is let in; null for any number."),
    )


FIXTURE_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class SeedSchema(ControlSchema):
    """What to bring in."""

    fixture = Text(
        required=True, validate=Matches(FIXTURE_PATTERN), metadata=told("A fixture's name.", examples=["demo"])
    )


class BranchSchema(ControlSchema):
    """Where to."""

    to = Text(
        required=True,
        validate=Matches(NAME_PATTERN),
        metadata=told("The name of a workspace that is not open.", examples=["what-if"]),
    )


class ResetSchema(ControlSchema):
    """What to return to; empty for the baseline that the server was started with."""

    also: ClassVar[Mapping[str, Any]] = {"examples": [{"fixture": "demo"}]}

    fixture = Text(
        validate=Matches(FIXTURE_PATTERN),
        metadata=told("A fixture's name; the server's own unless said.", examples=["demo"]),
    )
    clock = Instant(metadata=told("Where the clock stands, frozen; as in the fixture unless said."))
    seed = Text(
        validate=validate.Length(1, 200), metadata=told("What later ids are made from; as in the fixture unless said.")
    )
