"""How an import may be ordered to go. The vendor tells nothing of a running import, so that the words are ours."""

from collections.abc import Mapping
from typing import Final

from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import ItemStatus, Outcome, Reason, SyncStatus

OUTCOMES: Final[Mapping[str, Outcome]] = {
    "imported": Outcome(SyncStatus.FINISHED, item_status=ItemStatus.PUSHED),
    "failed": Outcome(SyncStatus.ABORTED, reason=Reason.PROCESSING, message="The import failed."),
    "importing": Outcome(SyncStatus.RUNNING),
}


def outcome(code: str) -> Outcome:
    """Return what a word stands for.

    Raises:
        NotFound: There is no such word.
    """
    if code not in OUTCOMES:
        raise NotFound("import outcome", code)
    return OUTCOMES[code]
