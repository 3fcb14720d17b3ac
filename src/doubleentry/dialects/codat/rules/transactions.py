"""What became of each transaction of a sync.

Source: Codat API (2023), list- and get-sync-transaction; guide samples.
"""

from doubleentry.dialects.codat import statuses
from doubleentry.dialects.codat.rules import syncs
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.pages import Page, PageRequest
from doubleentry.engine.syncs import SyncItem
from doubleentry.engine.workspaces import Workspace

EXPENSE = "expense"
"""The integration type of what a sync writes; how it is printed is the quirk ``codat.integration-type``."""


def page(workspace: Workspace, company_id: str, sync_id: str, request: PageRequest) -> Page[SyncItem]:
    """Return a page of a sync's transactions, in the order in which they were sent.

    Raises:
        NotFound: The company or the sync is not there.
    """
    syncs.get(workspace, company_id, sync_id)
    items = workspace.syncs.page_of_items(sync_id, request.offset, request.size)
    return Page(items, workspace.syncs.item_count(sync_id), request)


def rows(workspace: Workspace, company_id: str, sync_id: str, transaction_id: str) -> list[SyncItem]:
    """Return the rows of one transaction in a sync: one for each integration that it went to.

    Raises:
        NotFound: The company, the sync or the transaction in it is not there.
    """
    syncs.get(workspace, company_id, sync_id)
    found = [item for item in workspace.syncs.items(sync_id) if item.reference == transaction_id]
    if not found:
        raise NotFound("transaction", transaction_id)
    return found


def integration_type(item: SyncItem) -> str:
    """Return which integration a row is about: ``expense`` or ``bankfeeds``."""
    return str(item.record.get("integrationType", EXPENSE))


def show(item: SyncItem, expense_word: str) -> Document:
    """Return a row's wire shape; ``message`` is absent where there is nothing to say.

    Args:
        item: The row.
        expense_word: How this reader is told ``expense``.
    """
    integration = integration_type(item)
    row: Document = {"transactionId": item.reference, "status": statuses.ITEM_WORDS[item.status]}
    if item.message:
        row["message"] = item.message
    row["integrationType"] = expense_word if integration == EXPENSE else integration
    return row
