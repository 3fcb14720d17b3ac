"""The way to a connection: a URL with a state that is good for one answer.

Source: guides "Link integration" and "QuickBooks Online setup" (names in the query: documented; the rest is inferred).
"""

from typing import Final
from urllib.parse import urlencode

from doubleentry.dialects.sync2books import applications
from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace

STATES: Final = "sync2books oauth states"
AUTHORIZE: Final = "/emulator/oauth/authorize"
CALLBACK: Final = "/quickbooks/callback"
DEFAULT_PLATFORM: Final = "quickbooks"


def authorize_url(workspace: Workspace, company: Document, base_url: str, platform: str = DEFAULT_PLATFORM) -> str:
    """Return where the customer consents, with a state that is good for one answer.

    Args:
        workspace: Where the state is kept.
        company: Whose consent it is.
        base_url: Where this API is served: the page is ours.
        platform: The integration's key.
    """
    state = workspace.chance.hex("sync2books oauth state", company["id"])
    workspace.store.insert(STATES, state, {"companyId": company["id"], "integrationKey": platform})
    application = applications.get(workspace, company["application"]) or applications.default(workspace)
    query = {
        "client_id": application["clientId"],
        "response_type": "code",
        "scope": PLATFORMS[platform].scope,
        "redirect_uri": f"{base_url}{CALLBACK}",
        "state": state,
    }
    return f"{base_url}{AUTHORIZE}?{urlencode(query)}"
