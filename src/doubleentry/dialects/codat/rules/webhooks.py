"""Webhook consumers: who is told of which types of events.

Source: Codat Platform API (current), create-, list- and delete-webhook-consumer.
"""

from collections.abc import Mapping
from typing import Any, Final

from doubleentry.dialects.codat import messages
from doubleentry.dialects.codat.errors import GATEWAY, Refused
from doubleentry.dialects.codat.webhooks import CONSUMERS, SERVICE
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.webhooks import Endpoint
from doubleentry.engine.workspaces import Workspace

DIALECT: Final = "codat"
MOST: Final = 50
FULL_TEXT: Final = f"The number of webhook consumers is limited to {MOST}."  # inferred: only the limit is told


def create(workspace: Workspace, order: Mapping[str, Any]) -> Document:
    """Store a consumer.

    Raises:
        Refused: There are fifty.
    """
    if len(_all(workspace)) >= MOST:
        raise Refused(400, FULL_TEXT, GATEWAY)
    return insert(workspace, {"id": workspace.chance.uuid("codat webhook consumer"), **order})


def insert(workspace: Workspace, row: Mapping[str, Any]) -> Document:
    """Store a consumer under an id that is given."""
    record: Document = {
        SERVICE: CONSUMERS,
        "eventTypes": list(dict.fromkeys(normalised(name) for name in row["eventTypes"])),
        "companyTags": row.get("companyTags") or [],
    }
    url = row["url"]
    endpoint = Endpoint(
        row["id"],
        DIALECT,
        url,
        record=record,
        secret=messages.secret(workspace.chance.seed, url),
        disabled=row.get("disabled") or False,
    )
    workspace.webhooks.subscribe(endpoint)
    return show(endpoint)


def delete(workspace: Workspace, webhook_id: str) -> None:
    """Forget a consumer, and what is on its way to it.

    Raises:
        NotFound: There is no such consumer.
    """
    if webhook_id not in {endpoint.id for endpoint in _all(workspace)}:
        raise NotFound("webhook consumer", webhook_id)
    workspace.webhooks.unsubscribe(webhook_id)


def listed(workspace: Workspace) -> list[Document]:
    """Return all consumers, oldest first."""
    return [show(endpoint) for endpoint in _all(workspace)]


def show(endpoint: Endpoint) -> Document:
    """Return a consumer's wire shape."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "eventTypes": endpoint.record["eventTypes"],
        "disabled": endpoint.disabled,
        "companyTags": endpoint.record["companyTags"],
    }


def normalised(name: str) -> str:
    """Return an event type as it is kept: the older names, which had blanks, become one word."""
    words = name.split()
    return "".join(word[0].upper() + word[1:] for word in words) if len(words) > 1 else name.strip()


def _all(workspace: Workspace) -> list[Endpoint]:
    return [each for each in workspace.webhooks.endpoints(DIALECT) if each.record[SERVICE] == CONSUMERS]
