"""The HTTP server: one thread that reads, answers and sends, and others that take over while a request takes long.

Waitress gives it its parser, its buffers, its connections and its loop. What it adds: threads that grow when requests
are held, answers that are late or spoiled on purpose, refusals in the words of the surface that was asked, bounds, and
an end that finishes what is in flight.
"""

import heapq
import itertools
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from waitress import wasyncore
from waitress.adjustments import Adjustments

from doubleentry.engine.clock import monotonic
from doubleentry.server.connections import Connection
from doubleentry.server.leading import Lead
from doubleentry.server.listeners import Listener, Timer
from doubleentry.server.workers import Work, Workers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

KIBIBYTE: Final = 1024
MEBIBYTE: Final = 1024 * KIBIBYTE

_LOOK_SECONDS: Final = 1.0
"""How often is looked for connections that are silent for too long."""
_WANTED_FILES: Final = 2048
_OVER: Final = 64
"""So many more than its most connections the server takes in to tell them that it is full."""


class Bounds(Struct, frozen=True):
    """What one server takes at most.

    Attributes:
        header_bytes: Of one request, its first line with it.
        body_bytes: Of one request; a surface refuses a body far below this.
        connections: How many are open at once. One more ends the one that has been silent longest; if all are busy it
            is told 503.
        header_seconds: How long a header may take to come.
        body_seconds: How long a body may pause.
        idle_seconds: How long a connection is kept without a request, or by who reads nothing of an answer.
        drain_seconds: How long a stopping server waits for requests in flight: it has ended within three seconds, and
            a container is killed ten seconds after it was asked.
    """

    header_bytes: int = 64 * KIBIBYTE
    body_bytes: int = 128 * MEBIBYTE
    connections: int = 1000
    header_seconds: float = 30.0
    body_seconds: float = 30.0
    idle_seconds: float = 300.0
    drain_seconds: float = 2.5


class HttpServer:
    """One WSGI application on sockets that already listen."""

    def __init__(
        self,
        wsgi: "WSGIApplication",
        sockets: Iterable[socket.socket],
        bounds: Bounds | None = None,
        on_stop: Callable[[], None] = lambda: None,
    ) -> None:
        """Take over the sockets; nothing is served before `run`.

        Args:
            wsgi: What answers.
            sockets: Where to listen.
            bounds: What is taken at most.
            on_stop: Is called once, in a thread of its own, when the server begins to stop.
        """
        self.map: dict[int, Any] = {}
        self.workers = Workers()
        self.lead = Lead(self._turn, self.workers)
        self._bounds = bounds or Bounds()
        self._on_stop = on_stop
        self._most = min(self._bounds.connections, _most_files())
        self._stopping = threading.Event()
        self._timers: list[tuple[float, int, Timer]] = []
        self._timers_lock = threading.Lock()
        self._order = itertools.count()
        self._awake = False
        self._ended = False
        # A signal's handler may come in while its own thread has it.
        self._trigger_lock = threading.RLock()
        self._next_look = 0.0
        self._wait_seconds = _LOOK_SECONDS
        adjustments = Adjustments(
            max_request_header_size=self._bounds.header_bytes,
            max_request_body_size=self._bounds.body_bytes,
            # No thread ever waits for a client that does not read.
            outbuf_high_watermark=1024 * MEBIBYTE,
            recv_bytes=64 * KIBIBYTE,
            ident=None,
            clear_untrusted_proxy_headers=False,
        )
        self._listeners = [Listener(self, wsgi, bound, adjustments) for bound in sockets]

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def run(self) -> None:
        """Serve until `stop`, then finish the requests in flight."""
        self.lead.begin()
        while not self.is_stopping:
            self.lead.watch()
        self.lead.take()
        # Who has connected and asked is still answered.
        self._wait_seconds = 0.0
        self.lead.turn()
        for listener in self._listeners:
            listener.stop_listening()
        threading.Thread(target=self._on_stop, name="stopping", daemon=True).start()
        deadline = monotonic() + self._bounds.drain_seconds
        self.lead.turn()
        self._wait_seconds = 0.05
        while monotonic() < deadline:
            for connection in self._connections():
                connection.stop_holding()
                if not connection.is_busy:
                    connection.end()
            if not self._connections():
                break
            self.lead.turn()
        self.workers.shutdown()
        with self._trigger_lock:
            self._ended = True
        wasyncore.close_all(self.map)

    def stop(self) -> None:
        """Make `run` return; from any thread, or from a signal's handler."""
        self._stopping.set()
        # Before it is woken: else it could go back to sleep.
        self.lead.end()
        self._pull()
        self.lead.call()

    def wake(self) -> None:
        """Make the thread that leads look at its connections."""
        if not self._awake:
            self._awake = True
            self._pull()

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call something in the thread that leads, after a while; from any thread."""
        timer = Timer(call)
        with self._timers_lock:
            heapq.heappush(self._timers, (monotonic() + seconds, next(self._order), timer))
        self.wake()
        return timer

    def add_task(self, work: Work) -> None:
        """Have a connection's requests answered; from any thread."""
        self.lead.add(work)
        if not self.lead.is_mine:
            self.wake()

    def take_in(self, connection: Connection) -> None:
        """Serve one who has just connected, or refuse."""
        connection.touched = monotonic()
        many = len(self._connections())
        if many <= self._most or self.make_room(besides=connection):
            return
        if many > self._most + _OVER:
            connection.end()
        else:
            connection.refuse(503, f"{self._most} connections are open, and all are busy.")

    def make_room(self, besides: Connection | None = None) -> bool:
        """End the connection that has been silent longest; return whether there was one that can be missed."""
        silent = [one for one in self._connections() if one.is_idle and one is not besides]
        if not silent:
            return False
        # Before those of which a part of a request has come.
        min(silent, key=lambda one: (one.request is not None, one.touched)).end()
        return True

    def _pull(self) -> None:
        with self._trigger_lock:
            if not self._ended:
                self._listeners[0].trigger.pull_trigger()

    def _turn(self) -> None:
        """Wait for something to happen, and deal with it."""
        # First: who changes something from here on must wake.
        self._awake = False
        now = monotonic()
        seconds = self._wait_seconds
        if self._timers:
            seconds = min(seconds, max(0.0, self._timers[0][0] - now))
        # Rounded up to a millisecond, or a timer that is nearly due would be waited for without waiting.
        wasyncore.loop(timeout=-(-seconds // 0.001) * 0.001, use_poll=True, map=self.map, count=1)
        self._awake = True
        now = monotonic()
        while self._timers and self._timers[0][0] <= now:
            with self._timers_lock:
                call = heapq.heappop(self._timers)[2].call
            if call is not None:
                call()
        self._look()

    def _look(self) -> None:
        """End or refuse what has been silent for too long."""
        now = monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_SECONDS
        bounds = self._bounds
        for connection in self._connections():
            request, is_unread = connection.request, bool(connection.total_outbufs_len)
            if connection.requests and not is_unread:
                continue
            if is_unread or request is None:
                if now - connection.touched > bounds.idle_seconds:
                    connection.end()
            elif request.headers_finished:
                if now - connection.touched > bounds.body_seconds:
                    connection.refuse(408, f"Nothing more of the body came for {bounds.body_seconds:g} s.")
            elif now - request.began > bounds.header_seconds:
                connection.refuse(408, f"The header did not come within {bounds.header_seconds:g} s.")

    def _connections(self) -> list[Connection]:
        return [entry for entry in list(self.map.values()) if isinstance(entry, Connection)]


def _most_files() -> int:
    """Return how many connections the system lets one process have open, after asking for enough."""
    if sys.platform == "win32":
        return 400  # of the 512 that its select takes
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _WANTED_FILES:
        wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, _WANTED_FILES)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):
            pass
    return sys.maxsize if soft == resource.RLIM_INFINITY else max(16, soft - 128)
