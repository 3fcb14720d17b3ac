"""What brings each event about: the same calls as a client makes, one after the other."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from doubleentry.dialects.codat.platforms import Platform, TransactionType
from doubleentry.dialects.codat.rules import companies, configuration, connections, datasets, pushing, syncs
from doubleentry.engine.books import AccountType
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.webhooks import Event
from doubleentry.engine.workspaces import Workspace

XERO: Final = "gbol"
NAME: Final = "Webhook trigger"
KIND: Final = TransactionType.PAYMENT
UNKNOWN_ACCOUNT: Final = "unknown-account"


def trigger(workspace: Workspace, name: str, company_id: str | None) -> Event:
    """Bring an event about and return it.

    Args:
        workspace: Where.
        name: Its type.
        company_id: The company that it happens to; None for one that is made for it.

    Raises:
        NotFound: There is no such company.
        InvalidInput: The company is to be made or to have books, and it is there or has none.
        Refused: The company cannot be synced now.
    """
    subject = FLOWS[name](workspace, company_id)
    return workspace.webhooks.events({"subject": subject})[-1]


def _create_company(workspace: Workspace, company_id: str | None) -> str:
    if company_id is not None:
        raise InvalidInput([Problem(("company",), "This event tells of a company that is made for it.")])
    return str(companies.create(workspace, {"name": NAME})["id"])


def _delete_company(workspace: Workspace, company_id: str | None) -> str:
    id = company_id or _create_company(workspace, None)
    companies.delete(workspace, id)
    return id


def _create_connection(workspace: Workspace, company_id: str | None) -> str:
    id = _create_company(workspace, None) if company_id is None else companies.get(workspace, company_id)["id"]
    return str(connections.create(workspace, id, XERO)["id"])


def _moved(*moves: Callable[[Workspace, str], object]) -> Callable[[Workspace, str | None], str]:
    """Return what makes a connection and moves it on."""

    def flow(workspace: Workspace, company_id: str | None) -> str:
        id = _create_connection(workspace, company_id)
        for move in moves:
            move(workspace, id)
        return id

    return flow


def _delete_connection(workspace: Workspace, id: str) -> None:
    connections.delete(workspace, workspace.store.get(connections.COLLECTION, id)["companyId"], id)  # type: ignore[index]  # made a line ago


def _sync(*, good: bool) -> Callable[[Workspace, str | None], str]:
    def flow(workspace: Workspace, company_id: str | None) -> str:
        id = _company_to_sync(workspace) if company_id is None else companies.get(workspace, company_id)["id"]
        books, ledger = connections.accounting(workspace, id), connections.ledger_of(workspace, id)
        if books is None or ledger is None or not connections.can_sync(workspace, id):
            told = "Its connections to accounting software and for expenses are not both linked."
            raise InvalidInput([Problem(("company",), told)])
        _configure(workspace, id, connections.platform_of(books), ledger)
        dataset = datasets.create(workspace, id, [_expense(workspace, id, ledger, good=good)])
        sync = workspace.syncs.get(syncs.initiate(workspace, id, [dataset]))
        if not sync.has_ended:
            sync = workspace.syncs.finish(sync.id)
        if sync.held is not None:
            workspace.syncs.release(sync.id)
        return sync.id

    return flow


def _company_to_sync(workspace: Workspace) -> str:
    id = _create_company(workspace, None)
    connections.link(workspace, connections.create(workspace, id, XERO)["id"])
    connections.create_partner(workspace, id)
    return id


def _configure(workspace: Workspace, company_id: str, platform: Platform, ledger: Ledger) -> None:
    """Give a company that has no configuration one of the first things in its books that its platform takes."""
    if configuration.find(workspace, company_id) is not None:
        return
    bank = next((each for each in ledger.accounts() if each.active and pushing.pays(platform, each, KIND)), None)
    contacts = {contact.kind: contact.id for contact in reversed(ledger.contacts()) if contact.active}
    found = {
        "bankAccount": bank and bank.id,
        "supplier": contacts.get("supplier"),
        "customer": contacts.get("customer"),
    }
    missing = [member for member, id in found.items() if id is None]
    if missing:
        raise InvalidInput([Problem(("company",), f"Its books have no {' and no '.join(missing)}: configure it.")])
    configuration.save(workspace, company_id, {member: {"id": id} for member, id in found.items()})


def _expense(workspace: Workspace, company_id: str, ledger: Ledger, *, good: bool) -> Document:
    accounts = (each.id for each in ledger.accounts() if each.active and each.type is AccountType.EXPENSE)
    return {
        "id": workspace.chance.uuid("codat triggered expense", company_id),
        "type": KIND.value,
        "issueDate": workspace.clock.now().strftime("%Y-%m-%dT00:00:00+00:00"),
        "currency": ledger.currency,
        "lines": [
            {
                "netAmount": Decimal(10),
                "taxAmount": Decimal(0),
                "accountRef": {"id": next(accounts, UNKNOWN_ACCOUNT) if good else UNKNOWN_ACCOUNT},
            }
        ],
        "notes": NAME,
    }


FLOWS: Final[Mapping[str, Callable[[Workspace, str | None], str]]] = {
    "expenses.sync.successful": _sync(good=True),
    "expenses.sync.unsuccessful": _sync(good=False),
    "company.created": _create_company,
    "company.deleted": _delete_company,
    "connection.created": _create_connection,
    "connection.connected": _moved(connections.link),
    "connection.disconnected": _moved(connections.link, connections.deauthorise),
    "connection.reconnected": _moved(connections.link, connections.deauthorise, connections.link),
    "connection.failed": _moved(connections.deny),
    "connection.deleted": _moved(_delete_connection),
}
"""Type → what brings it about, and returns the id that it happened to."""
