"""Listening on ports, and taking in those who connect."""

import errno
import socket
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from msgspec import Struct
from waitress.server import TcpWSGIServer

from doubleentry.engine.clock import monotonic
from doubleentry.engine.overriding import override
from doubleentry.server.connections import Connection

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from waitress.adjustments import Adjustments
    from waitress.task import ThreadedTaskDispatcher
    from waitress.trigger import trigger as Trigger  # noqa: N812 - a class

    from doubleentry.server.http import HttpServer
    from doubleentry.server.workers import Work
    from doubleentry.web.waiting import Hold

_FREE_PORT_TRIES = 20
_MOST_AT_ONCE: Final = 32
_PAUSE_SECONDS: Final = 0.05
_NO_MORE_FILES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class PortError(Exception):
    """An address could not be listened on; the text says which and what to do."""


class Timer(Struct):
    """Something to be done later.

    Attributes:
        call: Does it; None when it is given up.
    """

    call: Callable[[], None] | None


class Listener(TcpWSGIServer):
    """One listening socket of a server."""

    channel_class = Connection

    def __init__(self, server: "HttpServer", wsgi: "WSGIApplication", bound: socket.socket, adj: "Adjustments") -> None:
        """Take over a socket that already listens."""
        self._server = server
        self._paused_until = 0.0
        dispatcher = cast("ThreadedTaskDispatcher", server.workers)
        name = (bound.family, bound.type, bound.proto, bound.getsockname())
        super().__init__(wsgi, server.map, True, bound, dispatcher, adj, name, bind_socket=False)
        # What a caller who names no host is told of: waitress would say `waitress.invalid`, where nothing is found.
        self.server_name = _name(bound.getsockname()[0])

    trigger: "Trigger"  # type: ignore[assignment]  # as it is; the stub says int

    @property
    def hold(self) -> "Hold":
        """What requests call that wait."""
        return self._server.lead

    @property
    def is_stopping(self) -> bool:
        """Whether every answer is the last of its connection."""
        return self._server.is_stopping

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call something in the thread that leads."""
        return self._server.later(seconds, call)

    @override
    def add_task(self, task: "Work") -> None:
        """Have a connection's requests answered."""
        self._server.add_task(task)

    @override
    def pull_trigger(self) -> None:
        """Make the thread that leads look at its connections."""
        self._server.wake()

    @override
    def readable(self) -> bool:
        """Whether to take in who connects."""
        return self.accepting and monotonic() >= self._paused_until

    @override
    def handle_accept(self) -> None:
        """Take in those who connect; one too many at the cost of who has been silent longest."""
        for _ in range(_MOST_AT_ONCE):
            try:
                accepted = self.accept()
            except OSError as error:
                if error.errno in _NO_MORE_FILES and not self._server.make_room():
                    self._paused_until = monotonic() + _PAUSE_SECONDS
                return
            if accepted is None:
                return
            self._take_in(*accepted)

    def _take_in(self, client: socket.socket, address: Any) -> None:  # noqa: ANN401 - of either kind of address
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(self, client, address, self.adj, self._server.map)
        except OSError:
            # It is gone already.
            client.close()
            return
        self._server.take_in(connection)

    def stop_listening(self) -> None:
        """Take in nobody any more."""
        # Its own close would take its trigger with it.
        self.del_channel()
        self.accepting = False
        if self.socket is not None:
            self.socket.close()


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


def _name(address: str) -> str:
    """Return how a URL names an address that is listened on; of all addresses the one that is always there."""
    if address in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{address}]" if ":" in address else address
