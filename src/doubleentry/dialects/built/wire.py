"""How the framework reads a request and prints an answer.

Nothing that is sent is ever malformed: what cannot be read is empty. Source: laravel/framework 8.83.26 (observed).
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from flask import Request, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from doubleentry.dialects.built import php
from doubleentry.web.errors import Answer, BodyTooLarge
from doubleentry.web.operation import JSON, Operation

CACHE_CONTROL: Final = "no-cache, private"
URL_ENCODED: Final = "application/x-www-form-urlencoded"
OVERRIDE_HEADER: Final = "X-HTTP-Method-Override"
OVERRIDE_MEMBER: Final = "_method"


class LaravelWire:
    """Input from JSON, form and query together; answers in PHP's JSON."""

    def method(self, request: Request) -> str:
        """Return the request's method, or for a POST the one that it names instead."""
        if request.method != "POST":
            return request.method
        named: object = request.headers.get(OVERRIDE_HEADER)
        if not named:
            try:
                # Input is trimmed before the framework looks for a method in it; the header is not.
                named = php.trimmed({**_query(request), **_body(request)}.get(OVERRIDE_MEMBER))
            except HTTPException:
                return request.method
        is_word = isinstance(named, str) and re.fullmatch(r"[A-Za-z]+", named) is not None
        return str(named).upper() if is_word else request.method

    def path(self, request: Request, setting: Callable[[str], str]) -> str:
        """Return the request's own path, with one slash at its end where there are several: they mean nothing."""
        del setting
        path = request.path
        # One that came as `%2F` is no end of the path.
        sent = str(request.environ.get("REQUEST_URI", path)).partition("?")[0]
        return f"{path.rstrip('/')}/" if sent.endswith("//") else path

    def read(self, target: Operation, request: Request, raw: bytes) -> None:
        """Return nothing: a form and the query are input too, and `load` reads all of them from the request."""
        del target, request, raw

    def load(self, target: Operation, request: Request, body: None) -> tuple[Mapping[str, Any], Any]:
        """Return no query, and as body all input: that of the body before that of the query, trimmed."""
        del target, body
        try:
            return {}, php.trimmed({**_query(request), **_body(request)})
        except RequestEntityTooLarge as error:
            raise BodyTooLarge("The form has too many parts, or too long ones.") from error

    def render(self, answer: Answer) -> Response:
        """Return an answer in PHP's JSON, or as what it says it is; none may be kept by a cache."""
        if answer.content_type is not None:
            assert isinstance(answer.body, (str, bytes))
            response = Response(answer.body, answer.status, content_type=answer.content_type)
        elif isinstance(answer.body, php.Pretty):
            response = Response(php.to_json(answer.body.value, pretty=True), answer.status, content_type=JSON)
        else:
            response = Response(php.to_json(answer.body), answer.status, content_type=JSON)
        response.headers["Cache-Control"] = CACHE_CONTROL
        return response


def timestamp(instant: datetime) -> str:
    """Return an instant as the vendor prints it: the database keeps whole seconds, and six zeros follow."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.000000Z"


def _query(request: Request) -> dict[str, Any]:
    return php.form_input(request.query_string.decode("utf-8", "replace"))


def _body(request: Request) -> dict[str, Any]:
    raw = request.get_data(cache=True)
    content_type = request.headers.get("Content-Type", "")
    if "/json" in content_type or "+json" in content_type:
        return php.json_input(raw)
    if request.method in {"GET", "HEAD"}:
        return {}
    if request.mimetype == URL_ENCODED:
        return php.form_input(raw.decode("utf-8", "replace"))
    # A form in parts. A file is a value too, and fits no rule of ours.
    files = [(name, {"file": file.filename}) for name, file in request.files.items(multi=True) if file.filename]
    return php.named_input([*request.form.items(multi=True), *files])
