"""Faults: rules that make a matching request or sync go wrong on purpose."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from doubleentry.control.schemas.base import ControlSchema, Shapes, many, names, shown_instant, told
from doubleentry.control.schemas.codes import Code
from doubleentry.control.schemas.headers import TOKEN, of_an_answer
from doubleentry.control.schemas.patterns import IS_POINTER, POINTER
from doubleentry.engine.faults import Layer, Mishap
from doubleentry.web.fields import Duration, Matches, Number, Span, Text, WholeNumber, Word
from doubleentry.web.spoiling import How

FOUND: Final = 302
"""The one status below 400 that a vendor refuses with."""

LAYERS: Final[Mapping[str, Layer]] = {
    "status": Layer.HTTP,
    "problems": Layer.HTTP,
    "delay": Layer.LATENCY,
    "transport": Layer.TRANSPORT,
    "webhook": Layer.WEBHOOK,
    "code": Layer.SYNC,
    "reject": Layer.SYNC,
}
"""What an effect has → where it acts."""

_OF_REQUESTS: Final = (Layer.HTTP, Layer.LATENCY, Layer.TRANSPORT)
MATCHABLE: Final[Mapping[str, Sequence[Layer]]] = {
    "operation": _OF_REQUESTS,
    "headers": (*_OF_REQUESTS, Layer.WEBHOOK),
    "event": (Layer.WEBHOOK,),
    "endpoint": (Layer.WEBHOOK,),
}
"""What not every rule can look at → in which layers there is such a thing."""

OF_SIGNED: Final = (Mishap.BAD_SIGNATURE, Mishap.STALE_STAMP)
"""What can be done to signed webhooks alone."""

LONGEST_HELD: Final = 3600
LASTING: Final = (How.DRIP.value, How.HANG.value)


class MatchSchema(ControlSchema):
    """What a rule fires on; a member that is absent matches everything."""

    operation = Text(validate=validate.Length(1), metadata=told("The operation's id; for requests only."))
    company = Text(validate=validate.Length(1), metadata=told("The company's id."))
    event = Text(
        validate=validate.Length(1), metadata=told("The event's name, as deliveries show it; for webhooks only.")
    )
    endpoint = Text(validate=validate.Length(1), metadata=told("The endpoint's id; for webhooks only."))
    headers = fields.Dict(
        keys=Text(validate=Matches(TOKEN)),
        values=Text(),
        metadata=told("Header values that the request, or webhook, must have, names in any case.", **names(TOKEN)),
    )
    pointers = fields.Dict(
        keys=Text(validate=IS_POINTER),
        values=fields.Raw(allow_none=True),
        metadata=told(
            "JSON pointers into the body (of a sync: into its first item) and the values found there.", **names(POINTER)
        ),
    )
    nth = WholeNumber(validate=validate.Range(1, 1_000_000), metadata=told("Only the nth match, from 1."))


def _orderable(status: int) -> None:
    if status != FOUND and not 400 <= status <= 599:  # noqa: PLR2004 - the two classes of errors
        raise ValidationError(f"Expected a status from 400 to 599, or {FOUND}.")


class BodyProblemSchema(ControlSchema):
    """One thing wrong with a body."""

    path = Text(
        required=True,
        metadata=told(
            "Where: member names and positions from the root, by slashes; empty for the whole.",
            examples=["items/1/amount"],
        ),
    )
    message = Text(required=True, validate=validate.Length(1), metadata=told("What the vendor says of it."))


class EffectSchema(ControlSchema):
    """What then happens to a request, its answer, a webhook or a sync."""

    shapes: ClassVar[Shapes] = {
        "status": ("headers", "message"),
        "problems": (),
        "delay": (),
        "transport": ("seconds",),
        "webhook": ("by",),
        "code": ("message",),
        "reject": ("message",),
    }

    status = WholeNumber(
        validate=_orderable,
        metadata=told(
            "The HTTP status, in the vendor's own error body; 302 for who refuses with it.",
            examples=[429],
            anyOf=[{"minimum": 400, "maximum": 599}, {"enum": [FOUND]}],
        ),
    )
    problems = fields.List(
        fields.Nested(BodyProblemSchema),
        validate=validate.Length(1),
        metadata=told("What is wrong with the body: the request is refused as if that were so."),
    )
    headers = of_an_answer("More headers of the answer.")
    delay = Span(metadata=told("For how long the answer is held, in real time."))
    webhook = Word(list(Mishap), metadata=told("How an attempt to deliver a webhook goes wrong."))
    by = Duration(metadata=told("By how much a webhook is late, on the workspace's clock."))
    transport = Word(list(How), metadata=told("How the answer goes wrong on its way."))
    seconds = Number(
        validate=validate.Range(0, LONGEST_HELD),
        metadata=told("How long a drip takes or a hang lasts, in real time; 0 for a hang without end."),
    )
    reject = fields.List(
        Text(), validate=validate.Length(1), metadata=told("The caller's own ids of the items that are refused.")
    )
    message = Text(
        validate=validate.Length(1), metadata=told("What the vendor's messages say, instead of its own words.")
    )

    also: ClassVar[Mapping[str, Any]] = {
        "examples": [{"status": 503}],
        "allOf": [
            {"anyOf": [{"properties": {"seconds": False}}, {"properties": {"transport": {"enum": list(LASTING)}}}]},
            {
                "anyOf": [
                    {"properties": {"by": False, "webhook": {"not": {"const": Mishap.DELAY.value}}}},
                    {"properties": {"webhook": {"const": Mishap.DELAY.value}}, "required": ["by"]},
                ]
            },
        ],
    }

    @validates_schema
    def _takes_time_where_it_lasts(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if "seconds" in data and data.get("transport", LASTING[0]) not in LASTING:
            raise ValidationError({"seconds": [f"Goes only with {' or '.join(LASTING)}."]})
        is_late = data.get("webhook") == Mishap.DELAY
        if is_late != ("by" in data) and "webhook" in data:
            raise ValidationError({"by": ["Needed to be late." if is_late else f"Goes only with {Mishap.DELAY}."]})


class FaultSchema(ControlSchema):
    """One rule, with its counters."""

    id = Text(required=True)
    layer = Word(list(Layer), required=True)
    match = fields.Nested(
        MatchSchema.from_dict({"dialect": Text()}, name="ShownMatchSchema"),
        required=True,
        metadata=told("What it fires on."),
    )
    effect = fields.Nested(EffectSchema.from_dict({"code": Text()}, name="ShownEffectSchema"), required=True)
    times = WholeNumber(required=True, allow_none=True, metadata=told("How often at most; null for without end."))
    skip = WholeNumber(required=True)
    probability = Number(required=True)
    until = shown_instant("When it stops.", nullable=True)
    priority = WholeNumber(required=True)
    recipe = Text(required=True, allow_none=True, metadata=told("The name of the recipe that it was made by."))
    evaluated = WholeNumber(required=True, metadata=told("How often it was asked."))
    matched = WholeNumber(required=True, metadata=told("How often it matched."))
    fired = WholeNumber(required=True, metadata=told("How often it fired."))
    missed = Text(
        required=True, allow_none=True, metadata=told("Why it did not fire when it was last asked, in plain words.")
    )


class AssertionSchema(ControlSchema):
    """How often a rule should have fired; at least once unless said."""

    exactly = WholeNumber(validate=validate.Range(0, 1_000_000), metadata=told("So often, and no more."))
    at_least = WholeNumber(validate=validate.Range(0, 1_000_000), metadata=told("So often, or more."))


class FaultsSchema(ControlSchema):
    """All rules, oldest first, used-up ones included."""

    faults = many(FaultSchema)


class NewFaultSchema(ControlSchema):
    """A rule to add; its effect says whether it acts on requests or on syncs."""

    times = WholeNumber(
        allow_none=True,
        load_default=1,
        validate=validate.Range(1, 1_000_000),
        metadata=told("How often it fires at most; null for without end."),
    )
    skip = WholeNumber(
        load_default=0, validate=validate.Range(0, 1_000_000), metadata=told("How many matches pass before it fires.")
    )
    probability = Number(
        validate=validate.Range(0, 1), metadata=told("How likely a match fires, drawn from the seed; 1 unless said.")
    )
    lasting = Duration(data_key="for", metadata=told("How long it stays, on the workspace's clock."))
    priority = WholeNumber(
        load_default=0,
        validate=validate.Range(-1000, 1000),
        metadata=told("The highest goes first; of equals the oldest."),
    )

    also: ClassVar[Mapping[str, Any]] = {
        "examples": [{"effect": {"status": 503}}],
        "allOf": [
            {
                "anyOf": [
                    *(
                        {"properties": {"effect": {"required": [effect]}}}
                        for effect, layer in LAYERS.items()
                        if layer in layers
                    ),
                    {"properties": {"match": {"not": {"required": [name]}}}},
                ]
            }
            for name, layers in MATCHABLE.items()
        ],
    }

    @validates_schema
    def _can_fire(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        layers = [layer for effect, layer in LAYERS.items() if effect in data.get("effect", {})]
        problems = unmatchable(data.get("match", {}), layers[0]) if layers else {}
        if problems:
            raise ValidationError({"match": problems})


def unmatchable(match: Mapping[str, Any], layer: Layer) -> dict[str, list[str]]:
    """Return what a rule of a layer cannot look at, with what to do."""
    return {
        name: [f"The layer {layer} has none: leave it out, or order what acts on {' or '.join(layers)}."]
        for name, layers in MATCHABLE.items()
        if name in match and layer not in layers
    }


def new_fault(dialects: Sequence[str], codes: Sequence[str], operations: Sequence[str]) -> Schema:
    """Return the shape of a new rule."""
    named: dict[str, fields.Field[Any]] = {
        "dialect": Word(dialects, metadata=told("The dialect's name.")),
        "operation": Word(operations, metadata=told("The operation's id; for requests only.")),
    }
    match = MatchSchema.from_dict(named, name="MatchSchema")
    code = Code(codes, "How the sync ends or stands, in the vendor's own code.")
    effect = EffectSchema.from_dict({"code": code}, name="EffectSchema")
    members: dict[str, fields.Field[Any]] = {
        "match": fields.Nested(match),
        "effect": fields.Nested(effect, required=True),
    }
    return NewFaultSchema.from_dict(members, name="NewFaultSchema")()
