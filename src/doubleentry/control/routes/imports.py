"""Imports: bring in what a vendor would fetch from elsewhere."""

from collections.abc import Mapping

from doubleentry.control.declaring import control
from doubleentry.control.packing import sync_document
from doubleentry.control.schemas.imports import new_import
from doubleentry.control.schemas.syncs import SyncSchema
from doubleentry.dialects.base import Dialect
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation
from doubleentry.web.room import refuse_when_full


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on imports: none where no dialect has any."""
    desks = {name: dialect.imports for name, dialect in dialects.items() if dialect.imports is not None}
    if not desks:
        return ()
    kinds = list(dict.fromkeys(kind for desk in desks.values() for kind in desk.kinds))

    @control(
        "POST",
        "/imports",
        "addImport",
        SyncSchema(),
        404,
        507,
        status=201,
        body=new_import(list(desks), kinds),
        leads_to={key: {"id": "/id"} for key in ("getSync", "releaseSync", "finishSync")},
    )
    def add_import(call: Call) -> object:
        """Bring in a batch as a sync, which moves at the workspace's pace and fails where a fault says so."""
        refuse_when_full(call.host, call.workspace)
        asked = call.body
        desk, kind = desks[asked["dialect"]], asked["kind"]
        if kind not in desk.kinds:
            raise InvalidInput([Problem(("kind",), f"{asked['dialect']} imports {' and '.join(desk.kinds)}.")])
        items = asked.get("items") or [{}] * asked["count"]
        sync = desk.submit(call.workspace, kind, asked.get("company"), asked["record"], items)
        return sync_document(call.workspace, sync)

    return (add_import,)
