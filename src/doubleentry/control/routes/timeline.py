"""The timeline: what syncs caused, in causal order."""

from doubleentry.control.declaring import control
from doubleentry.control.schemas.timeline import TimelineQuerySchema, TimelineSchema
from doubleentry.web.context import Call


@control("GET", "/timeline", "getTimeline", TimelineSchema(), query=TimelineQuerySchema())
def get_timeline(call: Call) -> object:
    """Show what happened, oldest first."""
    timeline = call.workspace.timeline
    where = {name: call.query[name] for name in ("kind", "subject") if name in call.query}
    entries = timeline.entries(after=call.query["after"], where=where)
    return {"entries": entries, "last": timeline.last, "dropped": timeline.dropped}
