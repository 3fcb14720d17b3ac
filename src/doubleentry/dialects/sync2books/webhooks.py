"""How the vendor calls back."""

from datetime import datetime, timedelta

from doubleentry.engine.ports import Outgoing, Reply
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace


class Sync2BooksWebhooks:
    """Tells nobody anything yet."""

    def wants(self, workspace: Workspace, endpoint: Endpoint, event: Event) -> bool:
        """Return that nothing is wanted."""
        del workspace, endpoint, event
        return False

    def render(self, workspace: Workspace, event: Event, endpoint: Endpoint, delivery_id: str) -> Outgoing:
        """Return the request."""
        del workspace, event, delivery_id
        return Outgoing(endpoint.url, {}, "")

    def seal(self, endpoint: Endpoint, request: Outgoing, at: datetime) -> Outgoing:
        """Return the request as it is."""
        del endpoint, at
        return request

    def retry_after(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, now: datetime) -> timedelta | None:
        """Return that nothing is tried again."""
        del endpoint, delivery, reply, now
        return None

    def disables(self, endpoint: Endpoint, now: datetime) -> bool:
        """Return that no endpoint ever is."""
        del endpoint, now
        return False
