"""How much a key may call: counted in windows on the workspace's clock."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from doubleentry.engine.workspaces import Workspace

COLLECTION = "limits"


class Limits(Protocol):
    """What a surface allows a key."""

    def count(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Count a call of a key that is known, and return the headers that its answer has.

        Raises:
            TooManyRequests: It is one too many.
        """

    def standing(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Return the headers of an answer to a call that was refused before it was counted, such as one to nowhere."""


class Window(Struct, frozen=True):
    """Where a key stands.

    Attributes:
        remaining: How many more calls it may make before `ends`.
        ends: When it starts anew.
        exceeded: Whether this call was one too many; it is not counted then.
    """

    remaining: int
    ends: datetime
    exceeded: bool

    def seconds_left(self, now: datetime) -> int:
        """Return how long a caller has to wait for the next window, in whole seconds."""
        return math.ceil((self.ends - now).total_seconds())


def standing_in_window(workspace: Workspace, concern: str, most: int, length: timedelta) -> Window:
    """Return where a window stands, and count nothing; the arguments are those of `count_in_window`."""
    now = workspace.clock.now()
    document = workspace.store.get(COLLECTION, concern)
    if document is None or now >= datetime.fromisoformat(document["ends"]):
        return Window(most, now + length, exceeded=False)
    return Window(most - document["used"], datetime.fromisoformat(document["ends"]), exceeded=False)


def count_in_window(workspace: Workspace, concern: str, most: int, length: timedelta) -> Window:
    """Count one call in a fixed window, which begins with its first call.

    Args:
        workspace: Where it is counted.
        concern: What is counted, such as the calls of one key.
        most: How many calls a window has.
        length: How long it lasts.
    """
    with workspace.transaction():
        now = workspace.clock.now()
        document = workspace.store.get(COLLECTION, concern)
        if document is None or now >= datetime.fromisoformat(document["ends"]):
            document = {"concern": concern, "used": 0, "ends": (now + length).isoformat()}
            _forget_ended(workspace, concern, now)
        ends = datetime.fromisoformat(document["ends"])
        if document["used"] >= most:
            return Window(0, ends, exceeded=True)
        used = document["used"] + 1
        workspace.store.put(COLLECTION, concern, {**document, "used": used})
        return Window(most - used, ends, exceeded=False)


def _forget_ended(workspace: Workspace, concern: str, now: datetime) -> None:
    """Drop the window of a concern that begins anew, and of the oldest two those that ended: so they never pile up."""
    workspace.store.remove(COLLECTION, concern)
    for old in workspace.store.find(COLLECTION, limit=2):
        if now >= datetime.fromisoformat(old["ends"]):
            workspace.store.remove(COLLECTION, old["concern"])
