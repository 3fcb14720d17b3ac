"""Webhook consumers."""

from doubleentry.dialects.codat.events import EMITTED
from doubleentry.dialects.codat.routes.declaring import PLATFORM, returns
from doubleentry.dialects.codat.rules import webhooks
from doubleentry.dialects.codat.schemas.webhooks import ConsumerSchema, ConsumersSchema, CreateConsumerSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import operation

TAGS = ("Webhooks",)
BY_ID = {
    "deleteWebhookConsumer": {
        "operationId": "delete-webhook-consumer",
        "parameters": {"webhookId": "$response.body#/id"},
    }
}


@operation(
    "GET",
    "/webhooks",
    id="list-webhook-consumers",
    source=PLATFORM,
    returns=returns(ConsumersSchema(), "All webhook consumers.", 400),
    tags=TAGS,
)
def list_webhook_consumers(call: Call) -> Document:
    """List webhook consumers."""
    return {"results": webhooks.listed(call.workspace)}


@operation(
    "POST",
    "/webhooks",
    id="create-webhook-consumer",
    source=PLATFORM,
    body=CreateConsumerSchema(),
    returns=returns(ConsumerSchema(), "The webhook consumer.", 400, 413, 415, status=201, links=BY_ID),
    tags=TAGS,
)
def create_webhook_consumer(call: Call) -> Document:
    """Create a webhook consumer."""
    consumer = webhooks.create(call.workspace, call.body)
    for name in consumer["eventTypes"]:
        if name not in EMITTED:
            call.warn(f"No event of type {name!r} is emulated: this consumer is kept, and is not told of any.")
    return consumer


@operation(
    "DELETE",
    "/webhooks/{webhookId}",
    id="delete-webhook-consumer",
    source=PLATFORM,
    returns=returns(None, "The webhook consumer is gone.", status=204),
    tags=TAGS,
)
def delete_webhook_consumer(call: Call) -> Answer:
    """Delete a webhook consumer, and what is on its way to it."""
    webhooks.delete(call.workspace, call.path["webhookId"])
    return Answer(204)
