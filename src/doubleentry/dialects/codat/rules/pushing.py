"""How a sync is pushed: what turns it down as a whole, what becomes of each transaction, and what its status then says.

The stages are those of the guide "The sync process explained" (fetch, validate, map, push); that the first stage
which refuses gives the code is the project's reading. Texts that no document shows are inferred, and marked.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from doubleentry.dialects.codat import statuses
from doubleentry.dialects.codat.platforms import Contact, Platform, TransactionType
from doubleentry.dialects.codat.rules import companies, configuration, connections
from doubleentry.engine.books import Account, AccountType, Entry, EntryLine, LedgerRefusal, R
from doubleentry.engine.documents import Document
from doubleentry.engine.ledger import Ledger
from doubleentry.engine.statuses import Abort, ItemStatus, Outcome, Reason, Rejection, Skip
from doubleentry.engine.syncs import Sync, SyncItem
from doubleentry.engine.workspaces import Workspace

DUPLICATE_TEXT: Final = "One or more transactions have previously been processed: "
MESSAGE_MARK: Final = "Message:  "

OUTWARD: Final = frozenset({TransactionType.PAYMENT, TransactionType.TRANSFER_OUT, TransactionType.ADJUSTMENT_OUT})
"""What takes money from the card or bank account; the other types bring it there."""

ABORT_TEXTS: Final[dict[Reason, str]] = {
    Reason.COMPANY_GONE: "The company has been deleted.",
    Reason.DEAUTHORISED: "A data connection of the company is not linked, or has been de-authorized.",
    Reason.BILLING: "The company's subscription to its accounting platform has expired.",
    Reason.CONFIGURATION: "The company's configuration is missing or not valid.",
    Reason.PROCESSING: "The company's data could not be processed.",
    Reason.INTERNAL: "There is a problem with our server. Please try again later.",
}
"""What a sync that was turned down says, when nothing more is known (all are inferred)."""

ORDERED_TEXTS: Final[dict[ItemStatus, str]] = {
    ItemStatus.REJECTED: "The transaction is not valid.",
    ItemStatus.FAILED: "The accounting platform refused the transaction.",
}
"""What an item says that a fault rejects without a message of its own (inferred)."""


class CodatRules:
    """Codat's decisions about a sync, made when it is pushed."""

    def prepare(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Abort | None:
        """Let the sync run, or turn it down: company, connection, billing, configuration, duplicates, in this order."""
        if companies.find(workspace, sync.company) is None:
            return Abort(Reason.COMPANY_GONE)
        connection = workspace.store.get(connections.COLLECTION, sync.connection or "")
        # Another may have been linked in the place of the one that the sync was started for.
        if connection is None or connection["status"] != connections.LINKED:
            return Abort(Reason.DEAUTHORISED)
        if not connections.can_sync(workspace, sync.company):
            return Abort(Reason.DEAUTHORISED)
        if connection["expired"]:
            return Abort(Reason.BILLING)
        wrong = self._configuration(workspace, sync, items)
        if wrong is not None:
            return Abort(Reason.CONFIGURATION, wrong)
        references = [item.reference for item in items]
        repeated = [] if "update" in sync.record else processed_before(workspace, sync.company, references, waiting=1)
        return Abort(Reason.DUPLICATE, duplicate_text(repeated)) if repeated else None

    def judge(self, workspace: Workspace, sync: Sync, item: SyncItem) -> Entry | Rejection | Skip:
        """Turn a transaction into an entry, or refuse it for a reason that the platform or Codat has."""
        connection = workspace.store.get(connections.COLLECTION, sync.connection or "")
        if connection is None:
            # `prepare` lets nothing get here; a success that a fault orders is not prepared.
            return Rejection(ABORT_TEXTS[Reason.DEAUTHORISED])
        platform = connections.platform_of(connection)
        ledger = workspace.ledgers.get(connection["id"])
        wrong = _invalid(platform, item.record)
        if wrong is not None:
            return Rejection(wrong)
        entry = _entry(workspace, sync, platform, ledger, item)
        if entry is None:
            return Rejection(ABORT_TEXTS[Reason.CONFIGURATION])
        wrong = _wrong_bank(platform, ledger, item.record, entry) or _wrong_money(
            platform, ledger, entry, item.record.get("currencyRate")
        )
        if wrong is not None:
            return Rejection(wrong)
        if not any(line.net or line.tax for line in entry.lines):
            return Skip("The transaction's total is zero: there is nothing to push.")
        return entry

    def refused(self, workspace: Workspace, item: SyncItem, cause: LedgerRefusal | Outcome) -> str:
        """Word a refusal; one of the platform's comes wrapped, with a correlation id."""
        if isinstance(cause, LedgerRefusal):
            state = "is not active" if cause.inactive else "was not found"
            return wrapped(workspace, f"{item.sync} {item.id}", f"The {cause.kind} {cause.id} {state}.")
        text = cause.message or ORDERED_TEXTS.get(cause.item_status or ItemStatus.FAILED, "")
        if cause.item_status is ItemStatus.FAILED:
            return wrapped(workspace, f"{item.sync} {item.id}", text)
        return text

    def conclude(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> Document:
        """Return the members of the status object that stay as they are from now on."""
        code = statuses.ended_code(sync, items)
        message, exception = self._messages(workspace, sync, items, code)
        return {
            "syncStatusCode": code,
            "syncStatus": statuses.WORDS[code],
            "errorMessage": message,
            "syncExceptionMessage": exception,
            "dataPushed": any(item.status is ItemStatus.PUSHED for item in items),
        }

    def outcome(self, code: str) -> Outcome:
        """Return what one of the twelve codes stands for."""
        return statuses.outcome(code)

    def _messages(self, workspace: Workspace, sync: Sync, items: list[SyncItem], code: int) -> tuple[str, str]:
        """Return both messages: empty for a success, else one text; for 5130 wrapped, under two correlation ids."""
        if code in statuses.SUCCESSES:
            return "", ""
        if sync.reason is Reason.DUPLICATE:
            text = sync.message or duplicate_text(list(dict.fromkeys(item.reference for item in items)))
            return text, text
        if sync.reason is not None:
            text = sync.message or ABORT_TEXTS[sync.reason]
            return text, text
        refused = statuses.FIRST_REFUSED[code]
        told = next(item.message or "" for item in items if item.status is refused)
        if code != statuses.PUSH_ERROR:
            return told, told
        text = told.partition(MESSAGE_MARK)[2]
        return wrapped(workspace, f"{sync.id} error", text), wrapped(workspace, f"{sync.id} exception", text)

    def _configuration(self, workspace: Workspace, sync: Sync, items: list[SyncItem]) -> str | None:
        """Return what the configuration lacks that some transaction needs of it, or None."""
        stored = configuration.find(workspace, sync.company)
        ledger = workspace.ledgers.get(sync.connection or "")
        platform = _platform(workspace, sync)
        needed = {member for item in items for member in _needed(platform, ledger, item.record)}
        for member in configuration.MEMBERS:
            if member not in needed:
                continue
            if stored is None:
                return ABORT_TEXTS[Reason.CONFIGURATION]
            wrong = configuration.missing_from(ledger, member, stored[member]["id"])
            if wrong is not None:
                return wrong
        return None


def processed_before(
    workspace: Workspace, company_id: str, references: Sequence[str], *, waiting: int = 0
) -> list[str]:
    """Return which transactions were completed before, or stand in the list twice, each once.

    Args:
        workspace: Where.
        company_id: Whose they are.
        references: Their ids.
        waiting: How many items there are of each, at least, that wait to be pushed.
    """
    seen: set[str] = set()
    found: dict[str, None] = {}
    for reference in references:
        if reference in seen or workspace.syncs.is_pushed(company_id, reference, others=waiting):
            found[reference] = None
        seen.add(reference)
    return list(found)


def duplicate_text(transaction_ids: Sequence[str]) -> str:
    """Return the documented text; that several ids are joined by commas is inferred."""
    return DUPLICATE_TEXT + ", ".join(transaction_ids)


def wrapped(workspace: Workspace, about: str, text: str) -> str:
    """Return a text of the accounting platform as Codat passes it on: two blanks follow ``Message:``."""
    correlation = workspace.chance.derived_uuid("downstream", about)
    return f"An error occurred in a downstream service. Correlation ID: {correlation}. {MESSAGE_MARK}{text}"


def pays(platform: Platform, account: Account, kind: TransactionType) -> bool:
    """Whether transactions of a type can be paid from an account, or reach it.

    That some are for credit cards alone is the guide's; that they need a bank account at all is inferred.
    """
    return account.bank and (kind not in platform.card_only or account.type is AccountType.LIABILITY)


def names_items_alone(platform: Platform, transaction: Document) -> bool:
    """Whether a line has an item in the place of an account, on a platform that takes that."""
    lines = transaction.get("lines") or []
    return platform.takes_items and any(_item(line) is not None and _account(line) is None for line in lines)


def _item(line: Document) -> str | None:
    return (line.get("itemRef") or {}).get("id")


def _account(line: Document) -> str | None:
    return (line.get("accountRef") or {}).get("id")


def _platform(workspace: Workspace, sync: Sync) -> Platform:
    connection = workspace.store.get(connections.COLLECTION, sync.connection or "")
    assert connection is not None, "a sync is prepared before its items are judged"
    return connections.platform_of(connection)


def _invalid(platform: Platform, transaction: Document) -> str | None:
    """Return why a transaction cannot be written to a platform at all, or None (all texts are inferred)."""
    kind = TransactionType(transaction["type"])
    if kind not in platform.transaction_types:
        return f"Transactions of type {kind} are not supported for {platform.name}."
    lines = transaction.get("lines") or []
    if not lines:
        return "A transaction must have at least one line."
    for position, line in enumerate(lines):
        if not _account(line):
            return f"Lines[{position}].AccountRef is required for {platform.name}."
        if platform.takes_items and _item(line) is not None:
            return f"Lines[{position}] can have either ItemRef or AccountRef, but not both."
    return None


def _needed(platform: Platform, ledger: Ledger, transaction: Document) -> list[str]:
    """Return which members of the configuration a transaction needs, because it has no reference of its own."""
    needed = [Contact.SUPPLIER.value] if platform.needs_supplier else []
    if not (transaction.get("bankAccountRef") or {}).get("id"):
        needed.append("bankAccount")
    if transaction.get("contactRef") is None:
        contact = _contact_kind(platform, ledger, transaction)
        if contact is not Contact.NONE:
            needed.append(contact.value)
    return needed


def _contact_kind(platform: Platform, ledger: Ledger, transaction: Document) -> Contact:
    kind = platform.contacts.get(TransactionType(transaction["type"]), Contact.NONE)
    if kind is not Contact.BY_ACCOUNT:
        return kind
    lines = transaction.get("lines") or [{}]
    first = (lines[0].get("accountRef") or {}).get("id")
    account = _in_use(ledger.account, first or "")
    return Contact.SUPPLIER if account is not None and account.bank else Contact.CUSTOMER


def _entry(workspace: Workspace, sync: Sync, platform: Platform, ledger: Ledger, item: SyncItem) -> Entry | None:
    """Return what a transaction is in the books; None where it needs a configuration that is not there."""
    transaction = item.record
    configured = configuration.find(workspace, sync.company) or {}
    if any(member not in configured for member in _needed(platform, ledger, transaction)):
        return None
    contact: str | None
    if transaction.get("contactRef") is not None:
        contact = transaction["contactRef"]["id"]
    else:
        kind = _contact_kind(platform, ledger, transaction)
        contact = None if kind is Contact.NONE else configured[kind.value]["id"]
    bank = (transaction.get("bankAccountRef") or {}).get("id") or configured["bankAccount"]["id"]
    return Entry(
        reference=item.reference,
        date=transaction["issueDate"],
        # One that was loaded as pushed, and then changed, may never have told its currency.
        currency=(transaction.get("currency") or ledger.currency).upper(),
        outward=TransactionType(transaction["type"]) in OUTWARD,
        bank_account=bank,
        lines=tuple(_line(platform, line) for line in transaction["lines"]),
        rate=Decimal(transaction.get("currencyRate") or 1),
        contact=contact,
        memo=transaction.get("notes"),
        draft=platform.posts_drafts and bool(transaction.get("postAsDraft")),
        replaces=_posting_of(workspace, sync, item) if "update" in sync.record else None,
    )


def _posting_of(workspace: Workspace, sync: Sync, item: SyncItem) -> str | None:
    """Return what a transaction is in the books by now: another update may have come between."""
    pushed = [
        each.posting
        for each in workspace.syncs.items_of_reference(sync.company, item.reference)
        if each.status is ItemStatus.PUSHED and each.ledger == sync.connection
    ]
    return pushed[-1] if pushed else None


def _wrong_bank(platform: Platform, ledger: Ledger, transaction: Document, entry: Entry) -> str | None:
    """Return what is wrong with what a purchase was paid from, or None (the texts are inferred)."""
    account, kind = _in_use(ledger.account, entry.bank_account), TransactionType(transaction["type"])
    if account is None or pays(platform, account, kind):
        return None
    if not account.bank:
        return f"The account {account.id} is not a bank account."
    return f"Transactions of type {kind} are only supported for credit cards on {platform.name}."


def _wrong_money(platform: Platform, ledger: Ledger, entry: Entry, rate: Decimal | int | None) -> str | None:
    """Return what is wrong with an entry's currencies, or None. The rules are the guides', the texts are inferred.

    What is unknown to the ledger, or inactive, is the ledger's own business.
    """
    if rate is not None and not rate:
        return "CurrencyRate must be greater than 0."
    bank = _in_use(ledger.account, entry.bank_account)
    currencies = (entry.currency, (bank and bank.currency) or ledger.currency)
    foreign = [currency for currency in currencies if currency != ledger.currency]
    if len(set(foreign)) > 1 and not platform.mixes_currencies:
        told = f"The transaction is in {foreign[0]} and its bank account in {foreign[1]}"
        return f"{told}: at most one may differ from the base currency {ledger.currency}."
    if foreign and rate is None and platform.template != "quickbooks-online":
        return f"CurrencyRate is required: {foreign[0]} is not the base currency {ledger.currency}."
    contact = _in_use(ledger.contact, entry.contact or "")
    if contact is None or contact.kind != Contact.SUPPLIER.value or contact.currency in {None, entry.currency}:
        return None
    return f"The supplier {contact.id} trades in {contact.currency}; the transaction is in {entry.currency}."


def _in_use(look_up: Callable[[str], R], id: str) -> R | None:
    try:
        return look_up(id)
    except LedgerRefusal:
        return None


def _line(platform: Platform, line: Document) -> EntryLine:
    rate = (line.get("taxRateRef") or {}).get("id")
    if rate is None or platform.is_no_tax(rate) or not platform.takes_tax_rates:
        rate = None
    tags: list[dict[str, Any]] = [tag for tag in line.get("trackingRefs") or [] if tag["id"] is not None]
    invoiced = (line.get("invoiceTo") or {}).get("id")
    customers = [tag["id"] for tag in tags if tag["dataType"] == "customers"]
    return EntryLine(
        account=line["accountRef"]["id"],
        net=Decimal(line["netAmount"]),
        tax=Decimal(line.get("taxAmount") or 0),
        tax_rate=rate,
        categories=tuple(tag["id"] for tag in tags if tag["dataType"] == "trackingCategories"),
        contacts=tuple([*customers, invoiced] if invoiced else customers),
        contact_kind="customer",
    )
