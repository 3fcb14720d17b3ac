"""Pace: how syncs move."""

from collections.abc import Mapping
from typing import Final

from doubleentry.control.declaring import control
from doubleentry.control.packing import sync_document
from doubleentry.control.schemas.pace import PaceQuerySchema, PaceSettingSchema, ScopedPaceSchema, pace_change
from doubleentry.control.schemas.syncs import SyncSchema
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.pace import NO_OTHERS, PRESETS, Hold, Pace, PaceMode, Range
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on pace."""
    named = {name: dialect.paces for name, dialect in dialects.items()}

    @control("PUT", "/pace", "changePace", ScopedPaceSchema(), body=pace_change(list(dialects)))
    def change_pace(call: Call) -> object:
        """Change the pace of the syncs that are submitted from now on; the narrowest scope that is set decides."""
        body = call.body
        dialect, company = body.get("dialect"), body.get("company")
        others = {name: _pace(body, presets) for name, presets in named.items() if body["preset"] in presets}
        own = others.pop(dialect, None) or _pace(body)
        call.workspace.paces.set(
            own, dialect=dialect, company=company, next_syncs=body.get("next"), others={} if dialect else others
        )
        return _document(call.workspace, dialect, company)

    @control("PUT", "/syncs/{id}/pace", "changeSyncPace", SyncSchema(), 404, 409, body=PaceSettingSchema())
    def change_sync_pace(call: Call) -> object:
        """Let one unfinished sync go on at another pace: what it has run counts, and one that is queued waits anew."""
        sync = call.workspace.syncs.get(call.path["id"])
        pace = _pace(call.body, named[sync.dialect])
        return sync_document(call.workspace, call.workspace.syncs.repace(sync.id, pace))

    return (get_pace, change_pace, change_sync_pace)


@control("GET", "/pace", "getPace", ScopedPaceSchema(), query=PaceQuerySchema())
def get_pace(call: Call) -> object:
    """Show the pace that a sync of a company, of a dialect or of the workspace would have."""
    return _document(call.workspace, call.query.get("dialect"), call.query.get("company"))


def _pace(body: Document, presets: Mapping[str, Pace] = NO_OTHERS) -> Pace:
    pace = {**PRESETS, **presets}[body["preset"]]
    mode = _mode(body, pace)
    # What waits for reads or for a release is not kept waiting by a clock too, unless that is asked for.
    waits = "wait" in body or mode is not PaceMode.AFTER
    return Pace(
        mode=mode,
        wait=Range(*body.get("wait", ())) if waits else pace.wait,
        run=Range(*body["run"]) if "run" in body else pace.run,
        polls=body.get("polls", pace.polls),
        hold=Hold(body.get("hold", pace.hold)),
    )


def _mode(body: Document, preset: Pace) -> PaceMode:
    """Return the mode that is asked for: by its name, else by what only one mode has, else the preset's."""
    if "mode" in body:
        return PaceMode(body["mode"])
    for member, mode in _MEANT.items():
        if member in body:
            return mode
    return preset.mode


_MEANT: Final = {
    "polls": PaceMode.POLLS,
    "hold": PaceMode.HOLD,
    "run": PaceMode.AFTER,
    "wait": PaceMode.AFTER,
}


def _document(workspace: Workspace, dialect: str | None, company: str | None) -> Document:
    upcoming = workspace.paces.upcoming_pace(dialect, company)
    return {
        "dialect": dialect,
        "company": company,
        "pace": to_document(workspace.paces.get(dialect, company)),
        "next": workspace.paces.upcoming(dialect, company),
        "next_pace": None if upcoming is None else to_document(upcoming),
    }
