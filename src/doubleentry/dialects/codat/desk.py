"""How the control API moves Codat's connections."""

from typing import Final

from doubleentry.dialects.codat.rules import connections
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace


class ConnectionDesk:
    """Connections as stored: what the end customer and the accounting software do to them."""

    def all(self, workspace: Workspace) -> list[Document]:
        """Return all connections, oldest first."""
        return workspace.store.find(connections.COLLECTION)

    def link(self, workspace: Workspace, id: str) -> Document:
        """Consent."""
        return connections.link(workspace, id)

    def unlink(self, workspace: Workspace, id: str) -> Document:
        """End it from our side."""
        return connections.cut_off(workspace, id)

    def deauthorise(self, workspace: Workspace, id: str) -> Document:
        """End it from the accounting software's side."""
        return connections.deauthorise(workspace, id)

    def expire(self, workspace: Workspace, id: str) -> Document:
        """Let the customer's subscription run out."""
        return connections.expire(workspace, id)


DESK: Final = ConnectionDesk()
