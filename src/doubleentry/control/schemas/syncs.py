"""Syncs: where each stands, released or ended by hand."""

from collections.abc import Sequence

from marshmallow import Schema, fields

from doubleentry.control.schemas.base import ControlSchema, many, shown_instant, told
from doubleentry.control.schemas.codes import Code
from doubleentry.control.schemas.pace import PaceSchema
from doubleentry.engine.pace import Hold
from doubleentry.engine.statuses import ItemStatus, Reason, SyncStatus
from doubleentry.web.fields import Flag, Text, WholeNumber, Word


class ItemSchema(ControlSchema):
    """One part of a sync."""

    id = Text(required=True)
    reference = Text(required=True, metadata=told("The caller's own id for it."))
    status = Word(list(ItemStatus), required=True)
    message = Text(required=True, allow_none=True)
    ledger = Text(required=True, allow_none=True, metadata=told("The ledger that it was posted to."))
    posting = Text(required=True, allow_none=True, metadata=told("What it became there."))
    changed_at = shown_instant("When its status last changed.", nullable=True)
    record = fields.Dict(keys=Text(), required=True, metadata=told("What the dialect judges it by."))


class SyncSchema(ControlSchema):
    """One queued push."""

    id = Text(required=True)
    dialect = Text(required=True)
    company = Text(required=True)
    connection = Text(required=True, allow_none=True)
    status = Word(list(SyncStatus), required=True)
    reason = Word(list(Reason), required=True, allow_none=True, metadata=told("Why it was turned down as a whole."))
    message = Text(required=True, allow_none=True)
    held = Word(list(Hold), required=True, allow_none=True, metadata=told("Where it stands until it is released."))
    reads_left = WholeNumber(
        required=True, allow_none=True, metadata=told("How many more reads of its status find it unfinished.")
    )
    overdue = Flag(required=True, metadata=told("Ordered to look as if it had run for very long."))
    ordered = fields.Dict(
        keys=Text(), required=True, allow_none=True, metadata=told("How a fault or a caller decided that it goes.")
    )
    pace = fields.Nested(PaceSchema, required=True)
    created_at = shown_instant("When it was submitted.")
    started_at = shown_instant("When it began to run.", nullable=True)
    finished_at = shown_instant("When it ended.", nullable=True)
    record = fields.Dict(keys=Text(), required=True, metadata=told("What the dialect keeps with it."))
    item_count = WholeNumber(required=True)


class SyncWithItemsSchema(SyncSchema):
    """One queued push and its parts, in the order of submission."""

    items = many(ItemSchema)


class SyncsSchema(ControlSchema):
    """Syncs, oldest first."""

    syncs = many(SyncSchema)


class SyncQuerySchema(ControlSchema):
    """Which syncs to show."""

    dialect = Text(metadata=told("Only this dialect's."))
    company = Text(metadata=told("Only this company's."))
    status = Word(list(SyncStatus), metadata=told("Only those that stand so."))


def finish(codes: Sequence[str]) -> Schema:
    """Return the shape of an order to end a sync."""
    code = Code(codes, "How it ends, in the vendor's own code; as the world makes of it unless said.")
    return ControlSchema.from_dict({"code": code}, name="FinishSchema")()
