"""Syncs: list, look into, release, finish."""

from collections.abc import Mapping

from doubleentry.control.declaring import control
from doubleentry.control.outcomes import outcome_of
from doubleentry.control.packing import sync_document
from doubleentry.control.schemas.syncs import SyncQuerySchema, SyncSchema, SyncsSchema, SyncWithItemsSchema, finish
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import to_document
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on syncs."""
    body = finish([code for dialect in dialects.values() for code in dialect.codes])
    end = control("POST", "/syncs/{id}/finish", "finishSync", SyncSchema(), 404, 409, body=body, body_optional=True)
    return (list_syncs, get_sync, release_sync, end(_finish_sync))


@control(
    "GET",
    "/syncs",
    "listSyncs",
    SyncsSchema(),
    query=SyncQuerySchema(),
    leads_to={key: {"id": "/syncs/0/id"} for key in ("getSync", "releaseSync", "finishSync", "changeSyncPace")},
)
def list_syncs(call: Call) -> object:
    """List syncs, oldest first."""
    return {"syncs": [sync_document(call.workspace, sync) for sync in call.workspace.syncs.all(call.query)]}


@control("GET", "/syncs/{id}", "getSync", SyncWithItemsSchema(), 404)
def get_sync(call: Call) -> object:
    """Show a sync and its items; unlike a vendor's status call, this is not counted as a read."""
    sync = call.workspace.syncs.get(call.path["id"])
    items = []
    for item in call.workspace.syncs.items(sync.id):
        document = to_document(item)
        for same in ("sync", "dialect", "company"):
            del document[same]
        items.append(document)
    return {**sync_document(call.workspace, sync), "items": items}


@control("POST", "/syncs/{id}/release", "releaseSync", SyncSchema(), 404, 409)
def release_sync(call: Call) -> object:
    """Let a held sync go on."""
    return sync_document(call.workspace, call.workspace.syncs.release(call.path["id"]))


def _finish_sync(call: Call) -> object:
    """End an unfinished sync at once, as the world makes of it or with a code."""
    syncs = call.workspace.syncs
    sync = syncs.get(call.path["id"])
    code = (call.body or {}).get("code")
    outcome = None if code is None else outcome_of(call.workspace.world, sync.dialect, code, ("code",))
    return sync_document(call.workspace, syncs.finish(sync.id, outcome))
