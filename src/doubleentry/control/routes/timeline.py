"""The timeline: what syncs caused, in causal order."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from doubleentry.control.declaring import control
from doubleentry.control.schemas.timeline import TimelineQuerySchema, TimelineSchema, TimelineStreamQuerySchema
from doubleentry.control.streaming import entries_wanted, events
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.waiting import waiting

EVENTS: Final = "text/event-stream"
EVENT: Final = {
    "type": "object",
    "description": "One event of the stream; its data is an entry of the timeline, as JSON.",
    "properties": {"id": {"type": "string"}, "event": {"type": "string"}, "data": {"type": "string"}},
}
LAST_ID: Final = re.compile(r"[0-9]{1,15}")


@control("GET", "/timeline", "getTimeline", TimelineSchema(), query=TimelineQuerySchema())
def get_timeline(call: Call) -> object:
    """Show what happened, oldest first."""
    timeline = call.workspace.timeline
    return {"entries": entries_wanted(timeline, call.query), "last": timeline.last, "dropped": timeline.dropped}


@control(
    "GET",
    "/timeline/stream",
    "streamTimeline",
    EVENT,
    query=TimelineStreamQuerySchema(),
    content_type=EVENTS,
    unlocked=True,
)
def stream_timeline(call: Call) -> object:
    """Send entries as they come, as server-sent events, for a while; `Last-Event-ID` says where to go on."""
    last = call.request.headers.get("Last-Event-ID", "")
    after = int(last) if LAST_ID.fullmatch(last) else call.query["after"]
    lines = _held(
        call, events(call.workspace, {**call.query, "after": after}, call.query["seconds"], call.host.stopping)
    )
    # As far as that too many wait already: then there is no stream.
    begin = next(lines)
    return Answer(200, chain([begin], lines), {"Cache-Control": "no-store"}, EVENTS)


def _held(call: Call, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Be a request that waits, from the first line to the last."""
    with waiting(call.request.environ):
        yield from lines
