"""How much a workspace may hold: a server that many use does not grow without end."""

from typing import Final

from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import RequestRefused
from doubleentry.web.host import Host

WRITING: Final = frozenset({"POST", "PUT", "PATCH"})
"""The methods that bring something in; to look and to delete is never refused."""


class WorkspaceFull(RequestRefused):
    """A workspace holds as much as it may; told in our own words, because no vendor has such a bound."""

    status = 507


def refuse_when_full(host: Host, workspace: Workspace) -> None:
    """Let nothing more in once a workspace holds as much as it may: what is there stays, and so does what is pending.

    Raises:
        WorkspaceFull: It does.
    """
    most = host.workspace_bytes
    if most is not None and workspace.store.size >= most:
        raise WorkspaceFull(
            f"Workspace {workspace.name!r} holds {workspace.store.size} bytes, and {most} is the most: nothing was"
            " done. Reset or delete it, or start the server with a larger --workspace-size."
        )
