"""Expense transactions as they are sent, and the rows that tell what became of them."""

from typing import Any, Final

from marshmallow import post_load, validate

from doubleentry.dialects.codat.platforms import TransactionType
from doubleentry.dialects.codat.schemas.base import (
    MAX_RATE,
    CodatAnswer,
    CodatSchema,
    Flag,
    Instant,
    Many,
    Name,
    Number,
    One,
    RequiredText,
    Text,
    Worded,
)
from doubleentry.dialects.codat.schemas.pages import page_of
from doubleentry.engine.overriding import override
from doubleentry.web.fields import BLANKS, Matches

MAX_AMOUNT: Final = 5_000_000
MAX_LINES: Final = 100
MAX_TRACKING_REFS: Final = 10

TRANSACTION_STATUSES: Final = ("Unknown", "Pending", "ValidationError", "Completed", "PushError")
INTEGRATION_TYPES: Final = ("expense", "expenses", "bankfeeds")
"""``expense`` is in the guides' samples and in no enumeration of Codat's; see the quirk ``codat.integration-type``."""

EXPENSE_EXAMPLE: Final[dict[str, Any]] = {
    "id": "4d7c6929-7770-412b-91bb-44d3bc71d111",
    "type": "Payment",
    "issueDate": "2023-04-03T00:00:00+00:00",
    "currency": "GBP",
    "currencyRate": 1,
    "merchantName": "Corner Cafe",
    "lines": [
        {
            "netAmount": 100,
            "taxAmount": 20,
            "accountRef": {"id": "572bbbee-9ed7-4621-a605-c82e28d0138a"},
            "taxRateRef": {"id": "INPUT2"},
        }
    ],
    "notes": "client lunch",
}
"""An expense that can be written to the books that linking to Xero opens."""


class RecordRefSchema(CodatSchema):
    """A record of the accounting platform, by its id from the mapping options; without one it names nothing."""

    id = Text(load_default=None, metadata={"description": "Identifier from the mapping options."})


class BankAccountRefSchema(CodatSchema):
    """The account that a purchase was paid from, instead of the configured one."""

    id = Text(
        load_default=None,
        metadata={
            "examples": ["075caedd-bc0d-450d-8394-93ef3715b306"],
            "description": "Identifier of the bank account.",
        },
    )


class ItemRefSchema(CodatSchema):
    """An item, on QuickBooks Desktop; a line has either an item or an account. A sync of items is not emulated."""

    id = Text(load_default=None, metadata={"examples": ["80000002-1675158984"]})


class TrackingRefSchema(CodatSchema):
    """A tracking category or a customer that a line is tagged with."""

    id = Text(load_default=None, metadata={"examples": ["79fe476b-b459-47c4-a72a-db70ae6b2659"]})
    data_type = Name(
        ("trackingCategories", "customers"),
        allow_none=True,
        metadata={"default": "trackingCategories", "examples": ["trackingCategories"]},
    )

    @post_load
    def fill_in(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Take a tag that does not say what it is for a tracking category."""
        return {**data, "dataType": data.get("dataType") or "trackingCategories"}


class InvoiceToSchema(CodatSchema):
    """The customer to bill a line to, on QuickBooks; guides say ``type`` in two spellings, or ``dataType``."""

    id = Text(load_default=None, metadata={"examples": ["5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f"]})
    type = Name(("customer",), allow_none=True, metadata={"examples": ["customer"]})
    data_type = Name(("customers",), allow_none=True)


class ContactType(Worded):
    """``Supplier`` in any case, or the number 1, which a guide of 2023 sends for it."""

    net_type = "Codat.ExpenseSync.ContactType"

    def __init__(self) -> None:
        """Take nothing: the two values are all that there are."""
        super().__init__(allow_none=True, metadata={"enum": ["Supplier", 1, None], "examples": ["Supplier"]})

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        del attr, data, kwargs
        is_one = not isinstance(value, bool | str) and value == 1
        if is_one or (isinstance(value, str) and value.casefold() == "supplier"):
            return "Supplier"
        raise self.make_error("invalid")


class ContactRefSchema(CodatSchema):
    """The supplier that a transaction is booked against; loads as ``{id, type}`` whichever spelling was sent.

    The API of 2023 declares ``contactType``, all of its examples and today's API say ``type``.
    """

    id = RequiredText(
        metadata={"examples": ["af3c8e17-68c4-4768-a268-89f7478c82dc"], "description": "Identifier of the supplier."}
    )
    type = ContactType()
    contact_type = ContactType()

    @post_load
    def settle_type(self, data: dict[str, Any], **_kwargs: object) -> dict[str, Any]:
        """Keep one spelling; the only type that there is, is the default."""
        return {"id": data["id"], "type": data.get("type") or data.get("contactType") or "Supplier"}


class ExpenseLineSchema(CodatSchema):
    """One line of an expense. To post it an account is needed (but on QuickBooks Desktop): seen at sync time."""

    net_amount = Number(0, MAX_AMOUNT, required=True, metadata={"examples": [100], "description": "Exclusive of tax."})
    tax_amount = Number(0, MAX_AMOUNT, allow_none=True, metadata={"examples": [20]})
    tax_rate_ref = One(RecordRefSchema, allow_none=True, metadata={"examples": [{"id": "INPUT2"}]})
    account_ref = One(
        RecordRefSchema, allow_none=True, metadata={"examples": [{"id": "572bbbee-9ed7-4621-a605-c82e28d0138a"}]}
    )
    item_ref = One(ItemRefSchema, allow_none=True)
    tracking_refs = Many(
        One(TrackingRefSchema), allow_none=True, validate=validate.Length(min=1, max=MAX_TRACKING_REFS)
    )
    invoice_to = One(InvoiceToSchema, allow_none=True)


class ExpenseChangeSchema(CodatSchema):
    """What ``PUT …/expense-transactions/{transactionId}`` takes: a transaction without its id.

    Only ``type`` and ``issueDate`` are needed: today's API asks for ``currency`` too, that of 2023 does not.
    """

    type = Name(
        tuple(TransactionType),
        required=True,
        metadata={"examples": ["Payment"], "description": "Accepted in any case."},
    )
    issue_date = Instant(
        required=True,
        metadata={"examples": ["2023-04-03T00:00:00+00:00"], "description": "ISO 8601; a date alone will do."},
    )
    currency = Text(
        allow_none=True, validate=Matches(rf"[^{BLANKS}]"), metadata={"examples": ["GBP"], "description": "ISO 4217."}
    )
    currency_rate = Number(
        0,
        MAX_RATE,
        allow_none=True,
        metadata={"examples": [1], "description": "What to multiply by to get the amount in the base currency."},
    )
    contact_ref = One(ContactRefSchema, allow_none=True)
    bank_account_ref = One(BankAccountRefSchema, allow_none=True)
    reference = Text(allow_none=True)
    merchant_name = Text(allow_none=True, metadata={"examples": ["Corner Cafe"]})
    lines = Many(One(ExpenseLineSchema), allow_none=True, validate=validate.Length(min=1, max=MAX_LINES))
    notes = Text(allow_none=True, metadata={"examples": ["client lunch"]})
    post_as_draft = Flag(allow_none=True, metadata={"description": "Only Dynamics 365 Business Central heeds it."})


class ExpenseTransactionSchema(ExpenseChangeSchema):
    """One expense, with your own id, by which it is never written twice."""

    id = RequiredText(
        metadata={
            "examples": ["4d7c6929-7770-412b-91bb-44d3bc71d111"],
            "description": "Unique in the company; documented as a UUID, taken as any text.",
        }
    )
    currency = RequiredText(metadata={"examples": ["GBP"], "description": "ISO 4217."})


class TransactionSchema(CodatAnswer):
    """What became of one transaction in one sync; one that has also gone to a bank feed has two rows."""

    transaction_id = Text(required=True)
    status = Text(required=True, validate=validate.OneOf(TRANSACTION_STATUSES))
    message = Text(allow_none=True, metadata={"description": "Absent where there is nothing to say."})
    integration_type = Text(required=True, allow_none=True, validate=validate.OneOf(INTEGRATION_TYPES))


TransactionsSchema = page_of(TransactionSchema, "Transactions")
"""A page of transactions."""
