"""How a surface reads what it is sent and prints what it answers: JSON, unless it has a wire of its own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from flask import Request, Response
from marshmallow import Schema, ValidationError

from doubleentry.engine.documents import NotJson, decode, encode, is_deeper
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.overriding import override
from doubleentry.web.errors import Answer, MalformedBody, WrongContentType
from doubleentry.web.operation import JSON, Operation

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

JSON_TYPES = frozenset({JSON, "text/json"})

DEEPEST = 512
"""What is deeper could be read by some Pythons and not by others, and what was read could perhaps not be printed."""

MOST_KEPT = 1_000
"""Of so many query strings it is kept what they were read as."""
LONGEST_KEPT = 200
_BODILESS = frozenset({*range(100, 200), 204, 304})
_REFERRING = frozenset({"location", "content-location"})
_QUERIES: dict[tuple[Schema, bytes], Mapping[str, Any]] = {}


class Wire(Protocol):
    """How a surface reads what it is sent and prints what it answers."""

    def method(self, request: Request) -> str:
        """Return the method that a request means; it is routed by that one."""

    def path(self, request: Request, setting: Callable[[str], str]) -> str:
        """Return the path that a request means, below the mount.

        Args:
            request: As it came.
            setting: Returns the value of a setting in the caller's workspace.
        """

    def read(self, target: Operation, request: Request, raw: bytes) -> Any:  # noqa: ANN401 - what `load` takes
        """Return what `load` is given of a body; called before a key is asked for.

        A service that reads bodies first refuses a broken one to everybody; others give the bytes back.

        Raises:
            RequestRefused: It cannot be read, and the vendor says so to callers without a key too.
        """

    def load(self, target: Operation, request: Request, body: Any) -> tuple[Mapping[str, Any], Any]:  # noqa: ANN401
        """Return what an operation is given as its query and as its body.

        Args:
            target: The operation.
            request: For what is not in the body.
            body: What `read` made of the body's bytes, which are none where an operation reads a form by itself.

        Raises:
            EngineError: It does not fit.
            RequestRefused: It cannot be read.
        """

    def render(self, answer: Answer) -> Response:
        """Return an answer as it is printed, without the headers that it names itself."""


class Printed(Response):
    """A body that is all there in bytes, of a known length: Werkzeug has nothing to look for in it on its way out."""

    @override
    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body = self.response
        bodiless = environ["REQUEST_METHOD"] == "HEAD" or self.status_code in _BODILESS
        headers = self.headers.to_wsgi_list()
        if bodiless or not isinstance(body, list) or any(name.lower() in _REFERRING for name, _ in headers):
            return super().__call__(environ, start_response)
        start_response(self.status, headers)
        return body


class JsonWire:
    """Compact JSON both ways, held against the operation's schemas."""

    def method(self, request: Request) -> str:
        """Return the request's own method."""
        return request.method

    def path(self, request: Request, setting: Callable[[str], str]) -> str:
        """Return the request's own path."""
        del setting
        return request.path

    def read(self, target: Operation, request: Request, raw: bytes) -> bytes:
        """Return the bytes: who shows no key is told so before anything else."""
        del target, request
        return raw

    def load(self, target: Operation, request: Request, body: bytes) -> tuple[Mapping[str, Any], Any]:
        """Return query and body as the operation's schemas make them."""
        return _query(target.query, request), _body(target, request, body)

    def render(self, answer: Answer) -> Response:
        """Return the body as JSON, or as what it says it is."""
        if answer.content_type is not None:
            # What comes bit by bit is sent bit by bit.
            assert isinstance(answer.body, (str, bytes, Iterator))
            return Response(answer.body, answer.status, content_type=answer.content_type)
        if answer.body is None:
            response = Response(status=answer.status)
            del response.headers["Content-Type"]
            return response
        return Printed(encode(answer.body), answer.status, content_type=JSON)


def _body(target: Operation, request: Request, raw: bytes) -> Any:  # noqa: ANN401 - what the schema makes of it
    if target.body is None:
        return None
    if not raw and target.body_optional:
        return None
    if not raw:
        raise MalformedBody("A body of JSON is needed, and none came.")
    if request.mimetype not in JSON_TYPES and not request.mimetype.endswith("+json"):
        raise WrongContentType(f"Expected {JSON}, not {request.mimetype or 'a body without a type'}.")
    try:
        value = decode(raw)
    except NotJson as error:
        raise MalformedBody(f"The body is not JSON: {error}") from error
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and is_deeper(value, DEEPEST):
        raise MalformedBody(f"The body is nested more than {DEEPEST} deep.")
    return _load(target.body, value, "body")


def _query(schema: Schema | None, request: Request) -> Mapping[str, Any]:
    if schema is None:
        return {}
    if len(request.query_string) > LONGEST_KEPT:
        return _read_query(schema, request)
    # What a schema makes of a text depends on nothing else, and the same few are asked over and over.
    kept = _QUERIES.get((schema, request.query_string))
    if kept is None:
        if len(_QUERIES) >= MOST_KEPT:
            _QUERIES.clear()
        kept = _QUERIES[schema, request.query_string] = _read_query(schema, request)
    return dict(kept)


def _read_query(schema: Schema, request: Request) -> Mapping[str, Any]:
    # Of a repeated parameter the first counts.
    loaded: Mapping[str, Any] = _load(schema, request.args.to_dict(), "query")
    return loaded


def _load(schema: Schema, value: Any, location: str) -> Any:  # noqa: ANN401 - what the schema makes of it
    try:
        return schema.load(value)
    except ValidationError as error:
        raise InvalidInput(problems(error.messages), location) from error


def problems(messages: Any, path: tuple[str | int, ...] = ()) -> list[Problem]:  # noqa: ANN401 - marshmallow's tree
    """Return marshmallow's tree of messages as a list, in the order of the fields."""
    if isinstance(messages, dict):
        found: list[Problem] = []
        for name, below in messages.items():
            found += problems(below, path if name == "_schema" else (*path, name))
        return found
    return [Problem(path, str(message)) for message in (messages if isinstance(messages, list) else [messages])]
