"""Changes of synced rows, told on channels of our own where the quirk ``built.sync-webhooks`` asks for it."""

from doubleentry.dialects.built.businesses import DIALECT
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace


def tell(workspace: Workspace, business: int, event: str, row: Document) -> None:
    """Let an event happen whose data is a row, as it is shown to the caller."""
    if workspace.setting("built.sync-webhooks") == "on":
        workspace.webhooks.emit(event, DIALECT, str(business), str(row["id"]), row)
