"""Connections of a company to its accounting platform and to your expense product.

Source: Codat, schemas Connection (2023 and current) and DataConnection (2023).
"""

from typing import Final

from marshmallow import RAISE, validate

from doubleentry.dialects.codat.platforms import CONNECTABLE_KEYS
from doubleentry.dialects.codat.querying import CONNECTION_TEXTS, DATES
from doubleentry.dialects.codat.schemas.base import (
    CodatAnswer,
    CodatSchema,
    Freeform,
    Guid,
    Many,
    One,
    Text,
    Timestamp,
)
from doubleentry.dialects.codat.schemas.pages import filtered_query, page_of

SOURCE_TYPES: Final = ("Accounting", "Banking", "BankFeed", "Commerce", "Expense", "Other", "Unknown")
CONNECTION_STATUSES: Final = ("PendingAuth", "Linked", "Unlinked", "Deauthorized")


class CreateConnectionSchema(CodatSchema):
    """The platform to connect a company to, by the key that the guide lists."""

    platform_key = Text(
        required=True,
        validate=validate.OneOf(CONNECTABLE_KEYS),
        metadata={"examples": ["gbol"], "description": "Four lower-case letters."},
    )


class UpdateConnectionSchema(CodatSchema):
    """The only change that a client can make to a connection: to unlink it."""

    class Meta:
        """Declared without additional properties."""

        unknown = RAISE

    status = Text(required=True, validate=validate.OneOf(["Unlinked"]), metadata={"examples": ["Unlinked"]})


class ConnectionErrorSchema(CodatAnswer):
    """Why a platform did not answer; its status code is a text."""

    status_code = Text(metadata={"examples": ["401"]})
    status_text = Text()
    error_message = Text()
    errored_on_utc = Timestamp()
    status = Text(allow_none=True, validate=validate.OneOf(["Active", "Resolved"]))
    resolved_on_utc = Timestamp(allow_none=True)


class ConnectionSchema(CodatAnswer):
    """A connection. ``integrationKey`` is optional today, but clients of 2023 fail without it."""

    id = Guid(required=True)
    integration_id = Guid(required=True)
    integration_key = Text(required=True, metadata={"examples": ["gbol"]})
    source_id = Guid(required=True)
    platform_name = Text(required=True, metadata={"examples": ["Xero"]})
    link_url = Text(required=True, metadata={"format": "uri"})
    status = Text(required=True, validate=validate.OneOf(CONNECTION_STATUSES))
    last_sync = Timestamp(allow_none=True)
    created = Timestamp(required=True)
    source_type = Text(required=True, validate=validate.OneOf(SOURCE_TYPES))
    data_connection_errors = Many(One(ConnectionErrorSchema), allow_none=True)
    connection_info = Freeform(allow_none=True)


ConnectionsSchema = page_of(ConnectionSchema, "Connections")
"""A page of connections."""

ConnectionsQuerySchema = filtered_query("ConnectionsQuery", CONNECTION_TEXTS, DATES)
"""Which connections to list."""
