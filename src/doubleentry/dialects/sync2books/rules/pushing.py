"""What the vendor decides about a sync."""

from doubleentry.engine.books import LedgerRefusal
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import Abort, Outcome, Skip
from doubleentry.engine.syncs import Sync, SyncItem
from doubleentry.engine.workspaces import Workspace


class Sync2BooksRules:
    """Has nothing to push yet."""

    def prepare(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Abort | None:
        """Let the sync run."""
        del workspace, sync, items
        return None

    def judge(self, workspace: Workspace, sync: Sync, item: SyncItem) -> Skip:
        """Return that there is nothing to push."""
        del workspace, sync, item
        return Skip()

    def refused(self, workspace: Workspace, item: SyncItem, cause: LedgerRefusal | Outcome) -> str:
        """Word a refusal."""
        del workspace, item
        return str(cause)

    def conclude(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Document:
        """Return nothing more."""
        del workspace, sync, items
        return {}

    def outcome(self, code: str) -> Outcome:
        """Return the outcome that a code stands for.

        Raises:
            NotFound: Always: there are no codes.
        """
        raise NotFound("code", code)
