"""Codat's error body, and what each refusal is in it.

Source: guide "Errors"; schema ErrorMessage; answers of the API.
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from doubleentry.engine.errors import EngineError, InvalidInput, NotFound, Problem
from doubleentry.web.envelope import OwnErrors
from doubleentry.web.errors import Answer, Asked, KeyInUse, KeyReused, Ordered, RequestRefused

GATEWAY: Final = "PublicApi"
CLIENTS: Final = "ClientsApi"
EXPENSES: Final = "ExpenseSyncApi"

PROBLEMS_TEXT: Final = "There are problems with the request, see the Validation property for more detail."
UPDATE_TEXT: Final = "Expense transaction updates are not supported for platforms other than Xero."
CONNECTIONS_TEXT: Final = (
    "The company does not have a valid set of data connections."  # inferred: only the meaning is told
)
QUERY_TEXT: Final = "Error parsing query - Malformed query."

TEXTS: Final[Mapping[int, tuple[str, str]]] = {
    400: (GATEWAY, "Error processing request - not valid."),
    401: (GATEWAY, "Unauthorized"),
    402: (GATEWAY, "CompanyValidationException: Company limit exceeded"),
    403: (GATEWAY, "You are using an outdated API key or a key not associated with that resource."),
    404: (EXPENSES, "NotFound"),
    405: (GATEWAY, "Method Not Allowed"),  # inferred: the status is documented, its text is not
    409: (GATEWAY, "The data set has not been requested."),
    413: (GATEWAY, "Payload Too Large"),  # inferred
    415: (GATEWAY, "Unsupported Media Type"),  # inferred
    422: (EXPENSES, CONNECTIONS_TEXT),
    429: (GATEWAY, "You have made too many requests in a given amount of time; please retry later."),
    500: (GATEWAY, "There is a problem with our server. Please try again later."),
    503: (GATEWAY, "The Codat API is temporarily offline for maintenance. Please try again later."),
}
"""Status → (service, error) where nothing more is known than the status."""

PHRASES: Final[Mapping[int, str]] = {status.value: status.phrase for status in HTTPStatus}

GATEWAY_OPERATIONS: Final = frozenset(
    {
        "list-rules",
        "create-rule",
        "get-rule",
        "list-webhook-consumers",
        "create-webhook-consumer",
        "delete-webhook-consumer",
    }
)
"""What is part of no product: that the gateway speaks for it is inferred, as no document names another service."""

TEXTS_BY_OPERATION: Final[Mapping[tuple[int, str], tuple[str, str]]] = {
    (422, "update-expense-dataset"): (EXPENSES, UPDATE_TEXT),
    **{(404, operation): (GATEWAY, "NotFound") for operation in GATEWAY_OPERATIONS},
}

SERVICES: Final[Mapping[str, str]] = {
    PROBLEMS_TEXT: EXPENSES,
    QUERY_TEXT: CLIENTS,
    UPDATE_TEXT: EXPENSES,
    CONNECTIONS_TEXT: EXPENSES,
}
"""Which service says a documented text, where it is not the one that the status alone tells."""

CLIENTS_OPERATIONS: Final = frozenset(
    {
        "list-companies",
        "create-company",
        "get-company",
        "replace-company",
        "update-company",
        "delete-company",
        "list-connections",
        "create-connection",
        "get-connection",
        "delete-connection",
        "unlink-connection",
    }
)
"""What the service for companies and connections answers."""


class Refused(EngineError):
    """Codat refuses for a reason of its own.

    Attributes:
        status: The HTTP status.
        service: Which of Codat's services says so.
        text: The member ``error``.
        problems: What stands in ``validation``; empty for null.
    """

    def __init__(self, status: int, text: str, service: str = EXPENSES, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.service = service
        self.text = text
        self.problems = tuple(problems)


def invalid(*problems: Problem) -> Refused:
    """Return the refusal of a body that has the right shape and wrong content."""
    return Refused(400, PROBLEMS_TEXT, EXPENSES, problems)


class CodatErrors:
    """How Codat words refusals."""

    def refusal(self, error: EngineError | RequestRefused, asked: Asked) -> Answer:
        """Return the answer to an error, or to any status that a fault orders."""
        correlation, operation = asked.correlation, asked.operation
        match error:
            case RequestRefused():
                service, text = _for_status(error, asked)
                return _answer(error.status, service, text, correlation, headers=error.headers)
            case Refused():
                return _answer(error.status, error.service, error.text, correlation, error.problems)
            case InvalidInput(location="query"):
                return _answer(400, *TEXTS[400], correlation, error.problems)
            case InvalidInput():
                return _answer(400, service_of(operation), PROBLEMS_TEXT, correlation, error.problems)
            case NotFound():
                return _answer(404, *_missing(error, operation), correlation)
            case _:
                # Nothing that Codat has: clocks, workspaces and holds are the emulator's.
                return OwnErrors().refusal(error, asked)


def service_of(operation: str | None) -> str:
    """Return which service an operation is of."""
    if operation in CLIENTS_OPERATIONS:
        return CLIENTS
    return GATEWAY if operation in GATEWAY_OPERATIONS else EXPENSES


def for_status(status: int, operation: str | None) -> tuple[str, str]:
    """Return (service, error) for a status of which nothing more is known."""
    special = TEXTS_BY_OPERATION.get((status, operation or ""))
    if special is not None:
        return special
    return TEXTS.get(status) or (GATEWAY, PHRASES.get(status, "Error"))


def _missing(error: NotFound, operation: str | None) -> tuple[str, str]:
    if error.kind == "connection":
        return GATEWAY, f"Data connection {error.id} not found"
    if error.kind == "company" and operation in CLIENTS_OPERATIONS:
        return CLIENTS, f"No company was found with ID {error.id}"
    return for_status(404, operation)


def _for_status(refused: RequestRefused, asked: Asked) -> tuple[str, str]:
    """Return (service, error) for a status; a fault that orders one may have a text for it."""
    if isinstance(refused, KeyInUse | KeyReused):
        # inferred: the statuses are documented, their texts are not
        return GATEWAY, str(refused)
    service, text = for_status(refused.status, asked.operation)
    if not isinstance(refused, Ordered):
        return service, text
    if refused.text is not None:
        return SERVICES.get(refused.text, service), refused.text
    return _missing_at(asked) if refused.status == HTTPStatus.NOT_FOUND else (service, text)


def _missing_at(asked: Asked) -> tuple[str, str]:
    """Return (service, error) for what an operation's path names, as if it were not there."""
    found = re.match(r"/companies/([^/]+)(?:/connections/([^/]+))?", asked.request.path, re.IGNORECASE)
    if asked.operation not in CLIENTS_OPERATIONS or found is None:
        return for_status(404, asked.operation)
    company, connection = (id and id.lower() for id in found.groups())
    return _missing(NotFound("connection", connection) if connection else NotFound("company", company), asked.operation)


def _answer(  # noqa: PLR0913, PLR0917 - the members of the body
    status: int,
    service: str,
    text: str,
    correlation: str,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
) -> Answer:
    body = {
        "statusCode": status,
        "service": service,
        "error": text,
        "correlationId": correlation,
        "validation": _validation(problems),
        "canBeRetried": "No" if problems else "Unknown",
        "detailedErrorCode": 0,
    }
    return Answer(status, body, headers or {})


def _validation(problems: Sequence[Problem]) -> dict[str, Any] | None:
    if not problems:
        return None
    return {
        "errors": [
            {"itemId": model_path(problem.path), "message": problem.message, "validatorName": None}
            for problem in problems
        ],
        "warnings": [],
    }


def pascal_case(name: str) -> str:
    """Return a wire name as the .NET model spells it: ``netAmount`` is ``NetAmount``."""
    return name[:1].upper() + name[1:]


def model_path(path: Sequence[str | int]) -> str:
    """Return where a problem is, as Codat's ``itemId`` says it: ``Items[0].Lines[0].NetAmount``.

    Args:
        path: Wire names and zero-based indices from the body's root; ``_schema``, which stands for the whole object, is
            passed over.

    Returns:
        The path in .NET's spelling; empty for the body itself.
    """
    spelled = ""
    for step in path:
        if isinstance(step, int):
            spelled += f"[{step}]"
        elif step != "_schema":
            spelled += f".{pascal_case(step)}" if spelled else pascal_case(step)
    return spelled
