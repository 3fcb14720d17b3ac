"""Webhooks: who asked, what was sent, what came back; send again."""

from doubleentry.control.declaring import control
from doubleentry.control.packing import delivery_document
from doubleentry.control.schemas.webhooks import (
    DeliveriesSchema,
    DeliveryQuerySchema,
    DeliverySchema,
    DeliveryWithAttemptsSchema,
    EndpointsSchema,
)
from doubleentry.engine.documents import to_document
from doubleentry.web.context import Call


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
