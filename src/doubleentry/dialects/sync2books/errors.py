"""The framework's error body, and what each refusal is in it.

Source: guide "Errors and rate limits" (shape and statuses: documented); NestJS 11.2 (its words: observed); the words
that the vendor chose itself are mostly inferred, see `TEXTS` and `MISSING`.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from doubleentry.engine.errors import EngineError, InvalidInput, NotFound
from doubleentry.web.envelope import OwnErrors
from doubleentry.web.errors import (
    Answer,
    Asked,
    BodyTooLarge,
    MalformedBody,
    MethodNotAllowed,
    NotAuthenticated,
    Ordered,
    RequestRefused,
    RouteNotFound,
    SignatureRefused,
)
from doubleentry.web.operation import MULTIPART

NO_KEY: Final = "API key is required"
WRONG_KEY: Final = "Invalid API key"
WRONG_SIGNATURE: Final = "Invalid signature"
STALE: Final = "Request timestamp expired"
FILE_TOO_LARGE: Final = "File size exceeds maximum of 10MB"

TEXTS: Final[Mapping[int, str]] = {
    401: WRONG_KEY,
    403: "Access to this resource is not allowed",
    429: "Rate limit exceeded",
    500: "Internal server error",
}
"""Status → message where nothing more is known than the status; for any other, its phrase."""

MISSING: Final[Mapping[str, str]] = {
    "company": "Company not found",
    "connection": "Connection not found",
    "expense": "Expense not found",
    "sync batch": "Sync batch not found",
    "sync item": "Sync item not found",
    "sync batch or transaction": "Sync batch or transaction not found",
    "webhook endpoint": "Webhook endpoint not found",
}
"""What is not there → message."""

PHRASES: Final[Mapping[int, str]] = {
    **{status.value: status.phrase for status in HTTPStatus},
    413: "Payload Too Large",  # newer Pythons have another word
    422: "Unprocessable Entity",
}


class Refused(EngineError):
    """The vendor refuses for a reason of its own.

    Attributes:
        status: The HTTP status.
        text: The member ``message``.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Forbidden(Refused):
    """Something belongs to another application."""

    def __init__(self) -> None:
        super().__init__(403, TEXTS[403])


class NestErrors:
    """How the framework, and the vendor on top of it, words refusals."""

    def refusal(self, error: EngineError | RequestRefused, asked: Asked) -> Answer:
        """Return the answer to an error, or to any status that a fault orders."""
        match error:
            case RequestRefused():
                return _request(error, asked)
            case Refused():
                return answer(error.status, error.text)
            case InvalidInput():
                return answer(400, [problem.message for problem in error.problems])
            case NotFound() if error.kind in MISSING:
                return answer(404, MISSING[error.kind])
            case _:
                # Nothing that the vendor has: clocks, workspaces and holds are the emulator's.
                return OwnErrors().refusal(error, asked)


def answer(status: int, message: str | Sequence[str], headers: Mapping[str, str] | None = None) -> Answer:
    """Return an error body; that of an error nobody foresaw has no phrase."""
    phrase = {} if status == HTTPStatus.INTERNAL_SERVER_ERROR else {"error": PHRASES.get(status, "Error")}
    return Answer(status, {"statusCode": status, "message": message, **phrase}, headers or {})


def _request(error: RequestRefused, asked: Asked) -> Answer:
    match error:
        case RouteNotFound() | MethodNotAllowed():
            return answer(404, f"Cannot {asked.request.method} {asked.url}")
        case NotAuthenticated():
            return answer(401, _unauthenticated(error, asked))
        case MalformedBody():
            return answer(400, str(error))
        case BodyTooLarge():
            if asked.request.mimetype == MULTIPART:
                return answer(413, FILE_TOO_LARGE)
            # What the framework's reader of bodies throws passes through as it is, without the phrase.
            return Answer(413, {"statusCode": 413, "message": "request entity too large"})
        case _:
            ordered = error.text if isinstance(error, Ordered) else None
            text = ordered or TEXTS.get(error.status) or PHRASES.get(error.status, "Error")
            return answer(error.status, text, error.headers)


def _unauthenticated(error: NotAuthenticated, asked: Asked) -> str:
    if isinstance(error, SignatureRefused):
        return STALE if error.stale else WRONG_SIGNATURE
    return WRONG_KEY if asked.request.headers.get("X-API-Key", "").strip() else NO_KEY
