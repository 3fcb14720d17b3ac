"""The command that serves: ports, the thread that runs due tasks in real time, signals and the ready line."""

import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from doubleentry import app, fixtures
from doubleentry.config import Config
from doubleentry.server.http import HttpServer
from doubleentry.server.listeners import PortError, listen

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXIT_FINE = 0
EXIT_PORT = 3
EXIT_FIXTURE = 4


def serve(config: Config) -> int:
    """Serve until SIGTERM or SIGINT, then drain.

    Args:
        config: All settings.

    Returns:
        The exit code of the command: 0 after a signal, 3 if a port cannot be had, 4 if the fixture is not usable.
    """
    _configure_logging(config)
    if config.ready_file is not None:
        # Left by a server that was killed, it would say that this one is ready.
        config.ready_file.unlink(missing_ok=True)
    with ExitStack() as cleanup:
        try:
            # Bound before anything is built: a busy port is told at once, and a client that comes early waits.
            sockets = {"": listen(config.host, config.port)}
            cleanup.callback(_close_all, sockets[""])
            for name, port in config.dialect_ports.items():
                sockets[name] = listen(config.host, port)
                cleanup.callback(_close_all, sockets[name])
        except PortError as error:
            print(f"doubleentry: {error}", file=sys.stderr)  # noqa: T201 - the command's own word to its user
            return EXIT_PORT
        try:
            application = app.build(config)
        except fixtures.FixtureError as error:
            print(f"doubleentry: {error}", file=sys.stderr)  # noqa: T201 - the command's own word to its user
            return EXIT_FIXTURE
        cleanup.callback(application.close)
        wsgi_by_port: dict[str, WSGIApplication] = {
            str(config.dialect_ports[name]): application.dialect_wsgi(name) for name in config.dialect_ports
        }
        server = HttpServer(
            _by_port(application.wsgi, wsgi_by_port),
            [one for many in sockets.values() for one in many],
            on_stop=application.end_waits,
        )
        port = sockets[""][0].getsockname()[1]
        application.listens_at(port)
        cleanup.enter_context(_ticking(application.ticker))
        cleanup.enter_context(_stopped_by_signals(server.stop))
        _announce(application.ready_document(port), application.banner(port), config.ready_file)
        if config.ready_file is not None:
            cleanup.callback(config.ready_file.unlink, missing_ok=True)
        server.run()
    return EXIT_FINE


def _by_port(common: "WSGIApplication", others: "dict[str, WSGIApplication]") -> "WSGIApplication":
    if not others:
        return common

    def wsgi(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return others.get(environ["SERVER_PORT"], common)(environ, start_response)

    return wsgi


@contextmanager
def _ticking(ticker: app.Ticker) -> Iterator[None]:
    """Run what falls due, in a thread, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=ticker.run, args=(stop,), name="ticker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        ticker.wake.set()
        thread.join(timeout=2)


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Stop at the first SIGTERM or SIGINT; a second one ends the process as if nobody caught it."""

    def handle(_number: int, _frame: FrameType | None) -> None:
        for number in previous:
            signal.signal(number, signal.SIG_DFL)
        stop()

    previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in previous:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _announce(document: dict[str, Any], banner: str, ready_file: Path | None) -> None:
    """Print the ready line for programs and the banner for people, and write the ready file in one step."""
    line = json.dumps(document)
    # A reader that went away after it had read enough must not end the server.
    with suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    with suppress(OSError):
        sys.stderr.write(banner.rstrip("\n") + "\n")
        sys.stderr.flush()
    if ready_file is not None:
        unfinished = ready_file.with_name(f"{ready_file.name}.{os.getpid()}")
        unfinished.write_text(line + "\n", encoding="utf-8")
        unfinished.replace(ready_file)


def _configure_logging(config: Config) -> None:
    logging.basicConfig(stream=sys.stderr, level=config.log_level.upper(), format="%(message)s")
    # A queue of waiting requests is no news for somebody who tests under load, nor is a client that hung up.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    logging.getLogger("waitress").setLevel(logging.ERROR)


def _close_all(sockets: Iterable[socket.socket]) -> None:
    for one in sockets:
        one.close()
