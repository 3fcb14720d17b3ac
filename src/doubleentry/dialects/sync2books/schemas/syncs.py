"""Batches and items. Source: guide "Sync transactions"; ``openapi/accounting.json``: the members of both."""

# ruff: noqa: N815 - members are spelled as they are on the wire

from typing import Final

from marshmallow import fields, validate

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text, Timestamp
from doubleentry.dialects.sync2books.schemas.pages import PaginationSchema
from doubleentry.dialects.sync2books.statuses import BATCH_WORDS, ENTITY_TYPES, ITEM_WORDS

BATCH: Final = sorted({word for words in BATCH_WORDS.values() for word in words.values()})
ITEM: Final = sorted({word for words in ITEM_WORDS.values() for word in words.values()})


class IntegrationResponseSchema(NestSchema):
    """What the accounting software made of an item."""

    id = Text()
    syncToken = Text()


class SyncItemSchema(NestSchema):
    """An item of a batch."""

    id = Text()
    entityId = Text()
    entityType = fields.String(required=True, validate=validate.OneOf(list(ENTITY_TYPES.values())))
    status = fields.String(required=True, validate=validate.OneOf(ITEM))
    integrationResponse = fields.Nested(IntegrationResponseSchema, required=True, allow_none=True)
    syncErrorMessage = Text(allow_none=True)
    companyId = Text()
    source = Text()
    createdAt = Timestamp()
    updatedAt = Timestamp()
    syncedAt = Timestamp(allow_none=True)


class SyncBatchSchema(NestSchema):
    """A batch; what has a successor of another name in the later edition is told under both."""

    id = Text()
    companyId = Text()
    connectionId = Text()
    status = fields.String(required=True, validate=validate.OneOf(BATCH))
    totalItems = fields.Integer(required=True)
    successfulItems = fields.Integer(required=True)
    failedItems = fields.Integer(required=True)
    syncedItems = fields.Integer(required=True)
    pendingItems = fields.Integer(required=True)
    syncingItems = fields.Integer(required=True)
    syncErrorMessage = Text(allow_none=True)
    destination = Text()
    source = Text()
    createdAt = Timestamp()
    updatedAt = Timestamp()
    startedAt = Timestamp(allow_none=True)
    completedAt = Timestamp(allow_none=True)


class BatchWithItemsSchema(NestSchema):
    """A batch and all of its items."""

    batch = fields.Nested(SyncBatchSchema, required=True)
    items = fields.List(fields.Nested(SyncItemSchema), required=True)


class BatchesSchema(NestSchema):
    """A page of batches, newest first."""

    batches = fields.List(fields.Nested(SyncBatchSchema), required=True)
    pagination = fields.Nested(PaginationSchema, required=True)


class BatchPageSchema(NestSchema):
    """A page of batches, newest first, as the later edition has it in the body."""

    items = fields.List(fields.Nested(SyncBatchSchema), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)


class FailedItemsSchema(NestSchema):
    """The items of a batch that failed."""

    items = fields.List(fields.Nested(SyncItemSchema), required=True)


class RetriedApartSchema(NestSchema):
    """How many items are tried again, and in which batch."""

    retriedItems = fields.Integer(required=True)
    newBatchId = Text()


class RetriedSchema(NestSchema):
    """How many items are tried again in place, and of how many the end is known."""

    retriedCount = fields.Integer(required=True)
    successCount = fields.Integer(required=True)
    failedCount = fields.Integer(required=True)
    message = Text()


class BatchStartedSchema(NestSchema):
    """That a batch is started."""

    message = Text()
