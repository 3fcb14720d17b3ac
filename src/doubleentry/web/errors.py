"""What the kit refuses before a handler is asked, and how a surface words any refusal.

RequestRefused
├── RouteNotFound         no operation has this path
├── MethodNotAllowed      the path has operations, but not with this method
├── NotAuthenticated      no key, or one that the workspace does not know
│   └── SignatureRefused  the key is known, and the request's signature does not hold
├── MalformedBody         the body cannot be read as what it says it is
├── BodyTooLarge          more bytes than the operation takes
├── WrongContentType      a body of a type that the operation does not take
├── KeyInUse              the first request with this idempotency key is not answered yet
├── KeyReused             the idempotency key was shown with another request
├── TooManyRequests       the key has used up what it may call in this window
├── ServerRefused         the HTTP server could not or would not read the request
└── Ordered               a fault rule asks for this status
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from doubleentry.engine.errors import EngineError

if TYPE_CHECKING:
    from flask import Request


class RequestRefused(Exception):
    """A request is refused before a handler is asked.

    Attributes:
        status: The HTTP status that every surface answers with.
        headers: Headers that the answer must have.
    """

    status: int

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = dict(headers or {})


class RouteNotFound(RequestRefused):
    """No operation has this path."""

    status = 404


class MethodNotAllowed(RequestRefused):
    """The path has operations, but none with this method.

    Attributes:
        method: The method that was asked for.
        allowed: Those that the path's operations have.
    """

    status = 405

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.method = method
        self.allowed = tuple(allowed)
        listed = ", ".join(sorted(allowed))
        super().__init__(f"{method} is not among the methods of this path: {listed}.", {"Allow": listed})


class NotAuthenticated(RequestRefused):
    """No key was shown, or one that the workspace does not know."""

    status = 401


class SignatureRefused(NotAuthenticated):
    """The key is known, and the signature that the request shows beside it does not hold.

    Attributes:
        stale: Whether it was made too long ago, or too far ahead.
    """

    def __init__(self, message: str, *, stale: bool = False) -> None:
        super().__init__(message)
        self.stale = stale


class MalformedBody(RequestRefused):
    """The body cannot be read as what it says it is."""

    status = 400


class BodyTooLarge(RequestRefused):
    """The body has more bytes than the operation takes."""

    status = 413


class WrongContentType(RequestRefused):
    """The body is of a type that the operation does not take."""

    status = 415


class KeyInUse(RequestRefused):
    """The first request with this idempotency key is not answered yet."""

    status = 409


class KeyReused(RequestRefused):
    """The idempotency key was shown with another request."""

    status = 422


class TooManyRequests(RequestRefused):
    """The key has used up what it may call in this window."""

    status = 429


class ServerRefused(RequestRefused):
    """The HTTP server could not or would not read the request: it is malformed, too large, or too slow."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Ordered(RequestRefused):
    """A fault rule asks for this status.

    Attributes:
        text: What stands in the place of the vendor's own text, where its body has one; None for the vendor's.
    """

    def __init__(self, status: int, headers: Mapping[str, str], text: str | None = None) -> None:
        super().__init__(text or f"A fault orders {status}.", headers)
        self.status = status
        self.text = text


class Answer(Struct, frozen=True):
    """What goes back.

    Attributes:
        status: The HTTP status.
        body: A JSON value; text, bytes or an iterator of them with a `content_type` of their own; None for no body.
        headers: More headers.
        content_type: None for the surface's JSON.
    """

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str | None = None


class Asked(Struct, frozen=True):
    """What the wording of a refusal may depend on.

    Attributes:
        correlation: 32 hexadecimal digits, for vendors that print one.
        operation: The id of the operation that was called, if one was.
        request: The HTTP request.
        root: Where the surface's paths begin, as the caller names it: scheme, host and folder, without a final slash.
        url: What was called below that, as it was sent: still quoted, with its query.
        setting: Returns the value of a setting in the caller's workspace.
        now: The instant, on the workspace's clock.
    """

    correlation: str
    operation: str | None
    request: "Request"
    root: str
    url: str
    setting: Callable[[str], str]
    now: datetime


class ErrorFormat(Protocol):
    """How a surface words refusals."""

    def refusal(self, error: EngineError | RequestRefused, asked: Asked) -> Answer:
        """Return the answer to an error, or to any status that a fault orders."""
