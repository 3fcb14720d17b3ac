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
    # The one way back: what failed is tried again, in place.
    SyncStatus.FINISHED: frozenset({SyncStatus.QUEUED}),
    SyncStatus.ABORTED: frozenset({SyncStatus.QUEUED}),
    SyncStatus.CANCELLED: frozenset(),
}
ENDS: frozenset[SyncStatus] = frozenset({SyncStatus.FINISHED, SyncStatus.ABORTED, SyncStatus.CANCELLED})
"""Where nothing more happens to a sync by itself."""

RETRIABLE: frozenset[ItemStatus] = frozenset({ItemStatus.REJECTED, ItemStatus.FAILED})
"""What can be tried again."""


class Outcome(Struct, frozen=True):
    """How a sync is ordered to go, instead of by what the world would make of it.

    Attributes:
        status: ``finished``, ``aborted``, or ``running`` for one that stays as it is.
        reason: Why, when aborted.
        item_status: What becomes of every item that was not pushed before. Unless said, those of a finished sync fail,
            and those of any other are skipped.
        overdue: With ``running``: it is to look as if it had run for very long.
        message: What the vendor's messages are to say; None for the dialect's own words.
    """

    status: SyncStatus
    reason: Reason | None = None
    item_status: ItemStatus | None = None
    overdue: bool = False
    message: str | None = None


class Abort(Struct, frozen=True):
    """A sync is turned down as a whole.

    Attributes:
        reason: Why.
        message: What its end was about.
        item_status: What becomes of its items.
    """

    reason: Reason
    message: str | None = None
    item_status: ItemStatus = ItemStatus.SKIPPED


class Rejection(Struct, frozen=True):
    """An item is refused before the ledger sees it."""

    message: str


class Taken(Struct, frozen=True):
    """An item goes into the vendor's own records, and into no ledger."""


class Skip(Struct, frozen=True):
    """An item has nothing to push."""

    message: str | None = None
