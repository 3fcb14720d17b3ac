"""How the control API lets the vendor's events happen, and sends examples of them."""

from collections.abc import Sequence
from typing import Final

from doubleentry.dialects.sync2books import statuses
from doubleentry.dialects.sync2books.rules import connections, triggering
from doubleentry.dialects.sync2books.webhooks import CONNECTION, SUCCESSFUL
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.statuses import ItemStatus, SyncStatus
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace

_ABOUT: Final[Document] = {
    "companyId": "c1000000-0000-4000-8000-0000000000e1",
    "connectionId": "a1000000-0000-4000-8000-0000000000e1",
}
_MORE: Final[dict[str, Document]] = {
    "connection.disconnected": {"reason": connections.BY_CUSTOMER},
    "connection.failed": {"errorMessage": connections.EXPIRED},
}


class Console:
    """What happens here happens truly; an example is of the same shape, about nothing that is there."""

    events: Sequence[str] = triggering.EVENTS
    examples: Sequence[str] = triggering.EVENTS

    def trigger(self, workspace: Workspace, name: str, company: str | None, record: Document) -> Event:
        """Bring an event about by what the API does, so that whatever it names can be read back.

        Raises:
            NotFound: There is no such company.
            InvalidInput: A record was given, or it cannot happen to the company.
        """
        if record:
            told = "This event tells of what really happened, and takes no record."
            raise InvalidInput([Problem(("record",), told)])
        return triggering.trigger(workspace, name, company)

    def example(self, workspace: Workspace, name: str, endpoint: Endpoint) -> Delivery:
        """Send an example, in the words of the workspace's profile."""
        payload = _of_connection(name) if name.startswith(CONNECTION) else _of_batch(workspace, good=name == SUCCESSFUL)
        subject = payload["connectionId" if name.startswith(CONNECTION) else "syncBatchId"]
        return workspace.webhooks.example(endpoint.id, name, payload["companyId"], subject, payload)


def _of_connection(name: str) -> Document:
    return {"integrationKey": "quickbooks", **_ABOUT, **_MORE.get(name, {})}


def _of_batch(workspace: Workspace, *, good: bool) -> Document:
    profile = workspace.setting("sync2books.profile")
    status = ItemStatus.PUSHED if good else ItemStatus.FAILED
    return {
        **_ABOUT,
        "integrationKey": connections.key_told(workspace, "quickbooks"),
        "syncBatchId": "b1000000-0000-4000-8000-0000000000e1",
        "status": statuses.BATCH_WORDS[profile][SyncStatus.FINISHED, statuses.failures([status])],
        "totalItems": 1,
        "successfulItems": int(good),
        "failedItems": int(not good),
        "items": [
            {
                "entityId": "exp-001",
                "entityType": statuses.ENTITY_TYPES[profile],
                "status": statuses.ITEM_WORDS[profile][SyncStatus.FINISHED, status],
                "syncErrorMessage": None if good else "Invalid account ID: account-xyz does not exist",
            }
        ],
    }


CONSOLE: Final = Console()
