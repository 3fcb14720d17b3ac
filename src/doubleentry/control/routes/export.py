"""Export: what happened, as lines for programs or as a picture for people."""

from typing import Final

from doubleentry.control.declaring import control
from doubleentry.control.diagrams import diagram
from doubleentry.control.history import in_order, moments
from doubleentry.control.schemas.export import JSON_LINES, MERMAID, ExportQuerySchema
from doubleentry.control.stories import exchanges_of
from doubleentry.engine.documents import encode
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.journal import Exchange

_TEXT: Final = {"type": "string"}


@control("GET", "/export", "export", _TEXT, 404, query=ExportQuerySchema(), content_type=JSON_LINES, also=(MERMAID,))
def export(call: Call) -> object:
    """Tell what happened, or what one sync was about: exchanges and entries of the timeline in one order."""
    workspace, sync_id = call.workspace, call.query.get("sync")
    exchanges, entries = call.journal.search(), workspace.timeline.entries()
    if sync_id is not None:
        sync = workspace.syncs.get(sync_id)
        entries = workspace.timeline.story(sync_id)
        exchanges = exchanges_of(sync, workspace.syncs.items(sync_id), entries, exchanges)
    if call.query["format"] == "mermaid":
        return Answer(200, diagram(moments(exchanges, entries)), content_type=MERMAID)
    lines = [
        {"exchange": thing.document()} if isinstance(thing, Exchange) else {"entry": thing}
        for thing in in_order(exchanges, entries)
    ]
    dropped = {"exchanges": call.journal.dropped, "entries": workspace.timeline.dropped}
    told = [{"dropped": dropped, "now": workspace.clock.now().isoformat(), "sync": sync_id}, *lines]
    return Answer(200, b"".join(encode(line) + b"\n" for line in told), content_type=JSON_LINES)
