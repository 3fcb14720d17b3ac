"""Real, frozen and scaled time: the only module that asks what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from doubleentry.engine.documents import from_document
from doubleentry.engine.errors import Backwards
from doubleentry.engine.ports import Store


def wall_now() -> datetime:
    """Return the machine's own time, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds from a fixed but unknown start, for measuring how long a peer outside takes."""
    return time.monotonic()


class ClockMode(StrEnum):
    """How a workspace's time moves."""

    REAL = "real"
    FROZEN = "frozen"
    SCALED = "scaled"


class ClockState(Struct, frozen=True):
    """What is stored of a clock: at the wall's instant `wall` it showed `virtual`.

    Attributes:
        mode: How it moves from there.
        virtual: The workspace's instant.
        wall: The machine's instant at that moment; the same as `virtual` when frozen.
        scale: Workspace seconds in one second of the machine.
    """

    mode: ClockMode
    virtual: datetime
    wall: datetime
    scale: Decimal = Decimal(1)


class Clock:
    """The time of one workspace. All emulated durations are on it."""

    def __init__(
        self, store: Store, wall: Callable[[], datetime] = wall_now, wake: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self._wake = wake
        self._wall = wall
        self.forget()

    def forget(self) -> None:
        """Read the stored state anew: it is not what it was."""
        document = self._store.get("clock", "clock")
        self._known = None if document is None else from_document(document, ClockState)

    @property
    def state(self) -> ClockState:
        """The stored state; a workspace that never set its clock follows the wall."""
        if self._known is None:
            wall = self._wall()
            return ClockState(ClockMode.REAL, wall, wall)
        return self._known

    def now(self) -> datetime:
        """Return the workspace's instant, aware, in UTC."""
        return self._at(self.state)

    def freeze(self, at: datetime | None = None) -> None:
        """Stop the clock, now or at a later instant.

        Raises:
            Backwards: `at` is in the past of this clock.
        """
        now = self.now()
        if at is not None and at < now:
            raise Backwards(now, at)
        self.start(ClockState(ClockMode.FROZEN, at or now, at or now))

    def resume(self, scale: Decimal = Decimal(1)) -> None:
        """Let the clock run on from where it stands, `scale` seconds a second."""
        mode = ClockMode.REAL if scale == 1 else ClockMode.SCALED
        self.start(ClockState(mode, self.now(), self._wall(), scale))

    def move_to(self, instant: datetime) -> None:
        """Jump forward to an instant and go on in the same mode; an instant in the past changes nothing."""
        state = self.state
        if instant > self._at(state):
            wall = instant if state.mode is ClockMode.FROZEN else self._wall()
            self.start(replace(state, virtual=instant, wall=wall))

    def start(self, state: ClockState) -> None:
        """Put the clock into a state, wherever it stood: for opening and resetting a workspace."""
        self._store.put("clock", "clock", state)
        self.forget()
        self._wake()

    def wall_seconds_until(self, instant: datetime) -> float | None:
        """Return how long the machine must wait until that instant: 0 when it has passed, None when time stands."""
        state = self.state
        gap = instant - self._at(state)
        if gap <= timedelta(0):
            return 0.0
        if state.mode is ClockMode.FROZEN:
            return None
        return gap.total_seconds() / float(state.scale)

    def _at(self, state: ClockState) -> datetime:
        if state.mode is ClockMode.FROZEN:
            return state.virtual
        # The machine's clock can be set back; a workspace's only goes forward.
        elapsed = max(timedelta(0), self._wall() - state.wall)
        return state.virtual + elapsed * float(state.scale)
