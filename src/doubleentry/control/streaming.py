"""The timeline as it grows, in the words of server-sent events."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any, Final

from doubleentry.engine.clock import monotonic
from doubleentry.engine.documents import Document, encode
from doubleentry.engine.timeline import Timeline
from doubleentry.engine.workspaces import Workspace

Query = Mapping[str, Any]

_SIGN_OF_LIFE_SECONDS: Final = 10.0
"""Whoever is between us and the reader may end what is silent for long."""


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


def events(workspace: Workspace, query: Query, seconds: int, stopping: threading.Event) -> Iterator[bytes]:
    """Return the entries that a query asks for, each as one event, those that come within the time included.

    Nothing more is waited for once ``stopping`` is set.

    An event's id is the entry's ``seq``. ``dropped`` says that some are gone that should have come, ``reset`` that the
    workspace begins anew, and so do the numbers.
    """
    deadline, after = monotonic() + seconds, query["after"]
    generation = workspace.generation
    yield b"retry: 1000\n\n"
    while True:
        with workspace.changed:
            left, is_silent = deadline - monotonic(), False
            if (
                workspace.generation == generation
                and workspace.timeline.last <= after
                and left > 0
                and not stopping.is_set()
            ):
                is_silent = not workspace.changed.wait(min(left, _SIGN_OF_LIFE_SECONDS))
            is_reset, generation = workspace.generation != generation, workspace.generation
            after = 0 if is_reset else after
            missed = workspace.timeline.dropped - after
            entries = entries_wanted(workspace.timeline, {**query, "after": after})
            after = max(after, workspace.timeline.last)
        if is_reset:
            yield _event("reset", {})
        if missed > 0:
            yield _event("dropped", {"count": missed})
        for entry in entries:
            yield _event(entry["kind"], entry, entry["seq"])
        if left <= 0 or stopping.is_set():
            return
        if is_silent:
            yield b": nothing new\n\n"


def _event(name: str, data: Document, id: int | None = None) -> bytes:
    first = b"" if id is None else b"id: %d\n" % id
    return first + b"event: " + name.encode() + b"\ndata: " + encode(data) + b"\n\n"
