"""Applications: who calls, and with which secrets. Source: guides "Companies and connections", "Authentication".

An application has credentials for each environment, and the data of all its environments is one (inferred).
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace

DIALECT: Final = "sync2books"
COLLECTION: Final = "sync2books applications"
DEVELOPMENT: Final = "development"
PRODUCTION: Final = "production"
ENVIRONMENTS: Final = (DEVELOPMENT, PRODUCTION)
PRODUCTION_PREFIXES: Final = ("sk_production_", "sk_live_")

DEMO_KEY: Final = "sk_development_demo"

DEFAULT: Final[Mapping[str, object]] = {
    "id": "f0000000-0000-4000-8000-000000000001",
    "name": "Demo application",
    "clientId": "client_demo",
    "redirectUris": [],
    "keys": [
        {"key": DEMO_KEY, "environment": DEVELOPMENT},
        {"key": "sk_production_demo", "environment": PRODUCTION},
    ],
    "clientSecrets": {DEVELOPMENT: "cs_development_demo", PRODUCTION: "cs_production_demo"},
    "webhookSecrets": {DEVELOPMENT: "whsec_development_demo", PRODUCTION: "whsec_production_demo"},
    "active": True,
}
"""The application of a workspace whose fixture has none, and the first of the fixture `demo`."""

CREDENTIALS: Final[Mapping[str, str]] = {
    "production key": "sk_production_demo",
    "client id": "client_demo",
    "client secret": "cs_development_demo",
    "webhook secret": "whsec_development_demo",
}
"""What of it people are told at the start."""


class Caller(Struct, frozen=True):
    """Whose key was shown.

    Attributes:
        application: The application's id.
        environment: ``development`` or ``production``.
    """

    application: str
    environment: str


def default(workspace: Workspace) -> Document:
    """Return the workspace's first application."""
    found = workspace.store.find(COLLECTION, limit=1)
    return found[0] if found else dict(DEFAULT)


def get(workspace: Workspace, id: str) -> Document | None:
    """Return an application, or None."""
    application = workspace.store.get(COLLECTION, id)
    if application is None and id == DEFAULT["id"]:
        return dict(DEFAULT)
    return application


def caller(workspace: Workspace, key: str | None) -> Caller:
    """Return whom a key speaks for: one that was added from outside speaks for its owner, or the first application."""
    applications = workspace.store.find(COLLECTION) or [dict(DEFAULT)]
    for application in applications:
        for known in application["keys"]:
            if known["key"] == key:
                return Caller(application["id"], known["environment"])
    document = workspace.store.get("keys", f"{DIALECT}/{key}") or {}
    environment = PRODUCTION if (key or "").startswith(PRODUCTION_PREFIXES) else DEVELOPMENT
    return Caller(str(document.get("owner", applications[0]["id"])), environment)
