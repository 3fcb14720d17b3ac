"""Quirks: where a vendor's documents disagree, and which side this workspace takes."""

from collections.abc import Mapping

from doubleentry.control.declaring import control
from doubleentry.control.schemas.quirks import QuirkSchema, QuirksSchema, quirk_value
from doubleentry.dialects.base import OWN, OWN_QUIRKS, Dialect, Quirk
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on quirks: each has a path of its own, because each takes other values."""
    quirks = [(dialect.name, quirk) for dialect in dialects.values() for quirk in dialect.quirks]
    quirks += [(OWN, quirk) for quirk in OWN_QUIRKS]

    @control("GET", "/quirks", "listQuirks", QuirksSchema())
    def list_quirks(call: Call) -> object:
        """List the quirks with their values in this workspace."""
        return {"quirks": [_document(call.workspace, name, quirk) for name, quirk in quirks]}

    return (list_quirks, *(_setter(name, quirk) for name, quirk in quirks))


def _setter(dialect: str, quirk: Quirk) -> Operation:
    def change_quirk(call: Call) -> object:
        call.workspace.change_setting(quirk.name, call.body["value"])
        return _document(call.workspace, dialect, quirk)

    change_quirk.__doc__ = f"Choose what `{quirk.name}` does in this workspace."
    declare = control(
        "PUT", f"/quirks/{quirk.name}", f"changeQuirk.{quirk.name}", QuirkSchema(), body=quirk_value(quirk)
    )
    return declare(change_quirk)


def _document(workspace: Workspace, dialect: str, quirk: Quirk) -> Document:
    return {
        "name": quirk.name,
        "dialect": dialect,
        "value": workspace.setting(quirk.name),
        "default": quirk.default,
        "values": list(quirk.values),
        "why": quirk.why,
        "sources": list(quirk.sources),
    }
