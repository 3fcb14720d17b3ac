"""Connections: a company and one accounting software.

Source: guide "Companies and connections"; later OpenAPI document.
"""

from collections.abc import Mapping
from typing import Final

from doubleentry.dialects.sync2books import webhooks
from doubleentry.dialects.sync2books.errors import Forbidden
from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.dialects.sync2books.wire import timestamp
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "sync2books connections"
PENDING: Final = "pending"
CONNECTED: Final = "connected"
DISCONNECTED: Final = "disconnected"
ERROR: Final = "error"

EVENTS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    CONNECTED: ("reconnected", {}),
    DISCONNECTED: ("disconnected", {"reason": "Connection disconnected"}),
    ERROR: ("failed", {"errorMessage": "Connection expired"}),
}
"""Status that a connection comes to → the event that tells of it, and what that says; the texts are inferred."""


def get(workspace: Workspace, application: str, id: str) -> Document:
    """Return a connection of an application.

    Raises:
        NotFound: There is no such connection.
        Forbidden: It is another application's.
    """
    connection = stored(workspace, id)
    if connection["application"] != application:
        raise Forbidden
    return connection


def stored(workspace: Workspace, id: str) -> Document:
    """Return a connection of any application.

    Raises:
        NotFound: There is no such connection.
    """
    connection = workspace.store.get(COLLECTION, id)
    if connection is None:
        raise NotFound("connection", id)
    return connection


def of(workspace: Workspace, company_id: str) -> list[Document]:
    """Return the connections of a company, oldest first."""
    return workspace.store.find(COLLECTION, {"companyId": company_id})


def ledger(workspace: Workspace, connection: Document) -> Ledger:
    """Return the books behind a connection, opened from its platform's template at the first call."""
    template = workspace.world.templates[PLATFORMS[connection["integrationKey"]].template]
    return workspace.ledgers.open(connection["id"], template)


def show(workspace: Workspace, connection: Document) -> Document:
    """Return a connection's wire shape, its words those of the profile."""
    key, status = connection["integrationKey"], connection["status"]
    if workspace.setting("sync2books.profile") == "docs":
        key, status = PLATFORMS[key].upper, status.upper()
    more = {"providerMetadata": connection["providerMetadata"]} if "providerMetadata" in connection else {}
    return {
        "id": connection["id"],
        "companyId": connection["companyId"],
        "integrationKey": key,
        "status": status,
        "created": connection["created"],
        "updatedAt": connection["updatedAt"],
        **more,
    }


def move(workspace: Workspace, connection: Document, status: str) -> Document:
    """Store another status of a connection, and tell of it; one that is connected has its books."""
    changed = {**connection, "status": status, "updatedAt": timestamp(workspace.clock.now())}
    workspace.store.put(COLLECTION, connection["id"], changed)
    if status == CONNECTED:
        ledger(workspace, changed)
    if status != connection["status"]:
        verb, more = EVENTS[status]
        webhooks.tell(workspace, changed, "connected" if connection["status"] == PENDING else verb, **more)
    return changed
