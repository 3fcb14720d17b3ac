"""Income batches and their transactions."""

from doubleentry.dialects.built.kinds import INCOME
from doubleentry.dialects.built.routes.declaring import GUIDE, TAGS, business, page_of, paths, returns
from doubleentry.dialects.built.rules import batches, transactions
from doubleentry.dialects.built.schemas.pages import PageQuerySchema, SyncIncomePageSchema
from doubleentry.dialects.built.schemas.records import SyncIncomeTransactionSchema
from doubleentry.dialects.built.schemas.updates import SyncIncomeUpdateSchema, UpdatedSyncIncomeSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity, operation

UPDATE_IT = {"updateFirst": {"operationId": "update-sync-income", "parameters": {"id": "$response.body#/data/0/id"}}}


@operation(
    "GET",
    *paths("/sync"),
    id="list-sync-incomes",
    source=GUIDE,
    returns=returns(SyncIncomePageSchema(), "A page of 50.", fidelity=Fidelity.DOCUMENTED, links=UPDATE_IT),
    query=PageQuerySchema(),
    tags=TAGS,
)
def list_incomes(call: Call) -> Document:
    """Get all sync incomes."""
    return page_of(call, INCOME, "/api/sync")


@operation(
    "POST",
    *paths("/sync/{id}"),
    id="update-sync-income",
    source=GUIDE,
    returns=returns(UpdatedSyncIncomeSchema(), "The batch.", 302, 404, 422, fidelity=Fidelity.INFERRED),
    fidelity=Fidelity.INFERRED,
    body=SyncIncomeUpdateSchema(),
    tags=TAGS,
)
def update_income(call: Call) -> Document:
    """Update a sync income."""
    return batches.update(call.workspace, business(call), call.path["id"], call.body)


@operation(
    "DELETE",
    *paths("/sync/transaction/{id}"),
    id="delete-sync-income-transaction",
    source=GUIDE,
    returns=returns(SyncIncomeTransactionSchema(), "The transaction, removed.", 302, 404, fidelity=Fidelity.DOCUMENTED),
    tags=TAGS,
)
def delete_transaction(call: Call) -> Document:
    """Remove a transaction of a sync income."""
    return transactions.remove(call.workspace, business(call), INCOME, call.path["id"])
