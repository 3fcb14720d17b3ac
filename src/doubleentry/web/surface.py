"""A surface: one HTTP API that we serve, as its own Flask app, built at its first request."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, Self

from flask import Flask, Request, Response
from msgspec import Struct, field
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed as WerkzeugMethodNotAllowed
from werkzeug.routing import Map, Rule

from doubleentry.engine.overriding import override
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import ErrorFormat, MethodNotAllowed, RouteNotFound
from doubleentry.web.forms import FormRequest
from doubleentry.web.idempotency import Idempotency
from doubleentry.web.limits import Limits
from doubleentry.web.operation import Operation
from doubleentry.web.wire import JsonWire, Wire

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from doubleentry.web.host import Host

LONGEST_COMPARED = 500
"""No operation is looked for that is near to a longer path: comparing takes time, and would tell nothing."""


class ShownKey(Struct, frozen=True):
    """A key as a request shows it: without its suffix, and the workspace that the suffix names."""

    key: str
    workspace: str | None

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the key in a text that may end in ``@`` and a workspace; what has nothing before it is all key."""
        key, at, workspace = text.rpartition("@")
        return cls(key, workspace) if at and key else cls(text, None)


class Auth(Protocol):
    """How a surface is shown a key."""

    scheme: Mapping[str, Any]
    """The OpenAPI security scheme."""

    def shown(self, headers: Mapping[str, str]) -> ShownKey | None:
        """Return the key in a request's headers, or None when there is none that can be read."""

    def check(self, workspace: Workspace, key: str, request: Request, raw: bytes) -> None:
        """Look at what a known key does not settle, such as a signature over the body; by default nothing.

        Args:
            workspace: Where the key is known.
            key: The key that was shown.
            request: The request.
            raw: The body's bytes as they came; empty for an operation that reads a form by itself.

        Raises:
            NotAuthenticated: The request is not from whom it says.
        """
        del workspace, key, request, raw


class Gap(Struct, frozen=True):
    """An operation that the vendor documents and we do not emulate: answered with 501 in our envelope.

    Attributes:
        also: Other paths at which clients may look for it.
    """

    id: str
    method: str
    path: str
    source: str
    also: tuple[str, ...] = ()


class Surface(Struct, frozen=True, dict=True):
    """One HTTP API.

    Attributes:
        name: Also the folder of its URL, and the word in keys and the journal.
        mount: Where it is served on the common port.
        load: Imports and returns its operations, at the first request.
        errors: How it words refusals.
        auth: How it is shown a key; None when it asks for none.
        wire: How it reads and prints.
        limits: How much a key may call; None for without end.
        idempotency: What it promises to who sends a request twice; None for nothing.
        parameters: Path parameters: name → OpenAPI parameter object without name and place.
        company: Returns the id of the company that a request is about, for faults and the journal: from the workspace,
            the path's parameters and the key, if it is known; None where it cannot be told.
        gaps: What is documented and not emulated.
        untold: Events that are documented and never happen → where they are documented.
        document_paths: Where its OpenAPI document is, as JSON.
        viewer_paths: Where the document is shown to people; all lead to the first.
        folds_case: Whether literal path segments match in any case.
        cors: Whether browsers of any origin may call it.
        journaled: Whether its exchanges are kept in the workspace's journal.
        guard: Looks at a request before anything else and raises what refuses it; returns whether it may open a
            workspace, where no key is asked for.
    """

    name: str
    title: str
    description: str
    mount: str
    load: Callable[[], tuple[Operation, ...]]
    errors: ErrorFormat
    auth: Auth | None = None
    wire: Wire = field(default_factory=JsonWire)
    limits: Limits | None = None
    idempotency: Idempotency | None = None
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    company: Callable[[Workspace, Mapping[str, str], str | None], str | None] = lambda *_: None
    gaps: Sequence[Gap] = ()
    untold: Mapping[str, str] = field(default_factory=dict)
    document_paths: tuple[str, ...] = ("/openapi.json",)
    viewer_paths: tuple[str, ...] = ("/docs",)
    folds_case: bool = False
    cors: bool = False
    journaled: bool = True
    guard: "Callable[[Request, Host], bool]" = lambda *_: True

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All operations, in the order in which they are declared."""
        return self.load()


class SurfaceApp(Flask):
    """The Flask app of a surface: Flask routes, the pipeline answers everything, so that nothing comes as HTML."""

    request_class = FormRequest

    def __init__(self, surface: Surface, serve: "Callable[[SurfaceApp, Request], Response]") -> None:
        super().__init__("doubleentry", static_folder=None)
        self.surface = surface
        self.url_map.merge_slashes = False
        self._serve = serve
        targets: list[Operation | Gap] = [*surface.operations, *surface.gaps]
        self._by_endpoint = {target.id: target for target in targets}
        for operation in surface.operations:
            self.url_map.add(_rule(operation, operation.path))
        # Which host was called says nothing, and no URL is built.
        self._documented = self.url_map.bind("")
        self._words = {word.lower(): word for template, _ in self._templates() for word in _literals(template)}

    @override
    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        """Hand a request to the pipeline, without the contexts and hooks that Flask has for views: there are none."""
        request = self.request_class(environ)
        try:
            return self._serve(self, request)(environ, start_response)
        finally:
            request.close()

    def matched(self, method: str, path: str) -> "tuple[Operation | Gap, Mapping[str, str]]":
        """Return what a request leads to, and the path's parameters.

        Args:
            method: The method that it means.
            path: The path that it means.

        Raises:
            RouteNotFound: No operation has this path.
            MethodNotAllowed: None of those that have it has this method.
        """
        try:
            endpoint, found = self._documented.match(path, method)
        except HTTPException:
            pass
        else:
            # A value that is a word of some path may be that word in another case, or that of a rule not compiled yet.
            if not any(value.lower() in self._words for value in found.values()):
                return self._by_endpoint[endpoint], found
        try:
            rule, _ = self._every_rule.bind("").match(self._folded(path), method, return_rule=True)
        except WerkzeugMethodNotAllowed as error:
            raise MethodNotAllowed(method, tuple(error.valid_methods or ())) from error
        except HTTPException as error:
            raise RouteNotFound(f"No operation has the path {path!r}.") from error
        return self._by_endpoint[rule.endpoint], _arguments(rule.rule, path)

    def knows(self, path: str) -> bool:
        """Whether there are operations at a path, with whatever method."""
        try:
            self._every_rule.bind("").match(self._folded(path))
        except WerkzeugMethodNotAllowed:
            return True
        except HTTPException:
            return False
        return True

    def nearest(self, method: str, path: str) -> str | None:
        """Return the method and path template that were most likely meant."""
        if len(path) > LONGEST_COMPARED:
            return None
        templates = self._templates()
        same_method = [(template, verb) for template, verb in templates if verb == method]
        shapes = {_shape(template): f"{verb} {template}" for template, verb in same_method or templates}
        wanted = "/".join("*" if any(map(str.isdigit, segment)) else segment for segment in path.split("/"))
        close = difflib.get_close_matches(wanted, shapes, n=1, cutoff=0.5)
        return shapes[close[0]] if close else None

    @cached_property
    def _every_rule(self) -> Map:
        """All paths of all operations, and the gaps.

        Those that few clients call are compiled when a path is not found among the documented ones.
        """
        rules = Map(merge_slashes=False)
        for target in self._by_endpoint.values():
            for path in target.paths if isinstance(target, Operation) else (target.path, *target.also):
                rules.add(_rule(target, path))
        return rules

    def _folded(self, path: str) -> str:
        """Return a path with the literal segments spelled as declared, where the surface does not mind case."""
        if not self.surface.folds_case:
            return path
        return "/".join(self._words.get(segment.lower(), segment) for segment in path.split("/"))

    def _templates(self) -> list[tuple[str, str]]:
        targets = self._by_endpoint.values()
        return [
            (target.paths[0] if isinstance(target, Operation) else target.path, target.method) for target in targets
        ]


class _MatchedRule(Rule):
    """A rule that is only ever matched.

    What Werkzeug compiles to build URLs from a rule takes ten times as long as the rest, and no URL is built here.
    """

    @override
    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        del append_unknown
        return lambda *_: ("", "")


def _rule(target: Operation | Gap, path: str) -> Rule:
    template = path.replace("{", "<").replace("}", ">")
    return _MatchedRule(template, endpoint=target.id, methods=[target.method], strict_slashes=False)


def _arguments(rule: str, path: str) -> dict[str, str]:
    """Return the parameters of a path as they were spelled, whatever was folded to find its rule."""
    return {
        name[1:-1]: value for name, value in zip(rule.split("/"), path.split("/"), strict=False) if name.startswith("<")
    }


def _literals(template: str) -> list[str]:
    return [segment for segment in template.split("/") if segment and not segment.startswith("{")]


def _shape(template: str) -> str:
    return "/".join("*" if segment.startswith("{") else segment for segment in template.split("/"))
