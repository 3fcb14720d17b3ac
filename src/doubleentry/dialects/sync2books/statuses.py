"""The vendor's words for where a batch, an item and an expense are: one table for each, with both of its editions.

Source: guides "Sync transactions" and "Sync and monitoring" (profile ``docs``); ``openapi/accounting.json`` (profile
``openapi``). An item that was passed over is ``skipped`` in both (guide "Sync model"). That mixed results are
``partially_completed``, and nothing but failures ``failed``, in the later edition is inferred.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import product
from typing import Final

from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import RETRIABLE, ItemStatus, Outcome, Reason, SyncStatus

DOCS: Final = "docs"
OPENAPI: Final = "openapi"


class Failures(StrEnum):
    """How many of a batch's items failed."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


BATCH_WORDS: Final[Mapping[str, Mapping[tuple[SyncStatus, Failures], str]]] = {
    profile: {
        (status, failures): word
        for status, word in (
            (SyncStatus.QUEUED, "pending"),
            (SyncStatus.RUNNING, running),
            (SyncStatus.FINISHED, "completed"),
            (SyncStatus.ABORTED, "failed"),
            (SyncStatus.CANCELLED, "failed"),
        )
        for failures in Failures
    }
    | mixed
    for profile, running, mixed in (
        # Completed is every batch whose items have all ended, however.
        (DOCS, "processing", {}),
        (
            OPENAPI,
            "in_progress",
            {
                (SyncStatus.FINISHED, Failures.SOME): "partially_completed",
                (SyncStatus.FINISHED, Failures.ALL): "failed",
            },
        ),
    )
}
"""Profile → (status, failures) → word."""

ITEM_WORDS: Final[Mapping[str, Mapping[tuple[SyncStatus, ItemStatus], str]]] = {
    profile: {
        (status, item): under_way if (status, item) == (SyncStatus.RUNNING, ItemStatus.PENDING) else words[item]
        for status, item in product(SyncStatus, ItemStatus)
    }
    for profile, under_way, words in (
        (
            profile,
            under_way,
            {
                ItemStatus.PENDING: "pending",
                ItemStatus.PUSHED: pushed,
                ItemStatus.REJECTED: "failed",
                ItemStatus.FAILED: "failed",
                ItemStatus.SKIPPED: "skipped",
            },
        )
        for profile, under_way, pushed in ((DOCS, "processing", "success"), (OPENAPI, "syncing", "synced"))
    )
}
"""Profile → (status of the batch, status of the item) → word."""

EXPENSE_WORDS: Final = ITEM_WORDS[OPENAPI]
"""What an expense itself says has the same words in both editions: those of every record of the vendor (inferred)."""

ENTITY_TYPES: Final[Mapping[str, str]] = {DOCS: "Expense", OPENAPI: "expense"}

FILTERS: Final[Mapping[str, str]] = {
    "pending": "pending",
    "processing": "processing",
    "in_progress": "processing",
    "completed": "completed",
    "partially_completed": "partially_completed",
    "failed": "failed",
}
"""Word that a list can be asked for → what it means: each edition takes the other's words too."""

OUTCOMES: Final[Mapping[str, Outcome]] = {
    "completed": Outcome(SyncStatus.FINISHED, item_status=ItemStatus.PUSHED),
    "completed.failed": Outcome(SyncStatus.FINISHED, item_status=ItemStatus.FAILED),
    "completed.skipped": Outcome(SyncStatus.FINISHED, item_status=ItemStatus.SKIPPED),
    "failed": Outcome(SyncStatus.ABORTED, Reason.PROCESSING, ItemStatus.FAILED),
    "processing": Outcome(SyncStatus.RUNNING),
}
"""How a batch can be ordered to go: its word in the published pages, and after a dot that of its items, where that does
not follow."""


def outcome(code: str) -> Outcome:
    """Return what a code stands for.

    Raises:
        NotFound: There is no such code.
    """
    if code not in OUTCOMES:
        raise NotFound("batch outcome", code)
    return OUTCOMES[code]


def failures(items: Iterable[ItemStatus]) -> Failures:
    """Return how many of some items failed."""
    are_failed = {status in RETRIABLE for status in items}
    if True not in are_failed:
        return Failures.NONE
    return Failures.SOME if False in are_failed else Failures.ALL


def matches(wanted: str, profile: str, word: str) -> bool:
    """Whether a batch is among those that a list is asked for, by its word in a profile."""
    meant = FILTERS[wanted]
    # What the other edition calls so has no word of its own in this one.
    if profile == DOCS and meant == "partially_completed":
        return False
    return meant == FILTERS[word]
