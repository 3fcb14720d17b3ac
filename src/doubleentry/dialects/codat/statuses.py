"""Codat's words and codes for where a sync and its transactions are: the tables both ways.

Source: guide "The sync process explained" (2023), "Sync status codes"; schema CompanySyncStatus; the strings
that no document shows are inferred.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import ItemStatus, Outcome, Reason, SyncStatus
from doubleentry.engine.syncs import Sync, SyncItem

LONG_RUNNING_AFTER: Final = timedelta(minutes=10)

UNFINISHED: Final = frozenset({1000, 1010})
SUCCESSES: Final = frozenset({2000, 2040})
PUSH_ERROR: Final = 5130

BY_REASON: Final[Mapping[Reason, int]] = {
    Reason.COMPANY_GONE: 4040,
    Reason.DEAUTHORISED: 4220,
    Reason.BILLING: 4260,
    Reason.CONFIGURATION: 4000,
    Reason.DUPLICATE: 5080,
    Reason.PROCESSING: 5120,
    Reason.INTERNAL: 5000,
}

WORDS: Final[Mapping[int, str]] = {
    1000: "Started",
    1010: "Started",
    2000: "Complete",
    2040: "Complete",
    4000: "Failed",
    4040: "Failed",
    4220: "Failed",
    4260: "Failed",
    5000: "Failed",
    5080: "Failed",
    5120: "Failed",
    5130: "PushError",
}
NOT_STARTED: Final = "NotStarted"
ENDED: Final = WORDS.keys() - UNFINISHED
"""The codes of a sync that has ended."""

OUTCOMES: Final[Mapping[int, Outcome]] = {
    1000: Outcome(SyncStatus.RUNNING),
    1010: Outcome(SyncStatus.RUNNING, overdue=True),
    2000: Outcome(SyncStatus.FINISHED, item_status=ItemStatus.PUSHED),
    2040: Outcome(SyncStatus.FINISHED, item_status=ItemStatus.SKIPPED),
    5120: Outcome(SyncStatus.FINISHED, item_status=ItemStatus.REJECTED),
    5130: Outcome(SyncStatus.FINISHED, item_status=ItemStatus.FAILED),
    **{
        code: Outcome(SyncStatus.ABORTED, reason=reason)
        for reason, code in BY_REASON.items()
        if reason is not Reason.PROCESSING
    },
}
"""What each of the twelve codes stands for in the engine, for ordering it."""

ITEM_WORDS: Final[Mapping[ItemStatus, str]] = {
    ItemStatus.PENDING: "Pending",
    ItemStatus.PUSHED: "Completed",
    ItemStatus.REJECTED: "ValidationError",
    ItemStatus.FAILED: "PushError",
    ItemStatus.SKIPPED: "Unknown",  # inferred: Codat has no word for a transaction that was never pushed
}
ITEM_STATUSES: Final[Mapping[str, ItemStatus]] = {word: status for status, word in ITEM_WORDS.items()}

FIRST_REFUSED: Final[Mapping[int, ItemStatus]] = {5120: ItemStatus.REJECTED, PUSH_ERROR: ItemStatus.FAILED}
"""Code → the status of the items that gave it."""

FAILURE_STAGES: Final[Mapping[int, str]] = {5080: "Validating", 5120: "Validating", 5130: "Pushing"}
"""Code → stage in the webhook. Only ``Pushing`` is seen in a document; the rest is inferred."""
FIRST_STAGE: Final = "Fetching"


def outcome(code: str) -> Outcome:
    """Return what a code stands for.

    Raises:
        NotFound: Codat has no such code.
    """
    if not code.isdecimal() or int(code) not in OUTCOMES:
        raise NotFound("sync status code", code)
    return OUTCOMES[int(code)]


def ended_code(sync: Sync, items: list[SyncItem]) -> int:
    """Return the code of a sync that has ended; the first stage that refused something gives it."""
    if sync.reason is not None:
        return BY_REASON[sync.reason]
    found = {item.status for item in items}
    for code, status in FIRST_REFUSED.items():
        if status in found:
            return code
    return 2000 if ItemStatus.PUSHED in found else 2040


def unfinished(sync: Sync, now: datetime) -> tuple[int, str]:
    """Return code and word of a sync that has not ended."""
    if sync.started_at is None:
        return 1000, NOT_STARTED
    is_long = sync.overdue or now - sync.started_at >= LONG_RUNNING_AFTER
    code = 1010 if is_long else 1000
    return code, WORDS[code]
