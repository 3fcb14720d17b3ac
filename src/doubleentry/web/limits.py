"""How much a key may call: counted in windows on the workspace's clock."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from doubleentry.engine.documents import from_document
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


class Used(Struct, frozen=True):
    """A window as it is stored.

    Attributes:
        concern: What is counted, such as the calls of one key.
        used: How many calls were.
        ends: When it starts anew.
    """

    concern: str
    used: int
    ends: datetime


Ends = Callable[[datetime], datetime]
"""When a window ends whose first call is made now."""


def standing_in_window(workspace: Workspace, concern: str, most: int, ends: Ends) -> Window:
    """Return where a window stands, and count nothing; the arguments are those of `count_in_window`."""
    now = workspace.clock.now()
    kept = _kept(workspace, concern)
    if kept is None or now >= kept.ends:
        return Window(most, ends(now), exceeded=False)
    return Window(most - kept.used, kept.ends, exceeded=False)


def count_in_window(workspace: Workspace, concern: str, most: int, ends: Ends) -> Window:
    """Count one call in a fixed window, which begins with its first call.

    Args:
        workspace: Where it is counted.
        concern: What is counted, such as the calls of one key.
        most: How many calls a window has.
        ends: How long it lasts.
    """
    with workspace.transaction():
        now = workspace.clock.now()
        kept = _kept(workspace, concern)
        if kept is None or now >= kept.ends:
            kept = Used(concern, 0, ends(now))
            _forget_ended(workspace, concern, now)
        if kept.used >= most:
            return Window(0, kept.ends, exceeded=True)
        used = kept.used + 1
        workspace.store.put(COLLECTION, concern, Used(concern, used, kept.ends))
        return Window(most - used, kept.ends, exceeded=False)


def _kept(workspace: Workspace, concern: str) -> Used | None:
    document = workspace.store.get(COLLECTION, concern)
    return None if document is None else from_document(document, Used)


def _forget_ended(workspace: Workspace, concern: str, now: datetime) -> None:
    """Drop the window of a concern that begins anew, and of the oldest two those that ended: so they never pile up."""
    workspace.store.remove(COLLECTION, concern)
    for old in workspace.store.find(COLLECTION, limit=2):
        if now >= datetime.fromisoformat(old["ends"]):
            workspace.store.remove(COLLECTION, old["concern"])
