"""Pace: how syncs move."""

from collections.abc import Mapping

from doubleentry.control.declaring import control
from doubleentry.control.schemas.pace import PaceQuerySchema, ScopedPaceSchema, pace_change
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.pace import PRESETS, Hold, Pace, PaceMode, Range
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on pace."""
    change = control("PUT", "/pace", "changePace", ScopedPaceSchema(), body=pace_change(list(dialects)))
    return (get_pace, change(_change_pace))


@control("GET", "/pace", "getPace", ScopedPaceSchema(), query=PaceQuerySchema())
def get_pace(call: Call) -> object:
    """Show the pace that a sync of a company, of a dialect or of the workspace would have."""
    return _document(call.workspace, call.query.get("dialect"), call.query.get("company"))


def _change_pace(call: Call) -> object:
    """Change the pace of the syncs that are submitted from now on; the narrowest scope that is set decides."""
    body = call.body
    dialect, company = body.get("dialect"), body.get("company")
    call.workspace.paces.set(_pace(body), dialect=dialect, company=company, next_syncs=body.get("next"))
    return _document(call.workspace, dialect, company)


def _pace(body: Document) -> Pace:
    pace = PRESETS[body["preset"]]
    return Pace(
        mode=PaceMode(body.get("mode", pace.mode)),
        wait=Range(*body["wait"]) if "wait" in body else pace.wait,
        run=Range(*body["run"]) if "run" in body else pace.run,
        polls=body.get("polls", pace.polls),
        hold=Hold(body.get("hold", pace.hold)),
    )


def _document(workspace: Workspace, dialect: str | None, company: str | None) -> Document:
    return {
        "dialect": dialect,
        "company": company,
        "pace": to_document(workspace.paces.get(dialect, company)),
        "next": workspace.paces.upcoming(dialect, company),
    }
