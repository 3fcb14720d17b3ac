"""Whose company a path is about, however it names it: for faults that look for a company, and for the journal."""

from collections.abc import Callable, Mapping
from typing import Final

from doubleentry.dialects.sync2books import applications
from doubleentry.dialects.sync2books.rules import connections, expenses
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace

Lookup = Callable[[Workspace, str], Document | None]

BY_PARAMETER: Final[Mapping[str, tuple[Lookup, str]]] = {
    "connectionId": (lambda workspace, id: workspace.store.get(connections.COLLECTION, id), "companyId"),
    "syncBatchId": (lambda workspace, id: workspace.store.get("syncs", id), "company"),
    "syncItemId": (lambda workspace, id: workspace.store.get("sync items", id), "company"),
}
"""Parameter of a path → how to find what it names, and the member that tells its company."""


def of_request(workspace: Workspace, path: Mapping[str, str], key: str | None) -> str | None:
    """Return the company that a request is about; None where it names nothing that is there.

    Args:
        workspace: Where it was sent.
        path: The path's parameters.
        key: The key that was shown, if it is known: an expense is looked for among its application's.
    """
    if "companyId" in path:
        return path["companyId"]
    with workspace.lock:
        for parameter, (find, member) in BY_PARAMETER.items():
            if parameter in path:
                found = find(workspace, path[parameter])
                return None if found is None else str(found[member])
        if "expenseId" in path and key is not None:
            expense = expenses.find(workspace, applications.caller(workspace, key).application, path["expenseId"])
            return None if expense is None else str(expense["companyId"])
    return None
