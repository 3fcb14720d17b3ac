"""One client's connection: requests in, answers out, whole or spoiled as was ordered."""

import contextlib
import logging
import socket
import struct
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from waitress.channel import ClientDisconnected, HTTPChannel
from werkzeug.wrappers import Response

from doubleentry.engine.clock import monotonic
from doubleentry.engine.documents import encode
from doubleentry.engine.overriding import override
from doubleentry.server.requests import Request
from doubleentry.server.tasks import Task
from doubleentry.web.envelope import bug
from doubleentry.web.operation import JSON
from doubleentry.web.spoiling import How, Spoil

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from doubleentry.server.listeners import Listener, Timer

logger = logging.getLogger("doubleentry")

DRIPS_PER_SECOND: Final = 10
LONGEST_HANG_SECONDS: Final = 3600.0
LINGER_SECONDS: Final = 5.0
"""How long what still comes is thrown away after a last answer. Closed sooner, the answer would be lost to a client
that is still sending."""

MOST_UNREAD: Final = 1024 * 1024
"""Who has so many bytes of answers to read is answered the next of his requests when he has read on."""

# What a socket is told so that closing it resets the connection: at once, and for no time. Windows has shorter fields.
_RESET: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Connection(HTTPChannel):
    """Reads and sends in the thread that leads the server's loop, and keeps back what is to be late.

    An answer that is delayed, dripped or withheld holds no worker: the server's timer takes it up again.
    """

    parser_class = Request
    server: "Listener"
    request: Request | None
    requests: list[Request]
    requests_lock: threading.Lock

    touched = 0.0
    """When something came or was sent last."""
    _half_closed = False
    _hangs = False
    _lingers = False
    _pauses = False
    _shut = False
    _flows = False
    _on_stop: Callable[[], None] | None = None
    _timer: "Timer | None" = None

    # ---------------------------------------------------------------------- in the thread that leads the server's loop

    @property
    def is_busy(self) -> bool:
        """Whether a request is being read or answered, or an answer is not all sent."""
        return bool(self.requests or self.request is not None or self.total_outbufs_len)

    @property
    def is_last(self) -> bool:
        """Whether the answer at hand is the last on this connection."""
        return self.server.is_stopping or (self._half_closed and len(self.requests) == 1)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is to be answered or sent."""
        return not self.requests and not self.total_outbufs_len

    @override
    def readable(self) -> bool:
        """Whether what comes is to be read."""
        if self._half_closed:
            return False
        if self._lingers:
            return True
        if self._on_stop is not None:
            # Held: to see when the client goes. One that is being answered is left alone: what it sends next would wake
            # this thread while the worker still wants to run, which was measured to cost as much as the answer.
            return len(self.requests) == 1
        return super().readable()

    @override
    def writable(self) -> bool:
        """Whether there is something to send or to end."""
        return bool(super().writable() or self._pauses or (self._lingers and not self._shut))

    @override
    def handle_read(self) -> None:
        """Read what has come."""
        self.touched = monotonic()
        if self.socket is None:
            return
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            return
        except OSError:
            self.handle_close()
            return
        if data and not self._lingers:
            self.received(data)
        elif not data and self.requests and not self._hangs:
            # The client has said all, and may still listen.
            self._half_closed = True
        elif not data:
            self.handle_close()

    @override
    def send_continue(self) -> None:
        """Tell who asked to go on with his request, if he is still there."""
        try:
            super().send_continue()
        except OSError:
            self.will_close = True

    @override
    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send what the socket takes now: nothing, where it was closed meanwhile."""
        try:
            return super().send(data, do_close=do_close)
        except AttributeError:
            if self.socket is not None:
                raise
            return 0

    def _flush_some(self, do_close: bool = True) -> bool:
        # Whoever sends: only the thread that leads closes, because it goes through all connections.
        del do_close
        sent = bool(super()._flush_some(do_close=False))  # type: ignore[misc]  # the stub does not have it
        if sent:
            self.touched = monotonic()
        return sent

    @override
    def handle_write(self) -> None:
        """Send what is left, and close if that was the last."""
        super().handle_write()
        if self._pauses and self.total_outbufs_len < MOST_UNREAD and self.socket is not None:
            self._pauses = False
            self.server.add_task(self)
        if self._lingers and not self._shut and not self.total_outbufs_len and self.socket is not None:
            self._shut = True
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.handle_close()
            else:
                self.server.later(LINGER_SECONDS, self.end)

    @override
    def handle_close(self) -> None:
        """Close it, and have nobody remember it until what was held would have been due."""
        if self._timer is not None:
            self._timer.call = None
        super().handle_close()

    def end(self) -> None:
        """Close it, whatever is going on."""
        if self.socket is not None:
            self.handle_close()

    def refuse(self, status: int, message: str) -> None:
        """Answer what has come of a request, or nothing at all, with a refusal; then close."""
        with self.requests_lock:
            request = self.request or Request(self.adj)
            request.refuse(status, message)
            request.guess_target(request.header_plus)
            self.request = None
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)

    def stop_holding(self) -> None:
        """Let go of what is kept back, because the server stops."""
        if self._on_stop is not None:
            self._on_stop()

    # ------------------------------------------------------------------------------------- in the thread that answers

    @override
    def service(self) -> None:
        """Answer what is in line, until an answer is held."""
        self._or_close(self._serve)

    def _serve(self) -> None:
        more = True
        while more:
            more = self._service()

    def _or_close(self, act: Callable[[], None]) -> None:
        """Do something; what it fails by is told in the log and ends this connection, not the server."""
        try:
            act()
        except Exception:
            logger.exception("A bug in the server")
            with self.requests_lock:
                for request in self.requests:
                    request.close()
                self.requests = []
            self.will_close = True
            self.server.pull_trigger()

    def _service(self) -> bool:
        """Answer the request that is first in line; return whether the next is to be answered here and now."""
        request = self.requests[0]
        task = self._task(request, self.server.application)
        self._pieces: list[bytes] = []
        self._flows = False
        try:
            task.service()
        except ClientDisconnected:
            task.close_on_finish = True
        except Exception as error:
            logger.exception("A bug in the answer to %s %s", request.command, request.path)
            if self._flows:
                task.close_on_finish = True
            else:
                self._pieces = []
                answer = bug(error)
                task = self._task(request, Response(encode(answer.body), answer.status, content_type=JSON))
                task.service()
        pieces = self._pieces
        if task.delay_seconds > 0:
            self._hold(task.delay_seconds, lambda: self._answer_late(task, pieces))
            return False
        return self._answer(task, pieces)

    def flow(self) -> None:
        """Send the answer piece by piece from here on, as the application makes them."""
        self._flows = True

    @override
    def write_soon(self, data: bytes) -> int:
        """Take a piece of the answer."""
        if self._flows:
            return super().write_soon(data)
        self._pieces.append(data)
        return len(data)

    # ------------------------------------------------------------------------------------------------------ in either

    def _task(self, request: Request, application: "WSGIApplication") -> Task:
        return Task(self, request, application, self.server.hold)

    def _answer_late(self, task: Task, pieces: list[bytes]) -> None:
        if self._answer(task, pieces):
            self.server.add_task(self)

    def _answer(self, task: Task, pieces: list[bytes]) -> bool:
        """Send an answer, or spoil it; return whether another request is in line now."""
        spoil = task.spoil
        if spoil is None:
            self._send(b"".join(pieces))
            return self._finish(close=task.close_on_finish, lingers=task.request.refusal is not None)
        match spoil.how:
            case How.RESET:
                # The client may have gone before.
                with contextlib.suppress(OSError):
                    if (bound := self.socket) is not None:
                        bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                self.will_close = True
                self.server.pull_trigger()
            case How.EMPTY:
                self._finish(close=True, lingers=True)
            case How.TRUNCATE:
                head, body = pieces[0], b"".join(pieces[1:])
                self._send(head + body[: len(body) // 2])
                self._finish(close=True, lingers=True)
            case How.DRIP:
                self._drip(task, b"".join(pieces), spoil)
            case How.HANG:
                self._hangs = True
                self._hold(min(spoil.seconds or LONGEST_HANG_SECONDS, LONGEST_HANG_SECONDS), self.end)
                if self._half_closed:
                    self.server.later(0, self.end)
            case _:
                raise AssertionError(spoil.how)
        return False

    def _hold(self, seconds: float, then: Callable[[], None]) -> None:
        """Do something later, in the thread that leads; at once if the server stops before."""

        def once() -> None:
            if self._on_stop is once and self.socket is not None:
                self._on_stop = None
                self._or_close(then)

        self._on_stop = once
        self._timer = self.server.later(seconds, once)

    def _drip(self, task: Task, data: bytes, spoil: Spoil) -> None:
        """Send a piece, and hold the rest until it is the next one's turn; all of it when the server stops."""
        pieces = max(1, min(len(data), int(spoil.seconds * DRIPS_PER_SECOND)))
        size = -(-len(data) // pieces)

        def drip(start: int) -> None:
            if self.server.is_stopping or start + size >= len(data):
                self._send(data[start:])
                if self._finish(close=task.close_on_finish):
                    self.server.add_task(self)
                return
            sent = 0 if self.total_outbufs_len else size
            self._send(data[start : start + sent])
            self._hold(spoil.seconds / pieces, lambda: drip(start + sent))

        drip(0)

    def _send(self, data: bytes) -> None:
        """Send what the socket takes now; the thread that leads sends the rest."""
        try:
            if data:
                super().write_soon(data)
        except ClientDisconnected:
            self.will_close = True

    def _finish(self, *, close: bool, lingers: bool = False) -> bool:
        """Be done with the request that is first in line; return whether there is another."""
        self.touched = monotonic()
        with self.requests_lock:
            if not self.requests:
                return False
            close = close or (self._half_closed and len(self.requests) == 1)
            if close:
                # Before the line is empty: the thread that leads looks at that without the lock, and would read on.
                self._lingers = lingers and not self._half_closed
                self.close_when_flushed = not self._lingers
                done, self.requests = self.requests, []
            else:
                done = [self.requests.pop(0)]
            for request in done:
                request.close()
            if not close and not self.requests and self._waits_for_continue():
                self.send_continue()
            more = bool(self.requests)
            if self.current_outbuf_count > 0:
                # As waitress does: the next answer gets a buffer of its own, so that this one is let go of.
                self.current_outbuf_count = self.adj.outbuf_high_watermark
        if more and self.total_outbufs_len >= MOST_UNREAD:
            self._pauses = True
            more = False
        if not more:
            self.server.pull_trigger()
        return more

    def _waits_for_continue(self) -> bool:
        request = self.request
        return request is not None and request.expect_continue and request.headers_finished and not self.sent_continue
