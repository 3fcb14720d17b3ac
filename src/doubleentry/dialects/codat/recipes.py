"""A named fault for each failure that Codat documents.

Source: guide "Errors"; guide "The sync process explained" (2023), "Sync status codes"; the failed sync of the guide
"Syncing expenses". Strings that no document shows are inferred, as in `errors` and `statuses`.
"""

from collections.abc import Mapping
from typing import Any, Final

from doubleentry.dialects.codat import statuses
from doubleentry.dialects.codat.errors import (
    CLIENTS,
    CONNECTIONS_TEXT,
    EXPENSES,
    GATEWAY,
    PROBLEMS_TEXT,
    QUERY_TEXT,
    TEXTS,
    UPDATE_TEXT,
)
from doubleentry.engine.documents import Document
from doubleentry.engine.faults import Layer, Match
from doubleentry.engine.recipes import ANY, Ingredient, Promise, Recipe, Seen, Timing

ERRORS: Final = 'Codat, guide "Errors"'
LIMITS: Final = 'Codat, guide "Rate limits"'
CODES: Final = 'Codat, guide "The sync process explained" (2023)'
SYNCING: Final = 'Codat, guide "Syncing expenses" (2023)'
UPDATING: Final = 'Codat, guide "Updating expenses" (2023)'
API: Final = "Codat, Sync for Expenses API (2023)"

DOCUMENTED: Final = "documented"
INFERRED: Final = "inferred"

CONFLICT_TEXT: Final = (
    "Feed Connection failed(409): The AccountToken, AccountId or AccountNumber is already connected to another Xero "
    "Bank Account in the selected Xero Organization."
)
WRAPPED: Final = f"An error occurred in a downstream service. Correlation ID: {ANY}. Message:  "


def _refusal(status: int, service: str, text: str, problems: tuple[tuple[str, str], ...] = ()) -> Document:
    errors = [{"itemId": where, "message": told, "validatorName": None} for where, told in problems]
    return {
        "statusCode": status,
        "service": service,
        "error": text,
        "correlationId": ANY,
        "validation": {"errors": errors, "warnings": []} if problems else None,
        "canBeRetried": "No" if problems else "Unknown",
        "detailedErrorCode": 0,
    }


def _answered(  # noqa: PLR0913 - what differs from one status to the next
    status: int,
    word: str,
    summary: str,
    *,
    text: str | None = None,
    service: str | None = None,
    headers: Mapping[str, str] | None = None,
    operation: str | None = None,
    source: str = ERRORS,
    fidelity: str = DOCUMENTED,
) -> Recipe:
    """Return the recipe of a status; a text is given where the status has more than one."""
    effect: Document = {"status": status}
    if headers is not None:
        effect["headers"] = dict(headers)
    if text is not None:
        effect["message"] = text
    of_status, usual = TEXTS[status]
    promise = Promise(
        Seen.ANSWER, _refusal(status, service or of_status, text or usual), status, headers or {}, operation
    )
    rule = Ingredient(Layer.HTTP, effect, Match(operation=operation))
    return Recipe(f"codat.{status}.{word}", "codat", summary, (rule,), (promise,), source, fidelity)


def _ended(  # noqa: PLR0913 - what differs from one code to the next
    code: int, word: str, summary: str, text: str, *, source: str = CODES, fidelity: str = INFERRED, said: bool = False
) -> Recipe:
    """Return the recipe of a code that a sync ends with.

    Args:
        code: One of the codes.
        word: What it is called here.
        summary: What happens.
        text: What the messages say.
        source: The document that shows it.
        fidelity: How the messages are known; the codes are documented.
        said: Whether the rule has to say the text, because it is not the usual one.
    """
    status = {statuses.PUSH_ERROR: "PushError", 5120: "ValidationError"}.get(code, "Unknown")
    message = WRAPPED + text if code == statuses.PUSH_ERROR else text
    told = {"message": message} if status != "Unknown" else {}
    body = _status(code, message)
    item = {"transactionId": ANY, "status": status, **told, "integrationType": "expense"}
    stage = statuses.FAILURE_STAGES.get(code, statuses.FIRST_STAGE)
    promises = (
        Promise(Seen.SYNC, body, operation="get-sync-by-id"),
        Promise(Seen.ITEM, item, operation="list-sync-transactions"),
        Promise(Seen.WEBHOOK, _alert(stage)),
    )
    effect: Document = {"code": str(code), "message": text} if said else {"code": str(code)}
    rule = Ingredient(Layer.SYNC, effect)
    return Recipe(f"codat.{code}.{word}", "codat", summary, (rule,), promises, source, fidelity, Timing.AT_PACE)


def _status(code: int, message: str) -> Document:
    return {
        "companyId": ANY,
        "syncId": ANY,
        "syncStatusCode": code,
        "syncStatus": statuses.WORDS[code],
        "errorMessage": message,
        "syncExceptionMessage": message,
        "syncUtc": ANY,
        "dataPushed": False,
    }


def _alert(stage: str) -> dict[str, Any]:
    return {
        "AlertId": ANY,
        "ClientId": ANY,
        "ClientName": "Expense Sync",
        "CompanyId": ANY,
        "RuleId": ANY,
        "RuleType": "Sync Failed",
        "Message": f"Sync {ANY} for company {ANY} of type Expense has failed at step {stage}.",
        "Data": {
            "syncId": ANY,
            "syncType": "Expense",
            "SyncDateRangeStartUtc": ANY,
            "SyncDateRangeFinishUtc": ANY,
            "FailureStage": stage,
        },
    }


INVALID: Final = Recipe(
    "codat.400.validation",
    "codat",
    "The body does not fit, and `validation` says where.",
    (
        Ingredient(
            Layer.HTTP, {"problems": [{"path": "items/1/currency", "message": "The Currency field is required."}]}
        ),
    ),
    (
        Promise(
            Seen.ANSWER,
            _refusal(400, EXPENSES, PROBLEMS_TEXT, (("Items[1].Currency", "The Currency field is required."),)),
            400,
            operation="create-expense-dataset",
        ),
    ),
    API,
    DOCUMENTED,
)

MISSING: Final = Recipe(
    "codat.404.not-found",
    "codat",
    "What the path names is not there; each service words it in its own way.",
    (Ingredient(Layer.HTTP, {"status": 404}),),
    (
        Promise(Seen.ANSWER, _refusal(404, EXPENSES, "NotFound"), 404, operation="get-sync-by-id"),
        Promise(
            Seen.ANSWER, _refusal(404, CLIENTS, f"No company was found with ID {ANY}"), 404, operation="get-company"
        ),
        Promise(
            Seen.ANSWER, _refusal(404, GATEWAY, f"Data connection {ANY} not found"), 404, operation="get-connection"
        ),
    ),
    ERRORS,
    DOCUMENTED,
)

LONG_RUNNING: Final = Recipe(
    "codat.1010.long-running",
    "codat",
    "The sync has been running for more than ten minutes, from its start on, and does not end by itself.",
    (Ingredient(Layer.SYNC, {"code": "1010"}),),
    (
        Promise(Seen.SYNC, _status(1010, ""), operation="get-sync-by-id"),
        Promise(
            Seen.ITEM,
            {"transactionId": ANY, "status": "Pending", "integrationType": "expense"},
            operation="list-sync-transactions",
        ),
    ),
    CODES,
    DOCUMENTED,
    Timing.NEVER_ENDS,
)

RECIPES: Final[tuple[Recipe, ...]] = (
    _answered(400, "not-valid", "The request is not valid, and nothing says where."),
    INVALID,
    _answered(400, "query", "The query cannot be read.", text=QUERY_TEXT, service=CLIENTS),
    _answered(401, "unauthorized", "The key is missing or wrong."),
    _answered(402, "company-limit", "The plan has no room for another company."),
    _answered(402, "payment-required", "The plan does not have this.", text="Payment Required"),
    _answered(
        402,
        "sync-schedule",
        "The plan does not have this schedule.",
        text="SyncSettingsValidationException: Sync schedule not allowed",
    ),
    _answered(403, "forbidden", "The key is outdated, or not for this resource."),
    MISSING,
    _answered(405, "method-not-allowed", "The path has no such method.", fidelity=INFERRED),
    _answered(409, "not-requested", "The data has never been fetched."),
    _answered(
        422,
        "connections",
        "A sync cannot start: the company lacks a valid set of connections.",
        text=CONNECTIONS_TEXT,
        operation="intiate-sync",
        source=API,
        fidelity=INFERRED,
    ),
    _answered(
        422,
        "update",
        "The platform does not take updates.",
        text=UPDATE_TEXT,
        operation="update-expense-dataset",
        source=UPDATING,
    ),
    _answered(
        429,
        "too-many-requests",
        "The quota is used up; `Retry-After` says for how long, which length is inferred.",
        headers={"Retry-After": "60", "X-Rate-Limit-Remaining": "0"},
        source=LIMITS,
    ),
    _answered(500, "server-error", "A problem of Codat's."),
    _answered(503, "maintenance", "Codat is offline for maintenance."),
    LONG_RUNNING,
    _ended(
        4000,
        "configuration",
        "The sync fails: the company's configuration is missing or not valid.",
        "The company's configuration is missing or not valid.",
    ),
    _ended(4040, "company-deleted", "The sync fails: the company is gone.", "The company has been deleted."),
    _ended(
        4220,
        "deauthorized",
        "The sync fails: the company has de-authorized its connection.",
        "A data connection of the company is not linked, or has been de-authorized.",
    ),
    _ended(
        4260,
        "billing",
        "The sync fails: the accounting software's subscription has expired.",
        "The company's subscription to its accounting platform has expired.",
    ),
    _ended(
        5000,
        "server-error",
        "The sync fails: a problem of Codat's.",
        "There is a problem with our server. Please try again later.",
    ),
    _ended(
        5080,
        "duplicate",
        "The sync fails: its transactions were processed before.",
        f"One or more transactions have previously been processed: {ANY}",
        fidelity=DOCUMENTED,
    ),
    _ended(
        5120,
        "processing",
        "The sync fails: its data cannot be processed.",
        "The transaction is not valid.",
    ),
    _ended(
        5130,
        "push-error",
        "The sync fails: the accounting software refuses what is pushed, in the words of the guide's sample.",
        CONFLICT_TEXT,
        source=SYNCING,
        fidelity=DOCUMENTED,
        said=True,
    ),
)
