"""Connections."""

from doubleentry.dialects.codat.pagination import envelope, requested
from doubleentry.dialects.codat.routes.declaring import E1, E2, expenses, returns
from doubleentry.dialects.codat.rules import companies, connections
from doubleentry.dialects.codat.schemas.configuration import CONFIGURATION_EXAMPLE
from doubleentry.dialects.codat.schemas.connections import (
    ConnectionSchema,
    ConnectionsQuerySchema,
    ConnectionsSchema,
    CreateConnectionSchema,
    UpdateConnectionSchema,
)
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import operation

CONNECTION = ConnectionSchema()
TAGS = ("Connections",)
CONFIGURE = {
    "configure": {
        "operationId": "save-company-configuration",
        "parameters": {"companyId": "$request.path.companyId"},
        "requestBody": CONFIGURATION_EXAMPLE,
    }
}
ONE = "/companies/{companyId}/connections/{connectionId}"
IDS = {"companyId": "$request.path.companyId", "connectionId": "$response.body#/id"}
BY_ID = {
    "connectCard": {
        "operationId": "create-partner-expense-connection",
        "parameters": {"companyId": "$request.path.companyId"},
    },
    "getConnection": {"operationId": "get-connection", "parameters": IDS},
    "deleteConnection": {"operationId": "delete-connection", "parameters": IDS},
}


@operation(
    "GET",
    "/companies/{companyId}/connections",
    id="list-connections",
    source=E2,
    query=ConnectionsQuerySchema(),
    returns=returns(ConnectionsSchema(), "A page of connections.", 400),
    tags=TAGS,
)
def list_connections(call: Call) -> Document:
    """List a company's connections."""
    company_id = companies.get(call.workspace, call.path["companyId"])["id"]
    page = connections.page(call.workspace, company_id, call.query, requested(call.query), call.base_url)
    return envelope(page, f"/companies/{company_id}/connections", call.query, lambda connection: connection)


@operation(
    "POST",
    "/companies/{companyId}/connections",
    id="create-connection",
    source=E2,
    body=CreateConnectionSchema(),
    returns=returns(
        CONNECTION, "The connection; its linkUrl is where the customer consents.", 400, 413, 415, links=BY_ID
    ),
    tags=TAGS,
)
def create_connection(call: Call) -> Document:
    """Connect a company to an accounting platform."""
    company_id = companies.get(call.workspace, call.path["companyId"])["id"]
    connection = connections.create(call.workspace, company_id, call.body["platformKey"])
    return connections.show(call.workspace, connection, call.base_url)


@operation(
    "GET",
    ONE,
    id="get-connection",
    source=E2,
    returns=returns(CONNECTION, "The connection."),
    tags=TAGS,
)
def get_connection(call: Call) -> Document:
    """Get a connection."""
    return connections.show(call.workspace, _named(call), call.base_url)


@operation(
    "PATCH",
    ONE,
    id="unlink-connection",
    source=E2,
    body=UpdateConnectionSchema(),
    returns=returns(CONNECTION, "The connection, unlinked.", 400, 413, 415),
    tags=TAGS,
)
def unlink_connection(call: Call) -> Document:
    """Unlink a connection."""
    connection = connections.unlink(call.workspace, _named(call)["id"])
    return connections.show(call.workspace, connection, call.base_url)


@operation(
    "DELETE",
    ONE,
    id="delete-connection",
    source=E2,
    returns=returns(None, "The connection is gone."),
    tags=TAGS,
)
def delete_connection(call: Call) -> Answer:
    """Delete a connection."""
    connections.delete(call.workspace, call.path["companyId"], _named(call)["id"])
    return Answer(200)


@operation(
    "POST",
    *expenses("/connections/partnerExpense"),
    id="create-partner-expense-connection",
    source=E1,
    returns=returns(CONNECTION, "The partner expense connection, linked.", links=CONFIGURE),
    tags=TAGS,
)
def create_partner_expense_connection(call: Call) -> Document:
    """Connect a company to your own product."""
    company_id = companies.get(call.workspace, call.path["companyId"])["id"]
    return connections.show(call.workspace, connections.create_partner(call.workspace, company_id), call.base_url)


def _named(call: Call) -> Document:
    """Return the connection that the path names."""
    company_id = companies.get(call.workspace, call.path["companyId"])["id"]
    return connections.get(call.workspace, company_id, call.path["connectionId"])
