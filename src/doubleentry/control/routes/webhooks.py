"""Webhooks: who asked, what was sent, what came back; send again."""

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import TypeVar

from doubleentry.control.declaring import control
from doubleentry.control.packing import delivery_document
from doubleentry.control.schemas.webhooks import (
    MOST_ROWS,
    DeliveriesSchema,
    DeliveryQuerySchema,
    DeliverySchema,
    DeliveryWithAttemptsSchema,
    DisableSchema,
    EndpointSchema,
    EndpointsSchema,
    EventQuerySchema,
    EventSchema,
    EventsSchema,
    KeptDeliveriesSchema,
    ReplaySchema,
    StampClockSchema,
    new_endpoint,
    new_event,
    new_example,
)
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import to_document
from doubleentry.engine.errors import InvalidInput, NotFound, Problem
from doubleentry.engine.ports import StampClock
from doubleentry.engine.webhooks import Delivery, Event
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation

Row = TypeVar("Row", Event, Delivery)


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on webhooks."""
    always = (
        list_endpoints,
        disable_endpoint,
        enable_endpoint,
        list_events,
        list_deliveries,
        get_delivery,
        resend_delivery,
        replay,
        get_stamp_clock,
        set_stamp_clock,
    )
    return (*always, *_about_endpoints(dialects), *_about_events(dialects))


def _about_endpoints(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations that make endpoints where a dialect's own API does not make them."""
    desks = {name: dialect.hooks for name, dialect in dialects.items() if dialect.hooks is not None}
    if not desks:
        return ()

    @control(
        "POST",
        "/webhooks/endpoints",
        "addEndpoint",
        EndpointSchema(),
        404,
        status=201,
        body=new_endpoint(list(desks), [topic for desk in desks.values() for topic in desk.topics]),
        leads_to={"removeEndpoint": {"id": "/id"}},
    )
    def add_endpoint(call: Call) -> object:
        """Let an endpoint ask for events, as one does in the vendor's console."""
        asked = call.body
        endpoint = desks[asked["dialect"]].subscribe(
            call.workspace, asked["url"], asked.get("company"), asked["topics"]
        )
        return to_document(endpoint)

    @control("DELETE", "/webhooks/endpoints/{id}", "removeEndpoint", None, 404, status=204)
    def remove_endpoint(call: Call) -> object:
        """Forget an endpoint that was made here."""
        made_here = {known.id for name in desks for known in call.workspace.webhooks.endpoints(name)}
        if call.path["id"] not in made_here:
            raise NotFound("endpoint", call.path["id"])
        call.workspace.webhooks.unsubscribe(call.path["id"])
        return None

    return (add_endpoint, remove_endpoint)


def _about_events(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations that let events happen, and send examples of them."""
    desks = {name: dialect.events for name, dialect in dialects.items() if dialect.events is not None}
    if not desks:
        return ()
    events = list(dict.fromkeys(event for desk in desks.values() for event in desk.events))
    examples = list(dict.fromkeys(event for desk in desks.values() for event in desk.examples))

    @control(
        "POST", "/webhooks/events", "addEvent", EventSchema(), 404, 409, status=201, body=new_event(list(desks), events)
    )
    def add_event(call: Call) -> object:
        """Let an event happen: by what the vendor's API does where that brings it about, else as a test request."""
        asked = call.body
        desk = desks[asked["dialect"]]
        _known(asked["event"], desk.events)
        return to_document(desk.trigger(call.workspace, asked["event"], asked.get("company"), asked["record"]))

    @control(
        "POST",
        "/webhooks/examples",
        "sendExample",
        DeliverySchema(),
        404,
        status=201,
        body=new_example(list(desks), examples),
    )
    def send_example(call: Call) -> object:
        """Tell one endpoint of an event that did not happen, due now."""
        asked = call.body
        desk = desks[asked["dialect"]]
        _known(asked["event"], desk.examples)
        endpoint = call.workspace.webhooks.endpoint(asked["endpoint"])
        if endpoint.dialect != asked["dialect"]:
            raise InvalidInput([Problem(("endpoint",), f"It is told of events of {endpoint.dialect}.")])
        return delivery_document(call.workspace, desk.example(call.workspace, asked["event"], endpoint))

    return (add_event, send_example)


def _known(event: str, events: Sequence[str]) -> None:
    if event not in events:
        raise InvalidInput([Problem(("event",), f"This vendor has none of that name. It has: {', '.join(events)}.")])


@control(
    "GET",
    "/webhooks/endpoints",
    "listEndpoints",
    EndpointsSchema(),
    leads_to={key: {"id": "/endpoints/0/id"} for key in ("disableEndpoint", "enableEndpoint")},
)
def list_endpoints(call: Call) -> object:
    """List who asked to be told."""
    return {"endpoints": [to_document(endpoint) for endpoint in call.workspace.webhooks.endpoints()]}


@control(
    "POST",
    "/webhooks/endpoints/{id}/disable",
    "disableEndpoint",
    EndpointSchema(),
    404,
    body=DisableSchema(),
    body_optional=True,
)
def disable_endpoint(call: Call) -> object:
    """Let an endpoint be told nothing until it is enabled; its schedules go on without being sent."""
    return to_document(call.workspace.webhooks.disable(call.path["id"], (call.body or {}).get("note")))


@control("POST", "/webhooks/endpoints/{id}/enable", "enableEndpoint", EndpointSchema(), 404)
def enable_endpoint(call: Call) -> object:
    """Let an endpoint be told again: what is left of its schedules, and what happens from now on."""
    return to_document(call.workspace.webhooks.enable(call.path["id"]))


@control("GET", "/webhooks/events", "listEvents", EventsSchema(), 404, query=EventQuerySchema())
def list_events(call: Call) -> object:
    """List what happened, oldest first, whether anybody was told of it or not."""
    webhooks = call.workspace.webhooks
    where = {name: call.query[name] for name in ("name", "dialect") if name in call.query}
    found = webhooks.events(where)
    if "before" in call.query:
        found = _older(found, webhooks.event(call.query["before"]), webhooks.events)
    shown = found[-call.query.get("limit", MOST_ROWS) :]
    return {"events": [to_document(event) for event in shown], "total": len(found)}


@control(
    "GET",
    "/webhooks/deliveries",
    "listDeliveries",
    KeptDeliveriesSchema(),
    404,
    query=DeliveryQuerySchema(),
    leads_to={key: {"id": "/deliveries/0/id"} for key in ("getDelivery", "resendDelivery")},
)
def list_deliveries(call: Call) -> object:
    """List deliveries, oldest first; of more than the limit the newest."""
    webhooks = call.workspace.webhooks
    where = {name: call.query[name] for name in ("status", "endpoint") if name in call.query}
    found = webhooks.deliveries(where)
    event = call.query.get("event")
    if event is not None:
        named = {known.id for known in webhooks.events({"name": event})} | {event}
        found = [delivery for delivery in found if delivery.event in named]
    if "before" in call.query:
        found = _older(found, webhooks.delivery(call.query["before"]), webhooks.deliveries)
    shown = found[-call.query.get("limit", MOST_ROWS) :]
    return {
        "deliveries": [delivery_document(call.workspace, delivery) for delivery in shown],
        "total": len(found),
        "dropped": webhooks.dropped,
    }


def _older(found: Sequence[Row], than: Row, rows: Callable[[], Sequence[Row]]) -> list[Row]:
    """Return those of what was found that are older than one of all rows, which need not be among them."""
    older = {row.id for row in takewhile(lambda row: row.id != than.id, rows())}
    return [row for row in found if row.id in older]


@control("GET", "/webhooks/deliveries/{id}", "getDelivery", DeliveryWithAttemptsSchema(), 404)
def get_delivery(call: Call) -> object:
    """Show a delivery and each of its attempts."""
    webhooks = call.workspace.webhooks
    delivery = webhooks.delivery(call.path["id"])
    attempts = []
    for attempt in webhooks.attempts(delivery.id):
        document = to_document(attempt)
        del document["delivery"]
        attempts.append(document)
    return {"delivery": delivery_document(call.workspace, delivery), "attempts": attempts}


@control("POST", "/webhooks/deliveries/{id}/resend", "resendDelivery", DeliverySchema(), 404, status=201)
def resend_delivery(call: Call) -> object:
    """Send a delivery's request once more, as a new delivery of the same event, due now."""
    return delivery_document(call.workspace, call.workspace.webhooks.resend(call.path["id"]))


@control("POST", "/webhooks/replay", "replayWebhooks", DeliveriesSchema(), 404, status=201, body=ReplaySchema())
def replay(call: Call) -> object:
    """Send what happened since an instant once more, and what was missed, as new deliveries that are due now."""
    made = call.workspace.webhooks.replay(call.body["since"], call.body.get("endpoint"))
    return {"deliveries": [delivery_document(call.workspace, delivery) for delivery in made]}


@control("GET", "/webhooks/stamp", "getStampClock", StampClockSchema())
def get_stamp_clock(call: Call) -> object:
    """Show whose time is in the time stamps of webhooks."""
    return {"clock": call.workspace.webhooks.stamp_clock}


@control("PUT", "/webhooks/stamp", "setStampClock", StampClockSchema(), body=StampClockSchema())
def set_stamp_clock(call: Call) -> object:
    """Choose whose time is in the time stamps of this workspace's webhooks."""
    call.workspace.webhooks.stamp_by(StampClock(call.body["clock"]))
    return get_stamp_clock.handler(call)
