"""Waits: what to wait for, and what was found."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from doubleentry.control.schemas.base import ControlSchema, Shapes, one_of, shown_instant, told
from doubleentry.control.schemas.journal import ExchangeSchema
from doubleentry.control.schemas.patterns import ExchangePatternSchema
from doubleentry.control.schemas.sinks import NAME_PATTERN, SinkRequestSchema
from doubleentry.control.schemas.syncs import SyncSchema
from doubleentry.control.schemas.webhooks import DeliverySchema
from doubleentry.engine.statuses import SyncStatus
from doubleentry.engine.webhooks import DeliveryStatus
from doubleentry.web.fields import Flag, Matches, Number, Text, WholeNumber, Word

LONGEST_SECONDS: Final = 300
_STATUSES: Final[Mapping[str, tuple[str, ...]]] = {
    "sync": tuple(SyncStatus),
    "deliveries": tuple(DeliveryStatus),
}


class ConditionSchema(ControlSchema):
    """What to wait for."""

    shapes: ClassVar[Shapes] = {
        "sync": ("status",),
        "idle": (),
        "deliveries": ("status",),
        "exchange": ("count",),
        "sink": ("count",),
    }

    sync = Text(metadata=told("A sync's id: wait until it stands as `status` says, or until it has ended."))
    idle = Flag(
        validate=validate.Equal(True),
        metadata=told("Wait until nothing is pending, however far off, and nothing is being sent."),
    )
    deliveries = WholeNumber(
        validate=validate.Range(1, 1_000_000),
        metadata=told("Wait until so many deliveries stand as `status` says, or have ended."),
    )
    exchange = fields.Nested(ExchangePatternSchema)
    sink = Text(
        validate=Matches(NAME_PATTERN),
        metadata=told("A sink's name: wait until it was sent so many requests as `count` says.", examples=["hook"]),
    )
    count = WholeNumber(
        validate=validate.Range(1, 10_000), metadata=told("How many such exchanges, or requests; 1 unless said.")
    )
    status = fields.List(
        Word([word for words in _STATUSES.values() for word in words]),
        validate=validate.Length(1),
        metadata=told("Any of these will do."),
    )

    @validates_schema
    def _status_is_of_the_thing(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        for name, words in _STATUSES.items():
            if name in data and not set(data.get("status", ())) <= set(words):
                raise ValidationError(f"Those of {name} are: {', '.join(words)}.", "status")


ConditionSchema.also = {
    "examples": [{"idle": True}],
    "oneOf": one_of(
        ConditionSchema.shapes,
        {
            name: {"status": {"type": "array", "items": {"enum": [str(word) for word in words]}}}
            for name, words in _STATUSES.items()
        },
    ),
}


class WaitSchema(ControlSchema):
    """What to wait for, and how long."""

    condition = fields.Nested(ConditionSchema, required=True, data_key="for", metadata={"examples": [{"idle": True}]})
    timeout = Number(
        validate=validate.Range(0, LONGEST_SECONDS),
        metadata=told("Seconds of real time; 30 unless said.", examples=[10], default=30),
    )


class WaitedSchema(ControlSchema):
    """What was found."""

    now = shown_instant("The workspace's time.")
    sync = fields.Nested(SyncSchema, metadata=told("The sync that was waited for."))
    deliveries = fields.List(fields.Nested(DeliverySchema), metadata=told("The deliveries that were counted."))
    exchanges = fields.List(fields.Nested(ExchangeSchema), metadata=told("The exchanges that were counted."))
    requests = fields.List(
        fields.Nested(SinkRequestSchema), metadata=told("What the sink was sent: the last 200, oldest first.")
    )
