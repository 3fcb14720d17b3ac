"""Syncs."""

from typing import Any

from doubleentry.dialects.codat.routes.declaring import E1, expenses, returns
from doubleentry.dialects.codat.rules import syncs
from doubleentry.dialects.codat.schemas.syncs import InitiateSyncSchema, SyncInitiatedSchema, SyncStatusSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import operation

STATUS = SyncStatusSchema()
TAGS = ("Syncs",)
IDS = {"companyId": "$request.path.companyId", "syncId": "$response.body#/syncId"}
BY_ID = {
    "syncStatus": {"operationId": "get-sync-by-id", "parameters": IDS},
    "syncTransactions": {"operationId": "list-sync-transactions", "parameters": IDS},
}


@operation(
    "POST",
    *expenses("/syncs"),
    id="intiate-sync",
    source=E1,
    body=InitiateSyncSchema(),
    returns=returns(SyncInitiatedSchema(), "The sync, queued.", 400, 413, 415, 422, status=202, links=BY_ID),
    tags=TAGS,
)
def initiate_sync(call: Call) -> Answer:
    """Queue a sync of some datasets."""
    sync_id = syncs.initiate(call.workspace, call.path["companyId"], call.body["datasetIds"])
    return Answer(int(call.quirk("codat.initiate-status")), {"syncId": sync_id})


@operation(
    "GET",
    *expenses("/syncs/latest/status"),
    id="get-latest-sync",
    source=E1,
    returns=returns(STATUS, "How the sync that was started last stands."),
    tags=TAGS,
)
def get_latest(call: Call) -> Document:
    """Get the status of the latest sync."""
    return _told(call, syncs.latest(call.workspace, call.path["companyId"]))


@operation(
    "GET",
    *expenses("/syncs/lastSuccessful/status"),
    id="get-last-successful-sync",
    source=E1,
    returns=returns(STATUS, "How the newest successful sync stands."),
    tags=TAGS,
)
def get_last_successful(call: Call) -> Document:
    """Get the status of the last successful sync."""
    return syncs.last_successful(call.workspace, call.path["companyId"])


@operation(
    "GET",
    *expenses("/syncs/list/status"),
    id="list-syncs",
    source=E1,
    returns=returns(SyncStatusSchema(many=True), "How all syncs stand."),
    tags=TAGS,
)
def list_syncs(call: Call) -> list[Document]:
    """List the statuses of a company's syncs."""
    return [_told(call, status) for status in syncs.all_statuses(call.workspace, call.path["companyId"])]


@operation(
    "GET",
    *expenses("/syncs/{syncId}/status"),
    id="get-sync-by-id",
    source=E1,
    returns=returns(STATUS, "How the sync stands."),
    tags=TAGS,
)
def get_sync(call: Call) -> Document:
    """Get the status of a sync."""
    return _told(call, syncs.status(call.workspace, call.path["companyId"], call.path["syncId"]))


def _told(call: Call, status: dict[str, Any]) -> Document:
    """Return a status as it is; tell in the journal who polls for what only the tester can bring about."""
    waiting_for = call.workspace.waits_for(status["syncId"])
    if waiting_for is not None:
        call.warn(waiting_for)
    return status
