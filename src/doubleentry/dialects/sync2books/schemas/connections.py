"""Connections. Source: guide "Companies and connections"; later OpenAPI document, schema Connection."""

# ruff: noqa: N815 - members are spelled as they are on the wire

from marshmallow import fields

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text, Timestamp


class ConnectionSchema(NestSchema):
    """A connection, its words those of the profile."""

    id = Text()
    companyId = Text()
    integrationKey = Text()
    status = Text()
    created = Timestamp()
    updatedAt = Timestamp()


class ConnectionsSchema(NestSchema):
    """The connections of a company."""

    connections = fields.List(fields.Nested(ConnectionSchema), required=True)


class DisconnectedSchema(NestSchema):
    """What is told of a connection that has ended."""

    status = Text()


class AuthUrlSchema(NestSchema):
    """Where the customer consents."""

    authUrl = fields.String(required=True, metadata={"format": "uri"})


class IntegrationsSchema(NestSchema):
    """What an application may connect to."""

    integrationKeys = fields.List(Text(), required=True)
