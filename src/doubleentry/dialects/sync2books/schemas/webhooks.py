"""Webhook endpoints as they are shown. Source: the vendor's own client of its API."""

from marshmallow import fields

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text


class WebhookEndpointSchema(NestSchema):
    """Who asked to be told what."""

    id = Text()
    url = Text()
    name = Text()
    eventTypes = fields.List(fields.String(), required=True)  # noqa: N815 - as it is on the wire
    environment = Text(allow_none=True, empty=True)


class CreatedWebhookEndpointSchema(WebhookEndpointSchema):
    """A new endpoint with its secret, which is shown this once."""

    secret = Text()
