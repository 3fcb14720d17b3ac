"""Connections: a company and one accounting software.

Source: guide "Companies and connections" (list and unlink: documented); later OpenAPI document; the vendor's compliance
API, a client of this one. What is told in events is inferred, but for their names.
"""

from typing import Final

from doubleentry.dialects.sync2books.bodies import CONNECTION_CHANGE
from doubleentry.dialects.sync2books.errors import Forbidden
from doubleentry.dialects.sync2books.platforms import PLATFORMS, normalised
from doubleentry.dialects.sync2books.rules import companies
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.dialects.sync2books.webhooks import tell
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

BY_APPLICATION: Final = "Disconnected by the application"
BY_CUSTOMER: Final = "Access revoked in the accounting software"
EXPIRED: Final = "Connection expired"


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


def shown_of(workspace: Workspace, application: str, company_id: str) -> list[Document]:
    """Return the wire shapes of a company's connections, oldest first.

    Before consent there is nothing to see in the words of the published pages.

    Raises:
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    company = companies.get(workspace, application, company_id)
    hidden = {PENDING} if workspace.setting("sync2books.profile") == "docs" else set()
    return [show(workspace, each) for each in of(workspace, company["id"]) if each["status"] not in hidden]


def to(workspace: Workspace, application: str, company_id: str, integration_key: str) -> Document | None:
    """Return a company's newest connection to an accounting software; None when it has none.

    Raises:
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    company = companies.get(workspace, application, company_id)
    return newest(workspace, company["id"], normalised(integration_key))


def newest(workspace: Workspace, company_id: str, platform: str) -> Document | None:
    """Return a company's newest connection to a platform, or None."""
    where = {"companyId": company_id, "integrationKey": platform}
    found = workspace.store.find(COLLECTION, where, newest_first=True, limit=1)
    return found[0] if found else None


def unlink(workspace: Workspace, application: str, company_id: str, connection_id: str, given: object) -> Document:
    """End a connection of a company, as the body says.

    Raises:
        InvalidInput: The body says something else.
        NotFound: There is no such company, or it has no such connection.
        Forbidden: It is another application's.
    """
    checked(workspace, CONNECTION_CHANGE, given)
    company = companies.get(workspace, application, company_id)
    connection = get(workspace, application, connection_id)
    if connection["companyId"] != company["id"]:
        raise NotFound("connection", connection_id)
    return disconnect(workspace, connection)


def connect(workspace: Workspace, company: Document, platform: str, connection_id: str | None = None) -> Document:
    """Do what the end customer does by consenting.

    Consenting again reuses the connection that the company has to the platform, or the one that is named.

    Args:
        workspace: Where.
        company: Whose customer consents.
        platform: The integration's key.
        connection_id: The connection to link anew; None for whichever there is.
    """
    known = newest(workspace, company["id"], platform) if connection_id is None else stored(workspace, connection_id)
    if known is not None:
        return reconnect(workspace, known)
    now = timestamp(workspace.clock.now())
    connection: Document = {
        "id": workspace.chance.uuid("sync2books connection", company["id"]),
        "companyId": company["id"],
        "application": company["application"],
        "integrationKey": platform,
        "status": CONNECTED,
        "created": now,
        "updatedAt": now,
    }
    workspace.store.insert(COLLECTION, connection["id"], connection)
    ledger(workspace, connection)
    tell(workspace, connection, "created")
    tell(workspace, connection, "connected")
    return connection


def reconnect(workspace: Workspace, connection: Document) -> Document:
    """Link a connection anew; its books stay as they are. One that is connected stays so, and nobody is told."""
    if connection["status"] == CONNECTED:
        return connection
    was_pending = connection["status"] == PENDING
    changed = _move(workspace, connection, CONNECTED)
    ledger(workspace, changed)
    tell(workspace, changed, "connected" if was_pending else "reconnected")
    return changed


def disconnect(workspace: Workspace, connection: Document, reason: str = BY_APPLICATION) -> Document:
    """End a connection; one that has ended stays so."""
    if connection["status"] == DISCONNECTED:
        return connection
    changed = _move(workspace, connection, DISCONNECTED)
    tell(workspace, changed, "disconnected", reason=reason)
    return changed


def expire(workspace: Workspace, connection: Document) -> Document:
    """Let a connection's token run out; linking it anew mends it. One that has run out stays so."""
    if connection["status"] == ERROR:
        return connection
    changed = _move(workspace, connection, ERROR)
    tell(workspace, changed, "failed", errorMessage=EXPIRED)
    return changed


def ledger(workspace: Workspace, connection: Document) -> Ledger:
    """Return the books behind a connection, opened from its platform's template at the first call."""
    template = workspace.world.templates[PLATFORMS[connection["integrationKey"]].template]
    return workspace.ledgers.open(connection["id"], template)


def key_told(workspace: Workspace, platform: str) -> str:
    """Return an integration key as the profile spells it."""
    return PLATFORMS[platform].told(workspace.setting("sync2books.profile"))


def show(workspace: Workspace, connection: Document) -> Document:
    """Return a connection's wire shape, its words those of the profile."""
    status = connection["status"]
    return {
        "id": connection["id"],
        "companyId": connection["companyId"],
        "integrationKey": key_told(workspace, connection["integrationKey"]),
        "status": status.upper() if workspace.setting("sync2books.profile") == "docs" else status,
        "created": connection["created"],
        "updatedAt": connection["updatedAt"],
    }


def _move(workspace: Workspace, connection: Document, status: str) -> Document:
    changed = {**connection, "status": status, "updatedAt": timestamp(workspace.clock.now())}
    workspace.store.put(COLLECTION, connection["id"], changed)
    return changed
