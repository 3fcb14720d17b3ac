"""How the framework reads a request: JSON before anything is asked, of whatever type it knows, in one place.

Source: NestJS 11.2 on Express (observed): a body of another type is not read and counts as an empty object, one that is
not JSON is refused before a key is asked for, and paths match in any case, and two slashes are not one.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

from flask import Request

from doubleentry.dialects.sync2books.v8 import complaint
from doubleentry.engine.documents import NotJson, decode
from doubleentry.engine.overriding import override
from doubleentry.web.errors import MalformedBody, RouteNotFound
from doubleentry.web.operation import JSON, Operation
from doubleentry.web.wire import JsonWire

BYTE_ORDER_MARK: Final = "\ufeff"
BEYOND_US: Final = "The body is nested too deeply, or holds half a character"
"""Ours, of what the framework would take: no text in UTF-8 can say it, or no reader of ours goes so deep."""
VERSION: Final = re.compile(r"/v1(?=/)", re.IGNORECASE)
QUOTED: Final = re.compile("%2f", re.IGNORECASE)
MOST_EXACT: Final = 2**53
"""Up to it a double holds every whole number."""
QUOTED_SLASH: Final = "\ufdd0"
"""Stands for a slash within a parameter until it is read; no character of any text."""


class NestWire(JsonWire):
    """Input as it was sent: what it must look like is the rules' affair."""

    @override
    def path(self, request: Request, setting: Callable[[str], str]) -> str:
        """Return the path without the version that an earlier edition of the documents has.

        Raises:
            RouteNotFound: It begins with two slashes, as a base URL with a final slash makes it.
        """
        path = _with_quoted_slashes(request)
        if VERSION.match(path) and setting("sync2books.version-prefix") != "refuse":
            path = VERSION.sub("", path, count=1)
        if path.startswith("//") or _sent(request).startswith("//"):
            raise RouteNotFound(f"No operation has the path {path!r}.")
        return path

    @override
    def read(self, target: Operation, request: Request, raw: bytes) -> Any:
        """Return the JSON of a body, and an empty object for one of another type or without any.

        Bytes that are no UTF-8 count as the character that stands in for them.
        """
        if not raw or request.mimetype != JSON:
            return {}
        text = raw.decode("utf-8", "replace").removeprefix(BYTE_ORDER_MARK)
        try:
            value = decode(text)
        except NotJson as error:
            raise MalformedBody(complaint(text) or BEYOND_US) from error
        if not isinstance(value, dict | list):
            raise MalformedBody(complaint(text) or BEYOND_US)
        return value

    @override
    def load(self, target: Operation, request: Request, body: Any) -> tuple[Mapping[str, Any], Any]:
        """Return the query's texts, of a repeated name the first, and the body as it was read."""
        return request.args.to_dict(), body


def free_text(parameter: str) -> str:
    """Return a parameter of a path that may be any text, with the slashes that were quoted in it."""
    return parameter.replace(QUOTED_SLASH, "/")


def _sent(request: Request) -> str:
    """Return the path below the mount with all slashes that it begins with: the server, and Werkzeug, leave one."""
    sent = str(request.environ.get("REQUEST_URI") or "").partition("?")[0]
    return f"/{sent.lstrip('/')}".removeprefix(request.script_root) if request.script_root else sent


def _with_quoted_slashes(request: Request) -> str:
    """Return the path below the mount with a sign of its own for a slash that was sent quoted: it separates nothing."""
    sent = str(request.environ.get("REQUEST_URI") or "").partition("?")[0]
    if "%2f" not in sent.lower():
        return request.path
    path = unquote(QUOTED.sub(QUOTED_SLASH, sent))
    return path.removeprefix(request.script_root) if path.startswith(request.script_root) else request.path


def as_printed(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a value with its numbers as JavaScript has them: doubles, and those that are whole without a point."""
    match value:
        case dict():
            return {name: as_printed(each) for name, each in value.items()}
        case list():
            return [as_printed(each) for each in value]
        case bool() | str() | None:
            return value
        case _:
            number = float(value)
            return int(number) if number.is_integer() and abs(number) <= MOST_EXACT else number


def timestamp(instant: datetime) -> str:
    """Return an instant as JavaScript prints it: UTC, milliseconds, ``Z``."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"
