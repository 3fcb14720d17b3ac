"""What the kit keeps in a workspace, for every surface alike: asked of a snapshot that was written elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

from msgspec import UNSET, Struct, UnsetType

from doubleentry.engine.documents import Document
from doubleentry.engine.faults import Layer
from doubleentry.engine.pace import Range
from doubleentry.engine.shapes import Shapes
from doubleentry.web import idempotency, limits
from doubleentry.web.pages import ONE_TIME
from doubleentry.web.spoiling import How


class _Key(Struct):
    surface: str
    key: str
    owner: str | UnsetType = UNSET


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


class _Programmed(Struct):
    status: int = 200
    headers: Mapping[str, str] = {}
    body: str = ""
    delay_seconds: Decimal = Decimal(0)
    spoil: How | UnsetType = UNSET
    seconds: Decimal = Decimal(0)


class _Sink(Struct):
    name: str
    received: int
    program: list[_Programmed]


class _SinkRequest(Struct):
    sink: str
    number: int
    at: datetime
    body: str


class _Problem(Struct):
    path: str
    message: str


class _Refusal(Struct):
    status: int | UnsetType = UNSET
    problems: list[_Problem] | UnsetType = UNSET
    headers: Mapping[str, str] | UnsetType = UNSET
    message: str | None = None

    def __post_init__(self) -> None:
        if self.status is UNSET and self.problems is UNSET:
            raise ValueError("Expected `status` or `problems`")


class _Delay(Struct):
    delay: Range


class _Spoil(Struct):
    transport: How
    seconds: Decimal = Decimal(0)


class _OnHttp(Struct, tag_field="layer", tag=Layer.HTTP.value):
    effect: _Refusal


class _OnLatency(Struct, tag_field="layer", tag=Layer.LATENCY.value):
    effect: _Delay


class _OnTransport(Struct, tag_field="layer", tag=Layer.TRANSPORT.value):
    effect: _Spoil


class _OnWebhook(Struct, tag_field="layer", tag=Layer.WEBHOOK.value):
    effect: Document


class _OnSync(Struct, tag_field="layer", tag=Layer.SYNC.value):
    effect: Document


SHAPES: Final[Shapes] = {
    "faults": _OnHttp | _OnLatency | _OnTransport | _OnWebhook | _OnSync,
    "keys": _Key,
    limits.COLLECTION: limits.Used,
    idempotency.COLLECTION: _Answered,
    ONE_TIME: _OneTime,
    "sinks": _Sink,
    "sink requests": _SinkRequest,
}
