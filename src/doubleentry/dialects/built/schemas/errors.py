"""The bodies of refusals."""

from marshmallow import fields

from doubleentry.dialects.built.schemas.base import BuiltSchema


class MessageSchema(BuiltSchema):
    """What the framework says; some statuses say nothing."""

    message = fields.String(required=True)


class InvalidSchema(BuiltSchema):
    """What does not fit, by field."""

    message = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
