"""The accounting software behind a connection: what it takes into its books, and what it refuses.

A ledger refuses only for a reason that it really has: something that an entry names is unknown to it, or inactive.
Platform rules, duplicates and the connection's state are the dialect's, checked before.
"""

from decimal import Context, Decimal, localcontext

from msgspec import Struct
from msgspec.structs import replace

from doubleentry.engine.books import (
    KINDS,
    Account,
    Category,
    Contact,
    ContactKind,
    Entry,
    File,
    FileHash,
    LedgerRefusal,
    Movement,
    Posting,
    R,
    Reference,
    TaxRate,
    Template,
)
from doubleentry.engine.chance import Chance
from doubleentry.engine.documents import from_document, from_text, to_document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ports import Store

# Python's own context rounds to 28 digits; an amount times a rate can have more.
EXACT = Context(prec=2000)


class Head(Struct, frozen=True):
    """What a ledger is, without what is in it."""

    id: str
    platform: str
    currency: str
    tax_account: str


class Ledger:
    """One company's books on one platform."""

    def __init__(self, store: Store, chance: Chance, head: Head) -> None:
        self._store = store
        self._chance = chance
        self._head = head

    @property
    def id(self) -> str:
        """The id it was opened under: the connection's."""
        return self._head.id

    @property
    def platform(self) -> str:
        """The accounting software's name."""
        return self._head.platform

    @property
    def currency(self) -> str:
        """The base currency."""
        return self._head.currency

    def add(self, row: Reference) -> None:
        """Put a row into the books, in place of one with the same id."""
        self._store.put(_collection(type(row)), f"{self.id}/{row.id}", {"ledger": self.id, **to_document(row)})

    def accounts(self) -> list[Account]:
        """Return the chart of accounts, inactive rows included."""
        return self._rows(Account)

    def tax_rates(self) -> list[TaxRate]:
        """Return the tax rates, inactive rows included."""
        return self._rows(TaxRate)

    def contacts(self) -> list[Contact]:
        """Return suppliers and customers, inactive rows included."""
        return self._rows(Contact)

    def categories(self) -> list[Category]:
        """Return the tracking categories, inactive rows included."""
        return self._rows(Category)

    def account(self, id: str) -> Account:
        """Return an account in use.

        Raises:
            LedgerRefusal: It is unknown or inactive.
        """
        return self._active(Account, id)

    def contact(self, id: str, kind: ContactKind | None = None) -> Contact:
        """Return a contact in use; with a kind, only one of that kind.

        Raises:
            LedgerRefusal: It is unknown or inactive, or of the other kind, which is as good as unknown.
        """
        contact = self._row(Contact, id)
        if contact is not None and kind not in {None, contact.kind}:
            contact = None
        if contact is None or not contact.active:
            raise LedgerRefusal(kind or KINDS[Contact], id, inactive=contact is not None)
        return contact

    def first_bank_account(self) -> Account | None:
        """Return the first bank account in use, for an entry that names none; None when there is not one."""
        return next((account for account in self.accounts() if account.bank and account.active), None)

    def post(self, entry: Entry) -> Posting:
        """Write an entry into the books.

        Returns:
            The stored posting: the bank's movement, then each line's with that of its tax after it.

        Raises:
            LedgerRefusal: The entry names something unknown or inactive; nothing is written.
            NotFound: This ledger has no posting that the entry could replace; nothing is written.
        """
        self._check(entry)
        old = None if entry.replaces is None else self.posting(entry.replaces)
        number = self._chance.ordinal("posting", self.id)
        id = self._chance.derived_uuid("posting", self.id, number)
        posting = Posting(id, self.id, number, entry, self._movements(entry))
        self._store.insert("postings", id, posting)
        if old is not None:
            self._store.put("postings", old.id, replace(old, reversed_by=id))
        return posting

    def posting(self, id: str) -> Posting:
        """Return one posting.

        Raises:
            NotFound: This ledger has no such posting.
        """
        document = self._store.get("postings", id)
        if document is None or document["ledger"] != self.id:
            raise NotFound("posting", id)
        return from_document(document, Posting)

    def postings(self) -> list[Posting]:
        """Return all postings, oldest first, replaced ones included."""
        return [from_document(document, Posting) for document in self._store.find("postings", {"ledger": self.id})]

    def balances(self) -> dict[str, Decimal]:
        """Return the balance of each account that has moved, drafts aside: debits positive; they add up to zero."""
        balances: dict[str, Decimal] = {}
        with localcontext(EXACT):
            for posting in self.postings():
                if posting.reversed_by is None and not posting.entry.draft:
                    for movement in posting.movements:
                        balances[movement.account] = balances.get(movement.account, Decimal(0)) + movement.amount
        return balances

    def attach(self, posting: str | None, name: str, media_type: str, content: FileHash) -> File:
        """Keep a file with a posting.

        Args:
            posting: The posting's id; None for a file of something that was never posted here.
            name: The file's name, as it was sent.
            media_type: What it is, as it was sent.
            content: The bytes.

        Returns:
            The stored file; its id is a number of 19 digits, as accounting platforms give.
        """
        draw = int.from_bytes(self._chance.derive("file", self.id, self._chance.ordinal("file", self.id))[:8])
        id = str(10**18 + draw % (9 * 10**18))
        file = File(id, self.id, posting, name, media_type, content.size, content.sha256, content.content)
        self._store.insert("files", id, file)
        return file

    def files(self) -> list[File]:
        """Return all files, oldest first."""
        return [from_document(document, File) for document in self._store.find("files", {"ledger": self.id})]

    def _check(self, entry: Entry) -> None:
        self.account(entry.bank_account)
        if entry.contact is not None:
            self.contact(entry.contact, entry.contact_kind)
        for line in entry.lines:
            self.account(line.account)
            if line.tax_rate is not None:
                self._active(TaxRate, line.tax_rate)
            for category in line.categories:
                self._active(Category, category)
            for contact in line.contacts:
                self.contact(contact, line.contact_kind)

    def _movements(self, entry: Entry) -> tuple[Movement, ...]:
        sign = 1 if entry.outward else -1
        movements: list[Movement] = []
        with localcontext(EXACT):
            for line in entry.lines:
                movements.append(Movement(line.account, sign * line.net * entry.rate))
                if line.tax:
                    movements.append(Movement(self._head.tax_account, sign * line.tax * entry.rate))
            total = sum((movement.amount for movement in movements), Decimal(0))
            return (Movement(entry.bank_account, -total), *movements)

    def _rows(self, kind: type[R]) -> list[R]:
        return [from_document(document, kind) for document in self._store.find(_collection(kind), {"ledger": self.id})]

    def _active(self, kind: type[R], id: str) -> R:
        row = self._row(kind, id)
        if row is None or not row.active:
            raise LedgerRefusal(KINDS[kind], id, inactive=row is not None)
        return row

    def _row(self, kind: type[R], id: str) -> R | None:
        # Each line of each entry names some, mostly the same ones.
        text = self._store.text(_collection(kind), f"{self.id}/{id}")
        return None if text is None else from_text(text, kind)


def _collection(kind: type[Reference]) -> str:
    return f"ledger {KINDS[kind]}"


class Ledgers:
    """All ledgers of one workspace, each under the id of the connection that leads to it."""

    def __init__(self, store: Store, chance: Chance) -> None:
        self._store = store
        self._chance = chance

    def open(self, id: str, template: Template) -> Ledger:
        """Return the ledger of a connection, made from the template at the first call; later calls find it as it is."""
        head = self._head(id)
        if head is None:
            head = Head(id, template.platform, template.currency, template.tax_account)
            self._store.insert("ledgers", id, head)
            ledger = Ledger(self._store, self._chance, head)
            for row in template.rows():
                ledger.add(row)
        return Ledger(self._store, self._chance, head)

    def get(self, id: str) -> Ledger:
        """Return the ledger of a connection.

        Raises:
            NotFound: That connection was never linked.
        """
        head = self._head(id)
        if head is None:
            raise NotFound("ledger", id)
        return Ledger(self._store, self._chance, head)

    def find(self, id: str) -> Ledger | None:
        """Return the ledger of a connection, or None when it was never linked."""
        head = self._head(id)
        return None if head is None else Ledger(self._store, self._chance, head)

    def _head(self, id: str) -> Head | None:
        text = self._store.text("ledgers", id)
        return None if text is None else from_text(text, Head)
