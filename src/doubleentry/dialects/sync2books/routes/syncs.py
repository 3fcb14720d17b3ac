"""Batches and their items."""

from collections.abc import Mapping
from typing import Any, Final

from doubleentry.dialects.sync2books import pagination
from doubleentry.dialects.sync2books.bodies import ITEMS_RETRY, RETRY
from doubleentry.dialects.sync2books.pagination import Window
from doubleentry.dialects.sync2books.routes.declaring import OPENAPI, application, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import companies, listing, syncs
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.dialects.sync2books.schemas.bodies import RETRY_BATCH, RETRY_ITEMS, described
from doubleentry.dialects.sync2books.schemas.syncs import (
    BatchesSchema,
    BatchPageSchema,
    BatchStartedSchema,
    BatchWithItemsSchema,
    FailedItemsSchema,
    RetriedApartSchema,
    RetriedSchema,
    SyncItemSchema,
)
from doubleentry.dialects.sync2books.statuses import DOCS
from doubleentry.engine.documents import Document
from doubleentry.engine.syncs import Sync
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer

SYNC: Final = 'Sync2Books, guide "Sync transactions"'
TAGS: Final = ("Sync",)
QUERY: Final = described(listing.QUERIES[DOCS], nullable=False)()
FIRST_ITEM: Final[Mapping[str, Mapping[str, Any]]] = {
    name: {"operationId": operation_id, "parameters": {"syncItemId": "$response.body#/items/0/id"}}
    for name, operation_id in (("item", "get-sync-item"), ("retryItem", "retry-sync-item"))
}
NEW_BATCH: Final[Mapping[str, Mapping[str, Any]]] = {
    "batch": {"operationId": "get-sync-batch", "parameters": {"syncBatchId": "$response.body#/newBatchId"}}
}


@operation(
    "GET",
    "/sync/batches/{syncBatchId}",
    id="get-sync-batch",
    source=SYNC,
    returns=returns(BatchWithItemsSchema(), "The batch and all of its items.", 404, links=FIRST_ITEM),
    tags=TAGS,
)
def get_batch(call: Call) -> Document:
    """Get a batch with its items."""
    sync = _observed(call, _batch(call))
    return {"batch": syncs.show(call.workspace, sync), "items": syncs.show_items(call.workspace, sync)}


@operation(
    "GET",
    "/sync/companies/{companyId}/batches",
    id="list-sync-batches",
    source=SYNC,
    query=QUERY,
    returns=returns(
        BatchesSchema(), "A page of the company's batches; with the profile `openapi` a bare array.", 400, 404
    ),
    tags=TAGS,
)
def list_batches(call: Call) -> Answer:
    """List the batches of a company, newest first."""
    window, total, rows = _listed(call)
    body: object = rows
    if call.quirk("sync2books.profile") == DOCS:
        body = {"batches": rows, "pagination": pagination.told(window, total)}
    return Answer(200, body, pagination.headers(window, total))


@operation(
    "GET",
    "/sync/companies/{companyId}/batches/paged",
    id="list-sync-batches-paged",
    source=OPENAPI,
    query=QUERY,
    returns=returns(BatchPageSchema(), "A page of the company's batches.", 400, 404),
    tags=TAGS,
)
def list_batches_paged(call: Call) -> Document:
    """List the batches of a company with the page in the body."""
    window, total, rows = _listed(call)
    return {"items": rows, "total": total, "limit": window.limit, "offset": window.offset}


@operation(
    "GET",
    "/sync/batches/{syncBatchId}/failed-items",
    id="list-failed-items",
    source=SYNC,
    returns=returns(FailedItemsSchema(), "The items that failed; with the profile `openapi` a bare array.", 404),
    tags=TAGS,
)
def list_failed_items(call: Call) -> object:
    """List the failed items of a batch."""
    rows = syncs.show_items(call.workspace, _batch(call), failed=True)
    return {"items": rows} if call.quirk("sync2books.profile") == DOCS else rows


@operation(
    "POST",
    "/sync/batches/{syncBatchId}/retry",
    id="retry-sync-batch",
    source=SYNC,
    body=RETRY_BATCH,
    body_optional=True,
    returns=returns(
        RetriedApartSchema(),
        "How many are tried again, and in which batch; that it is 201 is the framework's habit.",
        400,
        404,
        413,
        status=201,
        links=NEW_BATCH,
    ),
    tags=TAGS,
)
def retry_batch(call: Call) -> Document:
    """Try failed items of a batch again in a new one."""
    chosen = checked(call.workspace, RETRY, call.body).get("itemIds") or []
    count, batch_id = syncs.retry_apart(call.workspace, _batch(call), chosen)
    return {"retriedItems": count, "newBatchId": batch_id}


@operation(
    "POST",
    "/sync/batches/{syncBatchId}/retry-failed",
    id="retry-failed-items",
    source=OPENAPI,
    returns=returns(RetriedSchema(), "How many are tried again.", 400, 404),
    tags=TAGS,
)
def retry_failed(call: Call) -> Document:
    """Try all failed items of a batch again in place."""
    return syncs.retried(syncs.retry_in_place(call.workspace, _batch(call)))


@operation(
    "POST",
    "/sync/items/retry",
    id="retry-sync-items",
    source=OPENAPI,
    body=RETRY_ITEMS,
    returns=returns(RetriedSchema(), "How many are tried again.", 400, 404, 413),
    tags=TAGS,
)
def retry_items(call: Call) -> Document:
    """Try chosen items again in place."""
    chosen = checked(call.workspace, ITEMS_RETRY, call.body)["syncItemIds"]
    return syncs.retried(syncs.retry_items(call.workspace, application(call), chosen))


@operation(
    "GET",
    "/sync/items/{syncItemId}",
    id="get-sync-item",
    source=OPENAPI,
    returns=returns(SyncItemSchema(), "The item.", 404),
    tags=TAGS,
)
def get_item(call: Call) -> Document:
    """Get an item of a batch."""
    sync, item = syncs.get_item(call.workspace, application(call), call.path["syncItemId"])
    sync = _observed(call, sync)
    return syncs.show_item(call.workspace, sync, call.workspace.syncs.item(item.id))


@operation(
    "POST",
    "/sync/items/{syncItemId}/retry",
    id="retry-sync-item",
    source=OPENAPI,
    returns=returns(SyncItemSchema(), "The item, as it then stands.", 400, 404),
    tags=TAGS,
)
def retry_item(call: Call) -> Document:
    """Try one failed item again in place."""
    sync, item = syncs.get_item(call.workspace, application(call), call.path["syncItemId"])
    (tried,) = syncs.retry_in_place(call.workspace, sync, [item.id])
    return syncs.show_item(call.workspace, call.workspace.syncs.get(sync.id), tried)


@operation(
    "POST",
    "/sync/batches/{syncBatchId}/process",
    id="process-sync-batch",
    source=OPENAPI,
    returns=returns(BatchStartedSchema(), "It is started.", 400, 404),
    tags=TAGS,
)
def process_batch(call: Call) -> Document:
    """Start a pending batch by hand."""
    sync = _batch(call)
    syncs.process(call.workspace, sync)
    _warn(call, sync.id)
    return {"message": "Sync batch processing started"}


def _batch(call: Call) -> Sync:
    return syncs.get(call.workspace, application(call), call.path["syncBatchId"])


def _observed(call: Call, sync: Sync) -> Sync:
    """Return a batch to someone who polls."""
    observed = call.workspace.syncs.observe(sync.id)
    _warn(call, sync.id)
    return observed


def _warn(call: Call, batch_id: str) -> None:
    """Tell in the journal who waits for what only the tester can bring about."""
    waiting_for = call.workspace.waits_for(batch_id)
    if waiting_for is not None:
        call.warn(waiting_for)


def _listed(call: Call) -> tuple[Window, int, list[Document]]:
    query = checked(call.workspace, listing.QUERIES[call.quirk("sync2books.profile")], call.query, "query")
    company = companies.get(call.workspace, application(call), call.path["companyId"])
    window = pagination.window(query)
    found = listing.asked_for(call.workspace, company, query)
    return window, len(found), [syncs.show(call.workspace, sync) for sync in window.cut(found)]
