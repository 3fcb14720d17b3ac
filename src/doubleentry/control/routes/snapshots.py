"""Snapshots: save a workspace, go back to one, take one elsewhere; branch a workspace."""

from typing import Final

from doubleentry.control.declaring import control
from doubleentry.control.routes.workspaces import shown
from doubleentry.control.schemas.snapshots import (
    SNAPSHOT_BYTES,
    SaveSchema,
    SnapshotDocumentSchema,
    SnapshotSchema,
    SnapshotsSchema,
)
from doubleentry.control.schemas.workspaces import BranchSchema, WorkspaceSchema
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.snapshots import Snapshot
from doubleentry.engine.workspaces import NAME
from doubleentry.web.context import Call

_FOLLOWERS: Final = ("getSnapshot", "loadSnapshot", "removeSnapshot")


@control(
    "GET",
    "/snapshots",
    "listSnapshots",
    SnapshotsSchema(),
    unlocked=True,
    leads_to={key: {"snapshot": "/snapshots/0/name"} for key in _FOLLOWERS},
)
def list_snapshots(call: Call) -> object:
    """List the snapshots of this server, whichever workspace they are of."""
    return {"snapshots": [_document(snapshot) for snapshot in call.host.workspaces.snapshots.all()]}


@control(
    "POST",
    "/snapshots",
    "saveSnapshot",
    SnapshotSchema(),
    status=201,
    body=SaveSchema(),
    unlocked=True,
    leads_to={key: {"snapshot": "/name"} for key in _FOLLOWERS},
)
def save_snapshot(call: Call) -> object:
    """Save the workspace as it stands, under a name."""
    return _document(call.host.workspaces.snapshots.save(call.body["name"], call.workspace))


@control("GET", "/snapshots/{snapshot}", "getSnapshot", SnapshotDocumentSchema(), 404, unlocked=True)
def get_snapshot(call: Call) -> object:
    """Download a snapshot as a document."""
    return call.host.workspaces.snapshots.document(call.path["snapshot"])


@control(
    "PUT",
    "/snapshots/{snapshot}",
    "putSnapshot",
    SnapshotSchema(),
    body=SnapshotDocumentSchema(),
    body_limit=SNAPSHOT_BYTES,
    unlocked=True,
)
def put_snapshot(call: Call) -> object:
    """Upload a snapshot that was downloaded, from this server or another."""
    name = call.path["snapshot"]
    if not NAME.fullmatch(name):
        raise InvalidInput([Problem(("snapshot",), f"{name!r} does not match {NAME.pattern}")], "path")
    return _document(call.host.workspaces.snapshots.take_in(name, call.body))


@control("DELETE", "/snapshots/{snapshot}", "removeSnapshot", None, 404, status=204, unlocked=True)
def remove_snapshot(call: Call) -> object:
    """Forget a snapshot."""
    call.host.workspaces.snapshots.remove(call.path["snapshot"])
    return None


@control("POST", "/snapshots/{snapshot}/load", "loadSnapshot", WorkspaceSchema(), 404, unlocked=True)
def load_snapshot(call: Call) -> object:
    """Let the workspace go on from a snapshot: its clock is frozen, its sending held, its journal forgotten."""
    call.host.workspaces.snapshots.load(call.path["snapshot"], call.workspace)
    call.journal.clear(call.journal.last)
    return shown(call.workspace)


@control("POST", "/branch", "branch", WorkspaceSchema(), 409, status=201, body=BranchSchema(), unlocked=True)
def branch(call: Call) -> object:
    """Open another workspace that begins as this one stands: its clock is frozen, its sending held."""
    workspace = call.host.workspaces.branch(call.workspace.name, call.body["to"])
    return shown(workspace)


def _document(snapshot: Snapshot) -> Document:
    return {"name": snapshot.name, "at": snapshot.at.isoformat()}
