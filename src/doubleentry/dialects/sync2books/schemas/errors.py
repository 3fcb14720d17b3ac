"""The error body. Source: guide "Errors and rate limits"."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields

from doubleentry.dialects.sync2books.schemas.base import NestSchema

_MESSAGE: Final[Mapping[str, Any]] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "examples": [["id should not be empty"]],
}


class ErrorSchema(NestSchema):
    """Any refusal; ``error`` is the status's phrase, and missing from what nobody foresaw."""

    statusCode = fields.Integer(required=True)  # noqa: N815 - as it is on the wire
    message = fields.Raw(required=True, metadata=dict(_MESSAGE))
    error = fields.String()
