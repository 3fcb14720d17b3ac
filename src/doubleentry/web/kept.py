"""What the kit keeps in a workspace, for every surface alike: asked of a snapshot that was written elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from doubleentry.engine.shapes import Shapes
from doubleentry.web import idempotency, limits
from doubleentry.web.pages import ONE_TIME


class _Key(Struct):
    surface: str
    key: str
    owner: str | UnsetType = UNSET


class _Used(Struct):
    concern: str
    used: int
    ends: datetime


class _Answered(Struct):
    key: str
    digest: str
    exchange: int
    until: datetime
    status: int
    headers: Mapping[str, str]
    body: str
    content_type: str


class _OneTime(Struct):
    token: str


class _Sink(Struct):
    name: str
    received: int
    program: list[Mapping[str, Any]]


class _SinkRequest(Struct):
    sink: str
    number: int
    at: datetime
    body: str


SHAPES: Final[Shapes] = {
    "keys": _Key,
    limits.COLLECTION: _Used,
    idempotency.COLLECTION: _Answered,
    ONE_TIME: _OneTime,
    "sinks": _Sink,
    "sink requests": _SinkRequest,
}
