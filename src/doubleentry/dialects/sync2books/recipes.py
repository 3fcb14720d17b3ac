"""A named fault for each failure that Sync2Books documents.

Source: guide "Errors and rate limits" (shape and statuses); guide "Sync transactions", "Common error messages" (the
texts of items that failed); guide "Upload receipts" (413). Texts that no document shows in full are inferred, as in
`errors` and `rules.pushing`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from doubleentry.dialects.sync2books.applications import DIALECT
from doubleentry.dialects.sync2books.errors import (
    FILE_TOO_LARGE,
    MISSING,
    NO_KEY,
    PHRASES,
    STALE,
    TEXTS,
    WRONG_KEY,
    WRONG_SIGNATURE,
)
from doubleentry.engine.documents import Document
from doubleentry.engine.faults import Layer, Match
from doubleentry.engine.recipes import ANY, Ingredient, Promise, Recipe, Seen, Timing

ERRORS: Final = 'Sync2Books, guide "Errors and rate limits"'
AUTHENTICATION: Final = 'Sync2Books, guide "Authentication"'
CREATING: Final = 'Sync2Books, guide "Create transactions"'
SYNCING: Final = 'Sync2Books, guide "Sync transactions"'
RECEIPTS: Final = 'Sync2Books, guide "Upload receipts"'
QUICKBOOKS: Final = 'Sync2Books, guide "QuickBooks Online reference"'
ODOO: Final = 'Sync2Books, guide "Odoo" (October 2026)'

DOCUMENTED: Final = "documented"
INFERRED: Final = "inferred"
OBSERVED: Final = "observed"

STATUS: Final = "get-sync-batch"
UPLOAD: Final = "upload-attachment"
CREATE: Final = "create-expenses"

ONE_FAILS: Final = "exp-002"
"""The expense that fails in a batch that fails in part: a rule has to name one, and samples of a batch have it."""


def _body(status: int, message: str | list[str]) -> Document:
    phrase = {} if status == 500 else {"error": PHRASES[status]}  # noqa: PLR2004 - the one without
    return {"statusCode": status, "message": message, **phrase}


def _answered(  # noqa: PLR0913 - what differs from one status to the next
    status: int,
    word: str,
    summary: str,
    text: str,
    *,
    headers: Mapping[str, str] = MappingProxyType({}),
    shown: Mapping[str, str] = MappingProxyType({}),
    operation: str | None = None,
    source: str = ERRORS,
    fidelity: str = INFERRED,
) -> Recipe:
    """Return the recipe of a status; how its text is known is the fidelity, the statuses are all documented.

    Args:
        status: The HTTP status.
        word: What it is called here.
        summary: What happens.
        text: The member ``message``.
        headers: What the rule has to say.
        shown: Headers that are there of themselves.
        operation: Whose answer it is; None for any.
        source: The document that shows it.
        fidelity: How the text is known.
    """
    effect: Document = {"status": status, "message": text}
    if headers:
        effect["headers"] = dict(headers)
    promise = Promise(Seen.ANSWER, _body(status, text), status, {**headers, **shown}, operation)
    rule = Ingredient(Layer.HTTP, effect, Match(operation=operation))
    return Recipe(f"{DIALECT}.{status}.{word}", DIALECT, summary, (rule,), (promise,), source, fidelity)


def _failed(  # noqa: PLR0913 - what differs from one failure to the next
    word: str,
    summary: str,
    text: str,
    *,
    code: str = "completed.failed",
    status: str = "completed",
    source: str = SYNCING,
    fidelity: str = DOCUMENTED,
) -> Recipe:
    """Return the recipe of a batch, all of whose items fail with a text."""
    promises = (
        Promise(Seen.SYNC, {"status": status, "successfulItems": 0, "failedItems": 2}, operation=STATUS),
        Promise(Seen.ITEM, _item("failed", text), operation=STATUS),
        Promise(Seen.WEBHOOK, _event("expense.write.unsuccessful", status, [_told("failed", text)] * 2, 0)),
    )
    rule = Ingredient(Layer.SYNC, {"code": code, "message": text})
    return Recipe(f"{DIALECT}.{word}", DIALECT, summary, (rule,), promises, source, fidelity, Timing.AT_PACE)


def _item(status: str, text: str | None) -> dict[str, Any]:
    return {"entityType": "Expense", "status": status, "integrationResponse": None, "syncErrorMessage": text}


def _told(status: str, text: str | None) -> Document:
    return {"entityId": ANY, "entityType": "Expense", "status": status, "syncErrorMessage": text}


def _event(name: str, status: str, items: list[Document], successful: int) -> Document:
    return {
        "id": ANY,
        "eventType": name,
        "generatedDate": ANY,
        "payload": {
            "companyId": ANY,
            "connectionId": ANY,
            "integrationKey": ANY,
            "syncBatchId": ANY,
            "status": status,
            "totalItems": len(items),
            "successfulItems": successful,
            "failedItems": len(items) - successful,
            "items": items,
        },
    }


INVALID: Final = Recipe(
    f"{DIALECT}.400.validation",
    DIALECT,
    "The body does not fit, and `message` lists what is wrong with it.",
    (
        Ingredient(
            Layer.HTTP,
            {
                "problems": [
                    {"path": "id", "message": "id should not be empty"},
                    {"path": "currency", "message": "currency must be a string"},
                ]
            },
        ),
    ),
    (Promise(Seen.ANSWER, _body(400, ["id should not be empty", "currency must be a string"]), 400),),
    CREATING,
    DOCUMENTED,
)

PARTLY: Final = Recipe(
    f"{DIALECT}.partial-failure",
    DIALECT,
    f"The batch is completed although the expense `{ONE_FAILS}` failed; the others are written.",
    (Ingredient(Layer.SYNC, {"reject": [ONE_FAILS], "message": "Invalid account ID: account-xyz does not exist"}),),
    (
        Promise(Seen.SYNC, {"status": "completed", "successfulItems": 1, "failedItems": 1}, operation=STATUS),
        Promise(
            Seen.ITEM,
            {"entityId": ONE_FAILS, **_item("failed", "Invalid account ID: account-xyz does not exist")},
            operation=STATUS,
        ),
        Promise(
            Seen.WEBHOOK,
            _event(
                "expense.write.unsuccessful",
                "completed",
                [
                    _told("success", None),
                    {**_told("failed", "Invalid account ID: account-xyz does not exist"), "entityId": ONE_FAILS},
                ],
                1,
            ),
        ),
    ),
    SYNCING,
    DOCUMENTED,
    Timing.AT_PACE,
)

STUCK: Final = Recipe(
    f"{DIALECT}.processing",
    DIALECT,
    "The batch is processed without end: a client gives up after its minute.",
    (Ingredient(Layer.SYNC, {"code": "processing"}),),
    (
        Promise(Seen.SYNC, {"status": "processing", "successfulItems": 0, "failedItems": 0}, operation=STATUS),
        Promise(Seen.ITEM, _item("processing", None), operation=STATUS),
    ),
    SYNCING,
    INFERRED,
    Timing.NEVER_ENDS,
)

RECIPES: Final[tuple[Recipe, ...]] = (
    INVALID,
    _answered(
        400, "not-valid", "The request is not valid, and nothing says where.", "Validation failed", fidelity=DOCUMENTED
    ),
    _answered(401, "no-key", "No key was sent.", NO_KEY, source=AUTHENTICATION),
    _answered(
        401, "invalid-key", "The key is unknown, or its application is not active.", WRONG_KEY, source=AUTHENTICATION
    ),
    _answered(
        401,
        "invalid-signature",
        "The request is signed, and the signature does not hold.",
        WRONG_SIGNATURE,
        source=AUTHENTICATION,
    ),
    _answered(
        401, "stale-timestamp", "The request was signed more than five minutes ago.", STALE, source=AUTHENTICATION
    ),
    _answered(403, "forbidden", "The key is valid, and what the path names is another application's.", TEXTS[403]),
    *(
        _answered(404, f"{kind.replace(' ', '-')}", f"There is no such {kind}.", text)
        for kind, text in MISSING.items()
        if kind in {"company", "connection", "expense", "sync batch", "sync item"}
    ),
    _answered(
        404,
        "attachment",
        "There is no such batch, or no such expense in it.",
        MISSING["sync batch or transaction"],
        operation=UPLOAD,
        source=RECEIPTS,
        fidelity=DOCUMENTED,
    ),
    _answered(409, "conflict", "It is so already, such as a company that is connected.", PHRASES[409]),
    _answered(
        413,
        "file",
        "The file has more than 10 MB.",
        FILE_TOO_LARGE,
        operation=UPLOAD,
        source=RECEIPTS,
        fidelity=DOCUMENTED,
    ),
    _answered(
        429,
        "rate-limit",
        "No call is left in this minute; clients wait until `X-RateLimit-Reset`.",
        TEXTS[429],
        headers={"Retry-After": "60", "X-RateLimit-Remaining": "0"},
        shown={"X-RateLimit-Limit": "100", "X-RateLimit-Reset": ANY},
    ),
    _answered(500, "server-error", "A fault on the vendor's side.", TEXTS[500], fidelity=OBSERVED),
    _answered(501, "not-implemented", "The accounting software cannot do this.", PHRASES[501], source=ODOO),
    _failed(
        "invalid-account",
        "The items fail: the account does not exist.",
        "Invalid account ID: account-xyz does not exist",
    ),
    _failed(
        "invalid-tax-rate",
        "The items fail: the tax rate does not exist.",
        "Invalid tax rate ID: tax-xyz does not exist",
        fidelity=INFERRED,
    ),
    _failed(
        "invalid-vendor",
        "The items fail: the supplier does not exist.",
        "Invalid vendor ID: supplier-xyz does not exist",
        source=QUICKBOOKS,
        fidelity=INFERRED,
    ),
    _failed(
        "invalid-customer",
        "The items fail: the customer does not exist.",
        "Invalid customer ID: customer-xyz does not exist",
        source=QUICKBOOKS,
        fidelity=INFERRED,
    ),
    _failed("rate-limited", "The items fail: the accounting software has had enough requests.", "Rate limit exceeded"),
    _failed("validation-error", "The items fail: the accounting software does not take the data.", "Validation error"),
    _failed(
        "connection-expired",
        "The batch fails as a whole: the token of its connection has expired.",
        "Connection expired",
        code="failed",
        status="failed",
    ),
    _failed(
        "connection-disconnected",
        "The batch fails as a whole: its connection was ended.",
        "Connection disconnected",
        code="failed",
        status="failed",
        fidelity=INFERRED,
    ),
    _failed(
        "batch-failed",
        "The batch fails as a whole.",
        "Sync batch failed",
        code="failed",
        status="failed",
        fidelity=INFERRED,
    ),
    PARTLY,
    STUCK,
)
