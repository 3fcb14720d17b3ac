"""Ledgers: the books behind a connection."""

from doubleentry.control.declaring import control
from doubleentry.control.schemas.ledgers import LedgerSchema
from doubleentry.engine.books import File
from doubleentry.engine.documents import Document, to_document
from doubleentry.web.context import Call


@control("GET", "/ledgers/{id}", "getLedger", LedgerSchema(), 404)
def get_ledger(call: Call) -> object:
    """Show the books of a connection, by the connection's id."""
    ledger = call.workspace.ledgers.get(call.path["id"])
    return {
        "id": ledger.id,
        "platform": ledger.platform,
        "currency": ledger.currency,
        "accounts": [to_document(row) for row in ledger.accounts()],
        "tax_rates": [to_document(row) for row in ledger.tax_rates()],
        "contacts": [to_document(row) for row in ledger.contacts()],
        "categories": [to_document(row) for row in ledger.categories()],
        "postings": [to_document(posting) for posting in ledger.postings()],
        "files": [_file(file) for file in ledger.files()],
        "balances": ledger.balances(),
    }


def _file(file: File) -> Document:
    return {
        "id": file.id,
        "posting": file.posting,
        "name": file.name,
        "type": file.type,
        "size": file.size,
        "sha256": file.sha256,
        "kept": file.content is not None,
    }
