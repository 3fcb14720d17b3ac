"""The way to a connection: a URL with a state that is good for one answer, and what the answer does.

Source: guides "Link integration" and "QuickBooks Online setup" (names in the query, path of the callback, redirect URIs
of the application: documented); the rest is inferred.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from doubleentry.dialects.sync2books import applications
from doubleentry.dialects.sync2books.applications import DIALECT
from doubleentry.dialects.sync2books.bodies import AUTH_URLS
from doubleentry.dialects.sync2books.errors import Refused
from doubleentry.dialects.sync2books.platforms import ELSEWHERE, PLATFORMS, normalised
from doubleentry.dialects.sync2books.rules import companies, connections
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.dialects.sync2books.webhooks import CONNECTION, tell
from doubleentry.engine.chance import token
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound, Unsupported
from doubleentry.engine.workspaces import Workspace

STATES: Final = "sync2books oauth states"
AUTHORIZE: Final = "/emulator/oauth/authorize"
DEFAULT_PLATFORM: Final = "quickbooks"
DENIED: Final = "access_denied"
NO_STATE: Final = "Invalid or expired state"
CODE_LIFETIME: Final = timedelta(minutes=10)
"""How long the callback may take with the code of an answer (inferred: the most that RFC 6749, 4.1.2, recommends)."""
SOURCE: Final = "Sync2Books, accounting API (October 2026)"


def requested_url(
    workspace: Workspace, application: str, company_id: str, query: Mapping[str, str], base_url: str
) -> str:
    """Return where the customer of a company consents to what a query names.

    Raises:
        InvalidInput: The query does not fit.
        Unsupported: The vendor has that integration, and we do not.
        NotFound: There is no such company, or it has no such connection.
        Forbidden: It is another application's.
    """
    key = normalised(query.get("integrationKey", ""))
    if key in ELSEWHERE:
        raise Unsupported(ELSEWHERE[key], SOURCE)
    known = {"integrationKey": PLATFORMS[key].upper} if key in PLATFORMS else {}
    shape = AUTH_URLS[workspace.setting("sync2books.profile")]
    asked = checked(workspace, shape, {**query, **known}, "query")
    company = companies.get(workspace, application, company_id)
    connection_id = asked.get("connectionId")
    if connection_id is not None:
        connection = connections.get(workspace, application, connection_id)
        if connection["companyId"] != company["id"] or connection["integrationKey"] != key:
            raise NotFound("connection", connection_id)
    return authorize_url(workspace, company, base_url, key, connection_id)


def authorize_url(
    workspace: Workspace,
    company: Document,
    base_url: str,
    platform: str = DEFAULT_PLATFORM,
    connection_id: str | None = None,
) -> str:
    """Return where the customer consents, with a state that is good for one answer.

    Args:
        workspace: Where the state is kept.
        company: Whose consent it is.
        base_url: Where this API is served: the page is ours.
        platform: The integration's key.
        connection_id: The connection to link anew; None for whichever there is.
    """
    state = workspace.chance.hex("sync2books oauth state", company["id"])
    kept = {"id": state, "companyId": company["id"], "integrationKey": platform, "connectionId": connection_id}
    workspace.store.insert(STATES, state, kept)
    query = {
        "client_id": application_of(workspace, company)["clientId"],
        "response_type": "code",
        "scope": PLATFORMS[platform].scope,
        "redirect_uri": f"{base_url}/{platform}/callback",
        "state": state,
    }
    return f"{base_url}{AUTHORIZE}?{urlencode(query)}"


def application_of(workspace: Workspace, company: Document) -> Document:
    """Return the application that a company is of."""
    return applications.get(workspace, company["application"]) or applications.default(workspace)


def open_state(workspace: Workspace, state: str) -> Document | None:
    """Return what a state is about, or None when there is none or it was answered already."""
    kept = workspace.store.get(STATES, state)
    return kept if kept is not None and "answer" not in kept else None


def answer(workspace: Workspace, kept: Document, given: Literal["approve", "deny"], base_url: str) -> str:
    """Note an answer, and return where the customer's browser is sent: the callback, with what it wants to see.

    Args:
        workspace: Where the state is kept.
        kept: The state, open.
        given: The answer.
        base_url: Where this API is served.
    """
    code = token()
    answered_at = workspace.clock.now().isoformat()
    workspace.store.put(STATES, kept["id"], {**kept, "answer": given, "code": code, "answeredAt": answered_at})
    told = {"code": code} if given == "approve" else {"error": DENIED}
    return f"{base_url}/{kept['integrationKey']}/callback?{urlencode({**told, 'state': kept['id']})}"


def conclude(workspace: Workspace, query: Mapping[str, str]) -> tuple[Document, Document | None]:
    """Do what the callback does: make the connection, or tell that it was denied; a state is good for once.

    Returns:
        The company, and its connection; None when it was denied.

    Raises:
        Refused: The state is unknown, not answered, answered too long ago or concluded already, or the code is not its
            own.
    """
    kept = workspace.store.get(STATES, query.get("state", ""))
    if kept is None or "answer" not in kept or _is_old(workspace, kept):
        raise Refused(400, NO_STATE)
    company = workspace.store.get(companies.COLLECTION, kept["companyId"])
    if company is None:
        raise Refused(400, NO_STATE)
    if kept["answer"] == "deny":
        workspace.store.remove(STATES, kept["id"])
        _tell_denied(workspace, kept)
        return company, None
    if not hmac.compare_digest(kept["code"].encode(), query.get("code", "").encode()):
        raise Refused(400, NO_STATE)
    workspace.store.remove(STATES, kept["id"])
    return company, connections.connect(workspace, company, kept["integrationKey"], kept["connectionId"])


def _is_old(workspace: Workspace, kept: Document) -> bool:
    return workspace.clock.now() - datetime.fromisoformat(kept["answeredAt"]) > CODE_LIFETIME


def _tell_denied(workspace: Workspace, kept: Document) -> None:
    connection = connections.newest(workspace, kept["companyId"], kept["integrationKey"])
    if connection is not None:
        tell(workspace, connection, "failed", errorMessage=DENIED)
        return
    payload = {"integrationKey": kept["integrationKey"], "companyId": kept["companyId"], "connectionId": None}
    record = {**payload, "errorMessage": DENIED}
    workspace.webhooks.emit(f"{CONNECTION}failed", DIALECT, kept["companyId"], kept["companyId"], record)
