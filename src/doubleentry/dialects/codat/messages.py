"""How Codat's current service calls back: consumers of event types, messages signed by the Standard Webhooks scheme.

Source: Platform API (current), schema WebhookConsumer; Expenses API (current), webhooks; guides ``create-consumer.md``,
``event-types.md`` and ``troubleshooting.md``. That the signature is Standard Webhooks' was computed from the guide's
sample.
"""

import base64
import hashlib
import hmac
import string
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from doubleentry.dialects.codat import limits, statuses
from doubleentry.dialects.codat.wire import ticks
from doubleentry.engine.chance import Chance, derived_bytes
from doubleentry.engine.documents import Document, encode
from doubleentry.engine.ports import Outgoing, Reply
from doubleentry.engine.statuses import ItemStatus
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace

SUCCESSFUL: Final = "expenses.sync.successful"
UNSUCCESSFUL: Final = "expenses.sync.unsuccessful"

TIMEOUT: Final = timedelta(seconds=15)
SCHEDULE: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""How long after each failed attempt the next one is made."""
PATIENCE: Final = timedelta(days=5)
"""An endpoint that fails for so long is disabled."""

ITEM_WORDS: Final[Mapping[ItemStatus, str]] = {
    ItemStatus.PENDING: "Pending",
    ItemStatus.PUSHED: "Completed",
    # The list of words has none for a transaction that did not pass validation (inferred).
    ItemStatus.REJECTED: "Failed",
    ItemStatus.FAILED: "PushError",
    ItemStatus.SKIPPED: "Unknown",
}

SIGNATURE: Final = "webhook-signature"

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what every secret begins with
_SECRET_BYTES: Final = 24
_MESSAGE_LETTERS: Final = 24
_LETTERS: Final = string.digits + string.ascii_letters


class Messages:
    """Consumers in, signed messages out."""

    signature = SIGNATURE
    stamped = True

    def wants(self, workspace: Workspace, endpoint: Endpoint, event: Event) -> bool:
        """Whether a consumer listens to events of this type, and to this company by any of its tags."""
        if type_of(workspace, event) not in endpoint.record["eventTypes"]:
            return False
        if event.name in limits.EVENTS and limits.payload(workspace) is None:
            # Since the quota was reached, calls have ceased to be counted: there is nothing to tell.
            return False
        wanted = endpoint.record["companyTags"]
        company = workspace.store.get("codat companies", event.company) or {}
        return not wanted or any(f"{key}:{value}" in wanted for key, value in company.get("tags", {}).items())

    def render(self, workspace: Workspace, event: Event, endpoint: Endpoint, delivery_id: str) -> Outgoing:
        """Return the message; its id is that of the event, whatever attempt and endpoint."""
        del delivery_id
        message = {
            "id": event.id,
            "eventType": type_of(workspace, event),
            "generatedDate": ticks(event.at),
            "payload": event.record.get("payload") or _payload(workspace, event),
        }
        headers = {"Content-Type": "application/json", "webhook-id": message_id(workspace.chance, event.id)}
        return Outgoing(endpoint.url, headers, encode(message).decode(), timeout=TIMEOUT)

    def seal(self, endpoint: Endpoint, request: Outgoing, at: datetime) -> Outgoing:
        """Return the message stamped and signed for an instant."""
        stamp = str(int(at.timestamp()))
        id = request.headers["webhook-id"]
        signature = sign(endpoint.secret or "", id, stamp, request.body)
        return replace(request, headers={**request.headers, "webhook-timestamp": stamp, SIGNATURE: signature})

    def retry_after(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, now: datetime) -> timedelta | None:
        """Return the wait before the next of eight attempts in about 28 hours, whatever went wrong."""
        del endpoint, reply, now
        made = delivery.due_attempts
        return SCHEDULE[made - 1] if made <= len(SCHEDULE) else None

    def disables(self, endpoint: Endpoint, now: datetime) -> bool:
        """Whether all attempts have failed for five days."""
        return endpoint.failing_since is not None and now - endpoint.failing_since >= PATIENCE


def type_of(workspace: Workspace, event: Event) -> str | None:
    """Return an event's type; None for one that this service does not tell of."""
    if not event.name.startswith("sync."):
        return event.name
    if event.name == "sync.started":
        return None
    sync = workspace.syncs.get(event.subject)
    return SUCCESSFUL if sync.record["syncStatusCode"] in statuses.SUCCESSES else UNSUCCESSFUL


def reference(company: Document) -> Document:
    """Return a company as events refer to it."""
    return {
        "id": company["id"],
        "name": company["name"],
        "description": company["description"] or None,
        "links": {"portal": f"https://app.codat.io/companies/{company['id']}/summary"},
        "tags": company["tags"],
    }


def secret(seed: str, url: str) -> str:
    """Return the secret of a consumer: known from the seed and its address, so that a job can be given it before."""
    drawn = derived_bytes(seed, _SECRET_BYTES, "codat webhook secret", url)
    return SECRET_PREFIX + base64.b64encode(drawn).decode()


def message_id(chance: Chance, event_id: str) -> str:
    """Return what stands in the header ``webhook-id``: receivers tell by it what they have had before."""
    number = int.from_bytes(chance.derived_bytes(_MESSAGE_LETTERS, "codat message", event_id))
    letters = ""
    while len(letters) < _MESSAGE_LETTERS:
        number, rest = divmod(number, len(_LETTERS))
        letters += _LETTERS[rest]
    return f"msg_{letters}"


def sign(secret: str, id: str, stamp: str, body: str) -> str:
    """Return the signature of a message, as it stands in the header ``webhook-signature``."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{id}.{stamp}.{body}".encode(), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _payload(workspace: Workspace, event: Event) -> Document:
    """Return what is told of an event that brings no payload of its own."""
    return (limits.payload(workspace) or {}) if event.name in limits.EVENTS else _sync_payload(workspace, event)


def _sync_payload(workspace: Workspace, event: Event) -> Document:
    company = workspace.store.get("codat companies", event.company)
    assert company is not None, "a company that was deleted is still known"
    return {
        "referenceCompany": reference(company),
        "syncId": event.subject,
        "transactions": [
            {"id": item.reference, "status": ITEM_WORDS[item.status], "errorMessage": item.message}
            for item in workspace.syncs.items(event.subject)
        ],
    }
