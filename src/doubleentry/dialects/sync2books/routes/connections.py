"""Connections."""

from msgspec import Raw

from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.dialects.sync2books.routes.declaring import CLIENT, COMPANIES, OPENAPI, application, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import connections
from doubleentry.dialects.sync2books.schemas.bodies import UPDATE_CONNECTION
from doubleentry.dialects.sync2books.schemas.connections import (
    ConnectionSchema,
    ConnectionsSchema,
    DisconnectedSchema,
    IntegrationsSchema,
)
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity

TAGS = ("Connections",)
CONNECTION = ConnectionSchema()


@operation(
    "GET",
    "/companies/{companyId}/connections",
    id="list-company-connections",
    source=COMPANIES,
    returns=returns(ConnectionsSchema(), "The company's connections.", 404),
    tags=TAGS,
)
def list_company_connections(call: Call) -> Document:
    """List a company's connections."""
    return {"connections": connections.shown_of(call.workspace, application(call), call.path["companyId"])}


@operation(
    "PATCH",
    "/companies/{companyId}/connections/{connectionId}",
    id="unlink-connection",
    source=COMPANIES,
    body=UPDATE_CONNECTION,
    returns=returns(CONNECTION, "The connection, disconnected.", 400, 404, 413, fidelity=Fidelity.INFERRED),
    tags=TAGS,
)
def unlink_connection(call: Call) -> Document:
    """Unlink a connection."""
    ids = (call.path["companyId"], call.path["connectionId"])
    return connections.show(call.workspace, connections.unlink(call.workspace, application(call), *ids, call.body))


@operation(
    "GET",
    "/connections/company/{companyId}",
    id="list-connections",
    source=OPENAPI,
    returns=returns(ConnectionSchema(many=True), "The company's connections.", 404, fidelity=Fidelity.INFERRED),
    tags=TAGS,
)
def list_connections(call: Call) -> list[Document]:
    """List a company's connections, as the later edition does."""
    return connections.shown_of(call.workspace, application(call), call.path["companyId"])


@operation(
    "GET",
    "/connections/company/{companyId}/integration/{integrationKey}",
    id="get-connection-by-integration",
    source=OPENAPI,
    returns=returns(
        {"anyOf": [{"$ref": "#/components/schemas/Connection"}, {"type": "null"}]},
        "The company's connection to that accounting software; null when it has none.",
        404,
        fidelity=Fidelity.OBSERVED,
    ),
    tags=TAGS,
)
def get_connection_by_integration(call: Call) -> object:
    """Get a company's connection to an accounting software."""
    ids = (call.path["companyId"], call.path["integrationKey"])
    connection = connections.to(call.workspace, application(call), *ids)
    # The framework would send nothing at all here, which is no JSON: null is safer for clients.
    return Raw(b"null") if connection is None else connections.show(call.workspace, connection)


@operation(
    "GET",
    "/connections/{connectionId}",
    id="get-connection",
    source=OPENAPI,
    fidelity=Fidelity.INFERRED,
    returns=returns(CONNECTION, "The connection.", 404, fidelity=Fidelity.INFERRED),
    tags=TAGS,
)
def get_connection(call: Call) -> Document:
    """Get a connection."""
    return connections.show(
        call.workspace, connections.get(call.workspace, application(call), call.path["connectionId"])
    )


@operation(
    "POST",
    "/connections/{connectionId}/disconnect",
    id="disconnect-connection",
    source=OPENAPI,
    returns=returns(DisconnectedSchema(), "It is disconnected.", 404, fidelity=Fidelity.OBSERVED),
    tags=TAGS,
)
def disconnect_connection(call: Call) -> Document:
    """Disconnect a connection."""
    connection = connections.get(call.workspace, application(call), call.path["connectionId"])
    return {"status": connections.disconnect(call.workspace, connection)["status"]}


@operation(
    "GET",
    "/integrations/enabled",
    id="list-enabled-integrations",
    source=CLIENT,
    returns=returns(IntegrationsSchema(), "Their keys, in lower case.", fidelity=Fidelity.OBSERVED),
    fidelity=Fidelity.OBSERVED,
    tags=TAGS,
)
def list_enabled_integrations(call: Call) -> Document:
    """List the integrations that the application may use."""
    del call
    return {"integrationKeys": list(PLATFORMS)}
