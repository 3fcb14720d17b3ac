"""Who may steer: with a token, whoever shows it; without one, only callers on this machine.

A server without a token listens on loopback. A web page could still reach it, by a form or by a name of its own that
is made to lead here (DNS rebinding). A browser hides neither: `Host` is the name that was called, `Origin` the page's.
"""

import hmac
import re
from typing import TYPE_CHECKING, Final

from doubleentry.web.callers import is_called_ours, is_ours
from doubleentry.web.errors import NotAuthenticated, RequestRefused

if TYPE_CHECKING:
    from flask import Request

    from doubleentry.web.host import Host

TOKEN_HEADER: Final = "Emulator-Token"  # noqa: S105 - the header's name
OPEN_PATH: Final = "/health"
SINK_PATH: Final = re.compile(r"/sinks/[^/]+")


class ForeignCaller(RequestRefused):
    """The request was not meant for this machine, or comes from a page that is not of this machine."""

    status = 403


def guard(request: "Request", host: "Host") -> bool:
    """Let a request pass, or refuse it.

    Returns:
        Whether it may open a workspace: not where it passes only because what it asks needs no token.

    Raises:
        NotAuthenticated: A token is asked for, and none or another was shown.
        ForeignCaller: No token is asked for, and `Host` or `Origin` is not of this machine.
    """
    if host.token is not None:
        steers = _shows(request, host.token)
        if not steers and not _is_open(request):
            raise NotAuthenticated(
                f"Show the token of this server: Authorization: Bearer TOKEN, or {TOKEN_HEADER}: TOKEN.",
                {"WWW-Authenticate": "Bearer"},
            )
        return steers
    if not is_called_ours(request, host):
        raise ForeignCaller(
            f"The Host header {request.headers.get('Host', '')!r} is not a name of this machine. Call localhost or "
            "127.0.0.1, or start the server with a token."
        )
    origin = request.headers.get("Origin")
    if origin is not None and not is_ours(origin, host):
        raise ForeignCaller(f"The page at {origin!r} may not steer this server: only pages of this machine may.")
    return True


def _is_open(request: "Request") -> bool:
    """Whether a request needs no token: it asks for health, or sends to a sink, which steers nothing."""
    sends = request.method not in {"GET", "HEAD"}
    return request.path == OPEN_PATH or (sends and SINK_PATH.fullmatch(request.path) is not None)


def _shows(request: "Request", token: str) -> bool:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    shown = bearer.strip() if scheme.lower() == "bearer" else request.headers.get(TOKEN_HEADER, "")
    return hmac.compare_digest(_bytes(shown), _bytes(token))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
