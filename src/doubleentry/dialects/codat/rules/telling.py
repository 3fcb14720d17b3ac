"""What happens to companies and connections, told to the consumers that listen.

Source: guide ``event-types.md``; Platform API (current), webhooks. When each happens is told there in a sentence each.
"""

from typing import Final

from doubleentry.dialects.codat import messages
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace

DIALECT: Final = "codat"


def tell_of_company(workspace: Workspace, name: str, shown: Document) -> None:
    """Let an event happen whose payload is a company, without its connections."""
    payload = {member: value for member, value in shown.items() if member != "dataConnections"}
    workspace.webhooks.emit(name, DIALECT, shown["id"], shown["id"], {"payload": payload})


def tell_of_connection(
    workspace: Workspace, name: str, company: Document, shown: Document, was: str | None = None
) -> None:
    """Let an event happen whose payload is a connection, and the company that it is of.

    Args:
        workspace: Where.
        name: The event's type.
        company: As stored.
        shown: The connection's wire shape.
        was: The status that it had before, where that has changed: what rules are about.
    """
    payload = {"referenceCompany": messages.reference(company), "connection": shown}
    workspace.webhooks.emit(name, DIALECT, company["id"], shown["id"], {"payload": payload, "was": was})
