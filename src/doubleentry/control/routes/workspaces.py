"""Workspaces: list, reset, seed, delete; hold what they send. One is opened by being named.

None of these holds the lock of its own workspace while it looks at others: two that did so would wait for each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from doubleentry.control.declaring import control
from doubleentry.control.schemas.workspaces import ResetSchema, SeedSchema, WorkspaceSchema, WorkspacesSchema
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.workspaces import Workspace
from doubleentry.fixtures import FixtureError, UnknownFixture
from doubleentry.web.context import Call
from doubleentry.web.errors import RequestRefused
from doubleentry.web.room import refuse_when_full


class FixtureNotFound(RequestRefused):
    """No fixture has the name."""

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
    rows = [shown(workspace) for workspace in call.host.workspaces]
    return {"workspaces": rows, "most_bytes": call.host.workspace_bytes}


@control("DELETE", "/workspaces/{name}", "deleteWorkspace", None, 404, status=204, unlocked=True)
def delete_workspace(call: Call) -> object:
    """Close a workspace and forget what it knew; named again, it is opened anew from the baseline."""
    workspace = call.host.workspaces.delete(call.path["name"])
    # It would be kept for as long as anything still knows the workspace.
    call.host.journal(workspace).clear()
    return None


@control("POST", "/reset", "reset", WorkspaceSchema(), 404, body=ResetSchema(), body_optional=True, unlocked=True)
def reset(call: Call) -> object:
    """Return the workspace to its baseline or to another fixture; cancel what is pending, forget the journal."""
    with _told():
        workspace = call.host.workspaces.reset(call.workspace.name, **(call.body or {}))
    call.journal.clear()
    return shown(workspace)


@control("POST", "/seed", "seed", WorkspaceSchema(), 404, 409, 507, body=SeedSchema(), unlocked=True)
def seed(call: Call) -> object:
    """Bring what a fixture holds into the workspace, beside what is there: all of it, or nothing."""
    refuse_when_full(call.host, call.workspace)
    with _told():
        return shown(call.host.workspaces.seed(call.workspace.name, call.body["fixture"]))


@control("POST", "/webhooks/hold", "holdWebhooks", WorkspaceSchema())
def hold_webhooks(call: Call) -> object:
    """Hold back all webhooks: attempts fall due and are not made."""
    call.workspace.hold_sending(held=True)
    return shown(call.workspace)


@control("POST", "/webhooks/release", "releaseWebhooks", WorkspaceSchema())
def release_webhooks(call: Call) -> object:
    """Let webhooks go again: what has fallen due goes first, in order."""
    call.workspace.hold_sending(held=False)
    return shown(call.workspace)


@contextmanager
def _told() -> Iterator[None]:
    """Tell of a fixture that is not there, or has problems, what a caller can understand."""
    try:
        yield
    except UnknownFixture as error:
        raise FixtureNotFound(str(error)) from error
    except FixtureError as error:
        raise InvalidInput([Problem(("fixture",), str(problem)) for problem in error.problems]) from error


def shown(workspace: Workspace) -> Document:
    """Return a workspace as it stands."""
    with workspace.lock:
        return {
            "name": workspace.name,
            "seed": workspace.chance.seed,
            "mode": workspace.clock.state.mode,
            "now": workspace.clock.now().isoformat(),
            "pending": len(workspace.scheduler.pending()),
            "idle": workspace.is_idle,
            "bytes": workspace.store.size,
            "sending": "held" if workspace.holds_sending else "free",
        }
