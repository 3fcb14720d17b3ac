"""Companies. Source: Codat API (from September 2023), create-, list-, get-, replace-, update- and delete-company."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from msgspec import Raw

from doubleentry.dialects.codat.querying import FILTERS, matching, ordering, tagged
from doubleentry.dialects.codat.rules import connections
from doubleentry.dialects.codat.rules.telling import tell_of_company
from doubleentry.dialects.codat.wire import ticks
from doubleentry.engine.documents import Document, decode, encode
from doubleentry.engine.errors import NotFound
from doubleentry.engine.pages import Page, PageRequest, cut
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "codat companies"
PROPERTIES: Final[Sequence[str]] = (
    "id",
    "name",
    "description",
    "platform",
    "redirect",
    "created",
    "lastSync",
    "createdByUserName",
    *(f"dataConnections.{name}" for name in connections.PROPERTIES),
)
MEMBERS: Final = (
    "id",
    "name",
    "description",
    "platform",
    "redirect",
    "lastSync",
    "dataConnections",
    "created",
    "createdByUserName",
    "products",
    "tags",
)
"""In the key order of the API's samples; ``lastSync`` only when there was one."""


def create(workspace: Workspace, order: Mapping[str, Any]) -> Document:
    """Store a company; its name need not be unique."""
    company = {
        "id": workspace.chance.uuid("codat company"),
        "name": order["name"],
        "description": order.get("description") or "",
        "created": ticks(workspace.clock.now()),
        "tags": order.get("tags") or {},
        "deleted": False,
    }
    workspace.store.insert(COLLECTION, company["id"], company)
    tell_of_company(workspace, "company.created", show(workspace, company, workspace.url("/codat")))
    return company


def get(workspace: Workspace, company_id: str) -> Document:
    """Return a company.

    Raises:
        NotFound: It was never there, or has been deleted.
    """
    company = find(workspace, company_id)
    if company is None:
        raise NotFound("company", company_id)
    return company


def find(workspace: Workspace, company_id: str) -> Document | None:
    """Return a company, or None when it was never there or has been deleted."""
    company = workspace.store.get(COLLECTION, company_id)
    return None if company is None or company["deleted"] else company


def shows_sync(workspace: Workspace, company_id: str, sync_id: str) -> bool:
    """Whether a sync of a company can be read: of a deleted one those that were under way, or nobody ever saw 4040."""
    company = workspace.store.get(COLLECTION, company_id)
    return company is not None and (not company["deleted"] or sync_id in company["underWay"])


def page(workspace: Workspace, query: Mapping[str, Any], request: PageRequest, base_url: str) -> Page[Document | Raw]:
    """Return companies as they are shown, filtered and ordered; oldest first unless asked otherwise (inferred).

    A page of all companies comes printed already.

    Raises:
        Refused: The query or the order cannot be read.
    """
    wanted = matching(query.get("query"), PROPERTIES, "Company")
    has_tags = tagged(query.get("tags"))
    order = ordering(query.get("orderBy"), PROPERTIES, "Company")
    there = {"deleted": False}
    if not any(query.get(name) for name in FILTERS):
        texts = workspace.store.texts(COLLECTION, there, offset=request.offset, limit=request.size)
        linked = connections.texts_of_each(workspace, [company_id for company_id, _ in texts])
        partner = workspace.setting(connections.PARTNER_SETTING)
        items: list[Document | Raw] = [
            _printed(text, linked.get(company_id, ()), base_url, partner) for company_id, text in texts
        ]
        return Page(items, workspace.store.count(COLLECTION, there), request)
    stored = workspace.store.find(COLLECTION, there)
    shown = [show(workspace, company, base_url) for company in stored if has_tags(company["tags"])]
    found: list[Document | Raw] = [*order([company for company in shown if wanted(company)])]
    return cut(found, request)


def replace(workspace: Workspace, company_id: str, order: Mapping[str, Any]) -> Document:
    """Set name, description and tags; what is left out is emptied."""
    change = {
        "name": order["name"],
        "description": order.get("description") or "",
        "tags": order.get("tags") or {},
    }
    return _change(workspace, company_id, change)


def update(workspace: Workspace, company_id: str, order: Mapping[str, Any]) -> Document:
    """Set what is there; what is missing or null stays."""
    return _change(workspace, company_id, {name: value for name, value in order.items() if value is not None})


def delete(workspace: Workspace, company_id: str) -> None:
    """Remove a company with its connections and data. Syncs under way find it gone, and can be read to tell so."""
    syncs = workspace.syncs.all({"dialect": "codat", "company": company_id})
    shown = show(workspace, get(workspace, company_id), workspace.url("/codat"))
    _change(workspace, company_id, {"deleted": True, "underWay": [sync.id for sync in syncs if not sync.has_ended]})
    connections.remove_all(workspace, company_id)
    tell_of_company(workspace, "company.deleted", shown)


def show(workspace: Workspace, company: Document, base_url: str) -> Document:
    """Return a company's wire shape.

    Args:
        workspace: Where its connections are.
        company: As stored.
        base_url: Where this API is served: for the links that lead to us.
    """
    partner = workspace.setting(connections.PARTNER_SETTING)
    return _shown(company, connections.of(workspace, company["id"]), base_url, partner)


@lru_cache(maxsize=2048)
def _printed(company: bytes, linked: tuple[bytes, ...], base_url: str, partner_source: str) -> Raw:
    """Return a company's wire shape as JSON: it depends on these alone, and the same few are asked for many times."""
    connected = [decode(connection) for connection in linked]
    return Raw(encode(_shown(decode(company), connected, base_url, partner_source)))


def _shown(company: Document, linked: Sequence[Document], base_url: str, partner_source: str) -> Document:
    facts = {
        "platform": "",
        "redirect": f"{base_url}/link/company/{company['id']}",
        "createdByUserName": None,
        "products": ["expenses-v1"],
        **company,
        "dataConnections": [connections.shown(connection, base_url, partner_source) for connection in linked],
    }
    return {name: facts[name] for name in MEMBERS if name in facts}


def _change(workspace: Workspace, company_id: str, change: Mapping[str, Any]) -> Document:
    company = {**get(workspace, company_id), **change}
    workspace.store.put(COLLECTION, company_id, company)
    return company
