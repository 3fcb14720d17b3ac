"""What brings each event about: the same as a client, the end customer and the accounting software do."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from doubleentry.dialects.sync2books import applications
from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.dialects.sync2books.rules import companies, connections, expenses
from doubleentry.dialects.sync2books.webhooks import CONNECTION, SUCCESSFUL, UNSUCCESSFUL
from doubleentry.dialects.sync2books.wire import timestamp
from doubleentry.engine.books import AccountType
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, NotFound, Problem
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.webhooks import Event
from doubleentry.engine.workspaces import Workspace

NAME: Final = "Webhook trigger"
UNKNOWN: Final = "unknown"


def trigger(workspace: Workspace, name: str, company_id: str | None) -> Event:
    """Bring an event about and return it.

    Args:
        workspace: Where.
        name: Its type.
        company_id: The company that it happens to; None for one that is made for it, in the first application.

    Raises:
        NotFound: There is no such company.
        InvalidInput: The company has all the connections that it can have, or none that can be written to.
    """
    company = _company(workspace, company_id)
    if name.startswith(CONNECTION):
        connection = _connection(workspace, company)
        for move in MOVES[name]:
            connection = move(workspace, connection)
        return workspace.webhooks.events({"subject": connection["id"], "name": name})[-1]
    return workspace.webhooks.events({"subject": _batch(workspace, company, good=name == SUCCESSFUL)})[-1]


def _company(workspace: Workspace, company_id: str | None) -> Document:
    if company_id is None:
        return companies.create(workspace, applications.default(workspace)["id"], {"name": NAME})
    company = workspace.store.get(companies.COLLECTION, company_id)
    if company is None:
        raise NotFound("company", company_id)
    return company


def _connection(workspace: Workspace, company: Document) -> Document:
    """Connect a company to the first accounting software that it has no connection to."""
    known = {connection["integrationKey"] for connection in connections.of(workspace, company["id"])}
    platform = next((key for key in PLATFORMS if key not in known), None)
    if platform is None:
        raise InvalidInput([Problem(("company",), "It has a connection to every accounting software.")])
    return connections.connect(workspace, company, platform)


def _batch(workspace: Workspace, company: Document, *, good: bool) -> str:
    """Send one expense over the company's first connection, let its batch end, and return the batch's id."""
    known = connections.of(workspace, company["id"]) or [_connection(workspace, company)]
    connection = next((each for each in known if each["status"] == connections.CONNECTED), None)
    if connection is None:
        raise InvalidInput([Problem(("company",), "None of its connections is connected.")])
    sent = _expense(workspace, connection, good=good)
    made = expenses.create(workspace, company["application"], connection["id"], [sent])
    sync = workspace.syncs.get(made["syncBatchId"])
    if not sync.has_ended:
        sync = workspace.syncs.finish(sync.id)
    if sync.held is not None:
        workspace.syncs.release(sync.id)
    return sync.id


def _expense(workspace: Workspace, connection: Document, *, good: bool) -> Document:
    ledger = connections.ledger(workspace, connection)
    account, rate = _account(ledger), next((each.id for each in ledger.tax_rates() if each.active), UNKNOWN)
    return {
        "id": workspace.chance.uuid("sync2books triggered expense", connection["id"]),
        "type": "Payment",
        "issueDate": timestamp(workspace.clock.now()),
        "currency": ledger.currency,
        "currencyRate": Decimal(1),
        "merchantName": NAME,
        "lines": [
            {
                "netAmount": Decimal(10),
                "taxAmount": Decimal(0),
                "taxRateRef": {"id": rate},
                "accountRef": {"id": account if good else UNKNOWN},
            }
        ],
    }


def _account(ledger: Ledger) -> str:
    accounts = (each.id for each in ledger.accounts() if each.active and each.type is AccountType.EXPENSE)
    return next(accounts, UNKNOWN)


def _deauthorise(workspace: Workspace, connection: Document) -> Document:
    return connections.disconnect(workspace, connection, connections.BY_CUSTOMER)


MOVES: Final[Mapping[str, tuple[Callable[[Workspace, Document], Document], ...]]] = {
    "connection.created": (),
    "connection.connected": (),
    "connection.disconnected": (_deauthorise,),
    "connection.reconnected": (_deauthorise, connections.reconnect),
    "connection.failed": (connections.expire,),
}
"""What becomes of a connection that is made for an event."""

EVENTS: Final = (SUCCESSFUL, UNSUCCESSFUL, *MOVES)
