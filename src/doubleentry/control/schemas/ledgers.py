"""Ledgers: the books behind a connection."""

from typing import Final, get_args

from marshmallow import fields

from doubleentry.control.schemas.base import ControlSchema, many, told
from doubleentry.engine.books import AccountType, ContactKind
from doubleentry.web.fields import Flag, Number, Text, WholeNumber, Word

KINDS: Final = get_args(ContactKind)


class AccountSchema(ControlSchema):
    """A row of the chart of accounts."""

    id = Text(required=True)
    name = Text(required=True)
    type = Word(list(AccountType), required=True)
    code = Text(required=True, allow_none=True)
    category = Text(required=True, allow_none=True)
    currency = Text(required=True, allow_none=True)
    bank = Flag(required=True)
    active = Flag(required=True)


class TaxRateSchema(ControlSchema):
    """A tax rate, in percent."""

    id = Text(required=True)
    name = Text(required=True)
    code = Text(required=True, allow_none=True)
    effective_rate = Number(required=True)
    total_rate = Number(required=True)
    active = Flag(required=True)


class ContactSchema(ControlSchema):
    """A supplier or a customer."""

    id = Text(required=True)
    name = Text(required=True)
    kind = Word(KINDS, required=True)
    currency = Text(required=True, allow_none=True)
    active = Flag(required=True)


class CategorySchema(ControlSchema):
    """A tracking category."""

    id = Text(required=True)
    name = Text(required=True)
    parent = Text(required=True, allow_none=True)
    active = Flag(required=True)


class LineSchema(ControlSchema):
    """One line of an entry."""

    account = Text(required=True)
    net = Number(required=True)
    tax = Number(required=True)
    tax_rate = Text(required=True, allow_none=True)
    categories = many(Text())
    contacts = many(Text())
    contact_kind = Word(KINDS, required=True, allow_none=True, metadata=told("What its contacts must be."))


class LedgerEntrySchema(ControlSchema):
    """Money that left or reached a bank account, and what for."""

    reference = Text(required=True, metadata=told("The caller's own id for it."))
    date = Text(required=True)
    currency = Text(required=True)
    outward = Flag(required=True, metadata=told("True when money left."))
    bank_account = Text(required=True)
    lines = many(LineSchema)
    rate = Number(required=True, metadata=told("Multiplies an amount into the ledger's currency."))
    contact = Text(required=True, allow_none=True)
    contact_kind = Word(KINDS, required=True, allow_none=True, metadata=told("What the contact must be."))
    payee = Text(required=True, allow_none=True, metadata=told("Who was paid, by name, known to the ledger or not."))
    memo = Text(required=True, allow_none=True)
    draft = Flag(required=True, metadata=told("True when it is not yet counted in the balances."))
    replaces = Text(required=True, allow_none=True, metadata=told("The posting that this one took the place of."))


class MovementSchema(ControlSchema):
    """One side of a posting: a debit when positive, a credit when negative."""

    account = Text(required=True)
    amount = Number(required=True)


class PostingSchema(ControlSchema):
    """An entry as it stands in the books."""

    id = Text(required=True)
    ledger = Text(required=True)
    number = WholeNumber(required=True, metadata=told("Counts the postings of one ledger, from 1."))
    entry = fields.Nested(LedgerEntrySchema, required=True)
    movements = many(MovementSchema)
    reversed_by = Text(required=True, allow_none=True)


class FileSchema(ControlSchema):
    """A file, without its bytes."""

    id = Text(required=True)
    posting = Text(required=True, allow_none=True)
    name = Text(required=True)
    type = Text(required=True)
    size = WholeNumber(required=True, metadata=told("Bytes."))
    sha256 = Text(required=True)
    kept = Flag(required=True, metadata=told("False when it was too large to keep its bytes."))


class LedgerSchema(ControlSchema):
    """The books of one connection."""

    id = Text(required=True)
    platform = Text(required=True)
    currency = Text(required=True)
    accounts = many(AccountSchema)
    tax_rates = many(TaxRateSchema)
    contacts = many(ContactSchema)
    categories = many(CategorySchema)
    postings = many(PostingSchema)
    files = many(FileSchema)
    balances = fields.Dict(
        keys=Text(),
        values=Number(),
        required=True,
        metadata=told(
            "The balance of each account that has moved, drafts aside: debits positive; they add up to zero."
        ),
    )
