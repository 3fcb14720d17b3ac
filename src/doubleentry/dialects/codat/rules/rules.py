"""Alert rules: who is called back about what.

Source: Codat Common API (2023), create- and list-rules; "Syncing expenses".
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from doubleentry.dialects.codat.querying import matching, ordering
from doubleentry.dialects.codat.webhooks import RULES, SERVICE
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.pages import Page, PageRequest, cut
from doubleentry.engine.webhooks import Endpoint
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "codat rules"
PROPERTIES: Final[Sequence[str]] = ("id", "type", "companyId")
DIALECT: Final = "codat"


def create(workspace: Workspace, order: Mapping[str, Any]) -> Document:
    """Store a rule, its type as it was sent; about all companies where none is named."""
    return insert(workspace, {"id": workspace.chance.uuid("codat rule"), **order})


def insert(workspace: Workspace, row: Mapping[str, Any]) -> Document:
    """Store a rule under an id that is given; what it posts to is told from then on."""
    notifiers = row["notifiers"]
    rule: Document = {"id": row["id"]}
    if row.get("companyId") is not None:
        rule["companyId"] = row["companyId"]
    rule |= {"type": row["type"], "notifiers": {"emails": notifiers.get("emails") or []}}
    if notifiers.get("webhook") is not None:
        rule["notifiers"]["webhook"] = notifiers["webhook"]
        endpoint = Endpoint(
            rule["id"], DIALECT, notifiers["webhook"], row.get("companyId"), {SERVICE: RULES, "type": row["type"]}
        )
        workspace.webhooks.subscribe(endpoint)
    workspace.store.insert(COLLECTION, rule["id"], rule)
    return rule


def get(workspace: Workspace, rule_id: str) -> Document:
    """Return a rule.

    Raises:
        NotFound: It is not there.
    """
    rule = workspace.store.get(COLLECTION, rule_id)
    if rule is None:
        raise NotFound("rule", rule_id)
    return rule


def page(workspace: Workspace, query: Mapping[str, Any], request: PageRequest) -> Page[Document]:
    """Return rules, filtered and ordered, oldest first unless asked otherwise.

    Raises:
        Refused: The query or the order cannot be read.
    """
    wanted = matching(query.get("query"), PROPERTIES, "Rule")
    order = ordering(query.get("orderBy"), PROPERTIES, "Rule")
    return cut(order([rule for rule in workspace.store.find(COLLECTION) if wanted(rule)]), request)
