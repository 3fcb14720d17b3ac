"""Workspaces: list, reset, delete. One is opened by being named.

None of these holds the lock of its own workspace while it looks at others: two that did so would wait for each other.
"""

from doubleentry.control.declaring import control
from doubleentry.control.schemas.workspaces import ResetSchema, WorkspaceSchema, WorkspacesSchema
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.workspaces import Workspace
from doubleentry.fixtures import FixtureError, UnknownFixture
from doubleentry.web.context import Call
from doubleentry.web.errors import RequestRefused


class FixtureNotFound(RequestRefused):
    """No fixture has the name that a workspace is to be reset to."""

    status = 404


@control(
    "GET",
    "/workspaces",
    "listWorkspaces",
    WorkspacesSchema(),
    unlocked=True,
    leads_to={"deleteWorkspace": {"name": "/workspaces/0/name"}},
)
def list_workspaces(call: Call) -> object:
    """List the open workspaces."""
    return {"workspaces": [_document(workspace) for workspace in call.host.workspaces]}


@control("DELETE", "/workspaces/{name}", "deleteWorkspace", None, 404, status=204, unlocked=True)
def delete_workspace(call: Call) -> object:
    """Close a workspace and forget what it knew; named again, it is opened anew from the baseline."""
    call.host.workspaces.delete(call.path["name"])
    return None


@control("POST", "/reset", "reset", WorkspaceSchema(), 404, body=ResetSchema(), body_optional=True, unlocked=True)
def reset(call: Call) -> object:
    """Return the workspace to its baseline or to another fixture; cancel what is pending, forget the journal."""
    try:
        workspace = call.host.workspaces.reset(call.workspace.name, **(call.body or {}))
    except UnknownFixture as error:
        raise FixtureNotFound(str(error)) from error
    except FixtureError as error:
        raise InvalidInput([Problem(("fixture",), str(problem)) for problem in error.problems]) from error
    call.journal.clear()
    return _document(workspace)


def _document(workspace: Workspace) -> Document:
    with workspace.lock:
        return {
            "name": workspace.name,
            "seed": workspace.chance.seed,
            "mode": workspace.clock.state.mode,
            "now": workspace.clock.now().isoformat(),
            "pending": len(workspace.scheduler.pending()),
            "idle": workspace.is_idle,
        }
