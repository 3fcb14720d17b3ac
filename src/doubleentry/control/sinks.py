"""Sinks: receivers of webhooks that are built in. They keep what they are sent, and answer as they are told.

A sink is there as soon as it is named. It belongs to its workspace, like everything else.
"""

from collections.abc import Mapping
from typing import Any, Final

from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace

MOST_REQUESTS: Final = 200
"""Of each sink; the oldest go first."""
MOST_SINKS: Final = 100
"""Of each workspace; whoever can reach the server can name another, and the oldest goes."""
KEPT_CHARACTERS: Final = 64 * 1024

_SINKS: Final = "sinks"
_REQUESTS: Final = "sink requests"
FINE: Final[Mapping[str, Any]] = {"status": 200, "headers": {}, "body": ""}


def names(workspace: Workspace) -> list[str]:
    """Return the sinks that were programmed or sent to, oldest first."""
    return [document["name"] for document in workspace.store.find(_SINKS)]


def state(workspace: Workspace, name: str) -> Document:
    """Return how a sink stands: how many requests it has had, and what it will answer to the next ones."""
    return workspace.store.get(_SINKS, name) or {"name": name, "received": 0, "program": []}


def requests(workspace: Workspace, name: str) -> list[Document]:
    """Return what a sink was sent, oldest first."""
    return workspace.store.find(_REQUESTS, {"sink": name})


def shown(workspace: Workspace, name: str) -> list[Document]:
    """Return what a sink was sent, oldest first, without the name of the sink."""
    return [
        {member: value for member, value in request.items() if member != "sink"}
        for request in requests(workspace, name)
    ]


def program(workspace: Workspace, name: str, answers: list[Document]) -> None:
    """Say what a sink answers to its next requests, one each; after them it answers 200 again."""
    workspace.store.put(_SINKS, name, {**state(workspace, name), "program": answers})


def clear(workspace: Workspace, name: str) -> None:
    """Forget what a sink was sent, and what it was to answer."""
    for request in requests(workspace, name):
        workspace.store.remove(_REQUESTS, _key(name, request["number"]))
    workspace.store.remove(_SINKS, name)


def take(workspace: Workspace, name: str, request: Mapping[str, Any]) -> Document:
    """Keep a request, and return what is answered to it.

    Args:
        workspace: Where.
        name: The sink.
        request: Its ``method``, ``query``, ``headers`` and ``body``; of a long body the start is kept.
    """
    known = names(workspace)
    if name not in known and len(known) >= MOST_SINKS:
        clear(workspace, known[0])
    sink = state(workspace, name)
    answer, rest = {**FINE}, []
    if sink["program"]:
        first, *rest = sink["program"]
        answer |= first
    number = sink["received"] + 1
    workspace.store.put(_SINKS, name, {**sink, "received": number, "program": rest})
    kept = {
        "sink": name,
        "number": number,
        "at": workspace.clock.now().isoformat(),
        **request,
        "body": request["body"][:KEPT_CHARACTERS],
        "answer": answer,
    }
    workspace.store.insert(_REQUESTS, _key(name, number), kept)
    workspace.store.remove(_REQUESTS, _key(name, number - MOST_REQUESTS))
    return answer


def _key(name: str, number: int) -> str:
    return f"{name}/{number}"
