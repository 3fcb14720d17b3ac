"""Webhook endpoints."""

from typing import Final

from doubleentry.dialects.sync2books.routes.declaring import application, caller, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import endpoints
from doubleentry.dialects.sync2books.schemas.bodies import CREATE_WEBHOOK_ENDPOINT, UPDATE_WEBHOOK_ENDPOINT
from doubleentry.dialects.sync2books.schemas.webhooks import CreatedWebhookEndpointSchema, WebhookEndpointSchema
from doubleentry.dialects.sync2books.webhooks import EVENT_TYPES, EVERYTHING
from doubleentry.engine.documents import Document
from doubleentry.engine.webhooks import Endpoint
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity

SOURCE: Final = "Sync2Books, the vendor's own client of its API (webhook endpoints)"
TAGS: Final = ("Webhooks",)
ENDPOINT: Final = WebhookEndpointSchema()
BY_ID: Final = {
    name: {"operationId": id, "parameters": {"endpointId": "$response.body#/id"}}
    for name, id in (
        ("getEndpoint", "get-webhook-endpoint"),
        ("updateEndpoint", "update-webhook-endpoint"),
        ("deleteEndpoint", "delete-webhook-endpoint"),
    )
}


@operation(
    "POST",
    "/webhooks/endpoints",
    id="create-webhook-endpoint",
    source=SOURCE,
    body=CREATE_WEBHOOK_ENDPOINT,
    returns=returns(
        CreatedWebhookEndpointSchema(),
        "The endpoint, with the secret that its webhooks are signed with.",
        400,
        413,
        status=201,
        fidelity=Fidelity.OBSERVED,
        links=BY_ID,
    ),
    fidelity=Fidelity.OBSERVED,
    tags=TAGS,
)
def create_endpoint(call: Call) -> Document:
    """Ask to be told of events."""
    endpoint = endpoints.create(call.workspace, caller(call), call.body)
    _warn(call, endpoint)
    return {**endpoints.show(endpoint), "secret": endpoint.secret}


@operation(
    "GET",
    "/webhooks/endpoints",
    id="list-webhook-endpoints",
    source=SOURCE,
    returns=returns(
        WebhookEndpointSchema(many=True), "The application's endpoints, oldest first.", fidelity=Fidelity.INFERRED
    ),
    fidelity=Fidelity.INFERRED,
    tags=TAGS,
)
def list_endpoints(call: Call) -> list[Document]:
    """List who asked to be told."""
    return [endpoints.show(endpoint) for endpoint in endpoints.of(call.workspace, application(call))]


@operation(
    "GET",
    "/webhooks/endpoints/{endpointId}",
    id="get-webhook-endpoint",
    source=SOURCE,
    returns=returns(ENDPOINT, "The endpoint.", 404, fidelity=Fidelity.INFERRED),
    fidelity=Fidelity.INFERRED,
    tags=TAGS,
)
def get_endpoint(call: Call) -> Document:
    """Get an endpoint."""
    return endpoints.show(endpoints.get(call.workspace, application(call), call.path["endpointId"]))


@operation(
    "PUT",
    "/webhooks/endpoints/{endpointId}",
    id="update-webhook-endpoint",
    source=SOURCE,
    body=UPDATE_WEBHOOK_ENDPOINT,
    body_optional=True,  # none is an empty object
    returns=returns(ENDPOINT, "The endpoint as it is from now on.", 400, 404, 413, fidelity=Fidelity.OBSERVED),
    fidelity=Fidelity.OBSERVED,
    tags=TAGS,
)
def update_endpoint(call: Call) -> Document:
    """Change an endpoint."""
    endpoint = endpoints.change(call.workspace, application(call), call.path["endpointId"], call.body)
    _warn(call, endpoint)
    return endpoints.show(endpoint)


@operation(
    "DELETE",
    "/webhooks/endpoints/{endpointId}",
    id="delete-webhook-endpoint",
    source=SOURCE,
    returns=returns(ENDPOINT, "The endpoint as it was.", 404, fidelity=Fidelity.INFERRED),
    fidelity=Fidelity.INFERRED,
    tags=TAGS,
)
def delete_endpoint(call: Call) -> Document:
    """Be told no more."""
    return endpoints.show(endpoints.remove(call.workspace, application(call), call.path["endpointId"]))


def _warn(call: Call, endpoint: Endpoint) -> None:
    for name in endpoint.record["eventTypes"]:
        if name not in {*EVENT_TYPES, EVERYTHING}:
            call.warn(f"No event of type {name!r} is emulated: this endpoint is kept, and never told of one.")
