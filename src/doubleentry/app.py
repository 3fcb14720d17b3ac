"""The composition root: settings → workspaces with adapters → one WSGI application."""

import gc
import logging
import os
import threading
from collections import ChainMap
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from msgspec import Struct
from werkzeug.wrappers import Response

from doubleentry import __version__, control, fixtures
from doubleentry.adapters.http import HttpTransport
from doubleentry.adapters.senders import Senders
from doubleentry.adapters.tinydb import TinyStore
from doubleentry.config import ClockSetting, Config
from doubleentry.dialects.base import OWN_QUIRKS, Quirk, settings_shapes
from doubleentry.dialects.registry import DIALECTS
from doubleentry.engine.chance import token
from doubleentry.engine.clock import ClockMode, ClockState, wall_now
from doubleentry.engine.documents import encode
from doubleentry.engine.pace import PRESETS
from doubleentry.engine.ports import StampClock
from doubleentry.engine.recipes import by_name
from doubleentry.engine.workspaces import Workspace, Workspaces, World
from doubleentry.web.envelope import bug, envelope
from doubleentry.web.host import DEFAULT_WORKSPACE, Host
from doubleentry.web.journal import Exchange
from doubleentry.web.kept import SHAPES as KEPT
from doubleentry.web.operation import JSON
from doubleentry.web.pipeline import REFUSED, Pipeline
from doubleentry.web.surface import Surface, SurfaceApp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger("doubleentry")

CONTROL: Final[Surface] = control.surface(DIALECTS)
SURFACES: Final[tuple[Surface, ...]] = (*(dialect.surface for dialect in DIALECTS.values()), CONTROL)

_FIRST_SEEN: Final = frozenset({"", "/", "/_emulator", "/_emulator/", CONTROL.mount, f"{CONTROL.mount}/"})
SENDERS: Final = 4
"""How many webhooks are sent at once, over all workspaces."""
LONGEST_NAP: Final = 60.0
NAP_AFTER_A_BUG: Final = 1.0


def build(config: Config) -> "Application":
    """Return the application that the settings describe, its default workspace open: for a process that serves it.

    Raises:
        FixtureError: The fixture is not there, or has problems.
    """
    application = Application(config)
    # What there is by now stays until the process ends. A full collection would look through all of it for garbage, for
    # 30 ms in which nobody is answered.
    gc.freeze()
    gc.enable()
    return application


class Application:
    """Everything that one server serves."""

    def __init__(self, config: Config, *, testing: bool = False) -> None:
        """Put it together.

        Args:
            config: All settings.
            testing: Let bugs of ours reach whoever calls the application.
        """
        self.config = config
        self._port = config.port
        self._testing = testing
        self._wake = threading.Event()
        self._transport = HttpTransport(config.webhook_allow, ca_file=config.webhook_ca)
        directories = [] if config.fixtures_dir is None else [config.fixtures_dir]
        settings = {quirk.name: quirk.default for quirk in quirks()} | dict(config.quirks)
        self.world = World(
            stores=TinyStore,
            transport=self._transport,
            rules={name: dialect.rules for name, dialect in DIALECTS.items()},
            formats={name: dialect.webhooks for name, dialect in DIALECTS.items()},
            templates=fixtures.templates(directories),
            settings=settings,
            recipes=by_name(recipe for dialect in DIALECTS.values() for recipe in dialect.recipes),
            shapes=ChainMap(
                *(dict(each.kept) for each in DIALECTS.values()), dict(KEPT), dict(settings_shapes(quirks()))
            ),
            pace=PRESETS[config.pace],
            paces={
                name: dialect.paces[config.pace] for name, dialect in DIALECTS.items() if config.pace in dialect.paces
            },
            wake=self._wake.set,
            url=self._url,
            stamp_clock=StampClock(config.webhook_stamp),
        )

        def baseline(workspace: Workspace, fixture: str | None) -> None:
            workspace.chance.plant(config.seed)
            if config.clock != ClockSetting():
                workspace.clock.start(_clock_state(config.clock))
            fixtures.load(workspace, fixture or config.fixture, DIALECTS.values(), directories)

        self.workspaces = Workspaces(
            self.world, baseline, idle_seconds=config.workspace_idle or None, spared=(DEFAULT_WORKSPACE,)
        )
        self.token = config.token or (None if config.is_loopback else token())
        self.host = Host(
            workspaces=self.workspaces,
            public_url=config.public_url,
            any_key=config.any_key,
            auto_open=config.workspaces == "auto" and config.is_loopback,
            token=self.token,
            workspace_bytes=config.workspace_size * 2**20 or None,
            log=_log if config.access_log else lambda *_: None,
        )
        self._pipeline = Pipeline(self.host)
        self._mounted = {
            surface.mount: _Mounted(surface, self._pipeline, config.public_url or "", testing=testing)
            for surface in SURFACES
        }
        self.workspaces.open(DEFAULT_WORKSPACE)
        self.ticker = Ticker(self.workspaces, self._wake)

    def wsgi(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Serve all surfaces, each under its mount."""
        return self._held(self._serve, environ, start_response)

    def _held(
        self, serve: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve, and tell a bug of ours in our envelope, be it in a document or before the pipeline begins."""
        try:
            return serve(environ, start_response)
        except Exception as error:
            if self._testing:
                raise
            logger.exception("A bug in %s %s", environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
            answer = bug(error)
            return Response(encode(answer.body), answer.status, content_type=JSON)(environ, start_response)

    def _serve(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        prefix, path = _take_workspace(environ)
        if path in _FIRST_SEEN and REFUSED not in environ:
            return _redirect(302, f"{prefix}{CONTROL.mount}/docs/")(environ, start_response)
        for mount, mounted in self._mounted.items():
            if path == mount or path.startswith(f"{mount}/"):
                return mounted(environ, start_response, prefix + mount, path.removeprefix(mount))
        if REFUSED in environ:
            told = envelope("ServerRefused", str(environ[REFUSED]))
            return Response(encode(told), environ[REFUSED].status, content_type=JSON)(environ, start_response)
        return self._nowhere(path)(environ, start_response)

    def dialect_wsgi(self, name: str) -> "WSGIApplication":
        """Return an application that serves one dialect at the root."""
        mounted = self._mounted[DIALECTS[name].surface.mount]

        def wsgi(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            prefix, path = _take_workspace(environ)
            return mounted(environ, start_response, prefix, path)

        return lambda environ, start_response: self._held(wsgi, environ, start_response)

    def surface_app(self, name: str) -> SurfaceApp:
        """Return the Flask app of a surface."""
        return next(mounted.app for mounted in self._mounted.values() if mounted.surface.name == name)

    def ready_document(self, port: int) -> dict[str, Any]:
        """Return the content of the ready line: a stable contract."""
        base = self._base(port)
        return {
            "event": "ready",
            "url": base,
            "port": port,
            "pid": os.getpid(),
            "seed": self.config.seed,
            "workspaces": [workspace.name for workspace in self.workspaces],
            "control": {"url": base + CONTROL.mount, "token": self.token},
            "dialects": {
                name: {
                    "url": base + dialect.surface.mount,
                    "key": dialect.demo_key,
                    "headers": dict(dialect.authorization(dialect.demo_key)),
                    **{header.lower(): value for header, value in dialect.authorization(dialect.demo_key).items()},
                    "credentials": dict(dialect.credentials),
                }
                for name, dialect in DIALECTS.items()
            },
        }

    def banner(self, port: int) -> str:
        """Return what people are told at the start."""
        base = self._base(port)
        lines = [f"Doubleentry {__version__} at {base}  (workspace {DEFAULT_WORKSPACE}, fixture {self.config.fixture})"]
        for dialect in DIALECTS.values():
            shown = ", ".join(f"{name}: {value}" for name, value in dialect.authorization(dialect.demo_key).items())
            lines += [f"  {dialect.name:<10} {base}{dialect.surface.mount}", f"  {'':<10} {shown}"]
            lines += [f"  {'':<10} {name}: {value}" for name, value in dialect.credentials.items()]
        lines.append(f"  {'control':<10} {base}{CONTROL.mount}")
        if self.token is not None and self.config.token is None:
            lines.append(f"  {'':<10} Authorization: Bearer {self.token}")
        return "\n".join(lines)

    def listens_at(self, port: int) -> None:
        """Take note of the port that clients reach: with port 0, it is known only when it is bound."""
        self._port = port

    def _url(self, workspace: str) -> str:
        return self._base(self._port) + ("" if workspace == DEFAULT_WORKSPACE else f"/w/{workspace}")

    def end_waits(self) -> None:
        """Answer all who wait, because the server stops."""
        self.host.stopping.set()
        for workspace in list(self.workspaces):
            with workspace.changed:
                workspace.changed.notify_all()

    def close(self) -> None:
        """Let go of connections."""
        self._transport.close()

    def _base(self, port: int) -> str:
        host = "127.0.0.1" if self.config.host in {"localhost", "0.0.0.0", "::"} else self.config.host  # noqa: S104 - compared
        bracketed = f"[{host}]" if ":" in host else host
        return self.config.public_url or f"http://{bracketed}:{port}"

    def _nowhere(self, path: str) -> Response:
        """Answer a path that leads to no surface; one that a vendor has is told where that vendor is served."""
        told = path.encode("latin-1").decode("utf-8", "replace")  # WSGI says bytes in Latin-1
        message = f"Nothing is served at {told!r}."
        vendors = [mounted for mounted in self._mounted.values() if mounted.surface.auth is not None]
        likely = [f"{vendor.surface.mount}{told}" for vendor in vendors if vendor.app.knows(path)]
        if likely:
            message += f" Did you mean {' or '.join(likely)}?"
        known = [surface.mount for surface in SURFACES]
        return Response(encode(envelope("RouteNotFound", message, served=known)), 404, content_type=JSON)


class _Mounted:
    """A surface with its document and viewer, each made when it is first asked for."""

    def __init__(self, surface: Surface, pipeline: Pipeline, public_url: str, *, testing: bool) -> None:
        self.surface = surface
        self._pipeline = pipeline
        self._public_url = public_url
        self._testing = testing
        self._lock = threading.RLock()
        # It takes tenths of a second to make, and is the same for each who names the server alike.
        self._document = lru_cache(maxsize=4)(lambda server: encode(openapi(surface, server)))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", mount: str, path: str
    ) -> Iterable[bytes]:
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + mount
        environ["PATH_INFO"] = path or "/"
        environ["doubleentry.mount"] = mount.removeprefix(f"/w/{environ.get('doubleentry.workspace')}")
        if REFUSED in environ:
            return self.app(environ, start_response)
        reads = environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        if reads and path in self.surface.document_paths:
            document = self._document(self._public_url + environ["SCRIPT_NAME"])
            return Response(document, content_type=JSON)(environ, start_response)
        if reads and path in self.surface.viewer_paths:
            return _redirect(302, f"{environ['SCRIPT_NAME']}/docs/")(environ, start_response)
        if path.startswith("/docs/"):
            return self.viewer(environ, start_response)
        return self.app(environ, start_response)

    @property
    def app(self) -> SurfaceApp:
        """The surface's Flask app; two first requests at once make one."""
        with self._lock:
            return self._app

    @property
    def viewer(self) -> "WSGIApplication":
        """The offline viewer of its document."""
        with self._lock:
            return self._viewer

    @cached_property
    def _app(self) -> SurfaceApp:
        app = SurfaceApp(self.surface, self._pipeline.serve)
        app.config["TESTING"] = self._testing
        return app

    @cached_property
    def _viewer(self) -> "WSGIApplication":
        from doubleentry.web.viewer import viewer  # noqa: PLC0415 - few runs look at documents

        return viewer(self.surface.title)


class Ticker(Struct, frozen=True):
    """Runs what falls due, in real time."""

    workspaces: Workspaces
    wake: threading.Event

    def run(self, stop: threading.Event) -> None:
        """Run due tasks until told to stop; woken when something new is scheduled or a clock is moved."""
        senders = Senders(SENDERS)
        while not stop.is_set():
            self.wake.clear()
            waits = [self._tick(workspace, senders) for workspace in self.workspaces]
            known = [wait for wait in waits if wait is not None]
            self.wake.wait(min([*known, LONGEST_NAP]))
        senders.shutdown()

    def _tick(self, workspace: Workspace, senders: Senders) -> float | None:
        """Run what is due in one workspace; return the seconds until its next task, None when there is none."""
        try:
            workspace.run_due(senders)
            return workspace.wall_seconds_until_due()
        except Exception:
            # One that cannot even tell what is due must neither stop the others nor keep the machine busy.
            logger.exception("A bug in a task of workspace %s", workspace.name)
            return NAP_AFTER_A_BUG


def openapi(surface: Surface, server: str) -> dict[str, Any]:
    """Return the OpenAPI document of a surface.

    Args:
        surface: What to describe.
        server: The URL under which it is served.
    """
    from doubleentry.web.openapi import describe  # noqa: PLC0415 - few runs need it

    return describe(surface, __version__, server)


def webhook_secret(dialect: str, seed: str, url: str) -> str | None:
    """Return what a dialect's webhooks to a URL are signed with; None where that cannot be told beforehand."""
    known = DIALECTS.get(dialect)
    return None if known is None or known.secret is None else known.secret(seed, url)


def quirks() -> list[Quirk]:
    """Return where the vendors' documents disagree, dialect by dialect, and the emulator's own switches."""
    return [*(quirk for dialect in DIALECTS.values() for quirk in dialect.quirks), *OWN_QUIRKS]


def _take_workspace(environ: "WSGIEnvironment") -> tuple[str, str]:
    """Return the path's prefix that names a workspace, if it has one, and the rest; note the name."""
    path: str = environ.get("PATH_INFO", "")
    if not path.startswith("/w/"):
        return "", path
    name, slash, rest = path.removeprefix("/w/").partition("/")
    environ["doubleentry.workspace"] = name
    return f"/w/{name}", slash + rest


def _redirect(status: int, path: str) -> Response:
    """Lead to a path, which WSGI says in Latin-1 and unquoted: whatever a caller has put into it stays in it."""
    return Response(status=status, headers={"Location": quote(path, encoding="latin-1")})


def _clock_state(setting: ClockSetting) -> ClockState:
    now = wall_now()
    if setting.mode == "frozen":
        instant: datetime = (setting.instant or now).astimezone(UTC)
        return ClockState(ClockMode.FROZEN, instant, instant)
    if setting.mode == "scaled":
        return ClockState(ClockMode.SCALED, now, now, Decimal(repr(setting.factor)))
    return ClockState(ClockMode.REAL, now, now)


def _log(workspace: str, exchange: Exchange, milliseconds: float) -> None:
    logger.info("%s %s %s %d %.1f ms", workspace, exchange.surface, exchange.label, exchange.status, milliseconds)
