"""Businesses: each sees its own records alone, by its keys. Source: guide "Authentication"."""

from collections.abc import Mapping
from typing import Final

from doubleentry.engine.errors import NotFound
from doubleentry.engine.workspaces import Workspace

DIALECT: Final = "built"
COLLECTION: Final = "built businesses"
FIRST: Final = 1
STAGING: Final = "staging"
ENVIRONMENTS: Final = (STAGING, "production")


def of_key(workspace: Workspace, key: str | None) -> int:
    """Return the business that a key speaks for: the first, unless the key says which."""
    document = workspace.store.get("keys", f"{DIALECT}/{key}") or {}
    owner = str(document.get("owner", FIRST))
    return int(owner) if owner.isdecimal() else 0


def of_request(workspace: Workspace, path: Mapping[str, str], key: str | None) -> str | None:
    """Return the id of the business that a request speaks for: no path names one, its key does."""
    del path
    return None if key is None else str(of_key(workspace, key))


def named(workspace: Workspace, id: str | None) -> int:
    """Return the business that somebody outside names; the first where nobody is named.

    Raises:
        NotFound: There is no such business.
    """
    if id is None:
        return FIRST
    if workspace.store.get(COLLECTION, id) is None and id != str(FIRST):
        raise NotFound("business", id)
    return int(id)


def environment(workspace: Workspace, id: str) -> str:
    """Return where a business is: ``staging`` unless it says otherwise."""
    document = workspace.store.get(COLLECTION, id) or {}
    return str(document.get("environment", STAGING))
