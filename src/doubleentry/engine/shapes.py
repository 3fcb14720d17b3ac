"""What the documents of each collection must have: asked of a snapshot that was written elsewhere."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType, ValidationError, convert
from msgspec.structs import asdict

from doubleentry.engine.books import KINDS, File, Posting
from doubleentry.engine.callbacks import Attempt, Delivery, Endpoint, Event
from doubleentry.engine.chance import Seed
from doubleentry.engine.clock import ClockState
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import Problem
from doubleentry.engine.faults import Rule
from doubleentry.engine.ledger import Head
from doubleentry.engine.pace import Pace
from doubleentry.engine.ports import StampClock
from doubleentry.engine.scheduler import Task
from doubleentry.engine.sync_records import Sync, SyncItem

Shapes = Mapping[str, Any]
"""Collection, or collection and key with a slash between them → what a document has; more members do no harm."""


class _Counter(Struct):
    last: int


class _Ordinal(Struct):
    ordinal: int


class _Setting(Struct):
    value: str


class _StampSetting(Struct):
    value: StampClock


class _KeptPace(Struct):
    pace: Pace
    others: Mapping[str, Pace]
    left: int | UnsetType = UNSET


class _Entry(Struct):
    seq: int
    at: datetime
    kind: str
    subject: str
    cause: str | None
    facts: Document


SHAPES: Final[Shapes] = {
    "attempts": Attempt,
    "chance": _Ordinal,
    "chance/seed": Seed,
    "clock": ClockState,
    "counters": _Counter,
    "deliveries": Delivery,
    "endpoints": Endpoint,
    "events": Event,
    "faults": Rule,
    "files": File,
    "ledgers": Head,
    **{f"ledger {name}": kind for kind, name in KINDS.items()},
    "pace": _KeptPace,
    "postings": Posting,
    "settings": _Setting,
    "settings/webhooks.stamp": _StampSetting,
    "sync items": SyncItem,
    "syncs": Sync,
    "tasks": Task,
    "timeline": _Entry,
}
"""What the engine itself keeps."""


def problems(collections: Mapping[str, Any], *shapes: Shapes) -> Iterator[Problem]:
    """Return what is wrong with the documents; a collection without a shape is nobody's, and does no harm.

    Args:
        collections: Documents by collection, each with its key.
        shapes: What each must have, said by one or more.
    """
    for collection, rows in collections.items():
        for place, (key, document) in enumerate(rows):
            of_all = (each.get(f"{collection}/{key}") or each.get(collection) for each in shapes)
            told = next(filter(None, (_trouble(document, shape) for shape in of_all if shape is not None)), None)
            if told is not None:
                yield Problem(("collections", collection, place, 1), told)


def _trouble(document: Document, shape: Any) -> str | None:  # noqa: ANN401 - a type, or a union of some
    try:
        made: object = convert(document, shape)
    except ValidationError as error:
        return str(error)
    return next((f"{value} cannot be reckoned with" for value in _unsound(made)), None)


def _unsound(value: object) -> Iterator[object]:
    """Return the instants without an offset, and what is no number, at any depth."""
    left = [value]
    while left:
        value = left.pop()
        if isinstance(value, Struct):
            value = asdict(value)
        if isinstance(value, Mapping):
            left += value.values()
        elif isinstance(value, list | tuple):
            left += value
        elif isinstance(value, datetime):
            if value.tzinfo is None:
                yield value
        elif isinstance(value, Decimal) and not value.is_finite():
            yield value
