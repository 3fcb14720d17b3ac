"""What the engine refuses, as facts: no status code and no prose for a vendor.

EngineError
├── NotFound            a thing that is not in this workspace
├── AlreadyExists       a thing of that id is there already
├── InvalidInput        what was sent does not fit; every problem at once
├── IllegalMove         a sync cannot go from its status to that one
├── NotHeld             nothing waits to be released
├── NotFired            a fault has not fired as often as it should have
├── Backwards           the clock would have to go back
├── Busy                the workspace is advancing already
├── Unsettled           an advance gave up waiting; says for what
├── Full                no room for another workspace
├── ClosedToNew         workspaces are not opened by being named
└── Unsupported         only the emulator cannot do this; names the gap and its source
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct


class EngineError(Exception):
    """Any refusal of the engine."""


class NotFound(EngineError):
    """A thing is not in this workspace.

    Attributes:
        kind: The word for the thing, such as ``sync``.
        id: The id that was asked for.
    """

    def __init__(self, kind: str, id: str, hint: str = "") -> None:
        """Take what is missing.

        Args:
            kind: The word for the thing.
            id: The id that was asked for.
            hint: What to do next, as a sentence.
        """
        super().__init__(f"There is no {kind} {id!r} here. {hint}".rstrip())
        self.kind = kind
        self.id = id


class AlreadyExists(EngineError):
    """A thing of that id is there already."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is a {kind} with the id {id!r} already.")
        self.kind = kind
        self.id = id


class Problem(Struct, frozen=True):
    """One thing wrong with what was sent.

    Attributes:
        path: Where: member names and zero-based positions from the root; empty means the whole.
        message: What was expected, and what came.
    """

    path: tuple[str | int, ...]
    message: str


class InvalidInput(EngineError):
    """What was sent does not fit.

    Attributes:
        problems: All of them, in the order of the fields.
        location: ``body``, ``query`` or ``path``.
    """

    def __init__(self, problems: Sequence[Problem], location: str = "body") -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, p.path)) or location}: {p.message}" for p in problems))
        self.problems = tuple(problems)
        self.location = location


class IllegalMove(EngineError):
    """A sync cannot go from its status to the one asked for."""

    def __init__(self, sync: str, status: str, wanted: str) -> None:
        super().__init__(f"Sync {sync} is {status}: it cannot become {wanted}.")
        self.sync = sync
        self.status = status
        self.wanted = wanted


class NotHeld(EngineError):
    """Nothing waits to be released."""

    def __init__(self, sync: str) -> None:
        super().__init__(f"Sync {sync} is not held, so there is nothing to release.")
        self.sync = sync


class NotFired(EngineError):
    """A fault has not fired as often as it should have."""

    def __init__(self, fault: str, message: str) -> None:
        super().__init__(message)
        self.fault = fault


class Backwards(EngineError):
    """The clock only goes forward; a reset can start it anywhere."""

    def __init__(self, now: datetime, wanted: datetime) -> None:
        super().__init__(f"The clock stands at {now.isoformat()} and cannot go back to {wanted.isoformat()}.")
        self.now = now
        self.wanted = wanted


class Busy(EngineError):
    """The workspace is advancing already, and one advance at a time is all that can be told in order."""

    def __init__(self, workspace: str) -> None:
        super().__init__(f"Workspace {workspace!r} is advancing already: wait for that call to return.")


class Unsettled(EngineError):
    """An advance gave up after its wall time-out."""

    def __init__(self, waited_for: str) -> None:
        super().__init__(f"The world did not settle in time; still waiting for {waited_for}.")


class Full(EngineError):
    """No room for another workspace, and none is idle."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"All {limit} workspaces are in use: delete one, or wait until one is idle.")


class ClosedToNew(EngineError):
    """Workspaces are not opened by being named here; the control API opens them."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Workspace {name!r} is not open, and this request may not open it: a call of the control API there does."
        )
        self.name = name


class Unsupported(EngineError):
    """Only the emulator cannot do this.

    Attributes:
        gap: What is missing, in one phrase.
        source: The document that describes the real thing.
    """

    def __init__(self, gap: str, source: str) -> None:
        super().__init__(f"Not emulated: {gap} (described in {source}).")
        self.gap = gap
        self.source = source
