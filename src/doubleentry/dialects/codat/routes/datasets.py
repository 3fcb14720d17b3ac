"""Expenses: stored as datasets, synced at once, changed after their sync."""

from doubleentry.dialects.codat.routes.declaring import E1, expenses, returns
from doubleentry.dialects.codat.rules import companies, datasets, syncs, updates
from doubleentry.dialects.codat.schemas.datasets import CreateExpenseSchema, ExpenseCreatedSchema
from doubleentry.dialects.codat.schemas.syncs import SyncInitiatedSchema
from doubleentry.dialects.codat.schemas.transactions import ExpenseChangeSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import operation

TAGS = ("Expenses",)
PATH = "/companies/{companyId}/sync/expenses"
COMPANY_ID = {"companyId": "$request.path.companyId"}
SYNC_IT = {
    "syncDataset": {
        "operationId": "intiate-sync",
        "parameters": COMPANY_ID,
        "requestBody": {"datasetIds": ["$response.body#/datasetId"]},
    }
}


@operation(
    "POST",
    f"{PATH}/data/expense-transactions",
    "/companies/{companyId}/data/expense-transactions",
    id="create-expense-dataset",
    source=E1,
    body=CreateExpenseSchema(),
    returns=returns(
        ExpenseCreatedSchema(), "The dataset, or for a bare array the sync.", 400, 413, 415, 422, links=SYNC_IT
    ),
    tags=TAGS,
)
def create_dataset(call: Call) -> Document:
    """Store a batch of expenses; a bare array is synced at once."""
    return _create(call)


@operation(
    "POST",
    f"{PATH}/expense-transactions",
    "/companies/{companyId}/expense-transactions",
    id="create-expense-transaction",
    source='Codat, guides "The sync process explained" and "Overview" (2023); Expenses API (current)',
    body=CreateExpenseSchema(),
    returns=returns(
        ExpenseCreatedSchema(), "The dataset, or for a bare array the sync.", 400, 413, 415, 422, links=SYNC_IT
    ),
    tags=TAGS,
)
def create_expense(call: Call) -> Document:
    """Store a batch of expenses; a bare array is synced at once."""
    return _create(call)


@operation(
    "PUT",
    *expenses("/expense-transactions/{transactionId}"),
    id="update-expense-dataset",
    source=E1,
    body=ExpenseChangeSchema(),
    returns=returns(SyncInitiatedSchema(), "The sync that changes it.", 400, 413, 415, 422, status=202),
    tags=TAGS,
)
def update_expense(call: Call) -> Document:
    """Change an expense that was synced."""
    sync_id = updates.update(call.workspace, call.path["companyId"], call.path["transactionId"], call.body)
    return {"syncId": sync_id}


def _create(call: Call) -> Document:
    company_id = companies.get(call.workspace, call.path["companyId"])["id"]
    items = call.body["items"]
    taken = call.quirk("codat.create-expense")
    if taken == "sync" or (taken == "by-body" and call.body["bare"]):
        return {"syncId": syncs.submit(call.workspace, company_id, items)}
    return {"datasetId": datasets.create(call.workspace, company_id, items)}
