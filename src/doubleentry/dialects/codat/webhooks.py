"""How Codat calls back: by alert rules, as it did until 2025, and by messages to consumers, as it does now.

Both are told of the same syncs. Each has its own words, its own signature or none, and its own patience.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from doubleentry.dialects.codat.alerts import Alerts
from doubleentry.dialects.codat.messages import Messages
from doubleentry.engine.ports import Outgoing, Reply, WebhookFormat
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace

SERVICE: Final = "service"
RULES: Final = "rules"
CONSUMERS: Final = "webhooks"

_FORMATS: Final[Mapping[str, WebhookFormat]] = {RULES: Alerts(), CONSUMERS: Messages()}


class CodatWebhooks:
    """Hands everything to the service that an endpoint was made in."""

    signature = Messages.signature
    stamped = Messages.stamped

    def wants(self, workspace: Workspace, endpoint: Endpoint, event: Event) -> bool:
        """Whether the endpoint asked for this event."""
        return _of(endpoint).wants(workspace, endpoint, event)

    def render(self, workspace: Workspace, event: Event, endpoint: Endpoint, delivery_id: str) -> Outgoing:
        """Return an alert, or a message."""
        return _of(endpoint).render(workspace, event, endpoint, delivery_id)

    def seal(self, endpoint: Endpoint, request: Outgoing, at: datetime) -> Outgoing:
        """Return an alert as it is, a message with its signature."""
        return _of(endpoint).seal(endpoint, request, at)

    def retry_after(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, now: datetime) -> timedelta | None:
        """Return the wait before the next attempt: of alerts within two minutes, of messages over 28 hours."""
        return _of(endpoint).retry_after(endpoint, delivery, reply, now)

    def disables(self, endpoint: Endpoint, now: datetime) -> bool:
        """Whether the endpoint has failed for too long: a rule never has."""
        return _of(endpoint).disables(endpoint, now)


def _of(endpoint: Endpoint) -> WebhookFormat:
    return _FORMATS[endpoint.record[SERVICE]]
