"""What the books behind a connection have: accounts, tax rates, suppliers, customers, tracking categories.

Source: guides "Map transactions" and "QuickBooks Online reference" (members: documented); the vendor's compliance API,
a client of this one (more members, and the lists that are filtered by query: observed). A connection that is not
connected still answers, from what was read before (inferred).
"""

from collections.abc import Callable, Sequence
from typing import Final

from doubleentry.dialects.sync2books.bodies import CONTACTS_PAGE, TAX_RATES_SLICE
from doubleentry.dialects.sync2books.rules import connections
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.dialects.sync2books.validation import whole
from doubleentry.engine.books import Account, AccountType, Category, Contact, TaxRate
from doubleentry.engine.documents import Document
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.workspaces import Workspace

DEFAULT_LIMIT: Final = 20
ACTIVE: Final = "Active"
INACTIVE: Final = "Inactive"
BANK: Final = "Bank"
CREDIT_CARD: Final = "Credit Card"

Reader = Callable[[Workspace, Document], list[Document]]


def accounts(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the chart of accounts."""
    ledger = _books(workspace, connection)
    return [] if ledger is None else [_account(row) for row in ledger.accounts()]


def tax_rates(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the tax rates."""
    ledger = _books(workspace, connection)
    return [] if ledger is None else [_tax_rate(row, connection) for row in ledger.tax_rates()]


def suppliers(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the suppliers."""
    return _contacts(workspace, connection, "supplier")


def customers(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the customers."""
    return _contacts(workspace, connection, "customer")


def tracking_categories(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the tracking categories, each with its options."""
    ledger = _books(workspace, connection)
    rows = [] if ledger is None else [row for row in ledger.categories() if row.active]
    return [
        {"id": row.id, "name": row.name, "options": [_option(other) for other in rows if other.parent == row.id]}
        for row in rows
        if row.parent is None
    ]


def found_suppliers(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the suppliers with the members that a query finds beside those of the whole list."""
    return [
        {**row, "supplierName": row["name"], **_booked(row, connection)} for row in suppliers(workspace, connection)
    ]


def found_customers(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the customers with the members that a query finds beside those of the whole list."""
    return [{**row, **_booked(row, connection)} for row in customers(workspace, connection)]


def tax_codes(workspace: Workspace, connection: Document) -> list[Document]:
    """Return the tax rates as the codes that lines are given: each stands for one rate (inferred)."""
    return [_tax_code(row, connection) for row in tax_rates(workspace, connection)]


def slice_of(workspace: Workspace, application: str, query: object, member: str, read: Reader) -> Document:
    """Return some of a connection's tax rates or codes, as the query asks.

    Raises:
        InvalidInput: The query does not fit.
        NotFound: There is no such connection.
        Forbidden: It is another application's.
    """
    asked = checked(workspace, TAX_RATES_SLICE, query, "query")
    rows = read(workspace, connections.get(workspace, application, asked["connectionId"]))
    rows = [row for row in rows if asked.get("status") in {None, row["status"]}]
    limit, offset = _limit(asked), whole(asked.get("offset")) or 0
    return {
        member: rows[offset : offset + limit],
        "total": len(rows),
        "limit": limit,
        "offset": offset,
        "hasMore": offset + limit < len(rows),
    }


def page_of_contacts(workspace: Workspace, application: str, query: object, member: str, read: Reader) -> Document:
    """Return a page of a connection's suppliers or customers, as the query asks.

    Raises:
        InvalidInput: The query does not fit.
        NotFound: There is no such connection.
        Forbidden: It is another application's.
    """
    asked = checked(workspace, CONTACTS_PAGE, query, "query")
    rows = read(workspace, connections.get(workspace, application, asked["connectionId"]))
    limit, page = _limit(asked), whole(asked.get("page")) or 1
    return {
        member: rows[(page - 1) * limit : page * limit],
        "total": len(rows),
        "page": page,
        "limit": limit,
        "totalPages": -(-len(rows) // limit),
    }


def mapping_options(workspace: Workspace, connection: Document) -> Document:
    """Return what the lines of a bill can be mapped to."""
    ledger = _books(workspace, connection)
    rows: Sequence[Account] = [] if ledger is None else [row for row in ledger.accounts() if row.active]
    rates: Sequence[TaxRate] = [] if ledger is None else [row for row in ledger.tax_rates() if row.active]
    return {
        "integrationKey": connections.key_told(workspace, connection["integrationKey"]),
        "accounts": [
            {
                "id": row.id,
                "name": row.name,
                **({"code": row.code} if row.code is not None else {}),
                "accountType": _type(row),
                "isExpense": row.type is AccountType.EXPENSE,
            }
            for row in rows
        ],
        "taxes": [{"id": row.id, "name": row.name, "usableForPurchases": True} for row in rates],
        "warnings": [],
    }


def _books(workspace: Workspace, connection: Document) -> Ledger | None:
    return workspace.ledgers.find(connection["id"])


def _contacts(workspace: Workspace, connection: Document, kind: str) -> list[Document]:
    ledger = _books(workspace, connection)
    rows = [] if ledger is None else [row for row in ledger.contacts() if row.kind == kind]
    return [{"id": row.id, "name": row.name, "status": _status(row)} for row in rows]


def _account(row: Account) -> Document:
    sub_type = {} if row.category is None else {"subType": row.category}
    return {
        "id": row.id,
        "name": row.name,
        "type": _type(row),
        **sub_type,
        "fullyQualifiedName": row.name,
        "status": _status(row),
    }


def _type(row: Account) -> str:
    """Return an account's type: banks and cards have one of their own."""
    if row.bank:
        return BANK if row.type is AccountType.ASSET else CREDIT_CARD
    return row.type.value


def _tax_rate(row: TaxRate, connection: Document) -> Document:
    return {
        "id": row.id,
        "name": row.name,
        "rate": row.effective_rate,
        "status": _status(row),
        "effectiveTaxRate": row.effective_rate,
        "totalTaxRate": row.total_rate,
        "displayName": row.name,
        "connectionId": connection["id"],
        "bookType": connection["integrationKey"],
    }


def _tax_code(rate: Document, connection: Document) -> Document:
    reference = {"id": rate["id"], "name": rate["name"]}
    return {
        **rate,
        **_booked(rate, connection),
        "active": rate["status"] == ACTIVE,
        "taxable": rate["rate"] != 0,
        "taxGroup": False,
        "salesTaxRateRefs": [reference],
        "purchaseTaxRateRefs": [reference],
    }


def _booked(row: Document, connection: Document) -> Document:
    """Return where a row is from: its id in the accounting software is the one that it has here."""
    return {"bookId": row["id"], "bookType": connection["integrationKey"]}


def _option(row: Category) -> Document:
    return {"id": row.id, "name": row.name}


def _status(row: Account | TaxRate | Contact) -> str:
    return ACTIVE if row.active else INACTIVE


def _limit(asked: Document) -> int:
    return whole(asked.get("limit")) or DEFAULT_LIMIT
