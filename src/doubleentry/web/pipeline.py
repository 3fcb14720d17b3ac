"""How a request is served, from the journal's first line to its last.

journal → guard → idempotency → fault → reading → auth → limit → validation → [lock: handler → commit] → render.
The lock is held for the handler alone.
"""

import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any
from urllib.parse import quote

from flask import Request, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.urls import iri_to_uri

from doubleentry.engine.clock import monotonic
from doubleentry.engine.errors import ClosedToNew, EngineError, Unsupported
from doubleentry.engine.timeline import Cause
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.context import Call
from doubleentry.web.envelope import OwnErrors, bug
from doubleentry.web.errors import (
    Answer,
    Asked,
    BodyTooLarge,
    MalformedBody,
    NotAuthenticated,
    RequestRefused,
    RouteNotFound,
)
from doubleentry.web.faults import Mishaps, UnknownRecipe
from doubleentry.web.host import DEFAULT_WORKSPACE, Host
from doubleentry.web.idempotency import Claim, Running
from doubleentry.web.journal import KEPT_BODY, Exchange, redacted
from doubleentry.web.operation import Operation
from doubleentry.web.room import WRITING, WorkspaceFull, refuse_when_full
from doubleentry.web.surface import Gap, ShownKey, Surface, SurfaceApp

logger = logging.getLogger("doubleentry")

WORKSPACE_HEADER = "Emulator-Workspace"
REFUSED = "doubleentry.refused"
"""Where the HTTP server puts why it refuses a request, into that request's environment."""
_PLACES = ("Location", "Content-Location")
_KEPT_IN_PATHS = "/%:@!$&'()*+,;=~"
_NAME = re.compile(r"[A-Za-z0-9_.-]+(?::[1-9][0-9]{0,4})?")


class Pipeline:
    """Serves the requests of every surface of one host."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._running = Running()

    def serve(self, app: SurfaceApp, request: Request) -> Response:
        """Answer one request. Whatever goes wrong, it is told in an envelope."""
        began = monotonic()
        surface = app.surface
        if surface.cors and _is_preflight(request):
            return _preflight(request)
        sent = dict(request.headers.items())
        shown = surface.auth.shown(sent) if surface.auth is not None else None
        workspace, refusal = self._workspace(surface, request, shown)
        exchange = self._host.journal(workspace).open(
            at=workspace.clock.now().isoformat(),
            surface=surface.name,
            method=request.method,
            path=request.path,
            query=request.query_string.decode("utf-8", "replace"),
            headers=redacted(sent),
        )
        # What the limits add to the answer, once the call is counted.
        counted: list[Mapping[str, str]] = []
        mishaps = Mishaps(workspace, exchange, request)
        claim = Claim(self._running, surface.idempotency, workspace, exchange, request)
        try:
            _raise(request.environ.get(REFUSED))
            _raise(refusal)
            answer = self._answer(app, request, workspace, exchange, shown, counted, mishaps, claim)
        except (Unsupported, UnknownRecipe, WorkspaceFull) as own:
            answer = OwnErrors().refusal(own, self._asked(request, workspace, exchange))
        except (EngineError, RequestRefused) as error:
            # Only the emulator has workspaces: what is wrong with them is told in its own words.
            ours = error is refusal and not isinstance(error, NotAuthenticated)
            errors = OwnErrors() if ours else surface.errors
            answer = errors.refusal(error, self._asked(request, workspace, exchange))
        except Exception as error:
            if app.config["TESTING"]:
                claim.release()
                raise
            logger.exception("A bug in %s %s", request.method, request.path)
            answer = bug(error)
        headers: Mapping[str, str] = {}
        if refusal is None:
            headers = counted[0] if counted else self._standing(surface, workspace, shown)
        # A page for people holds a one-time value, which is not for other origins to read.
        response = surface.wire.render(answer)
        _add(headers, response)
        if answer.headers:
            _add(answer.headers, response)
            _quote_places(response)
        if surface.cors and answer.content_type is None:
            response.headers["Access-Control-Allow-Origin"] = "*"
        mishaps.carry_out(response)
        claim.close(response, apart=headers)
        exchange.status = response.status_code
        exchange.answer_headers = dict(response.headers.items())
        exchange.answer = response.get_data(as_text=True) if response.is_sequence else ""
        if surface.journaled and workspace is not self._nowhere:
            exchange.entry = workspace.timeline.last
            self._host.journal(workspace).close(exchange)
        with workspace.lock:
            workspace.changed.notify_all()
        self._host.log(workspace.name, exchange, (monotonic() - began) * 1000)
        return response

    def _workspace(
        self, surface: Surface, request: Request, shown: ShownKey | None
    ) -> tuple[Workspace, EngineError | RequestRefused | None]:
        """Return the workspace that a request means; with a refusal, one that only words it."""
        name = _workspace_name(request, shown)
        try:
            may_open = surface.guard(request, self._host)
            if surface.auth is None:
                if not may_open and name != DEFAULT_WORKSPACE and self._host.workspaces.find(name) is None:
                    raise ClosedToNew(name)
                return self._host.workspaces.open(name), None
            return self._host.open(name, surface.name, None if shown is None else shown.key), None
        except (EngineError, RequestRefused) as error:
            known = shown is not None and self._host.knows_key(None, surface.name, shown.key)
            if isinstance(error, ClosedToNew) and not known:
                return self._nowhere, NotAuthenticated("No key that opens this workspace was shown.")
            return self._nowhere, error

    @cached_property
    def _nowhere(self) -> Workspace:
        """What words the refusal of a request that leads to no workspace: kept, so that no two answers are the same."""
        return Workspace("(none)", self._host.workspaces.world, self._host.workspaces.baseline().branch())

    def _answer(  # noqa: PLR0913, PLR0917 - a request has these companions
        self,
        app: SurfaceApp,
        request: Request,
        workspace: Workspace,
        exchange: Exchange,
        shown: ShownKey | None,
        counted: list[Mapping[str, str]],
        mishaps: Mishaps,
        claim: Claim,
    ) -> Answer:
        surface = app.surface
        known = self._known(surface, workspace, shown)
        target, path = _target(app, request, workspace, exchange, known, mishaps)
        if isinstance(target, Gap):
            _keep_unread(request, exchange)
            gap = f"the operation {target.id} ({target.method} {target.path})"
            raise Unsupported(gap, target.source)
        exchange.company = surface.company(workspace, path, known)
        # One more than is taken: of a body without a length, Werkzeug reads up to this and leaves the rest unseen.
        request.max_content_length = target.body_limit + 1
        raw = _read_body(target, request, exchange)
        if known is not None and (repeated := claim.take(known, raw)) is not None:
            return repeated
        if surface.auth is not None:
            mishaps.consult(raw)
        read = surface.wire.read(target, request, raw)
        if target.authenticated and surface.auth is not None:
            if known is None:
                told = "No key was shown." if shown is None else "The key is not known in this workspace."
                # Vendors seldom say which it was.
                exchange.warnings.append(f"{told} `GET /keys` of the control API lists those that are known.")
                raise NotAuthenticated(told)
            surface.auth.check(workspace, known, request, raw)
            if surface.limits is not None:
                counted.append(surface.limits.count(workspace, known))
        query, body = surface.wire.load(target, request, read)
        call = Call(
            workspace=workspace,
            path=path,
            exchange=exchange,
            journal=self._host.journal(workspace),
            base_url=self._base_url(request, workspace),
            root=self._root(request),
            host=self._host,
            request=request,
            query=query,
            body=body,
            key=None if shown is None else shown.key,
        )
        if surface.auth is not None and target.method in WRITING:
            refuse_when_full(self._host, workspace)
        if target.unlocked:
            result = target.handler(call)
        else:
            cause = Cause(None, exchange.request)
            with workspace.transaction(), workspace.timeline.caused_by(cause), mishaps.over_syncs():
                result = target.handler(call)
            exchange.cause = cause.id
        return result if isinstance(result, Answer) else Answer(target.returns[0].status, result)

    def _known(self, surface: Surface, workspace: Workspace, shown: ShownKey | None) -> str | None:
        """Return the key that was shown, if the workspace knows it."""
        if shown is None or not self._host.knows_key(workspace, surface.name, shown.key):
            return None
        return shown.key

    def _standing(self, surface: Surface, workspace: Workspace, shown: ShownKey | None) -> Mapping[str, str]:
        """Return the headers of an answer to a call that was not counted; none to a key that is not known."""
        if surface.limits is None or (known := self._known(surface, workspace, shown)) is None:
            return {}
        with workspace.lock:
            return surface.limits.standing(workspace, known)

    def _asked(self, request: Request, workspace: Workspace, exchange: Exchange) -> Asked:
        return Asked(
            correlation=_correlation(workspace, exchange),
            operation=exchange.operation,
            request=request,
            root=self._root(request),
            url=_url_below(request),
            setting=workspace.setting,
            now=workspace.clock.now(),
        )

    def _root(self, request: Request) -> str:
        return (self._host.public_url or _host_url(request)) + request.script_root

    def _base_url(self, request: Request, workspace: Workspace) -> str:
        host = self._host.public_url or _host_url(request)
        prefix = "" if workspace.name == DEFAULT_WORKSPACE else f"/w/{workspace.name}"
        return f"{host}{prefix}{request.environ.get('doubleentry.mount', '')}"


def _raise(refusal: EngineError | RequestRefused | None) -> None:
    if refusal is not None:
        raise refusal


def _workspace_name(request: Request, shown: ShownKey | None) -> str:
    named: str | None = request.environ.get("doubleentry.workspace")
    if named is not None:
        return named.encode("latin-1").decode("utf-8", "replace")
    return (
        request.headers.get(WORKSPACE_HEADER) or (shown.workspace if shown is not None else None) or DEFAULT_WORKSPACE
    )


def _add(headers: Mapping[str, str], response: Response) -> None:
    # Werkzeug's `update` would look at each for whether it is a list.
    for name, value in headers.items():
        response.headers[name] = value


def _quote_places(response: Response) -> None:
    """Quote where an answer leads: whole, where it looks like a URL and is none, or it could not be sent."""
    for name in _PLACES:
        place = response.headers.get(name)
        if place is None:
            continue
        try:
            iri_to_uri(place)
        except ValueError:
            response.headers[name] = quote(place, safe="/")


def _host_url(request: Request) -> str:
    """Return how the caller names this server; by its own name where the header Host is missing or cannot be one."""
    host = request.host
    if not host:
        named = request.headers.get("Host", "")
        # Werkzeug knows no names with `_`, and networks of containers are full of them.
        is_name = _NAME.fullmatch(named) is not None
        host = named if is_name else f"{request.environ['SERVER_NAME']}:{request.environ['SERVER_PORT']}"
    return f"{request.scheme}://{host}"


def _url_below(request: Request) -> str:
    """Return what was called below the mount, as it was sent where the server tells, else quoted anew."""
    query = request.query_string.decode("latin-1")
    sent = str(request.environ.get("REQUEST_URI") or request.script_root + request.path).partition("?")[0]
    # A path that came unquoted is in Latin-1, byte by byte, as WSGI has it.
    path = quote(sent.encode("latin-1", "replace"), safe=_KEPT_IN_PATHS).removeprefix(quote(request.script_root))
    return f"{path or '/'}?{query}" if query else path or "/"


def _target(  # noqa: PLR0913, PLR0917 - see above
    app: SurfaceApp, request: Request, workspace: Workspace, exchange: Exchange, key: str | None, mishaps: Mishaps
) -> tuple[Operation | Gap, Mapping[str, str]]:
    wire = app.surface.wire
    try:
        meant = wire.path(request, workspace.setting)
        if meant != request.path:
            exchange.warnings.append(f"Served as {meant}.")
        target, path = app.matched(wire.method(request), meant)
        only = target.only if isinstance(target, Operation) else None
        if only is not None and workspace.setting(only.quirk) not in only.values:
            exchange.warnings.append(f"{only.quirk} leaves {target.id} out.")
            raise RouteNotFound(f"No operation has the path {meant!r} here.")
    except RequestRefused as refused:
        exchange.company = app.surface.company(workspace, {}, key)
        if app.surface.auth is not None:
            # A service that is down does not look where a request wants to go.
            mishaps.consult(b"")
        _keep_unread(request, exchange)
        exchange.nearest = app.nearest(request.method, request.path)
        if not isinstance(refused, RouteNotFound):
            raise
        # The journal's words, and the control API's: vendors have their own.
        if exchange.nearest is None:
            raise RouteNotFound(f"{refused} {app.surface.mount}/docs/ shows all that there are.") from refused
        exchange.warnings.append(f"No operation matched; the nearest is {exchange.nearest}.")
        raise RouteNotFound(f"{refused} The nearest is {exchange.nearest}.") from refused
    exchange.operation = target.id
    return target, {name: value.lower() if _is_guid(app.surface, name) else value for name, value in path.items()}


def _is_guid(surface: Surface, parameter: str) -> bool:
    schema: Mapping[str, Any] = surface.parameters.get(parameter, {}).get("schema", {})
    return schema.get("format") == "uuid"


def _read_body(target: Operation, request: Request, exchange: Exchange) -> bytes:
    """Return the bytes of a body, but of an operation that takes a form: those are read by its handler."""
    if request.content_length is None and "HTTP_TRANSFER_ENCODING" not in request.environ:
        # There is none: what would come is neither of a known length nor in chunks.
        return b""
    too_large = BodyTooLarge(f"The body has more than {target.body_limit} bytes.")
    if request.content_length is not None and request.content_length > target.body_limit:
        raise too_large
    if target.form is not None:
        exchange.dropped = bool(request.content_length)
        return b""
    try:
        raw = request.get_data(cache=True)
    except RequestEntityTooLarge as error:
        raise too_large from error
    except HTTPException as error:
        raise MalformedBody(f"The body cannot be read: {error.description}") from error
    if len(raw) > target.body_limit:
        raise too_large
    exchange.body = raw.decode("utf-8", "replace")
    return raw


def _keep_unread(request: Request, exchange: Exchange) -> None:
    """Show in the journal what was sent where nobody reads it, but for forms and what is too large to keep whole."""
    length = request.content_length or 0
    if 0 < length <= KEPT_BODY and request.mimetype != "multipart/form-data":
        with suppress(HTTPException):
            exchange.body = request.get_data().decode("utf-8", "replace")
    exchange.dropped = bool(length) and not exchange.body


def _correlation(workspace: Workspace, exchange: Exchange) -> str:
    with workspace.transaction():
        return workspace.chance.hex("correlation", exchange.operation or "")


def _is_preflight(request: Request) -> bool:
    return (
        request.method == "OPTIONS"
        and "Origin" in request.headers
        and "Access-Control-Request-Method" in request.headers
    )


def _preflight(request: Request) -> Response:
    allowed = request.headers.get("Access-Control-Request-Headers", "*")
    response = Response(
        status=204,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
            "Access-Control-Allow-Headers": allowed,
            "Access-Control-Max-Age": "600",
        },
    )
    del response.headers["Content-Type"]
    return response
