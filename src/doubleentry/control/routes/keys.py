"""Keys: which ones the vendors' APIs accept in this workspace."""

from collections.abc import Mapping

from doubleentry.control.declaring import control
from doubleentry.control.schemas.keys import KeySchema, KeysSchema, new_key
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.web.context import Call
from doubleentry.web.host import key_document
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on keys."""
    add = control(
        "POST",
        "/keys",
        "addKey",
        KeySchema(),
        status=201,
        body=new_key(list(dialects)),
        leads_to={"removeKey": {"dialect": "/dialect", "key": "/key"}},
    )
    return (list_keys, add(_add_key), remove_key)


@control("GET", "/keys", "listKeys", KeysSchema())
def list_keys(call: Call) -> object:
    """List the keys that this workspace knows."""
    rows = call.workspace.store.find("keys")
    return {"keys": [_shown(row) for row in rows]}


def _add_key(call: Call) -> object:
    """Make a key known; one that is known stays so."""
    dialect, key = call.body["dialect"], call.body["key"]
    row = key_document(dialect, key, call.body.get("owner"))
    call.workspace.store.put("keys", f"{dialect}/{key}", row)
    return _shown(row)


def _shown(row: Document) -> Document:
    owner = {"owner": row["owner"]} if "owner" in row else {}
    return {"dialect": row["surface"], "key": row["key"], **owner}


@control("DELETE", "/keys/{dialect}/{key}", "removeKey", None, 404, status=204)
def remove_key(call: Call) -> object:
    """Forget a key: calls that show it are refused from now on."""
    if not call.workspace.store.remove("keys", f"{call.path['dialect']}/{call.path['key']}"):
        raise NotFound("key", call.path["key"])
    return None
