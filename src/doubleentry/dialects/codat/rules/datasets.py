"""Datasets: stored batches of expenses.

Source: Codat API (2023), create-expense-dataset; guide "Expense transactions".
"""

from typing import Final

from doubleentry.dialects.codat.rules import companies
from doubleentry.dialects.codat.wire import ticks
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "codat datasets"


def create(workspace: Workspace, company_id: str, items: list[Document]) -> str:
    """Store 1 to 50 transactions and return the dataset's id; nothing is checked against the ledger yet.

    Raises:
        NotFound: The company is not there.
    """
    companies.get(workspace, company_id)
    dataset_id = workspace.chance.uuid("codat dataset", company_id)
    created = ticks(workspace.clock.now())
    dataset = {"id": dataset_id, "companyId": company_id, "created": created, "items": items}
    workspace.store.insert(COLLECTION, dataset_id, dataset)
    return dataset_id


def find(workspace: Workspace, company_id: str, dataset_id: str) -> Document | None:
    """Return a dataset of a company, or None."""
    dataset = workspace.store.get(COLLECTION, dataset_id)
    return None if dataset is None or dataset["companyId"] != company_id else dataset
