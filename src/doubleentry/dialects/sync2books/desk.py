"""How the control API moves the vendor's connections."""

from typing import Final

from doubleentry.dialects.sync2books.rules import connections
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace


class ConnectionDesk:
    """Connections as stored: what the end customer and the accounting software do to them."""

    def all(self, workspace: Workspace) -> list[Document]:
        """Return all connections, oldest first."""
        return workspace.store.find(connections.COLLECTION)

    def link(self, workspace: Workspace, id: str) -> Document:
        """Consent."""
        return connections.reconnect(workspace, connections.stored(workspace, id))

    def unlink(self, workspace: Workspace, id: str) -> Document:
        """End it from our side."""
        return connections.disconnect(workspace, connections.stored(workspace, id))

    def deauthorise(self, workspace: Workspace, id: str) -> Document:
        """End it from the accounting software's side."""
        return connections.disconnect(workspace, connections.stored(workspace, id), connections.BY_CUSTOMER)

    def expire(self, workspace: Workspace, id: str) -> Document:
        """Let its token run out, which shows as an error."""
        return connections.expire(workspace, connections.stored(workspace, id))


DESK: Final = ConnectionDesk()
