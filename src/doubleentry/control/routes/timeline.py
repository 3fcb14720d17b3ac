"""The timeline: what syncs caused, in causal order."""

from collections.abc import Mapping
from typing import Any

from doubleentry.control.declaring import control
from doubleentry.control.schemas.timeline import TimelineQuerySchema, TimelineSchema
from doubleentry.engine.documents import Document
from doubleentry.engine.timeline import Timeline
from doubleentry.web.context import Call


@control("GET", "/timeline", "getTimeline", TimelineSchema(), query=TimelineQuerySchema())
def get_timeline(call: Call) -> object:
    """Show what happened, oldest first."""
    timeline = call.workspace.timeline
    return {"entries": entries_wanted(timeline, call.query), "last": timeline.last, "dropped": timeline.dropped}


def entries_wanted(timeline: Timeline, query: Mapping[str, Any]) -> list[Document]:
    """Return the entries that a query asks for, oldest first."""
    after = query.get("after", 0)
    where = {name: query[name] for name in ("kind", "subject") if name in query}
    if "sync" not in query:
        return timeline.entries(after=after, where=where)
    return [
        entry
        for entry in timeline.story(query["sync"])
        if entry["seq"] > after and all(entry[name] == value for name, value in where.items())
    ]
