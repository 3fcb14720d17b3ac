"""Receipts.

Today's API takes none for transfers and adjustments; the guide of 2023, which has them as types of an expense, does not
say so, and is followed.

Source: Codat API (2023 and current), upload-attachment; guide "Uploading receipts".
"""

from doubleentry.dialects.codat.errors import EXPENSES, PROBLEMS_TEXT, Refused
from doubleentry.dialects.codat.platforms import Platform
from doubleentry.dialects.codat.rules import companies, connections, syncs, transactions
from doubleentry.engine.books import FileHash
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import Problem
from doubleentry.engine.statuses import ItemStatus
from doubleentry.engine.syncs import Sync
from doubleentry.engine.workspaces import Workspace


def upload(  # noqa: PLR0913, PLR0917 - where it goes, and what it is
    workspace: Workspace,
    company_id: str,
    sync_id: str,
    transaction_id: str,
    name: str,
    media_type: str,
    content: FileHash,
) -> Document:
    """Keep a file with a transaction that was pushed, at once.

    Args:
        workspace: Where.
        company_id: Whose.
        sync_id: The sync that pushed the transaction.
        transaction_id: The sender's id of the transaction.
        name: The file's name: its extension is what platforms look at.
        media_type: Its media type.
        content: Its bytes.

    Raises:
        NotFound: The company, the sync or the transaction in it is not there.
        Refused: The transaction was not pushed as an expense, its connection is gone or not linked, or the platform
            takes no such file (400, inferred).
    """
    companies.get(workspace, company_id)
    rows = transactions.rows(workspace, company_id, sync_id, transaction_id)
    pushed = [
        row
        for row in rows
        if row.status is ItemStatus.PUSHED and transactions.integration_type(row) == transactions.EXPENSE
    ]
    sync = syncs.get(workspace, company_id, sync_id)
    connection = _written_to(workspace, sync)
    if not pushed:
        raise _refusal("Attachments can only be uploaded for completed expense transactions.")
    if connection is None:
        raise _refusal("The connection that the transaction was written to is no longer there.")
    if connection["status"] != connections.LINKED:
        raise _refusal(f"Nothing can be written to a connection that is {connection['status']}.")
    wrong = _unfit(connections.platform_of(connection), name, content.size)
    if wrong is not None:
        raise _refusal(wrong)
    ledger = workspace.ledgers.get(connection["id"])
    file = ledger.attach(pushed[0].posting, name, media_type, content)
    workspace.timeline.add("file.attached", file.id, cause=pushed[0].id, name=name, size=content.size)
    return {"companyId": company_id, "id": file.id, "transactionId": transaction_id}


def _written_to(workspace: Workspace, sync: Sync) -> Document | None:
    """Return the connection that a sync wrote to; the company's of today for one that was loaded and names none."""
    if sync.connection is None:
        return connections.accounting(workspace, sync.company)
    return workspace.store.get(connections.COLLECTION, sync.connection)


def _unfit(platform: Platform, name: str, size: int) -> str | None:
    rule = platform.attachments
    if rule is None:
        return f"Attachments are not supported for {platform.name}."
    if not rule.takes_name(name):
        return f"The file type of '{name}' is not supported for {platform.name}."
    if size > rule.max_bytes:
        return f"The file has {size} bytes; {platform.name} takes at most {rule.max_bytes}."
    return None


def _refusal(message: str) -> Refused:
    return Refused(400, PROBLEMS_TEXT, EXPENSES, [Problem(("File",), message)])
