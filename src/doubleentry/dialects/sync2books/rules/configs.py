"""A company's defaults for expenses.

Source: guide "Map transactions". Inferred: what was never set is missing, null takes a default away, and an id that the
books do not have is kept without a name, as it fails when something is synced.
"""

from typing import Final

from doubleentry.dialects.sync2books.bodies import EXPENSE_CONFIG
from doubleentry.dialects.sync2books.rules import companies, connections
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.engine.books import Reference
from doubleentry.engine.documents import Document
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "sync2books configs"
MEMBERS: Final = tuple(each.name for each in EXPENSE_CONFIG.fields)


def get(workspace: Workspace, application: str, company_id: str) -> Document:
    """Return a company's defaults as they are shown, names looked up in its books.

    Raises:
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    company = companies.get(workspace, application, company_id)
    return _show(workspace, company["id"], _stored(workspace, company["id"]))


def update(workspace: Workspace, application: str, company_id: str, given: object) -> Document:
    """Change a company's defaults, and return them as `get` does.

    Raises:
        InvalidInput: The body does not fit.
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    change = checked(workspace, EXPENSE_CONFIG, given)
    company = companies.get(workspace, application, company_id)
    merged = {**_stored(workspace, company["id"]), **change}
    kept = {name: value for name, value in merged.items() if value is not None}
    workspace.store.put(COLLECTION, company["id"], {"companyId": company["id"], **kept})
    return _show(workspace, company["id"], kept)


def _stored(workspace: Workspace, company_id: str) -> Document:
    return workspace.store.get(COLLECTION, company_id) or {}


def _show(workspace: Workspace, company_id: str, config: Document) -> Document:
    names = _names(workspace, company_id)
    shown: Document = {"companyId": company_id}
    for member in MEMBERS:
        if member in config:
            id = config[member]["id"]
            name = names.get((member, id))
            shown[member] = {"id": id} if name is None else {"id": id, "name": name}
    return shown


def _names(workspace: Workspace, company_id: str) -> dict[tuple[str, str], str]:
    """Return member and id → name of everything that the company's books have."""
    names: dict[tuple[str, str], str] = {}
    for connection in connections.of(workspace, company_id):
        ledger = workspace.ledgers.find(connection["id"])
        if ledger is not None:
            names |= {(member, row.id): row.name for member in MEMBERS for row in _rows(ledger, member)}
    return names


def _rows(ledger: Ledger, member: str) -> list[Reference]:
    match member:
        case "defaultTaxRate":
            return [*ledger.tax_rates()]
        case "supplier" | "customer":
            return [row for row in ledger.contacts() if row.kind == member]
        case _:
            return [*ledger.accounts()]
