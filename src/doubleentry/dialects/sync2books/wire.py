"""How the framework reads a request: JSON before anything is asked, of whatever type it knows, in one place.

Source: NestJS 11.2 on Express (observed): a body of another type is not read and counts as an empty object, one that is
not JSON is refused before a key is asked for, and paths match in any case.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from flask import Request

from doubleentry.engine.documents import NotJson, decode
from doubleentry.engine.overriding import override
from doubleentry.web.errors import MalformedBody
from doubleentry.web.operation import JSON, Operation
from doubleentry.web.wire import JsonWire

VERSION: Final = re.compile(r"/v1(?=/)", re.IGNORECASE)


class NestWire(JsonWire):
    """Input as it was sent: what it must look like is the rules' affair."""

    @override
    def path(self, request: Request, setting: Callable[[str], str]) -> str:
        """Return the path without the version that an earlier edition of the documents has."""
        if setting("sync2books.version-prefix") == "refuse":
            return request.path
        return VERSION.sub("", request.path, count=1) if VERSION.match(request.path) else request.path

    @override
    def read(self, target: Operation, request: Request, raw: bytes) -> Any:
        """Return the JSON of a body, and an empty object for one of another type or without any."""
        if not raw or request.mimetype != JSON:
            return {}
        try:
            value = decode(raw)
        except NotJson as error:
            raise MalformedBody(str(error)) from error
        if not isinstance(value, dict | list):
            raise MalformedBody("Unexpected token in JSON at position 0")
        return value

    @override
    def load(self, target: Operation, request: Request, body: Any) -> tuple[Mapping[str, Any], Any]:
        """Return the query's texts, of a repeated name the first, and the body as it was read."""
        return request.args.to_dict(), body


def timestamp(instant: datetime) -> str:
    """Return an instant as JavaScript prints it: UTC, milliseconds, ``Z``."""
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03}Z"
