"""Expenses: taken in, and how each stands.

An expense is known by its caller's id within a connection: two companies can have the same. What is shown of it is what
was sent last and not passed over as a duplicate. Source: guide "Create transactions"; all that is read is inferred from
the members that the vendor's records have.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from doubleentry.dialects.sync2books import bodies, statuses
from doubleentry.dialects.sync2books.rules import companies, connections, syncs
from doubleentry.dialects.sync2books.rules.checking import checked_each
from doubleentry.dialects.sync2books.rules.pushing import CONFIGS
from doubleentry.dialects.sync2books.wire import as_printed, free_text, timestamp
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import RETRIABLE, ItemStatus
from doubleentry.engine.syncs import ItemOrder, SyncItem
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "sync2books expenses"

DEFAULTS: Final[Mapping[str, str]] = {"accountRef": "defaultAccount", "taxRateRef": "defaultTaxRate"}
"""Reference of a line → the company's default that lets it be missing."""


def create(workspace: Workspace, application: str, connection_id: str, body: object) -> Document:
    """Take expenses in and queue them as one batch; return its id, and how many they are.

    Whether the books have what an expense names, and whether it is a duplicate, is seen when it is pushed. A connection
    that is not connected takes them too (inferred).

    Raises:
        InvalidInput: One of them is not valid; nothing is stored.
        NotFound: There is no such connection.
        Forbidden: It is another application's.
    """
    connection = workspace.store.get(connections.COLLECTION, connection_id) or {}
    expenses = checked_each(workspace, bodies.expense(_defaulted(workspace, connection.get("companyId", ""))), body)
    connection = connections.get(workspace, application, connection_id)
    sync = syncs.submit(workspace, connection, [ItemOrder(expense["id"], expense) for expense in expenses])
    for expense in expenses:
        keep(workspace, connection, expense["id"], sync.created_at)
    return {"syncBatchId": sync.id, "totalExpenses": len(expenses)}


def get(workspace: Workspace, application: str, expense_id: str) -> Document:
    """Return an expense of an application; of several with the same id the one that was sent last (inferred).

    Raises:
        NotFound: There is none.
    """
    found = find(workspace, application, expense_id)
    if found is None:
        raise NotFound("expense", expense_id)
    return found


def find(workspace: Workspace, application: str, expense_id: str) -> Document | None:
    """Return what `get` returns, or None when there is none."""
    where = {"application": application, "id": free_text(expense_id)}
    return next(iter(workspace.store.find(COLLECTION, where, newest_first=True, limit=1)), None)


def of_connection(workspace: Workspace, application: str, connection_id: str) -> list[Document]:
    """Return the expenses of a connection, the one that was sent last first (inferred).

    Raises:
        NotFound: There is no such connection.
        Forbidden: It is another application's.
    """
    connections.get(workspace, application, connection_id)
    return workspace.store.find(COLLECTION, {"connectionId": connection_id}, newest_first=True)


def of_company(workspace: Workspace, application: str, company_id: str) -> list[Document]:
    """Return the expenses of a company, the one that was sent last first (inferred).

    Raises:
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    companies.get(workspace, application, company_id)
    return workspace.store.find(COLLECTION, {"companyId": company_id}, newest_first=True)


def show(workspace: Workspace, kept: Document) -> Document:
    """Return an expense's wire shape: what was sent, and how it stands."""
    item = _telling(workspace, kept)
    sync = workspace.syncs.get(item.sync)
    has_ended = item.status is not ItemStatus.PENDING
    return {
        **as_printed(item.record),
        "companyId": kept["companyId"],
        "connectionId": kept["connectionId"],
        "syncStatus": statuses.EXPENSE_WORDS[sync.status, item.status],
        "syncBatchId": sync.id,
        "syncError": item.message if item.status in RETRIABLE else None,
        "bookId": syncs.written_as(workspace, item),
        "createdAt": kept["createdAt"],
        "updatedAt": timestamp(item.changed_at or sync.created_at),
        "lastSyncAt": timestamp(item.changed_at) if has_ended and item.changed_at is not None else None,
    }


def _telling(workspace: Workspace, kept: Document) -> SyncItem:
    """Return the item that tells how an expense stands: the last that was not passed over, else the last."""
    found = [
        item
        for item in workspace.syncs.items_of_reference(kept["companyId"], kept["id"])
        if workspace.syncs.get(item.sync).connection == kept["connectionId"]
    ]
    return next((item for item in reversed(found) if item.status is not ItemStatus.SKIPPED), found[-1])


def keep(workspace: Workspace, connection: Document, expense_id: str, at: datetime) -> None:
    """Store that there is an expense since an instant, as the newest; one that was there is no younger for it."""
    key = f"{connection['id']}/{expense_id}"
    known = workspace.store.get(COLLECTION, key)
    workspace.store.remove(COLLECTION, key)
    created = timestamp(at) if known is None else known["createdAt"]
    document = {
        "id": expense_id,
        "connectionId": connection["id"],
        "companyId": connection["companyId"],
        "application": connection["application"],
        "createdAt": created,
    }
    workspace.store.insert(COLLECTION, key, document)


def _defaulted(workspace: Workspace, company_id: str) -> Collection[str]:
    """Return which references a line may leave out, because the company has a default for them."""
    if workspace.setting("sync2books.line-refs") == "required":
        return ()
    config = workspace.store.get(CONFIGS, company_id) or {}
    return [reference for reference, default in DEFAULTS.items() if config.get(default) is not None]
