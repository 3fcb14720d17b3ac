"""The clock: where it stands, what is pending, how it moves."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from marshmallow import ValidationError, fields, validate

from doubleentry.control.schemas.base import ControlSchema, Shapes, many, shown_instant, told
from doubleentry.control.schemas.timeline import TimelineEntrySchema
from doubleentry.control.schemas.wait import ConditionSchema
from doubleentry.engine.clock import ClockMode
from doubleentry.engine.overriding import override
from doubleentry.web.fields import Duration, Instant, Number, Text, WholeNumber, Word


class TaskSchema(ControlSchema):
    """Something that will be done at an instant."""

    due = shown_instant("When, on the workspace's clock.")
    seq = WholeNumber(required=True, metadata=told("Tasks of one instant run in this order."))
    kind = Text(required=True, metadata={"examples": ["sync.finish"]})
    belongs_to = fields.Dict(
        keys=Text(), values=Text(), required=True, metadata=told("The word for a thing, and its id.", examples=[{}])
    )


class ClockSchema(ControlSchema):
    """Where the clock stands, and all that is pending in the order in which it will run."""

    mode = Word(list(ClockMode), required=True)
    now = shown_instant("The workspace's time.")
    scale = Number(required=True, metadata=told("Seconds of the workspace in one second, while it runs."))
    pending = many(TaskSchema)


class FreezeSchema(ControlSchema):
    """Where to stop."""

    also: ClassVar[Mapping[str, Any]] = {"examples": [{}]}

    at = Instant(metadata=told("Now unless said; not before now, because the clock only goes forward."))


_WORDS: Final = ("next", "idle", "webhooks-exhausted")


class Until(fields.Field[Any]):
    """A word, or a condition as `wait` takes it; loaded as what came, a condition as its schema loads it."""

    def __init__(self) -> None:
        """Describe both."""
        told_of_both = told(
            "To the instant of the next task; or until no task is left, however far off; or until no webhook is on its "
            "way any more, nor a sync that would bring one about; or task by task until the condition holds.",
            anyOf=[{"enum": list(_WORDS)}, {"$ref": "#/components/schemas/Condition"}],
        )
        super().__init__(metadata=told_of_both)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, Mapping):
            return ConditionSchema().load(value)
        if value not in _WORDS:
            raise ValidationError(f"Expected one of {', '.join(_WORDS)}, or a condition as POST /wait takes it.")
        return value


class AdvanceSchema(ControlSchema):
    """How far to go."""

    shapes: ClassVar[Shapes] = {"by": (), "to": (), "until": ()}
    also: ClassVar[Mapping[str, Any]] = {"examples": [{"by": "PT10M"}]}

    by = Duration(metadata=told("How far from where the clock stands.", examples=["PT10M", 600]))
    to = Instant(metadata=told("Where the clock stands in the end."))
    until = Until()


class AdvancedSchema(ControlSchema):
    """What happened on the way, in order, and where the clock stands."""

    mode = Word(list(ClockMode), required=True)
    now = shown_instant("The workspace's time.")
    timeline = many(TimelineEntrySchema)


class ResumeSchema(ControlSchema):
    """How fast to run on."""

    scale = Number(
        # The least is a sixteenth: exact in any arithmetic.
        validate=validate.Range(0.0625, 1_000_000),
        metadata=told("Seconds of the workspace in one second; 1 unless said.", examples=[60]),
    )
