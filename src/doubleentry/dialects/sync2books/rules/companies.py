"""Companies: the end customers of an application.

Source: guide "Companies and connections" (C1: documented), later OpenAPI document (the others: documented there).
"""

from typing import Final

from doubleentry.dialects.sync2books.bodies import COMPANY_CHANGE, NEW_COMPANY
from doubleentry.dialects.sync2books.errors import Forbidden
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.dialects.sync2books.wire import timestamp
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "sync2books companies"


def create(workspace: Workspace, application: str, given: object) -> Document:
    """Store a company; names need not be unique.

    Raises:
        InvalidInput: The body does not fit.
    """
    name = checked(workspace, NEW_COMPANY, given)["name"]
    now = timestamp(workspace.clock.now())
    company: Document = {
        "id": workspace.chance.uuid("sync2books company", application),
        "application": application,
        "name": name,
        "isActive": True,
        "createdAt": now,
        "updatedAt": now,
    }
    workspace.store.insert(COLLECTION, company["id"], company)
    return company


def get(workspace: Workspace, application: str, id: str) -> Document:
    """Return a company of an application.

    Raises:
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    company = workspace.store.get(COLLECTION, id)
    if company is None:
        raise NotFound("company", id)
    if company["application"] != application:
        raise Forbidden
    return company


def of(workspace: Workspace, application: str) -> list[Document]:
    """Return the companies of an application, oldest first, inactive ones included (inferred)."""
    return workspace.store.find(COLLECTION, {"application": application})


def update(workspace: Workspace, application: str, id: str, given: object) -> Document:
    """Change a company's name, or whether it is active; what is missing or null stays.

    Raises:
        InvalidInput: The body does not fit.
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    change = {name: value for name, value in checked(workspace, COMPANY_CHANGE, given).items() if value is not None}
    return _change(workspace, get(workspace, application, id), change)


def deactivate(workspace: Workspace, application: str, id: str) -> Document:
    """Make a company inactive: nothing of it goes away.

    Raises:
        NotFound: There is no such company.
        Forbidden: It is another application's.
    """
    return _change(workspace, get(workspace, application, id), {"isActive": False})


def show(company: Document) -> Document:
    """Return a company's wire shape."""
    return {name: company[name] for name in ("id", "name", "isActive", "createdAt", "updatedAt")}


def _change(workspace: Workspace, company: Document, change: Document) -> Document:
    changed = {**company, **change, "updatedAt": timestamp(workspace.clock.now())}
    workspace.store.put(COLLECTION, company["id"], changed)
    return changed
