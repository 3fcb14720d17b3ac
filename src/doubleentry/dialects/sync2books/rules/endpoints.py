"""Webhook endpoints: who asked to be told what. Each application has its own.

Source: the vendor's own client of its API (making and changing one: observed); the rest is inferred from these two.
"""

from typing import Final

from msgspec.structs import replace

from doubleentry.dialects.sync2books import applications, bodies
from doubleentry.dialects.sync2books.applications import DIALECT, Caller
from doubleentry.dialects.sync2books.errors import Forbidden
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.webhooks import Endpoint
from doubleentry.engine.workspaces import Workspace

WHSEC: Final = "whsec_"
SHOWN: Final = ("name", "eventTypes", "environment")


def create(workspace: Workspace, caller: Caller, body: object) -> Endpoint:
    """Store an endpoint; its secret is the application's for the environment of the key.

    Raises:
        InvalidInput: The body does not fit.
    """
    return insert(workspace, caller, checked(workspace, bodies.NEW_ENDPOINT, body))


def insert(workspace: Workspace, caller: Caller, row: Document) -> Endpoint:
    """Store an endpoint that is known to fit, under the id that it has, if any."""
    application = applications.get(workspace, caller.application) or applications.default(workspace)
    record = {
        "application": caller.application,
        "name": row["name"],
        "eventTypes": row["eventTypes"],
        "environment": caller.environment,
    }
    secret = row.get("secret") or application["webhookSecrets"].get(caller.environment, WHSEC + caller.application)
    id = row.get("id") or workspace.chance.uuid("sync2books endpoint", caller.application)
    endpoint = Endpoint(id, DIALECT, row["url"], record=record, secret=secret)
    workspace.webhooks.subscribe(endpoint)
    return endpoint


def of(workspace: Workspace, application: str) -> list[Endpoint]:
    """Return the endpoints of an application, oldest first."""
    return [each for each in workspace.webhooks.endpoints(DIALECT) if each.record["application"] == application]


def get(workspace: Workspace, application: str, id: str) -> Endpoint:
    """Return an endpoint of an application.

    Raises:
        NotFound: There is no such endpoint.
        Forbidden: It is another application's.
    """
    found = next((each for each in workspace.webhooks.endpoints(DIALECT) if each.id == id), None)
    if found is None:
        raise NotFound("webhook endpoint", id)
    if found.record["application"] != application:
        raise Forbidden
    return found


def change(workspace: Workspace, application: str, id: str, body: object) -> Endpoint:
    """Change what a body names of an endpoint; null is for the environment alone: any.

    Raises:
        InvalidInput: The body does not fit.
        NotFound: There is no such endpoint.
        Forbidden: It is another application's.
    """
    given = checked(workspace, bodies.ENDPOINT_CHANGE, body)
    endpoint = get(workspace, application, id)
    record = {
        name: given[name] for name in SHOWN if name in given and (given[name] is not None or name == "environment")
    }
    changed = replace(endpoint, url=given.get("url") or endpoint.url, record={**endpoint.record, **record})
    # What is on its way still goes where it was to go.
    workspace.store.put("endpoints", id, to_document(changed))
    return changed


def remove(workspace: Workspace, application: str, id: str) -> Endpoint:
    """Forget an endpoint, and return it as it was.

    Raises:
        NotFound: There is no such endpoint.
        Forbidden: It is another application's.
    """
    endpoint = get(workspace, application, id)
    workspace.webhooks.unsubscribe(id)
    return endpoint


def show(endpoint: Endpoint) -> Document:
    """Return an endpoint's wire shape, without its secret."""
    return {"id": endpoint.id, "url": endpoint.url, **{name: endpoint.record[name] for name in SHOWN}}
