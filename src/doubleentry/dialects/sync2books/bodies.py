"""What each body may hold, as a table of rules: for the checks, and for the document (`schemas.bodies`).

Which members there are, and which must be there, is documented. Which rules the vendor has attached to them is inferred
from the messages in its documents and from the framework's habits; so is the order, which is that of the documents.

Source: guides "Create transactions", "Configure customer", "Map transactions", "Sync transactions" and
``openapi/accounting.json``.
"""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec.structs import replace

from doubleentry.dialects.sync2books.platforms import ELSEWHERE, PLATFORMS
from doubleentry.dialects.sync2books.statuses import DOCS, OPENAPI
from doubleentry.dialects.sync2books.validation import (
    ARRAY,
    DATE,
    EACH_TEXT,
    FLAG,
    INTEGER,
    NOT_EMPTY,
    NUMBER,
    TEXT,
    URL,
    Field,
    Shape,
    at_least,
    at_most,
    no_less,
    no_more,
    one_of,
)

EXPENSE_TYPES: Final = ("Payment", "DirectCost")
CONTACT_TYPES: Final = ("Supplier", "Customer")
MOST_PER_PAGE: Final = 100
MOST_RETRIED: Final = 100

_NAMED: Final = (NOT_EMPTY, TEXT)
_ID: Final = Field("id", _NAMED)

REFERENCE: Final = Shape(
    "Reference",
    "A row of the accounting software, by its id; the later edition lets it carry a name, which means nothing.",
    (_ID, Field("name", (TEXT,), optional=True)),
)
CONTACT: Final = Shape("ContactReference", "Who was paid.", (_ID, Field("type", (one_of(CONTACT_TYPES),))))
TRACKING: Final = Shape(
    "TrackingReference",
    "A tracking category, or one of its options.",
    (_ID, Field("dataType", (one_of(("trackingCategories",)),))),
)
INVOICE_TO: Final = Shape(
    "InvoiceToReference", "The customer who is to be billed.", (_ID, Field("type", (one_of(("Customer",)),)))
)

EXPENSE_LINE: Final = Shape(
    "CreateExpenseLine",
    "A line of an expense.",
    (
        Field("netAmount", (NUMBER,), example=100),
        Field("taxAmount", (NUMBER,), example=10),
        Field("taxRateRef", (NOT_EMPTY,), shape=REFERENCE),
        Field("accountRef", (NOT_EMPTY,), shape=REFERENCE),
        Field("trackingRefs", (ARRAY,), optional=True, shape=TRACKING, many=True),
        Field("invoiceTo", optional=True, shape=INVOICE_TO),
    ),
)

EXPENSE: Final = Shape(
    "CreateExpense",
    "An expense under an id of the caller's.",
    (
        Field("id", _NAMED, example="exp-001"),
        Field("type", (one_of(EXPENSE_TYPES),)),
        Field("issueDate", (DATE,), example="2026-01-05T00:00:00Z"),
        Field("currency", (TEXT,), example="USD"),
        Field("currencyRate", (NUMBER,), example=1),
        Field("merchantName", _NAMED, example="Office Supplies Co"),
        Field("contactRef", optional=True, shape=CONTACT),
        Field("bankAccountRef", optional=True, shape=REFERENCE),
        Field("lines", (at_least(1), ARRAY), shape=EXPENSE_LINE, many=True),
        Field("notes", (TEXT,), optional=True),
        Field("postAsDraft", (FLAG,), optional=True),
    ),
)


def expense(defaults: Collection[str] = ()) -> Shape:
    """Return what an expense may hold.

    Args:
        defaults: References of a line that the company has a default for, and that may therefore be missing:
            ``accountRef``, ``taxRateRef``.
    """
    fields = tuple(replace(each, optional=each.optional or each.name in defaults) for each in EXPENSE_LINE.fields)
    line = replace(EXPENSE_LINE, fields=fields)
    return replace(
        EXPENSE, fields=tuple(replace(each, shape=line) if each.name == "lines" else each for each in EXPENSE.fields)
    )


NEW_COMPANY: Final = Shape(
    "CreateCompany", "A company that is to be made.", (Field("name", _NAMED, example="Acme Ltd"),)
)
COMPANY_CHANGE: Final = Shape(
    "UpdateCompany",
    "What may be changed of a company; what is missing stays.",
    (Field("name", _NAMED, optional=True, example="Acme Ltd"), Field("isActive", (FLAG,), optional=True)),
)

CONNECTION_CHANGE: Final = Shape(
    "UpdateConnection",
    "The one change of a connection: its end.",
    (Field("status", (one_of(("DISCONNECTED",), also=("disconnected",)),)),),
)
DEFAULT: Final = Shape("Default", "A row of the accounting software, by its id.", (_ID,))
EXPENSE_CONFIG: Final = Shape(
    "UpdateExpenseConfig",
    "Defaults of a company: null takes one away, what is missing stays.",
    tuple(
        Field(name, optional=True, shape=DEFAULT)
        for name in ("bankAccount", "supplier", "customer", "defaultAccount", "defaultTaxRate")
    ),
)

RETRY: Final = Shape(
    "RetryBatch",
    "Which failed items of a batch are tried again; none named is all of them.",
    (Field("itemIds", (EACH_TEXT, ARRAY), optional=True),),
)
ITEMS_RETRY: Final = Shape(
    "RetryItems",
    "Which items are tried again.",
    (Field("syncItemIds", (EACH_TEXT, at_most(MOST_RETRIED), at_least(1), ARRAY)),),
)

NEW_ENDPOINT: Final = Shape(
    "CreateWebhookEndpoint",
    "Who is to be told what.",
    (
        Field("name", _NAMED, example="Batches"),
        Field("url", (URL,), example="http://127.0.0.1:9000/hook"),
        Field("eventTypes", (EACH_TEXT, at_least(1), ARRAY), example=["expense.write.successful"]),
    ),
)
ENDPOINT_CHANGE: Final = Shape(
    "UpdateWebhookEndpoint",
    "What may be changed of an endpoint; without an environment it is told of any.",
    (*(replace(each, optional=True) for each in NEW_ENDPOINT.fields), Field("environment", (TEXT,), optional=True)),
)

PAGE_NUMBER: Final = Field("page", (no_less(1), INTEGER), optional=True)
LIMIT: Final = Field("limit", (no_more(MOST_PER_PAGE), no_less(1), INTEGER), optional=True)
OFFSET: Final = Field("offset", (no_less(0), INTEGER), optional=True)

INTEGRATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    DOCS: tuple(platform.upper for platform in PLATFORMS.values()),
    OPENAPI: ("quickbooks", "xero", "sage", *ELSEWHERE),
}
"""Profile → the integrations that its edition names, as it spells them; those of either are taken in both."""

AUTH_URLS: Final[Mapping[str, Shape]] = {
    profile: Shape(
        "AuthUrlQuery",
        "Which accounting software, and which connection to it is linked anew.",
        (
            Field("integrationKey", (one_of(told, also=(*INTEGRATIONS[DOCS], *PLATFORMS)),)),
            Field("connectionId", (TEXT,), optional=True),
        ),
    )
    for profile, told in INTEGRATIONS.items()
}
"""Profile → what is asked for a URL with."""
OF_CONNECTION: Final = Field("connectionId", _NAMED, example="a1000000-0000-4000-8000-000000000001")
CONTACTS_PAGE: Final = Shape("ContactsQuery", "Whose, and which page of them.", (OF_CONNECTION, PAGE_NUMBER, LIMIT))
TAX_RATES_SLICE: Final = Shape(
    "TaxRatesQuery",
    "Of which connection, in which state, and how many after how many.",
    (
        OF_CONNECTION,
        Field("status", (one_of(("Active", "Inactive", "Archived")),), optional=True),
        LIMIT,
        OFFSET,
    ),
)
