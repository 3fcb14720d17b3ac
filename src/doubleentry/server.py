"""The HTTP server: sockets, the thread that runs due tasks in real time, signals and the ready line.

Waitress reads requests in one thread and answers them from a pool. Only what it documents or keeps public is used here:
sockets that we bound, its loop, its trigger and its channels.
"""

import errno
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer, create_server

from doubleentry import app, fixtures
from doubleentry.config import Config

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXIT_FINE = 0
EXIT_PORT = 3
EXIT_FIXTURE = 4

DRAIN_SECONDS = 3.0
"""How long a stopping server waits for requests in flight; a container is killed ten seconds after it was asked."""

_THREADS = 32
_CONNECTIONS = 1000
_HEADER_BYTES = 64 * 1024
# A surface refuses a body far below this, in its own envelope.
_BODY_BYTES = 512 * 1024 * 1024
_FREE_PORT_TRIES = 20


class PortError(Exception):
    """An address could not be listened on; the text says which and what to do."""


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
            _by_port(application.wsgi, wsgi_by_port), [one for many in sockets.values() for one in many]
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


class HttpServer:
    """One WSGI application on sockets that already listen."""

    def __init__(self, wsgi: "WSGIApplication", sockets: Iterable[socket.socket]) -> None:
        """Take over the sockets; nothing is served before `run`."""
        self._map: dict[int, Any] = {}
        self._stopping = threading.Event()
        self._server = create_server(
            wsgi,
            map=self._map,
            sockets=list(sockets),
            threads=_THREADS,
            connection_limit=_CONNECTIONS,
            max_request_header_size=_HEADER_BYTES,
            max_request_body_size=_BODY_BYTES,
            ident=None,
            asyncore_use_poll=True,
            clear_untrusted_proxy_headers=False,
        )
        self._listeners = [entry for entry in self._map.values() if isinstance(entry, TcpWSGIServer)]

    def run(self) -> None:
        """Serve until `stop`, then finish the requests in flight, for `DRAIN_SECONDS` at most."""
        while not self._stopping.is_set():
            self._poll(30.0)
        for listener in self._listeners:
            # The listener's own close would take its trigger with it, by which the pool says that an answer is ready.
            wasyncore.dispatcher.close(listener)
        deadline = time.monotonic() + DRAIN_SECONDS
        while self._is_busy() and time.monotonic() < deadline:
            self._poll(0.05)
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Make `run` return; from any thread, or from a signal's handler."""
        self._stopping.set()
        self._listeners[0].pull_trigger()

    def _poll(self, timeout_seconds: float) -> None:
        wasyncore.loop(timeout=timeout_seconds, use_poll=True, map=self._map, count=1)

    def _is_busy(self) -> bool:
        channels = [entry for entry in self._map.values() if isinstance(entry, HTTPChannel)]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def listen(host: str, port: int) -> list[socket.socket]:
    """Listen on a port of an address, and for `localhost` on both loopbacks.

    Args:
        host: An address, a name, or `localhost`.
        port: 0 takes one that is free, on both loopbacks if there are two.

    Returns:
        The sockets, all on the same port, at least one.

    Raises:
        PortError: The port is taken or the address is not ours.
    """
    if host != "localhost":
        return [_bound(host, port)]
    for attempt in range(1, _FREE_PORT_TRIES + 1):
        first = _bound("127.0.0.1", port)
        try:
            return [first, _bound("::1", first.getsockname()[1])]
        except PortError as error:
            if not _is_taken(error):
                # A machine without IPv6.
                return [first]
            first.close()
            if port or attempt == _FREE_PORT_TRIES:
                raise
    raise AssertionError


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortError(f"cannot listen on {host}: {error.strerror or error}") from error
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would share the port with a server that has it already.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # `::` means every address, of both kinds; `::1` has its neighbour bound apart.
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(host != "::"))
        bound.bind(address)
        bound.listen(1024)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            advice = "is in use; stop what listens there or choose another (0 takes a free one)"
            raise PortError(f"port {port} on {host} {advice}") from error
        raise PortError(f"cannot listen on port {port} of {host}: {error.strerror or error}") from error
    return bound


def _is_taken(error: PortError) -> bool:
    return isinstance(error.__cause__, OSError) and error.__cause__.errno == errno.EADDRINUSE


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
