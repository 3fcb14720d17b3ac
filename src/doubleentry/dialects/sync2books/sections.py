"""What the vendor's part of a fixture file may hold, and how it gets into a workspace."""

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import fields, pre_load, validate

from doubleentry.dialects.base import Section
from doubleentry.dialects.sync2books import applications
from doubleentry.dialects.sync2books.applications import DEVELOPMENT, DIALECT, ENVIRONMENTS, Caller
from doubleentry.dialects.sync2books.past import BatchRowSchema, load_batches
from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.dialects.sync2books.rules import companies, configs, connections, endpoints
from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text, Timestamp
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.fields import URL_PATTERN, Matches
from doubleentry.web.host import key_document

STATUSES: Final = (connections.CONNECTED, connections.DISCONNECTED, connections.ERROR, connections.PENDING)


class KeySchema(NestSchema):
    """An API key."""

    key = Text()
    environment = fields.String(load_default=DEVELOPMENT, validate=validate.OneOf(ENVIRONMENTS))


class SecretsSchema(NestSchema):
    """A secret for each environment."""

    development = Text(required=False)
    production = Text(required=False)


class ApplicationRowSchema(NestSchema):
    """An application with its credentials."""

    id = Text()
    name = Text()
    clientId = Text()  # noqa: N815 - as it is on the wire
    redirectUris = fields.List(fields.URL(require_tld=False), load_default=list)  # noqa: N815 - see above
    keys = fields.List(fields.Nested(KeySchema), load_default=list)
    clientSecrets = fields.Nested(SecretsSchema, load_default=dict)  # noqa: N815 - see above
    webhookSecrets = fields.Nested(SecretsSchema, load_default=dict)  # noqa: N815 - see above
    active = fields.Boolean(load_default=True)


class WebhookEndpointRowSchema(NestSchema):
    """A webhook endpoint; of the first application, and signed with its secret, unless it says otherwise."""

    id = Text()
    application = Text(required=False)
    name = Text()
    url = fields.String(required=True, validate=Matches(URL_PATTERN))
    eventTypes = fields.List(Text(), required=True, validate=validate.Length(1))  # noqa: N815 - as it is on the wire
    environment = fields.String(load_default=DEVELOPMENT, validate=validate.OneOf(ENVIRONMENTS))
    secret = Text(required=False)


class _Row(NestSchema):
    """A record that was made once and changed later, at the same instant unless it says otherwise."""

    made: str

    @pre_load
    def fill_in(self, row: Any, **_kwargs: object) -> Any:  # noqa: ANN401 - whatever the file holds
        """Return a row with the instant of its change."""
        if not isinstance(row, Mapping):
            return row
        full = {"updatedAt": row.get(self.made), **row}
        return {name: _milliseconds(value) if name in _INSTANTS else value for name, value in full.items()}


_INSTANTS: Final = frozenset({"created", "createdAt", "updatedAt"})
_RELATIVE: Final = re.compile(r"(\.[0-9]{3})[0-9]{3}Z$")


def _milliseconds(value: object) -> object:
    """Return an instant that the loader has worked out as the vendor prints it; one that is written out stays."""
    return _RELATIVE.sub(r"\1Z", value) if isinstance(value, str) else value


class CompanyRowSchema(_Row):
    """A company; of the first application unless it says of which."""

    made = "createdAt"

    id = Text()
    application = Text(required=False)
    name = Text()
    isActive = fields.Boolean(load_default=True)  # noqa: N815 - as it is on the wire
    createdAt = Timestamp()  # noqa: N815 - see above
    updatedAt = Timestamp()  # noqa: N815 - see above


class ConnectionRowSchema(_Row):
    """A connection; of its company's application."""

    made = "created"

    id = Text()
    companyId = Text()  # noqa: N815 - as it is on the wire
    integrationKey = fields.String(required=True, validate=validate.OneOf(list(PLATFORMS)))  # noqa: N815 - see above
    status = fields.String(load_default=connections.CONNECTED, validate=validate.OneOf(STATUSES))
    created = Timestamp()
    updatedAt = Timestamp()  # noqa: N815 - see above


class DefaultSchema(NestSchema):
    """A row of the books, by its id."""

    id = Text()


class ConfigRowSchema(NestSchema):
    """A company's defaults."""

    companyId = Text()  # noqa: N815 - as it is on the wire
    bankAccount = fields.Nested(DefaultSchema)  # noqa: N815 - see above
    supplier = fields.Nested(DefaultSchema)
    customer = fields.Nested(DefaultSchema)
    defaultAccount = fields.Nested(DefaultSchema)  # noqa: N815 - see above
    defaultTaxRate = fields.Nested(DefaultSchema)  # noqa: N815 - see above


def load_applications(workspace: Workspace, rows: list[Document]) -> None:
    """Put applications and their keys into a workspace."""
    for row in rows:
        workspace.store.insert(applications.COLLECTION, row["id"], row)
        for known in row["keys"]:
            workspace.store.put("keys", f"{DIALECT}/{known['key']}", key_document(DIALECT, known["key"]))


def load_companies(workspace: Workspace, rows: list[Document]) -> None:
    """Put companies into a workspace."""
    first = applications.default(workspace)["id"]
    for row in rows:
        workspace.store.insert(companies.COLLECTION, row["id"], {"application": first, **row})


def load_connections(workspace: Workspace, rows: list[Document]) -> None:
    """Put connections into a workspace; one that was ever connected has a ledger."""
    for row in rows:
        company = workspace.store.get(companies.COLLECTION, row["companyId"]) or {}
        connection = {**row, "application": company["application"]}
        workspace.store.insert(connections.COLLECTION, row["id"], connection)
        if row["status"] != connections.PENDING:
            connections.ledger(workspace, connection)


def load_configs(workspace: Workspace, rows: list[Document]) -> None:
    """Put companies' defaults into a workspace."""
    for row in rows:
        workspace.store.insert(configs.COLLECTION, row["companyId"], row)


def load_endpoints(workspace: Workspace, rows: list[Document]) -> None:
    """Put webhook endpoints into a workspace."""
    first = applications.default(workspace)["id"]
    for row in rows:
        endpoints.insert(workspace, Caller(str(row.get("application") or first), row["environment"]), row)


def ledger_of(row: Document) -> str | None:
    """Return the template of the ledger behind a connection's row, or None when it never had one."""
    return PLATFORMS[row["integrationKey"]].template if row["status"] != connections.PENDING else None


COMPANY: Final = {"companyId": "companies"}

SECTIONS: Final[Mapping[str, Section]] = {
    "applications": Section(ApplicationRowSchema, load_applications, key="id"),
    "companies": Section(CompanyRowSchema, load_companies, key="id", refers={"application": "applications"}),
    "connections": Section(ConnectionRowSchema, load_connections, key="id", refers=COMPANY, ledger=ledger_of),
    "configs": Section(
        ConfigRowSchema,
        load_configs,
        key="companyId",
        refers=COMPANY,
        books={
            "bankAccount.id": "account",
            "supplier.id": "supplier",
            "customer.id": "customer",
            "defaultAccount.id": "account",
            "defaultTaxRate.id": "tax rate",
        },
    ),
    "batches": Section(BatchRowSchema, load_batches, key="id", refers={"connectionId": "connections"}),
    "webhookEndpoints": Section(
        WebhookEndpointRowSchema, load_endpoints, key="id", refers={"application": "applications"}
    ),
}
