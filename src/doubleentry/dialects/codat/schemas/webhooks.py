"""Webhook consumers. Source: Codat Platform API (current), schemas WebhookConsumer and WebhookConsumerPrototype."""

from typing import Final

from marshmallow import validate

from doubleentry.dialects.codat.schemas.base import (
    CodatAnswer,
    CodatSchema,
    Flag,
    Guid,
    Many,
    One,
    RequiredText,
    Text,
)
from doubleentry.dialects.codat.schemas.rules import WebhookUrl
from doubleentry.web.fields import Matches

MAX_TAGS: Final = 10
MAX_TAG: Final = 128
TAG_PATTERN: Final = r"^[^:]+:"
EVENT_TYPES: Final = ("expenses.sync.successful", "expenses.sync.unsuccessful")


class CreateConsumerSchema(CodatSchema):
    """Where to send what; of companies with one of the tags alone, where there are any."""

    url = WebhookUrl(required=True, metadata={"examples": ["http://127.0.0.1:9000/codat"]})
    event_types = Many(
        RequiredText(),
        required=True,
        validate=validate.Length(1),
        metadata={"examples": [list(EVENT_TYPES)], "description": "At least one, by the names of the event catalog."},
    )
    disabled = Flag(allow_none=True, metadata={"description": "Whether nothing is sent there yet."})
    company_tags = Many(
        Text(validate=[validate.Length(max=MAX_TAG), Matches(TAG_PATTERN)]),
        allow_none=True,
        validate=validate.Length(max=MAX_TAGS),
        metadata={"examples": [["region:uk"]], "description": "Each a key and a value, joined by a colon."},
    )


class ConsumerSchema(CodatAnswer):
    """A consumer."""

    id = Guid(required=True)
    url = Text(required=True)
    event_types = Many(Text(), required=True)
    disabled = Flag(required=True)
    company_tags = Many(Text(), required=True)


class ConsumersSchema(CodatAnswer):
    """All consumers: there are no pages of them."""

    results = Many(One(ConsumerSchema), required=True)
