"""Changing a transaction after its sync.

Source: Codat API (2023), update-expense-dataset; guide "Updating expenses".
"""

from doubleentry.dialects.codat.errors import CONNECTIONS_TEXT, UPDATE_TEXT, Refused
from doubleentry.dialects.codat.platforms import TransactionType
from doubleentry.dialects.codat.rules import companies, connections, syncs, transactions
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import ItemStatus
from doubleentry.engine.workspaces import Workspace

PAYMENTS_TEXT = "Expense transaction updates are only supported for transactions of type Payment."  # inferred


def update(workspace: Workspace, company_id: str, transaction_id: str, change: Document) -> str:
    """Queue a sync that puts a changed transaction in the place of the one in the books, and return its id.

    Raises:
        NotFound: The company is not there, or the transaction was never pushed to the platform that it is connected to
            now (the latter is inferred).
        Refused: A connection is not there or not linked, or the platform takes no updates, or none of this type (422).
    """
    companies.get(workspace, company_id)
    pushed = [
        item
        for item in workspace.syncs.items_of_reference(company_id, transaction_id)
        if item.status is ItemStatus.PUSHED and transactions.integration_type(item) == transactions.EXPENSE
    ]
    if not pushed:
        raise NotFound("transaction", transaction_id)
    connection = connections.accounting(workspace, company_id)
    if connection is None:
        raise Refused(422, CONNECTIONS_TEXT)
    if pushed[-1].ledger not in {None, connection["id"]}:
        raise NotFound("transaction", transaction_id)
    was = pushed[-1].record
    types = {TransactionType(kind) for kind in (change["type"], was.get("type")) if kind is not None}
    updatable = connections.platform_of(connection).updatable_types
    if not updatable:
        raise Refused(422, UPDATE_TEXT)
    if not updatable.issuperset(types):
        raise Refused(422, PAYMENTS_TEXT)
    sent = {name: value for name, value in change.items() if value is not None}
    return syncs.submit(workspace, company_id, [{**was, **sent, "id": transaction_id}], update=transaction_id)
