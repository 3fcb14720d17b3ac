"""Connections: those of each dialect, in the vendor's own shape."""

from marshmallow import fields

from doubleentry.control.schemas.base import ControlSchema, many, told
from doubleentry.web.fields import Text


class ConnectionSchema(ControlSchema):
    """One connection."""

    dialect = Text(required=True)
    connection = fields.Dict(keys=Text(), required=True, metadata=told("As the vendor shows it."))


class ConnectionsSchema(ControlSchema):
    """The connections, by dialect, oldest first."""

    connections = many(ConnectionSchema)
