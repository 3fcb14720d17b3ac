"""Expense batches and their transactions."""

from doubleentry.dialects.built.kinds import EXPENSE
from doubleentry.dialects.built.routes.declaring import GUIDE, TAGS, business, page_of, paths, returns
from doubleentry.dialects.built.rules import transactions
from doubleentry.dialects.built.schemas.pages import PageQuerySchema, SyncExpensePageSchema
from doubleentry.dialects.built.schemas.records import SyncExpenseTransactionSchema
from doubleentry.dialects.built.schemas.updates import (
    SyncExpenseTransactionUpdateSchema,
    UpdatedSyncExpenseTransactionSchema,
)
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity, operation


@operation(
    "GET",
    *paths("/sync/expenses"),
    id="list-sync-expenses",
    source=GUIDE,
    returns=returns(SyncExpensePageSchema(), "A page of 50.", fidelity=Fidelity.DOCUMENTED),
    query=PageQuerySchema(),
    tags=TAGS,
)
def list_expenses(call: Call) -> Document:
    """Get all sync expenses."""
    return page_of(call, EXPENSE, "/api/sync/expenses")


@operation(
    "POST",
    *paths("/sync/expense/transaction/{id}"),
    id="update-sync-expense-transaction",
    source=GUIDE,
    returns=returns(
        UpdatedSyncExpenseTransactionSchema(), "The transaction.", 302, 404, 422, fidelity=Fidelity.INFERRED
    ),
    fidelity=Fidelity.INFERRED,
    body=SyncExpenseTransactionUpdateSchema(),
    tags=TAGS,
)
def update_transaction(call: Call) -> Document:
    """Update a transaction of a sync expense."""
    return transactions.update(call.workspace, business(call), call.path["id"], call.body)


@operation(
    "DELETE",
    *paths("/sync/expense/transaction/{id}"),
    id="delete-sync-expense-transaction",
    source=GUIDE,
    returns=returns(
        SyncExpenseTransactionSchema(), "The transaction, removed.", 302, 404, fidelity=Fidelity.DOCUMENTED
    ),
    tags=TAGS,
)
def delete_transaction(call: Call) -> Document:
    """Remove a transaction of a sync expense."""
    return transactions.remove(call.workspace, business(call), EXPENSE, call.path["id"])
