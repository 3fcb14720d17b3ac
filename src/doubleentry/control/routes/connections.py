"""Connections: what happens to them outside the vendor's API."""

from collections.abc import Callable, Mapping

from doubleentry.control.declaring import control
from doubleentry.control.schemas.connections import ConnectionSchema, ConnectionsSchema
from doubleentry.dialects.base import ConnectionDesk, Dialect
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation

_FIRST = "/connections/0"
_LEADS_TO = {
    **{
        key: {"dialect": f"{_FIRST}/dialect", "id": f"{_FIRST}/connection/id"}
        for key in ("linkConnection", "unlinkConnection", "deauthoriseConnection", "expireConnection")
    },
    "getLedger": {"id": f"{_FIRST}/connection/id"},
}

Move = Callable[[Workspace, str], Document]


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on connections."""

    def moved(call: Call, move: Callable[[ConnectionDesk], Move]) -> object:
        dialect = dialects.get(call.path["dialect"])
        if dialect is None:
            raise NotFound("dialect", call.path["dialect"])
        if dialect.connections is None:
            raise NotFound("connection", call.path["id"])
        connection = move(dialect.connections)(call.workspace, call.path["id"])
        return {"dialect": dialect.name, "connection": connection}

    @control("GET", "/connections", "listConnections", ConnectionsSchema(), leads_to=_LEADS_TO)
    def list_connections(call: Call) -> object:
        """List the connections of every dialect."""
        rows = [
            {"dialect": dialect.name, "connection": connection}
            for dialect in dialects.values()
            if dialect.connections is not None
            for connection in dialect.connections.all(call.workspace)
        ]
        return {"connections": rows}

    @_move("link", "linkConnection")
    def link(call: Call) -> object:
        """Link a connection, as the end customer does by consenting."""
        return moved(call, lambda desk: desk.link)

    @_move("unlink", "unlinkConnection")
    def unlink(call: Call) -> object:
        """Unlink a connection, from our side."""
        return moved(call, lambda desk: desk.unlink)

    @_move("deauthorise", "deauthoriseConnection")
    def deauthorise(call: Call) -> object:
        """De-authorise a connection, from the accounting software's side."""
        return moved(call, lambda desk: desk.deauthorise)

    @_move("expire", "expireConnection")
    def expire(call: Call) -> object:
        """Let the end customer's subscription to the accounting software run out."""
        return moved(call, lambda desk: desk.expire)

    return (list_connections, link, unlink, deauthorise, expire)


def _move(verb: str, id: str) -> Callable[[Callable[[Call], object]], Operation]:
    return control("POST", f"/connections/{{dialect}}/{{id}}/{verb}", id, ConnectionSchema(), 404, 409)
