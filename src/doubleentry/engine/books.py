"""What a ledger holds: rows to refer to, entries and postings, files. Money is exact."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Literal, TypeVar

from msgspec import Struct, field

KEPT_BYTES = 1024 * 1024
"""A file's bytes are kept up to this size; a larger one is hashed, counted and dropped."""


ContactKind = Literal["supplier", "customer"]


class AccountType(StrEnum):
    """The five kinds of account."""

    ASSET = "Asset"
    LIABILITY = "Liability"
    INCOME = "Income"
    EXPENSE = "Expense"
    EQUITY = "Equity"


class Account(Struct, frozen=True):
    """A row of the chart of accounts."""

    id: str
    name: str
    type: AccountType
    code: str | None = None
    category: str | None = None
    currency: str | None = None
    bank: bool = False
    active: bool = True


class TaxRate(Struct, frozen=True):
    """A tax rate; the rates are percentages."""

    id: str
    name: str
    code: str | None = None
    effective_rate: Decimal = Decimal(0)
    total_rate: Decimal = Decimal(0)
    active: bool = True


class Contact(Struct, frozen=True):
    """A supplier or a customer; with a currency when it trades in only one."""

    id: str
    name: str
    kind: ContactKind
    currency: str | None = None
    active: bool = True


class Category(Struct, frozen=True):
    """A tracking category; `parent` is the id of the one above."""

    id: str
    name: str
    parent: str | None = None
    active: bool = True


Reference = Account | TaxRate | Contact | Category
R = TypeVar("R", Account, TaxRate, Contact, Category)

KINDS: Mapping[type[Reference], str] = {
    Account: "account",
    TaxRate: "tax rate",
    Contact: "contact",
    Category: "category",
}


class Template(Struct, frozen=True):
    """What a new ledger of a platform holds.

    Attributes:
        platform: The accounting software's name.
        currency: The base currency.
        tax_account: The id of the account that takes the tax part of a posting.
    """

    platform: str
    currency: str
    tax_account: str
    accounts: tuple[Account, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()
    contacts: tuple[Contact, ...] = ()
    categories: tuple[Category, ...] = ()

    def rows(self) -> Iterable[Reference]:
        """Return everything that an entry may refer to."""
        yield from self.accounts
        yield from self.tax_rates
        yield from self.contacts
        yield from self.categories


class EntryLine(Struct, frozen=True):
    """One line of an entry, in the entry's currency; a negative amount goes the other way.

    Attributes:
        contacts: Whom it is for, customers as a rule.
        contact_kind: What these must be; None for either.
    """

    account: str
    net: Decimal
    tax: Decimal = Decimal(0)
    tax_rate: str | None = None
    categories: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    contact_kind: ContactKind | None = None


class Entry(Struct, frozen=True):
    """Money that left or reached a bank or card account, and what for.

    Attributes:
        outward: True when money left the bank account.
        bank_account: The account that it left or reached.
        rate: Multiplies an amount into the ledger's base currency.
        contact: Whom it was paid to, or came from; None for nobody that the ledger knows.
        contact_kind: What that must be; None for either.
        payee: The name of whoever it was paid to, known to the ledger or not.
        draft: Kept in the ledger, and not yet counted in its balances.
        replaces: The posting that this one takes the place of.
    """

    reference: str
    date: str
    currency: str
    outward: bool
    bank_account: str
    lines: tuple[EntryLine, ...]
    rate: Decimal = Decimal(1)
    contact: str | None = None
    contact_kind: ContactKind | None = None
    payee: str | None = None
    memo: str | None = None
    draft: bool = False
    replaces: str | None = None


class Movement(Struct, frozen=True):
    """One side of a posting: a debit when positive, a credit when negative, in the ledger's base currency."""

    account: str
    amount: Decimal


class Posting(Struct, frozen=True):
    """An entry as it stands in the books: movements that add up to zero.

    Attributes:
        number: Counts the postings of one ledger, from 1, as software does that numbers its records.
        reversed_by: The posting that took its place, if one did.
    """

    id: str
    ledger: str
    number: int
    entry: Entry
    movements: tuple[Movement, ...]
    reversed_by: str | None = None


class File(Struct, frozen=True):
    """A file attached to a posting.

    Attributes:
        size: Bytes.
        content: The bytes in base64; None when there were more than `KEPT_BYTES`, which were counted and dropped.
    """

    id: str
    ledger: str
    posting: str | None
    name: str
    type: str
    size: int
    sha256: str
    content: str | None


class LedgerRefusal(Exception):
    """An entry names something that the ledger does not have, or no longer uses.

    Attributes:
        kind: ``account``, ``tax rate``, ``contact`` or ``category``; ``supplier`` or ``customer`` for a contact that
            had to be one.
        id: The id that the entry gave.
        inactive: True when it is there, but not in use.
    """

    def __init__(self, kind: str, id: str, *, inactive: bool) -> None:
        super().__init__(f"The {kind} {id!r} is {'inactive' if inactive else 'unknown'} in this ledger.")
        self.kind = kind
        self.id = id
        self.inactive = inactive


class FileHash(Struct):
    """Takes in a file piece by piece and keeps no more of it than a ledger does."""

    size: int = 0
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _kept: bytearray = field(default_factory=bytearray)

    def add(self, piece: bytes) -> None:
        """Take in the next bytes."""
        self.size += len(piece)
        self._hash.update(piece)
        if self.size <= KEPT_BYTES:
            self._kept += piece
        else:
            self._kept.clear()

    @property
    def sha256(self) -> str:
        """The hash of all bytes so far, in hexadecimal."""
        return self._hash.hexdigest()

    @property
    def content(self) -> str | None:
        """All bytes in base64, or None when there were too many to keep."""
        return base64.b64encode(self._kept).decode() if self.size <= KEPT_BYTES else None
