"""Endpoint, event, delivery, attempt: what one is and what happens to it.

An event makes one delivery for each endpoint that asked; a delivery is attempted until it is answered with 2xx or its
dialect's policy gives up. A failed delivery leaves what it reports untouched.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from doubleentry.engine.documents import Document, from_document, to_document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ports import Outgoing, Reply, Scalar

if TYPE_CHECKING:
    from doubleentry.engine.scheduler import Task
    from doubleentry.engine.workspaces import Workspace

ATTEMPT = "webhook.attempt"


class DeliveryStatus(StrEnum):
    """Where a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Endpoint(Struct, frozen=True):
    """Who asked to be told.

    Attributes:
        company: Only events of this company; None for all.
        record: What the dialect keeps with it: event types, secrets, its own spelling.
    """

    id: str
    dialect: str
    url: str
    company: str | None = None
    record: Document = field(default_factory=dict)


class Event(Struct, frozen=True):
    """Something that happened.

    Attributes:
        name: The engine's name: ``sync.started``, ``sync.finished``, ``sync.aborted``.
        subject: The id that it happened to.
        record: What the dialect says of it: what a sync does not tell.
    """

    id: str
    name: str
    dialect: str
    company: str
    subject: str
    at: datetime
    record: Document = field(default_factory=dict)


class Delivery(Struct, frozen=True):
    """One event on its way to one endpoint.

    Attributes:
        request: What is sent, the same at every attempt.
        attempts: How many were made.
        first_at: When the first was made.
        next_at: When the next is due; None when there will be none.
        note: Why it failed, in plain words.
    """

    id: str
    event: str
    endpoint: str
    dialect: str
    request: Outgoing
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    first_at: datetime | None = None
    next_at: datetime | None = None
    note: str | None = None


class Attempt(Struct, frozen=True):
    """One HTTP try."""

    id: str
    delivery: str
    number: int
    at: datetime
    reply: Reply


class Webhooks:
    """Endpoints, events, deliveries and attempts of one workspace."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._store = workspace.store

    def subscribe(self, endpoint: Endpoint) -> None:
        """Store an endpoint under an id that its dialect has chosen."""
        self._store.insert("endpoints", endpoint.id, to_document(endpoint))

    def endpoints(self, dialect: str | None = None) -> list[Endpoint]:
        """Return the endpoints, oldest first."""
        where: dict[str, Scalar] | None = None if dialect is None else {"dialect": dialect}
        return [from_document(document, Endpoint) for document in self._store.find("endpoints", where)]

    def unsubscribe(self, id: str) -> None:
        """Forget an endpoint; what is on its way to it still goes there.

        Raises:
            NotFound: There is no such endpoint.
        """
        if not self._store.remove("endpoints", id):
            raise NotFound("endpoint", id)

    def emit(
        self, name: str, dialect: str, company: str, subject: str, record: Mapping[str, object] | None = None
    ) -> Event:
        """Make an event, and a delivery to each endpoint that wants it, due now; return the event."""
        workspace = self._workspace
        form = workspace.world.formats[dialect]
        id, now = workspace.chance.uuid("event", subject), workspace.clock.now()
        event = Event(id, name, dialect, company, subject, now, dict(record or {}))
        wanting = [endpoint for endpoint in self.endpoints(dialect) if form.wants(workspace, endpoint, event)]
        self._store.insert("events", event.id, to_document(event))
        workspace.timeline.add("event.emitted", event.id, cause=subject, name=name, endpoints=len(wanting))
        for endpoint in wanting:
            self._deliver(event, endpoint)
        return event

    def resend(self, delivery_id: str) -> Delivery:
        """Send a delivery's request once more, as a new delivery of the same event.

        Raises:
            NotFound: There is no such delivery.
        """
        old = self.delivery(delivery_id)
        new = self._new_delivery(old.event, old.endpoint, old.dialect, old.request)
        self._workspace.timeline.add("delivery.resent", new.id, cause=old.id)
        return new

    def delivery(self, id: str) -> Delivery:
        """Return one delivery.

        Raises:
            NotFound: There is no such delivery.
        """
        document = self._store.get("deliveries", id)
        if document is None:
            raise NotFound("delivery", id)
        return from_document(document, Delivery)

    def deliveries(self, where: Mapping[str, Scalar] | None = None) -> list[Delivery]:
        """Return the deliveries whose members equal `where`, oldest first."""
        return [from_document(document, Delivery) for document in self._store.find("deliveries", where)]

    def attempts(self, delivery_id: str) -> list[Attempt]:
        """Return the attempts of a delivery, oldest first."""
        return [
            from_document(document, Attempt) for document in self._store.find("attempts", {"delivery": delivery_id})
        ]

    def event(self, id: str) -> Event:
        """Return one event.

        Raises:
            NotFound: There is no such event.
        """
        document = self._store.get("events", id)
        if document is None:
            raise NotFound("event", id)
        return from_document(document, Event)

    def attempt_due(self, task: "Task") -> Outgoing:
        """Run the task kind ``webhook.attempt``: return what is to be sent, outside the lock."""
        return self.delivery(task.args["delivery"]).request

    def answered(self, task: "Task", reply: Reply, at: datetime) -> None:
        """Log what an attempt came to, and schedule the next one if the policy says so.

        Args:
            task: The attempt's task.
            reply: What came back.
            at: When it was sent, on the workspace's clock.
        """
        workspace = self._workspace
        delivery = self.delivery(task.args["delivery"])
        # When the receiver says it was: of all that it sends the one thing that would differ at each run.
        kept = replace(reply, headers={name: value for name, value in reply.headers.items() if name != "date"})
        number = delivery.attempts + 1
        attempt = Attempt(workspace.chance.derived_uuid("attempt", delivery.id, number), delivery.id, number, at, kept)
        self._store.insert("attempts", attempt.id, to_document(attempt))
        told = reply.error or f"answered {reply.status}"
        workspace.timeline.add("attempt.made", attempt.id, cause=delivery.id, at=at, number=number, answer=told)
        delivery = replace(delivery, attempts=number, first_at=delivery.first_at or at, next_at=None)
        if reply.status is not None and 200 <= reply.status < 300:  # noqa: PLR2004 - the class of success
            self._close(replace(delivery, status=DeliveryStatus.DELIVERED))
            return
        wait = None if reply.refused else workspace.world.formats[delivery.dialect].retry_after(delivery, reply, at)
        if wait is None:
            self._close(replace(delivery, status=DeliveryStatus.FAILED, note=told))
            return
        self._schedule(replace(delivery, next_at=at + wait, note=told))

    def _deliver(self, event: Event, endpoint: Endpoint) -> None:
        workspace = self._workspace
        id = workspace.chance.derived_uuid("delivery", event.id + endpoint.id)
        request = workspace.world.formats[event.dialect].render(workspace, event, endpoint, id)
        self._new_delivery(event.id, endpoint.id, event.dialect, request, id)

    def _new_delivery(
        self, event: str, endpoint: str, dialect: str, request: Outgoing, id: str | None = None
    ) -> Delivery:
        workspace = self._workspace
        id = id or workspace.chance.uuid("resent delivery", event)
        delivery = Delivery(id, event, endpoint, dialect, request, next_at=workspace.clock.now())
        workspace.timeline.add("delivery.due", id, cause=event, url=request.url)
        self._schedule(delivery)
        return delivery

    def _schedule(self, delivery: Delivery) -> None:
        self._store.put("deliveries", delivery.id, to_document(delivery))
        due = delivery.next_at or self._workspace.clock.now()
        self._workspace.scheduler.schedule(ATTEMPT, due, {"delivery": delivery.id}, lane=delivery.endpoint)

    def _close(self, delivery: Delivery) -> None:
        self._store.put("deliveries", delivery.id, to_document(delivery))
        self._workspace.timeline.add(f"delivery.{delivery.status}", delivery.id, cause=delivery.event)
