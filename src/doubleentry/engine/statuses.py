"""Where a sync and its items can be, the one table of legal moves, and what can be decided about them."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class SyncStatus(StrEnum):
    """Where a sync is."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    ABORTED = "aborted"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a sync was turned down as a whole."""

    CONFIGURATION = "configuration"
    COMPANY_GONE = "company gone"
    DEAUTHORISED = "de-authorised"
    BILLING = "billing"
    DUPLICATE = "duplicate"
    PROCESSING = "processing"
    INTERNAL = "internal"


class ItemStatus(StrEnum):
    """Where one item of a sync is."""

    PENDING = "pending"
    PUSHED = "pushed"
    REJECTED = "rejected"
    FAILED = "failed"
    SKIPPED = "skipped"


MOVES: Mapping[SyncStatus, frozenset[SyncStatus]] = {
    SyncStatus.QUEUED: frozenset({SyncStatus.RUNNING, SyncStatus.CANCELLED}),
    SyncStatus.RUNNING: frozenset({SyncStatus.FINISHED, SyncStatus.ABORTED, SyncStatus.CANCELLED}),
    SyncStatus.FINISHED: frozenset(),
    SyncStatus.ABORTED: frozenset(),
    SyncStatus.CANCELLED: frozenset(),
}


class Outcome(Struct, frozen=True):
    """How a sync is ordered to go, instead of by what the world would make of it.

    Attributes:
        status: ``finished``, ``aborted``, or ``running`` for one that stays as it is.
        reason: Why, when aborted.
        item_status: What becomes of every item, when finished.
        overdue: With ``running``: it is to look as if it had run for very long.
        message: What the vendor's messages are to say; None for the dialect's own words.
    """

    status: SyncStatus
    reason: Reason | None = None
    item_status: ItemStatus | None = None
    overdue: bool = False
    message: str | None = None


class Abort(Struct, frozen=True):
    """A sync is turned down as a whole."""

    reason: Reason
    message: str | None = None


class Rejection(Struct, frozen=True):
    """An item is refused before the ledger sees it."""

    message: str


class Taken(Struct, frozen=True):
    """An item goes into the vendor's own records, and into no ledger."""


class Skip(Struct, frozen=True):
    """An item has nothing to push."""

    message: str | None = None
