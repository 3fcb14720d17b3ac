"""Connections.

Source: Codat API (from September 2023), create-, list-, get-, unlink- and delete-connection, partner expense.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from doubleentry.dialects.codat.errors import CLIENTS, TEXTS, Refused
from doubleentry.dialects.codat.platforms import PARTNER_EXPENSE_KEY, PLATFORMS, Platform
from doubleentry.dialects.codat.querying import CONNECTION_TEXTS, DATES, matching, ordering
from doubleentry.dialects.codat.rules.telling import tell_of_connection
from doubleentry.dialects.codat.wire import ticks
from doubleentry.engine.documents import Document, from_text
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.pages import Page, PageRequest, cut
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "codat connections"
PROPERTIES: Final[Sequence[str]] = (*CONNECTION_TEXTS, *DATES)

PENDING: Final = "PendingAuth"
LINKED: Final = "Linked"
UNLINKED: Final = "Unlinked"
DEAUTHORISED: Final = "Deauthorized"

PARTNER_SETTING: Final = "codat.partner-source-type"

MOVES: Final[Mapping[tuple[str, str], str]] = {
    (PENDING, LINKED): "connection.connected",
    (UNLINKED, LINKED): "connection.reconnected",
    (DEAUTHORISED, LINKED): "connection.reconnected",
    (LINKED, UNLINKED): "connection.disconnected",
    (LINKED, DEAUTHORISED): "connection.disconnected",
}
"""Status before and after → what is told of it."""


class _Owned(Struct, frozen=True):
    companyId: str  # noqa: N815 - as it is stored


def create(workspace: Workspace, company_id: str, platform_key: str) -> Document:
    """Store a connection to an accounting platform, waiting for consent unless the quirk ``codat.link`` is ``auto``."""
    connection = _insert(workspace, company_id, platform_key, PENDING)
    _tell(workspace, "connection.created", connection)
    return link(workspace, connection["id"]) if workspace.setting("codat.link") == "auto" else connection


def create_partner(workspace: Workspace, company_id: str) -> Document:
    """Return the company's partner expense connection, made and linked at the first call (the second is inferred)."""
    existing = partner(workspace, company_id)
    if existing is not None:
        return existing
    connection = _insert(workspace, company_id, PARTNER_EXPENSE_KEY, LINKED)
    # It is linked without ever waiting for that: that it is told as created and connected is inferred.
    _tell(workspace, "connection.created", connection)
    _tell(workspace, "connection.connected", connection)
    return connection


def get(workspace: Workspace, company_id: str, connection_id: str) -> Document:
    """Return a connection of a company.

    Raises:
        NotFound: The company has no such connection.
    """
    connection = workspace.store.get(COLLECTION, connection_id)
    if connection is None or connection["companyId"] != company_id:
        raise NotFound("connection", connection_id)
    return connection


def of(workspace: Workspace, company_id: str) -> list[Document]:
    """Return the connections of a company, oldest first."""
    return workspace.store.find(COLLECTION, {"companyId": company_id})


def texts_of_each(workspace: Workspace, company_ids: Sequence[str]) -> Mapping[str, tuple[bytes, ...]]:
    """Return the connections of some companies as JSON, each company's oldest first; in one go where there are few.

    A company that has none need not be in it.
    """
    found: dict[str, tuple[bytes, ...]] = {}
    if workspace.store.count(COLLECTION) > len(company_ids):
        for company_id in company_ids:
            texts = workspace.store.texts(COLLECTION, {"companyId": company_id})
            found[company_id] = tuple([text for _, text in texts])
        return found
    for _, text in workspace.store.texts(COLLECTION):
        owner = from_text(text, _Owned).companyId
        found[owner] = (*found.get(owner, ()), text)
    return found


def page(
    workspace: Workspace, company_id: str, query: Mapping[str, Any], request: PageRequest, base_url: str
) -> Page[Document]:
    """Return a company's connections as they are shown, filtered and ordered.

    Raises:
        Refused: The query or the order cannot be read.
    """
    wanted = matching(query.get("query"), PROPERTIES, "DataConnection")
    order = ordering(query.get("orderBy"), PROPERTIES, "DataConnection")
    shown = [show(workspace, connection, base_url) for connection in of(workspace, company_id)]
    return cut(order([connection for connection in shown if wanted(connection)]), request)


def accounting(workspace: Workspace, company_id: str) -> Document | None:
    """Return the company's accounting connection: the linked one, else the newest, else None."""
    found = [each for each in of(workspace, company_id) if each["integrationKey"] != PARTNER_EXPENSE_KEY]
    linked = [each for each in found if each["status"] == LINKED]
    chosen = linked or found
    return chosen[-1] if chosen else None


def partner(workspace: Workspace, company_id: str) -> Document | None:
    """Return the company's partner expense connection, or None."""
    found = [each for each in of(workspace, company_id) if each["integrationKey"] == PARTNER_EXPENSE_KEY]
    return found[-1] if found else None


def platform_of(connection: Document) -> Platform:
    """Return the platform that a connection leads to."""
    return PLATFORMS[connection["integrationKey"]]


def ledger_of(workspace: Workspace, company_id: str) -> Ledger | None:
    """Return the books behind the company's accounting connection; None when it was never linked."""
    connection = accounting(workspace, company_id)
    return None if connection is None else workspace.ledgers.find(connection["id"])


def can_sync(workspace: Workspace, company_id: str) -> bool:
    """Whether both connections are linked, to a platform that expenses can be synced to."""
    books, card = accounting(workspace, company_id), partner(workspace, company_id)
    if books is None or card is None:
        return False
    return books["status"] == LINKED == card["status"] and platform_of(books).destination


def link(workspace: Workspace, connection_id: str) -> Document:
    """Do what the end customer does by consenting: the connection is linked, and its ledger opened.

    A company has one active accounting connection: another that was linked is unlinked (inferred).

    Raises:
        NotFound: There is no such connection.
    """
    connection = _stored(workspace, connection_id)
    platform = platform_of(connection)
    if platform.template:
        for other in of(workspace, connection["companyId"]):
            if other["id"] != connection_id and other["status"] == LINKED and platform_of(other).template:
                _move(workspace, other, UNLINKED)
        workspace.ledgers.open(connection_id, workspace.world.templates[platform.template])
    now = ticks(workspace.clock.now())
    return _move(workspace, {**connection, "lastSync": now, "expired": False}, LINKED)


def unlink(workspace: Workspace, connection_id: str) -> Document:
    """End a linked connection from our side; one that is unlinked already stays so (inferred).

    Raises:
        NotFound: There is no such connection.
        Refused: It is neither.
    """
    connection = _stored(workspace, connection_id)
    if connection["status"] not in {LINKED, UNLINKED}:
        raise Refused(400, TEXTS[400][1], CLIENTS)
    return cut_off(workspace, connection_id)


def cut_off(workspace: Workspace, connection_id: str) -> Document:
    """End a connection from our side, whatever its status: who steers the emulator may.

    Raises:
        NotFound: There is no such connection.
    """
    return _move(workspace, _stored(workspace, connection_id), UNLINKED)


def deauthorise(workspace: Workspace, connection_id: str) -> Document:
    """End a connection from the accounting software's side.

    Raises:
        NotFound: There is no such connection.
    """
    return _move(workspace, _stored(workspace, connection_id), DEAUTHORISED)


def expire(workspace: Workspace, connection_id: str) -> Document:
    """Let the customer's subscription to the accounting software run out; linking again renews it.

    Raises:
        NotFound: There is no such connection.
    """
    return _change(workspace, _stored(workspace, connection_id), expired=True)


def deny(workspace: Workspace, connection_id: str) -> Document:
    """Do what the end customer does by refusing consent: nothing changes but that it was refused.

    Raises:
        NotFound: There is no such connection.
    """
    connection = _stored(workspace, connection_id)
    error = {
        "statusCode": "403",
        "statusText": "Forbidden",
        "errorMessage": "The user denied access.",
        "erroredOnUtc": ticks(workspace.clock.now()),
    }
    changed = _change(workspace, connection, dataConnectionErrors=[*connection["dataConnectionErrors"], error])
    _tell(workspace, "connection.failed", changed)
    return changed


def delete(workspace: Workspace, company_id: str, connection_id: str) -> None:
    """Remove a connection of a company.

    Raises:
        NotFound: The company has no such connection.
    """
    connection = get(workspace, company_id, connection_id)
    workspace.store.remove(COLLECTION, connection_id)
    _tell(workspace, "connection.deleted", connection)


def remove_all(workspace: Workspace, company_id: str) -> None:
    """Remove all connections of a company."""
    for connection in of(workspace, company_id):
        workspace.store.remove(COLLECTION, connection["id"])


def show(workspace: Workspace, connection: Document, base_url: str) -> Document:
    """Return a connection's wire shape.

    Args:
        workspace: Where the quirk ``codat.partner-source-type`` is set.
        connection: As stored.
        base_url: Where this API is served: the link page is ours.
    """
    return shown(connection, base_url, workspace.setting(PARTNER_SETTING))


def shown(connection: Document, base_url: str, partner_source: str) -> Document:
    """Return a connection's wire shape, as `show` does, from the setting's value."""
    platform = platform_of(connection)
    is_partner = platform.key == PARTNER_EXPENSE_KEY
    path = f"companies/{connection['companyId']}/connections/{connection['id']}"
    return {
        "id": connection["id"],
        "integrationId": platform.integration_id,
        "integrationKey": platform.key,
        "sourceId": platform.source_id,
        "platformName": platform.name,
        "linkUrl": f"{base_url}/link/{path}/start",
        "status": connection["status"],
        "lastSync": connection["lastSync"],
        "created": connection["created"],
        "sourceType": partner_source if is_partner else platform.source_type,
        "dataConnectionErrors": connection["dataConnectionErrors"],
        "connectionInfo": None,
    }


def _insert(workspace: Workspace, company_id: str, key: str, status: str) -> Document:
    connection: Document = {
        "id": workspace.chance.uuid("codat connection", company_id),
        "companyId": company_id,
        "integrationKey": key,
        "status": status,
        "created": ticks(workspace.clock.now()),
        "lastSync": None,
        "dataConnectionErrors": [],
        "expired": False,
    }
    workspace.store.insert(COLLECTION, connection["id"], connection)
    return connection


def _stored(workspace: Workspace, connection_id: str) -> Document:
    connection = workspace.store.get(COLLECTION, connection_id)
    if connection is None:
        raise NotFound("connection", connection_id)
    return connection


def _move(workspace: Workspace, connection: Document, status: str) -> Document:
    """Store a connection in another status, and tell of what that is."""
    changed = _change(workspace, connection, status=status)
    name = MOVES.get((connection["status"], status))
    if name is not None:
        _tell(workspace, name, changed, connection["status"])
    return changed


def _tell(workspace: Workspace, name: str, connection: Document, was: str | None = None) -> None:
    company = workspace.store.get("codat companies", connection["companyId"])
    assert company is not None, "a connection is of a company"
    tell_of_connection(workspace, name, company, show(workspace, connection, workspace.url("/codat")), was)


def _change(workspace: Workspace, connection: Document, **change: Any) -> Document:  # noqa: ANN401 - the record's members
    changed = {**connection, **change}
    workspace.store.put(COLLECTION, connection["id"], changed)
    return changed
