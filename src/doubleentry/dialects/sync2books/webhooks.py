"""How the vendor calls back: one event for each batch that ended, and for each move of a connection.

Source: the vendor's own receiver of its webhooks (envelope, header, signature, events of connections: observed). No
page of the vendor's names an event. Those of a batch are inferred from a pair that it has for bills; their payload, and
how often a delivery is tried, are inferred too.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from doubleentry.dialects.sync2books import statuses
from doubleentry.dialects.sync2books.applications import DIALECT
from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.dialects.sync2books.wire import timestamp
from doubleentry.engine.documents import Document, encode
from doubleentry.engine.ports import Outgoing, Reply
from doubleentry.engine.statuses import RETRIABLE, ItemStatus
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace

SUCCESSFUL: Final = "expense.write.successful"
UNSUCCESSFUL: Final = "expense.write.unsuccessful"
CONNECTION: Final = "connection."
CONNECTION_EVENTS: Final = tuple(
    CONNECTION + verb for verb in ("created", "connected", "reconnected", "disconnected", "failed")
)
EVENT_TYPES: Final = (SUCCESSFUL, UNSUCCESSFUL, *CONNECTION_EVENTS)
EVERYTHING: Final = "*"
"""What an endpoint asks for that wants to be told of everything."""

SIGNATURE: Final = "X-Webhook-Signature"
MOST_ATTEMPTS: Final = 3
"""The wait before another doubles, from one second on."""

_KEYS: Final = {"integrationKey": "integrationKey", "companyId": "companyId", "connectionId": "id"}

COMPANIES: Final = "sync2books companies"
CONNECTIONS: Final = "sync2books connections"


class Sync2BooksWebhooks:
    """Events in an envelope, its bytes signed with the endpoint's secret."""

    signature = SIGNATURE
    stamped = False

    def wants(self, workspace: Workspace, endpoint: Endpoint, event: Event) -> bool:
        """Whether the endpoint asked for this event, and the company is its application's."""
        company = workspace.store.get(COMPANIES, event.company)
        if company is None or company["application"] != endpoint.record["application"]:
            return False
        wanted = endpoint.record["eventTypes"]
        kind = _type_of(workspace, event)
        return kind is not None and (EVERYTHING in wanted or kind in wanted)

    def render(self, workspace: Workspace, event: Event, endpoint: Endpoint, delivery_id: str) -> Outgoing:
        """Return the request; the id is the event's, so that a receiver knows it when it comes again."""
        del delivery_id
        envelope: Document = {
            "id": event.id,
            "eventType": _type_of(workspace, event),
            "generatedDate": timestamp(event.at),
            "payload": event.record or _batch(workspace, event.subject),
        }
        body = encode(envelope)
        headers = {"Content-Type": "application/json", SIGNATURE: signature(endpoint.secret or "", body)}
        return Outgoing(endpoint.url, headers, body.decode())

    def seal(self, endpoint: Endpoint, request: Outgoing, at: datetime) -> Outgoing:
        """Return the request as it is: nothing in it depends on the instant."""
        del endpoint, at
        return request

    def retry_after(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, now: datetime) -> timedelta | None:
        """Return the wait before the next of three attempts: 1 s, then 2 s."""
        del endpoint, reply, now
        made = delivery.due_attempts
        return timedelta(seconds=2 ** (made - 1)) if made < MOST_ATTEMPTS else None

    def disables(self, endpoint: Endpoint, now: datetime) -> bool:
        """Return that an endpoint goes on, however often it fails: no document says that it ends."""
        del endpoint, now
        return False


def signature(secret: str, body: bytes) -> str:
    """Return the signature of a body: lower-case hexadecimal, without a prefix."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def tell(workspace: Workspace, connection: Document, verb: str, **more: str) -> None:
    """Tell that something happened to a connection.

    Args:
        workspace: Where.
        connection: As it is kept.
        verb: The event's name after ``connection.``.
        more: ``reason`` of one that was disconnected, ``errorMessage`` of one that failed.
    """
    payload = {name: connection[key] for name, key in _KEYS.items()}
    workspace.webhooks.emit(CONNECTION + verb, DIALECT, connection["companyId"], connection["id"], {**payload, **more})


def _type_of(workspace: Workspace, event: Event) -> str | None:
    """Return the vendor's name of an event, or None for one that the vendor tells nobody."""
    if event.name in EVENT_TYPES:
        return event.name
    match event.name:
        case "sync.finished":
            items = workspace.syncs.items(event.subject)
            return UNSUCCESSFUL if any(item.status in RETRIABLE for item in items) else SUCCESSFUL
        case "sync.aborted":
            return UNSUCCESSFUL
        case _:
            return None


def _batch(workspace: Workspace, id: str) -> Document:
    """Return what is told of a batch that has ended, in the words of the workspace's profile."""
    profile = workspace.setting("sync2books.profile")
    sync, items = workspace.syncs.get(id), workspace.syncs.items(id)
    states = [item.status for item in items]
    connection = workspace.store.get(CONNECTIONS, sync.connection or "") or {}
    platform = PLATFORMS.get(connection.get("integrationKey", ""))
    return {
        "companyId": sync.company,
        "connectionId": sync.connection,
        "integrationKey": None if platform is None else platform.told(profile),
        "syncBatchId": sync.id,
        "status": statuses.BATCH_WORDS[profile][sync.status, statuses.failures(states)],
        "totalItems": len(items),
        "successfulItems": states.count(ItemStatus.PUSHED),
        "failedItems": sum(status in RETRIABLE for status in states),
        "items": [
            {
                "entityId": item.reference,
                "entityType": statuses.ENTITY_TYPES[profile],
                "status": statuses.ITEM_WORDS[profile][sync.status, item.status],
                "syncErrorMessage": item.message if item.status in RETRIABLE else None,
            }
            for item in items
        ],
    }
