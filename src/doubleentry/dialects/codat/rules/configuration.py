"""A company's configuration. Source: Codat API (2023 and current), get- and save-company-configuration."""

from typing import Final

from doubleentry.dialects.codat.rules import companies
from doubleentry.engine.books import LedgerRefusal
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.workspaces import Workspace

COLLECTION: Final = "codat configurations"
MEMBERS: Final = ("bankAccount", "supplier", "customer")
TOLD: Final = {"bankAccount": "bank account", "supplier": "supplier", "customer": "customer"}


def get(workspace: Workspace, company_id: str) -> Document:
    """Return a company's configuration; what an unset one looks like is the quirk ``codat.config-unset``.

    Raises:
        NotFound: The company is not there, or the quirk says so of an unset configuration.
    """
    companies.get(workspace, company_id)
    stored = find(workspace, company_id)
    if stored is not None:
        return stored
    match workspace.setting("codat.config-unset"):
        case "not-found":
            raise NotFound("configuration", company_id)
        case "nulls":
            return dict.fromkeys(MEMBERS)
        case _:
            return {member: {} for member in MEMBERS}


def find(workspace: Workspace, company_id: str) -> Document | None:
    """Return a company's configuration, or None while it is unset."""
    stored = workspace.store.get(COLLECTION, company_id)
    return None if stored is None else {member: stored[member] for member in MEMBERS}


def save(workspace: Workspace, company_id: str, order: Document) -> Document:
    """Set a company's configuration. Its ids are looked up when a sync is pushed, not here (inferred).

    Raises:
        NotFound: The company is not there.
    """
    companies.get(workspace, company_id)
    configuration = {member: {"id": order[member]["id"]} for member in MEMBERS}
    workspace.store.put(COLLECTION, company_id, {"companyId": company_id, **configuration})
    return configuration


def missing_from(ledger: Ledger, member: str, record_id: str) -> str | None:
    """Return what is wrong with one configured id, or None when the ledger has such a thing in use."""
    try:
        is_account = member == "bankAccount"
        fits = ledger.account(record_id).bank if is_account else ledger.contact(record_id).kind == member
    except LedgerRefusal as refusal:
        state = "is not active" if refusal.inactive else "was not found"
        return f"The configured {member} {record_id!r} {state}."
    return None if fits else f"The configured {member} {record_id!r} is not a {TOLD[member]}."
