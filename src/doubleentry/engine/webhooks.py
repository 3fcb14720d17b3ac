"""Endpoint, event, delivery, attempt: what one is and what happens to it.

An event makes one delivery for each endpoint that asked; a delivery is attempted until it is answered with 2xx or its
dialect's policy gives up. A failed delivery leaves what it reports untouched. An endpoint that has only failed for so
long that its dialect's policy has had enough is disabled: it is told of nothing new, and what is on its way goes on by
its schedule without being sent, until the endpoint is enabled.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from doubleentry.engine import bounds, misdelivery
from doubleentry.engine.callbacks import Attempt, Delivery, DeliveryStatus, Endpoint, Event, trouble
from doubleentry.engine.documents import from_document, to_document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ports import Outgoing, Reply, Scalar, Stamp, StampClock

if TYPE_CHECKING:
    from doubleentry.engine.scheduler import Task
    from doubleentry.engine.workspaces import Workspace

__all__ = ["ATTEMPT", "EMIT", "Attempt", "Delivery", "DeliveryStatus", "Endpoint", "Event", "Webhooks"]

ATTEMPT = "webhook.attempt"
EMIT = "webhook.emit"
STAMP_SETTING = "webhooks.stamp"
KEPT_CHARACTERS = 64 * 1024
"""Of a longer body the log of attempts keeps the start."""


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

    def endpoint(self, id: str) -> Endpoint:
        """Return one endpoint.

        Raises:
            NotFound: There is no such endpoint.
        """
        found = self._endpoint(id)
        if found is None:
            raise NotFound("endpoint", id)
        return found

    def unsubscribe(self, id: str) -> None:
        """Forget an endpoint; what is on its way to it is cancelled.

        Raises:
            NotFound: There is no such endpoint.
        """
        if not self._store.remove("endpoints", id):
            raise NotFound("endpoint", id)
        self._cancel_pending(id, "the endpoint was removed")

    def disable(self, id: str, note: str | None = None) -> Endpoint:
        """Let an endpoint be told nothing until it is enabled: of what is on its way too.

        Args:
            id: The endpoint.
            note: Why, in plain words.

        Raises:
            NotFound: There is no such endpoint.
        """
        endpoint = self._save(replace(self.endpoint(id), disabled=True, note=note))
        self._workspace.timeline.add("endpoint.disabled", id, note=note)
        return endpoint

    def enable(self, id: str) -> Endpoint:
        """Let an endpoint be told again: of what happens from now on, and what is left of the schedules under way.

        Raises:
            NotFound: There is no such endpoint.
        """
        endpoint = self._save(replace(self.endpoint(id), disabled=False, failing_since=None, note=None))
        self._workspace.timeline.add("endpoint.enabled", id)
        return endpoint

    @property
    def stamp_clock(self) -> StampClock:
        """Whose time is in the time stamps of webhooks: the machine's, unless the workspace was told otherwise."""
        document = self._store.get("settings", STAMP_SETTING)
        return self._workspace.world.stamp_clock if document is None else StampClock(document["value"])

    def stamp_by(self, clock: StampClock) -> None:
        """Say whose time is in the time stamps of this workspace's webhooks."""
        self._store.put("settings", STAMP_SETTING, {"value": clock.value})

    def emit(
        self, name: str, dialect: str, company: str, subject: str, record: Mapping[str, object] | None = None
    ) -> Event:
        """Make an event, and a delivery to each endpoint that wants it, due now; return the event."""
        workspace = self._workspace
        form = workspace.world.formats[dialect]
        id, now = workspace.chance.uuid("event", subject), workspace.clock.now()
        event = Event(id, name, dialect, company, subject, now, dict(record or {}))
        wanting = [
            endpoint
            for endpoint in self.endpoints(dialect)
            if not endpoint.disabled and form.wants(workspace, endpoint, event)
        ]
        self._keep(event)
        workspace.timeline.add("event.emitted", event.id, cause=subject, name=name, endpoints=len(wanting))
        for endpoint in wanting:
            self._deliver(event, endpoint)
        return event

    def emit_at(self, due: datetime, name: str, dialect: str, company: str, subject: str) -> bool:
        """Let an event happen at an instant to come; False where the same is awaited already."""
        args = {"subject": subject, "name": name, "dialect": dialect, "company": company}
        if self._workspace.scheduler.is_scheduled(EMIT, args):
            return False
        self._workspace.scheduler.schedule(EMIT, due, args)
        return True

    def emit_due(self, task: "Task") -> None:
        """Run the task kind ``webhook.emit``."""
        self.emit(**task.args)

    def example(
        self, endpoint_id: str, name: str, company: str, subject: str, record: Mapping[str, object]
    ) -> Delivery:
        """Tell one endpoint of an event that did not happen, whether it asked for such events or not.

        Raises:
            NotFound: There is no such endpoint.
        """
        workspace = self._workspace
        endpoint = self.endpoint(endpoint_id)
        id = workspace.chance.uuid("example", endpoint_id)
        event = Event(id, name, endpoint.dialect, company, subject, workspace.clock.now(), dict(record))
        self._keep(event)
        workspace.timeline.add("example.made", id, cause=endpoint_id, name=name)
        return self._deliver(event, endpoint)

    def replay(self, since: datetime, endpoint_id: str | None = None) -> list[Delivery]:
        """Send what happened since an instant once more, and what was missed: as new deliveries, oldest event first.

        Args:
            since: The instant; what happened at it is among what is sent.
            endpoint_id: To whom; None for all endpoints. One that is disabled is left out.

        Returns:
            The new deliveries. One that was made before is repeated as it was; one that was not, because its endpoint
            was disabled or not there yet, is made now.

        Raises:
            NotFound: There is no such endpoint.
        """
        endpoints = self.endpoints() if endpoint_id is None else [self.endpoint(endpoint_id)]
        made = []
        for event in self.events():
            if event.at < since:
                continue
            for endpoint in endpoints:
                if endpoint.dialect == event.dialect and not endpoint.disabled:
                    made += self._replay(event, endpoint)
        return made

    def _replay(self, event: Event, endpoint: Endpoint) -> list[Delivery]:
        earlier = self.deliveries({"event": event.id, "endpoint": endpoint.id})
        if earlier:
            return [self.resend(earlier[0].id)]
        wants = self._workspace.world.formats[event.dialect].wants
        return [self._deliver(event, endpoint)] if wants(self._workspace, endpoint, event) else []

    @property
    def dropped(self) -> int:
        """How many of the oldest events are gone, with their deliveries."""
        return bounds.dropped(self._store)

    def resend(self, delivery_id: str) -> Delivery:
        """Send a delivery's request once more, as a new delivery of the same event.

        Raises:
            NotFound: There is no such delivery, or no longer such an endpoint.
        """
        old = self.delivery(delivery_id)
        self.endpoint(old.endpoint)
        new = self._new_delivery(old.event, old.endpoint, old.dialect, old.request)
        self._workspace.timeline.add("delivery.resent", new.id, cause=old.id)
        return new

    def postpone(self, delivery: Delivery, by: timedelta) -> None:
        """Let a delivery's next attempt be due that much later than now."""
        self._schedule(replace(delivery, next_at=self._workspace.clock.now() + by))

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

    def events(self, where: Mapping[str, Scalar] | None = None) -> list[Event]:
        """Return the events whose members equal `where`, oldest first."""
        return [from_document(document, Event) for document in self._store.find("events", where)]

    def event(self, id: str) -> Event:
        """Return one event.

        Raises:
            NotFound: There is no such event.
        """
        document = self._store.get("events", id)
        if document is None:
            raise NotFound("event", id)
        return from_document(document, Event)

    def attempt_due(self, task: "Task") -> Outgoing | None:
        """Run the task kind ``webhook.attempt``: return what is to be sent, outside the lock; None for nothing."""
        workspace = self._workspace
        delivery = self.delivery(task.args["delivery"])
        endpoint = self.endpoint(delivery.endpoint)
        if endpoint.disabled:
            self._skip(endpoint, delivery)
            return None
        fault = misdelivery.befalls(workspace, delivery)
        if misdelivery.withholds(workspace, task, delivery, fault):
            return None
        clock = self.stamp_clock
        at = misdelivery.stamped(workspace.world.wall() if clock is StampClock.WALL else workspace.clock.now(), fault)
        form = workspace.world.formats[delivery.dialect]
        sealed = form.seal(endpoint, delivery.request, at)
        stamped = sealed if sealed is delivery.request else replace(sealed, stamp=Stamp(at, clock))
        return misdelivery.tampered(form, stamped, fault)

    def answered(self, task: "Task", request: Outgoing, reply: Reply, at: datetime) -> None:
        """Log what an attempt came to, and schedule the next one if the policy says so.

        Args:
            task: The attempt's task.
            request: What was sent.
            reply: What came back.
            at: When it was sent, on the workspace's clock.
        """
        delivery = self._log(self.delivery(task.args["delivery"]), request, reply, at)
        endpoint = self._endpoint(delivery.endpoint)
        if delivery.note is None:
            if endpoint is not None and endpoint.failing_since is not None:
                self._save(replace(endpoint, failing_since=None))
            self._close(replace(delivery, status=DeliveryStatus.DELIVERED))
        elif endpoint is None:
            # Removed while it was being sent.
            self._close(replace(delivery, status=DeliveryStatus.CANCELLED))
        else:
            self._after_failure(endpoint, delivery, reply, at)

    def _log(self, delivery: Delivery, request: Outgoing, reply: Reply, at: datetime) -> Delivery:
        """Keep an attempt, and return its delivery with one more; stored by whoever knows how it goes on."""
        workspace = self._workspace
        # When the receiver says it was: of all that it sends the one thing that would differ at each run.
        kept = replace(reply, headers={name: value for name, value in reply.headers.items() if name != "date"})
        request = replace(request, body=request.body[:KEPT_CHARACTERS])
        number = delivery.attempts + 1
        id = workspace.chance.derived_uuid("attempt", delivery.id, number)
        attempt = Attempt(id, delivery.id, number, at, request, kept, trouble(reply))
        self._store.insert("attempts", id, to_document(attempt))
        told = attempt.note or f"answered {reply.status}"
        workspace.timeline.add("attempt.made", id, cause=delivery.id, at=at, number=number, answer=told)
        return replace(delivery, attempts=number, first_at=delivery.first_at or at, next_at=None, note=attempt.note)

    def _after_failure(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, at: datetime) -> None:
        if reply.refused:
            # The vendor would have sent it: neither its patience nor its schedule is at stake.
            self._close(replace(delivery, status=DeliveryStatus.FAILED))
            return
        since = endpoint.failing_since or at
        if endpoint.failing_since is None:
            endpoint = self._save(replace(endpoint, failing_since=since))
        self._go_on(endpoint, delivery, reply, at)
        if not endpoint.disabled and self._workspace.world.formats[delivery.dialect].disables(endpoint, at):
            self.disable(endpoint.id, f"every attempt has failed since {since.isoformat()}")

    def _skip(self, endpoint: Endpoint, delivery: Delivery) -> None:
        """Let an attempt pass that fell due while its endpoint was disabled."""
        note = "not sent: the endpoint is disabled; enable it"
        self._workspace.timeline.add("attempt.skipped", delivery.id, cause=delivery.id, note=note)
        delivery = replace(delivery, skipped=delivery.skipped + 1, next_at=None, note=note)
        self._go_on(endpoint, delivery, Reply(error=note), self._workspace.clock.now())

    def _go_on(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, at: datetime) -> None:
        """Schedule the next attempt, or give up, as the policy says."""
        wait = self._workspace.world.formats[delivery.dialect].retry_after(endpoint, delivery, reply, at)
        if wait is None:
            self._close(replace(delivery, status=DeliveryStatus.FAILED))
        else:
            self._schedule(replace(delivery, next_at=at + wait))

    def _cancel_pending(self, endpoint_id: str, note: str) -> None:
        for task in self._workspace.scheduler.pending():
            if task.lane == endpoint_id:
                self._workspace.scheduler.done(task)
                delivery = self.delivery(task.args["delivery"])
                self._close(replace(delivery, status=DeliveryStatus.CANCELLED, next_at=None, note=note))

    def _keep(self, event: Event) -> None:
        self._store.insert("events", event.id, event)
        bounds.make_room(self._store)

    def _endpoint(self, id: str) -> Endpoint | None:
        document = self._store.get("endpoints", id)
        return None if document is None else from_document(document, Endpoint)

    def _save(self, endpoint: Endpoint) -> Endpoint:
        self._store.put("endpoints", endpoint.id, to_document(endpoint))
        return endpoint

    def _deliver(self, event: Event, endpoint: Endpoint) -> Delivery:
        workspace = self._workspace
        id = workspace.chance.derived_uuid("delivery", event.id + endpoint.id)
        request = workspace.world.formats[event.dialect].render(workspace, event, endpoint, id)
        return self._new_delivery(event.id, endpoint.id, event.dialect, request, id)

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
