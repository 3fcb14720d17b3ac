"""What each refusal is, to who asks for JSON and to who does not.

Source: laravel/framework 8.83.26, ``Foundation/Exceptions/Handler.php`` (observed); guide "Errors"; the 302 samples of
the API reference.
"""

import math
import re
from collections.abc import Iterable, Mapping
from html import escape
from http import HTTPStatus
from typing import Final

from doubleentry.dialects.built import php
from doubleentry.dialects.built.accepts import expects_json
from doubleentry.dialects.built.hosts import origin
from doubleentry.engine.errors import EngineError, InvalidInput, NotFound, Problem
from doubleentry.web.envelope import OwnErrors
from doubleentry.web.errors import Answer, Asked, MethodNotAllowed, NotAuthenticated, Ordered, RequestRefused

HTML: Final = "text/html; charset=UTF-8"
REDIRECT: Final = "text/html; charset=utf-8"
_URL: Final = re.compile(r"#|//|https?://|(?:mailto|tel|sms):|[A-Za-z][A-Za-z0-9+.-]*://[^/\s]")
"""How what the framework takes for a URL begins."""
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

INVALID: Final = "The given data was invalid."
TEXTS: Final[Mapping[int, str]] = {
    403: "This action is unauthorized.",
    429: "Too Many Attempts.",
    500: "Server Error",
    503: "Service Unavailable",
}
"""Status → message; every other status has an empty one."""

MODELS: Final[Mapping[str, str]] = {
    "sync income": "SyncIncome",
    "sync income transaction": "SyncIncomeTransaction",
    "sync expense": "SyncExpense",
    "sync expense transaction": "SyncExpenseTransaction",
}
"""What is missing → the vendor's class, whose name is inferred."""


class LaravelErrors:
    """How the framework, and the vendor on top of it, words refusals."""

    def refusal(self, error: EngineError | RequestRefused, asked: Asked) -> Answer:
        """Return the answer to an error, or to any status that a fault orders."""
        wants_json = asked.setting("built.force-json") == "on" or expects_json(asked.request)
        match error:
            case MethodNotAllowed():
                return _method(error, wants_json=wants_json)
            case NotAuthenticated() | Ordered(status=401):
                return _unauthenticated(error, asked, wants_json=wants_json)
            case RequestRefused():
                return _for_status(error, asked, wants_json=wants_json)
            case InvalidInput():
                return _invalid(error.problems, asked, wants_json=wants_json)
            case NotFound() if error.kind in MODELS:
                return _missing(error, asked, wants_json=wants_json)
            case _:
                # Nothing that the vendor has: clocks, workspaces and holds are the emulator's.
                return OwnErrors().refusal(error, asked)


def framework(status: int, message: str, headers: Mapping[str, str], *, wants_json: bool) -> Answer:
    """Return what the framework's exception handler answers: indented JSON, or a page."""
    if wants_json:
        return Answer(status, php.Pretty({"message": message}), headers)
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
    return Answer(status, _page(f"{status}", message or phrase), headers, HTML)


def _method(error: MethodNotAllowed, *, wants_json: bool) -> Answer:
    allowed = [method for method in METHODS if method in error.allowed]
    if error.method == "OPTIONS":
        return Answer(200, "", {"Allow": ",".join(allowed)}, HTML)
    listed = ", ".join(allowed)
    message = f"The {error.method} method is not supported for this route. Supported methods: {listed}."
    return framework(405, message, {"Allow": listed}, wants_json=wants_json)


def _unauthenticated(error: RequestRefused, asked: Asked, *, wants_json: bool) -> Answer:
    if wants_json:
        return Answer(401, {"message": "Unauthenticated."}, error.headers)
    return _redirect(f"{origin(asked.root)}/login")


def _invalid(problems: Iterable[Problem], asked: Asked, *, wants_json: bool) -> Answer:
    if not wants_json:
        return _redirect(_before(asked))
    errors: dict[str, list[str]] = {}
    for problem in problems:
        errors.setdefault(".".join(map(str, problem.path)), []).append(problem.message)
    return Answer(422, {"message": INVALID, "errors": errors})


def _missing(error: NotFound, asked: Asked, *, wants_json: bool) -> Answer:
    if asked.setting("built.missing") == "302":
        # The vendor's own, and JSON for everybody; there is nowhere to go to.
        return Answer(302, asked.setting("built.missing-text"))
    message = f"No query results for model [App\\Models\\{MODELS[error.kind]}] {error.id}"
    return framework(404, message, {}, wants_json=wants_json)


def _for_status(refused: RequestRefused, asked: Asked, *, wants_json: bool) -> Answer:
    text, headers = TEXTS.get(refused.status, ""), refused.headers
    if isinstance(refused, Ordered):
        if refused.status == HTTPStatus.FOUND:
            # The vendor's own, and JSON for everybody; there is nowhere to go to.
            return Answer(302, refused.text or asked.setting("built.missing-text"), headers)
        if refused.status == HTTPStatus.TOO_MANY_REQUESTS:
            headers = {**_throttled(refused, asked), **headers}
        text = refused.text or text
    return framework(refused.status, text, headers, wants_json=wants_json)


def _throttled(error: Ordered, asked: Asked) -> dict[str, str]:
    """Return the headers of a call that was one too many, as `limits` would have them."""
    most = asked.setting("built.rate-limit")
    wait = error.headers.get("Retry-After", "60")
    seconds = int(wait) if wait.isdecimal() else 60
    return {
        "X-RateLimit-Limit": "60" if most == "off" else most,
        "X-RateLimit-Remaining": "0",
        "Retry-After": wait,
        "X-RateLimit-Reset": str(math.ceil(asked.now.timestamp()) + seconds),
    }


def _before(asked: Asked) -> str:
    """Return where the caller came from: its referrer, below our own address where that is no URL.

    Source: laravel/framework 8.83.26, ``Routing/UrlGenerator.php``, ``previous`` and ``to`` (observed).
    """
    # The header's bytes are UTF-8, and WSGI has them as Latin-1.
    referrer = asked.request.headers.get("Referer", "").encode("latin-1", "replace").decode("utf-8", "replace")
    if _URL.match(referrer):
        return referrer
    path, mark, query = referrer.partition("?")
    return f"{origin(asked.root)}/{path.strip('/')}".rstrip("/") + mark + query


def _redirect(location: str) -> Answer:
    return Answer(302, _REDIRECT.replace("%s", _escaped(location)), {"Location": location}, REDIRECT)


def _escaped(text: str) -> str:
    """Return a text in HTML, as PHP writes it."""
    return escape(text).replace("&#x27;", "&#039;")


def _page(code: str, message: str) -> str:
    return _PAGE.replace("%c", code).replace("%m", _escaped(message))


_REDIRECT: Final = """<!DOCTYPE html>
<html>
    <head>
        <meta charset="UTF-8" />
        <meta http-equiv="refresh" content="0;url='%s'" />

        <title>Redirecting to %s</title>
    </head>
    <body>
        Redirecting to <a href="%s">%s</a>.
    </body>
</html>"""

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">

        <title>%m</title>
    </head>
    <body>
        <div>%c</div>
        <div>%m</div>
    </body>
</html>
"""
