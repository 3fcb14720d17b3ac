"""The accounting platforms behind Codat: what each is called, what it takes, and what it refuses."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

_MEBIBYTE: Final = 1024 * 1024

PARTNER_EXPENSE_KEY: Final = "pexp"
"""The key of our partner expense integration. Inferred: no document gives the real one."""


class TransactionType(StrEnum):
    """What an expense transaction is; amounts are never negative, the type carries the sign."""

    PAYMENT = "Payment"
    REFUND = "Refund"
    REWARD = "Reward"
    CHARGEBACK = "Chargeback"
    TRANSFER_IN = "TransferIn"
    TRANSFER_OUT = "TransferOut"
    ADJUSTMENT_IN = "AdjustmentIn"
    ADJUSTMENT_OUT = "AdjustmentOut"


class Contact(StrEnum):
    """Whom a platform books a transaction against, when the transaction names nobody."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    BY_ACCOUNT = "by account"  # the supplier if the line's account is a bank account, else the customer
    NONE = "none"


class AttachmentRule(Struct, frozen=True):
    """Which files a platform takes.

    Attributes:
        max_bytes: The largest file taken, in bytes.
        extensions: Accepted extensions, lower case, without the dot; empty where no list is published: all are taken.
    """

    max_bytes: int
    extensions: frozenset[str]

    def takes_name(self, file_name: str) -> bool:
        """Return whether a file's extension is accepted."""
        extension = file_name.rpartition(".")[2].lower() if "." in file_name else ""
        return not self.extensions or extension in self.extensions


class Platform(Struct, frozen=True):
    """One integration, as Codat shows it and as it behaves.

    Attributes:
        key: Codat's four letters: ``integrationKey``, ``platformKey``.
        name: As printed in ``platformName``.
        integration_id: ``integrationId`` of its connections.
        source_id: ``sourceId`` of its connections.
        source_type: ``sourceType`` of its connections.
        template: The ledger that linking opens: a file stem in ``fixtures/ledgers``; empty where there is no ledger.
        transaction_types: What can be written to it.
        updatable_types: What can be changed after a sync.
        attachments: Which receipts it takes; None where it takes none at all.
        contacts: Whom each type is booked against; a type that is absent cannot be written.
        no_tax_ids: Ids of tax rates that mean no tax.
        no_tax_prefixes: Beginnings of such ids, where a country follows.
        takes_tax_rates: Whether a line's tax rate is used at all.
        mixes_currencies: Whether a transaction in one foreign currency can be paid from an account in another: Xero
            pays no heed to the transaction's; everywhere else at most one takes part that is not the base currency.
        needs_supplier: Whether a default supplier must be configured, whatever the transactions name.
        card_only: Which types have to be paid from, or reach, a credit card.
        takes_items: Whether a line can name an item in the place of an account.
        posts_drafts: Whether a transaction that asks for it is posted as a draft; elsewhere it is posted all the same.
        destination: Whether expenses can be synced to it.
    """

    key: str
    name: str
    integration_id: str
    source_id: str
    source_type: str
    template: str
    transaction_types: frozenset[TransactionType]
    updatable_types: frozenset[TransactionType]
    attachments: AttachmentRule | None
    contacts: Mapping[TransactionType, Contact]
    no_tax_ids: tuple[str, ...] = ()
    no_tax_prefixes: tuple[str, ...] = ()
    takes_tax_rates: bool = True
    mixes_currencies: bool = False
    needs_supplier: bool = False
    card_only: frozenset[TransactionType] = frozenset()
    takes_items: bool = False
    posts_drafts: bool = False
    destination: bool = True

    def is_no_tax(self, tax_rate_id: str) -> bool:
        """Return whether a tax rate's id means that there is no tax."""
        return tax_rate_id in self.no_tax_ids or any(tax_rate_id.startswith(prefix) for prefix in self.no_tax_prefixes)


ALL_TYPES: Final = frozenset(TransactionType)
CARD_TYPES: Final = frozenset(
    {TransactionType.PAYMENT, TransactionType.REFUND, TransactionType.REWARD, TransactionType.CHARGEBACK}
)
"""The types that have always existed and exist today; the other four were dropped in 2024."""

_PAYMENT: Final = frozenset({TransactionType.PAYMENT})
_PAYMENT_AND_REFUND: Final = frozenset({TransactionType.PAYMENT, TransactionType.REFUND})
_NOTHING: Final[frozenset[TransactionType]] = frozenset()


def _extensions(listed: str) -> frozenset[str]:
    return frozenset(listed.lower().split())


def _contacts(types: frozenset[TransactionType], contact: Contact) -> Mapping[TransactionType, Contact]:
    return MappingProxyType(dict.fromkeys((kind for kind in TransactionType if kind in types), contact))


_XERO_FILES: Final = _extensions(
    "7Z BMP CSV DOC DOCX EML GIF JPEG JPG KEYNOTE MSG NUMBERS ODF ODS ODT PAGES PDF PNG PPT PPTX RAR RTF TIF TIFF TXT "
    "XLS XLSX ZIP"
)
_QUICKBOOKS_FILES: Final = _extensions("AI CSV DOC DOCX EPS GIF JPEG JPG ODS PAGES PDF PNG RTF TIF TXT XLS XLSX XML")
_NETSUITE_FILES: Final = _extensions("BMP CSV XLS XLSX JSON PDF PJPG PJPEG PNG TXT SVG TIF TIFF DOC DOCX ZIP")
_FREEAGENT_FILES: Final = _extensions("PNG X-PNG JPEG PJG GIF X-PDF")
_ZOHO_FILES: Final = _extensions("GIF PNG JPEG JPG BMP PDF")

_XERO_CONTACTS: Final[Mapping[TransactionType, Contact]] = MappingProxyType(
    {
        TransactionType.PAYMENT: Contact.SUPPLIER,
        TransactionType.REFUND: Contact.CUSTOMER,
        TransactionType.REWARD: Contact.CUSTOMER,
        TransactionType.CHARGEBACK: Contact.CUSTOMER,
        TransactionType.TRANSFER_IN: Contact.CUSTOMER,
        TransactionType.TRANSFER_OUT: Contact.SUPPLIER,
        TransactionType.ADJUSTMENT_IN: Contact.BY_ACCOUNT,
        TransactionType.ADJUSTMENT_OUT: Contact.SUPPLIER,
    }
)
_QUICKBOOKS_CONTACTS: Final[Mapping[TransactionType, Contact]] = MappingProxyType(
    {
        TransactionType.PAYMENT: Contact.SUPPLIER,
        TransactionType.REFUND: Contact.SUPPLIER,
        TransactionType.REWARD: Contact.SUPPLIER,
        TransactionType.CHARGEBACK: Contact.SUPPLIER,
        TransactionType.TRANSFER_IN: Contact.SUPPLIER,
        TransactionType.TRANSFER_OUT: Contact.SUPPLIER,
        TransactionType.ADJUSTMENT_IN: Contact.CUSTOMER,
        TransactionType.ADJUSTMENT_OUT: Contact.CUSTOMER,
    }
)

# Types of Xero, QuickBooks Online, Dynamics 365 and NetSuite: overview guide of 2023, table of transaction types; those
# of the others, and which of them are for credit cards only: current guide. Updates: answer 422 of the 2023 API, which
# only spares Xero; Payments only. Sizes of files: of 2023 where a guide of that year lists the platform, else of today.
# A sandbox takes what its platform takes. Ids that no document gives are made up, fixed and of version 4; each says so
# (inferred).
_XERO: Final = Platform(
    key="gbol",
    name="Xero",
    integration_id="fd321cb6-7963-4506-b873-e99593a45e30",  # the API's example value, whose key is gbol
    source_id="35b92968-9851-4095-ad60-395c95cbcba4",  # the API's example value, whose key is gbol
    source_type="Accounting",
    template="xero",
    transaction_types=ALL_TYPES,
    updatable_types=_PAYMENT,
    attachments=AttachmentRule(4 * _MEBIBYTE, _XERO_FILES),
    contacts=_XERO_CONTACTS,
    no_tax_ids=("NONE",),
    mixes_currencies=True,
)
_QUICKBOOKS_ONLINE: Final = Platform(
    key="qhyg",
    name="QuickBooks Online",
    integration_id="6b113e06-e818-45d7-977b-8e6bb3d01269",  # documented, guide example
    source_id="56e6575a-3f1f-4918-b009-f7535555f0d6",  # documented, guide example
    source_type="Accounting",
    template="quickbooks-online",
    transaction_types=ALL_TYPES,
    updatable_types=_NOTHING,
    attachments=AttachmentRule(100 * _MEBIBYTE, _QUICKBOOKS_FILES),
    contacts=_QUICKBOOKS_CONTACTS,
    no_tax_ids=("NON",),
)
_QUICKBOOKS_ONLINE_SANDBOX: Final = Platform(
    key="ndsk",
    name="QuickBooks Online Sandbox",
    integration_id="c55bfd92-2dfa-4a26-8622-dbd326ede8d4",  # inferred
    source_id="0c9eb843-73d4-4076-bb03-662e88eef460",  # inferred
    source_type="Accounting",
    template="quickbooks-online",
    transaction_types=ALL_TYPES,
    updatable_types=_NOTHING,
    attachments=AttachmentRule(100 * _MEBIBYTE, _QUICKBOOKS_FILES),
    contacts=_QUICKBOOKS_CONTACTS,
    no_tax_ids=("NON",),
)
_QUICKBOOKS_DESKTOP: Final = Platform(
    key="pqsw",
    name="QuickBooks Desktop",
    integration_id="4a5207f5-c4db-49da-84aa-290b49ab474f",  # inferred
    source_id="9d28a05f-8422-4edd-bc66-cbb765b171cc",  # inferred
    source_type="Accounting",
    template="quickbooks-desktop",
    transaction_types=CARD_TYPES,
    updatable_types=_NOTHING,
    attachments=None,
    contacts=_contacts(CARD_TYPES, Contact.SUPPLIER),
    card_only=CARD_TYPES - _PAYMENT,
    takes_items=True,
)
_NETSUITE: Final = Platform(
    key="akxx",
    name="Oracle NetSuite",
    integration_id="cc750323-5a47-4f28-8d8e-30fbbf2ce137",  # documented, API example
    source_id="9815b998-024d-4415-a40b-89903b2cad6f",  # documented, API example
    source_type="Accounting",
    template="netsuite",
    transaction_types=_PAYMENT_AND_REFUND,
    updatable_types=_NOTHING,
    attachments=AttachmentRule(100 * _MEBIBYTE, _NETSUITE_FILES),
    contacts=_contacts(_PAYMENT_AND_REFUND, Contact.SUPPLIER),
    no_tax_ids=("-7", "114"),  # United States, Canada
    no_tax_prefixes=("UNDEF-",),
)
_DYNAMICS: Final = Platform(
    key="trji",
    name="Dynamics 365 Business Central",
    integration_id="a8ab7fdb-5cd0-49d1-97fa-af7584d91597",  # inferred
    source_id="42fc0e40-e50c-44a8-8a96-0942f83c0256",  # inferred
    source_type="Accounting",
    template="dynamics-365",
    transaction_types=CARD_TYPES,
    updatable_types=_NOTHING,
    attachments=AttachmentRule(350 * _MEBIBYTE, frozenset()),
    contacts=_contacts(CARD_TYPES, Contact.NONE),
    needs_supplier=True,
    posts_drafts=True,
)
_FREEAGENT: Final = Platform(
    key="fbrh",
    name="FreeAgent",
    integration_id="2bcc027e-98e6-44a6-b83b-9587186b3ce6",  # inferred
    source_id="25d9303a-a897-4dde-a2f3-7b3caef33fd1",  # inferred
    source_type="Accounting",
    template="freeagent",
    transaction_types=_PAYMENT,
    updatable_types=_NOTHING,
    attachments=AttachmentRule(5 * _MEBIBYTE, _FREEAGENT_FILES),
    contacts=_contacts(_PAYMENT, Contact.NONE),
    takes_tax_rates=False,
)
_SAGE_INTACCT: Final = Platform(
    key="knfz",
    name="Sage Intacct",
    integration_id="2e39e1a8-d0ef-4091-a1dc-c93582054488",  # inferred
    source_id="0cd9d9bc-d933-4fa0-aa67-139a32782065",  # inferred
    source_type="Accounting",
    template="sage-intacct",
    transaction_types=_PAYMENT_AND_REFUND,
    updatable_types=_NOTHING,
    attachments=AttachmentRule(100 * _MEBIBYTE, frozenset()),  # inferred: no limit is published
    contacts=_contacts(_PAYMENT_AND_REFUND, Contact.SUPPLIER),  # inferred
    card_only=_PAYMENT_AND_REFUND,
)
_ZOHO_BOOKS: Final = Platform(
    key="rwuv",
    name="Zoho Books",
    integration_id="058a6e30-0183-404b-8a62-44b7de626ed7",  # inferred
    source_id="b14254e5-50d2-44ef-b417-0d1ecaca2987",  # inferred
    source_type="Accounting",
    template="zoho-books",
    transaction_types=_PAYMENT,
    updatable_types=_NOTHING,
    attachments=AttachmentRule(5 * _MEBIBYTE, _ZOHO_FILES),
    contacts=_contacts(_PAYMENT, Contact.SUPPLIER),  # inferred
)
_SANDBOX: Final = Platform(
    key="mqjo",
    name="Codat Sandbox",
    integration_id="27aecb2d-db59-44af-b5a7-e6f8b036acf6",  # inferred
    source_id="e398fd3d-1bd1-4976-ac4c-d2038ca6d536",  # inferred
    source_type="Accounting",
    template="sandbox",
    transaction_types=_NOTHING,
    updatable_types=_NOTHING,
    attachments=None,
    contacts=_contacts(_NOTHING, Contact.NONE),
    destination=False,
)
_PARTNER_EXPENSE: Final = Platform(
    key=PARTNER_EXPENSE_KEY,
    name="Partner Expense",  # inferred from `expenseProvider` of the mapping options
    integration_id="908dc457-4468-426f-8a78-f6a446d7164a",  # inferred
    source_id="7482accd-d0df-4afa-a070-8b73f7a2fa51",  # inferred
    source_type="Expense",  # what is printed is a quirk, codat.partner-source-type
    template="",
    transaction_types=_NOTHING,
    updatable_types=_NOTHING,
    attachments=None,
    contacts=_contacts(_NOTHING, Contact.NONE),
    destination=False,
)

PLATFORMS: Final[Mapping[str, Platform]] = MappingProxyType(
    {
        platform.key: platform
        for platform in (
            _XERO,
            _QUICKBOOKS_ONLINE,
            _QUICKBOOKS_ONLINE_SANDBOX,
            _QUICKBOOKS_DESKTOP,
            _NETSUITE,
            _DYNAMICS,
            _FREEAGENT,
            _SAGE_INTACCT,
            _ZOHO_BOOKS,
            _SANDBOX,
            _PARTNER_EXPENSE,
        )
    }
)
"""By integration key, in the order in which the guide lists them, our partner expense integration last."""

CONNECTABLE_KEYS: Final[tuple[str, ...]] = tuple(key for key in PLATFORMS if key != PARTNER_EXPENSE_KEY)
"""What a company may be connected to by key; the partner expense connection has an operation of its own."""
