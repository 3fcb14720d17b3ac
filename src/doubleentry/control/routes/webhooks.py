"""Webhooks: who asked, what was sent, what came back; send again."""

from collections.abc import Mapping

from doubleentry.control.declaring import control
from doubleentry.control.packing import delivery_document
from doubleentry.control.schemas.webhooks import (
    DeliveriesSchema,
    DeliveryQuerySchema,
    DeliverySchema,
    DeliveryWithAttemptsSchema,
    EndpointSchema,
    EndpointsSchema,
    EventSchema,
    new_endpoint,
    new_event,
)
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import to_document
from doubleentry.engine.errors import NotFound
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on webhooks; endpoints are made here where a dialect's own API does not make them."""
    desks = {name: dialect.hooks for name, dialect in dialects.items() if dialect.hooks is not None}
    shown = (list_endpoints, list_deliveries, get_delivery, resend_delivery)
    if not desks:
        return shown

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

    events = [event for desk in desks.values() for event in desk.events]

    @control(
        "POST", "/webhooks/events", "addEvent", EventSchema(), 404, status=201, body=new_event(list(desks), events)
    )
    def add_event(call: Call) -> object:
        """Let an event happen, and tell every endpoint that asked for it: the test request of a vendor's console."""
        asked = call.body
        desk = desks[asked["dialect"]]
        return to_document(desk.trigger(call.workspace, asked["event"], asked.get("company"), asked["record"]))

    return (*shown, add_endpoint, remove_endpoint, add_event)


@control("GET", "/webhooks/endpoints", "listEndpoints", EndpointsSchema())
def list_endpoints(call: Call) -> object:
    """List who asked to be told."""
    return {"endpoints": [to_document(endpoint) for endpoint in call.workspace.webhooks.endpoints()]}


@control(
    "GET",
    "/webhooks/deliveries",
    "listDeliveries",
    DeliveriesSchema(),
    query=DeliveryQuerySchema(),
    leads_to={key: {"id": "/deliveries/0/id"} for key in ("getDelivery", "resendDelivery")},
)
def list_deliveries(call: Call) -> object:
    """List deliveries, oldest first."""
    where = {"status": call.query["status"]} if "status" in call.query else None
    found = [delivery_document(call.workspace, row) for row in call.workspace.webhooks.deliveries(where)]
    event = call.query.get("event")
    if event is not None:
        found = [row for row in found if event in (row["event"]["name"], row["event"]["id"])]
    return {"deliveries": found}


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
