"""How a batch is pushed: what fails it as a whole, what becomes of each expense, and in which words.

Source: guides "Sync transactions" (the texts), "Map transactions" (defaults), "Create transactions" (references are
looked up when an expense is pushed) and "QuickBooks Online reference". Texts that no document shows follow the pattern
of the one that does, and are inferred; so is the order in which an expense is looked at: bank account, contact, then
its lines.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from doubleentry.dialects.sync2books import statuses
from doubleentry.engine.books import ContactKind, Entry, EntryLine, LedgerRefusal
from doubleentry.engine.documents import Document
from doubleentry.engine.statuses import Abort, ItemStatus, Outcome, Reason, Rejection, Skip
from doubleentry.engine.syncs import Sync, SyncItem
from doubleentry.engine.workspaces import Workspace

CONNECTIONS: Final = "sync2books connections"
CONFIGS: Final = "sync2books configs"

CONNECTED: Final = "connected"
EXPIRED_TEXT: Final = "Connection expired"  # documented
DISCONNECTED_TEXT: Final = "Connection disconnected"
UNWRITTEN_TEXT: Final = "Validation error"  # documented

CLOSED: Final[Mapping[str, str]] = {"error": EXPIRED_TEXT}
"""Status of a connection → what a batch for it says; that of any other that is not connected is inferred."""

WORDS: Final[Mapping[str, str]] = {
    "account": "account",
    "tax rate": "tax rate",
    "supplier": "vendor",
    "customer": "customer",
    "category": "tracking category",
}
"""What the ledger refused → how it is called. The first two are documented, and so is that a supplier is a vendor."""

KINDS: Final[Mapping[str, ContactKind]] = {"Supplier": "supplier", "Customer": "customer"}

ORDERED_TEXTS: Final[Mapping[Reason | None, str]] = {
    None: UNWRITTEN_TEXT,
    Reason.DEAUTHORISED: EXPIRED_TEXT,
}
"""What an item says that a fault makes fail without a message of its own; for any other reason as for none."""


class Sync2BooksRules:
    """The vendor's decisions about a batch, made when it is pushed."""

    def prepare(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Abort | None:
        """Let the batch run, or fail it with every item, because its connection is not connected."""
        del items
        closed = why_closed(workspace, sync.connection or "")
        return None if closed is None else Abort(Reason.DEAUTHORISED, closed, ItemStatus.FAILED)

    def judge(self, workspace: Workspace, sync: Sync, item: SyncItem) -> Entry | Rejection | Skip:
        """Turn an expense into an entry, with the defaults that hold now, or pass it over as a duplicate."""
        if workspace.setting("sync2books.duplicates") == "skip" and _is_duplicate(workspace, sync, item):
            return Skip()
        if workspace.ledgers.find(sync.connection or "") is None:
            # `prepare` lets nothing get here; a success that a fault orders is not prepared.
            return Rejection(DISCONNECTED_TEXT)
        return entry_of(workspace, sync, item)

    def refused(self, workspace: Workspace, item: SyncItem, cause: LedgerRefusal | Outcome) -> str:
        """Word the ledger's refusal, or one that is ordered."""
        del workspace, item
        if isinstance(cause, LedgerRefusal):
            state = "is not active" if cause.inactive else "does not exist"
            return f"Invalid {WORDS[cause.kind]} ID: {cause.id} {state}"
        return cause.message or ORDERED_TEXTS.get(cause.reason, UNWRITTEN_TEXT)

    def conclude(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Document:
        """Return nothing: how a batch stands is read from its items."""
        del workspace, sync, items
        return {}

    def outcome(self, code: str) -> Outcome:
        """Return what one of the vendor's words stands for."""
        return statuses.outcome(code)


def why_closed(workspace: Workspace, connection_id: str) -> str | None:
    """Return why nothing can be written to a connection, or None when it can."""
    connection = workspace.store.get(CONNECTIONS, connection_id) or {}
    status = connection.get("status")
    return None if status == CONNECTED else CLOSED.get(str(status), DISCONNECTED_TEXT)


def _is_duplicate(workspace: Workspace, sync: Sync, item: SyncItem) -> bool:
    """Whether the expense stands in the batch before, or was written to these books already."""
    before = True
    for other in workspace.syncs.items_of_reference(sync.company, item.reference):
        if other.id == item.id:
            before = False
        elif (before and other.sync == sync.id) or _was_written(workspace, sync, other):
            return True
    return False


def _was_written(workspace: Workspace, sync: Sync, item: SyncItem) -> bool:
    """Whether an item was written to the books of a batch."""
    return item.status is ItemStatus.PUSHED and workspace.syncs.get(item.sync).connection == sync.connection


def entry_of(workspace: Workspace, sync: Sync, item: SyncItem) -> Entry | Rejection:
    """Return what an expense is in the books, or why it can be nothing there."""
    expense = item.record
    ledger = workspace.ledgers.get(sync.connection or "")
    config = workspace.store.get(CONFIGS, sync.company) or {}
    rate = Decimal(expense["currencyRate"])
    if rate <= 0:
        return Rejection(f"{UNWRITTEN_TEXT}: currencyRate must be greater than 0")
    bank = _first(expense.get("bankAccountRef"), config.get("bankAccount"))
    if bank is None:
        # Nothing is said of an expense without one, but that it is taken: the books need an account that it is paid
        # from, and the first bank account in use is what a person would choose in them.
        account = ledger.first_bank_account()
        bank = None if account is None else account.id
    if bank is None:
        return Rejection(f"{UNWRITTEN_TEXT}: bankAccountRef is required")
    lines = []
    for position, line in enumerate(expense["lines"]):
        account_id = _first(line.get("accountRef"), config.get("defaultAccount"))
        tax_rate = _first(line.get("taxRateRef"), config.get("defaultTaxRate"))
        for name, found in (("accountRef", account_id), ("taxRateRef", tax_rate)):
            if found is None:
                return Rejection(f"{UNWRITTEN_TEXT}: lines.{position}.{name} is required")
        lines.append(_line(line, str(account_id), str(tax_rate)))
    contact, kind = _contact(expense, config)
    return Entry(
        reference=item.reference,
        date=expense["issueDate"].partition("T")[0].partition(" ")[0],
        currency=expense["currency"].upper(),
        outward=True,
        bank_account=bank,
        lines=tuple(lines),
        rate=rate,
        contact=contact,
        contact_kind=kind,
        payee=expense["merchantName"],
        memo=expense.get("notes"),
        draft=bool(expense.get("postAsDraft")),
    )


def _line(line: Document, account: str, tax_rate: str) -> EntryLine:
    invoiced = line.get("invoiceTo")
    return EntryLine(
        account=account,
        net=Decimal(line["netAmount"]),
        tax=Decimal(line["taxAmount"]),
        tax_rate=tax_rate,
        # The id may be that of a category or of one of its options: no document says which.
        categories=tuple(tracking["id"] for tracking in line.get("trackingRefs") or []),
        contacts=() if invoiced is None else (invoiced["id"],),
        contact_kind="customer",
    )


def _contact(expense: Document, config: Document) -> tuple[str | None, ContactKind | None]:
    """Return the contact of an expense, else the company's default, and what it must be."""
    own = expense.get("contactRef")
    if own is not None:
        return own["id"], KINDS[own["type"]]
    for member, kind in (("supplier", KINDS["Supplier"]), ("customer", KINDS["Customer"])):
        default = config.get(member)
        if default is not None:
            return default["id"], kind
    return None, None


def _first(*references: Document | None) -> str | None:
    return next((reference["id"] for reference in references if reference is not None), None)
