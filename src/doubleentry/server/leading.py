"""Which thread reads and sends: the one that answers, until an answer takes long.

To hand each request to another thread was measured to halve what a server does at sixteen connections: the two threads
contend for the interpreter at every system call. So the thread that reads also answers. When it has to wait, or is at
one request for too long, another goes on in its place, and it comes back to nothing when it has done.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final

from doubleentry.engine.clock import monotonic
from doubleentry.server.workers import Work, Workers, do

LONG_SECONDS: Final = 0.01
"""A request that takes longer is no reason to let the others wait."""
_DOZE_SECONDS: Final = 1.0


class Lead:
    """Passes the lead of a server's loop from thread to thread."""

    def __init__(self, turn: Callable[[], None], workers: Workers) -> None:
        """Have nobody lead yet.

        Args:
            turn: Waits for something to happen and deals with it; work that it finds is given to `add`.
            workers: Do what is found while a request takes long: that one may be what the others would wait for.
        """
        self._turn = turn
        self._workers = workers
        self._found: deque[Work] = deque()
        self._changed = threading.Condition()
        self._leader: int | None = None
        self._slow: set[int] = set()
        self._since = 0.0
        self._count = 0
        self._seen = 0
        self._dozes = False
        # Its `put` may be called by a signal's handler that comes in while its own thread is in `get`.
        self._calls: SimpleQueue[None] = SimpleQueue()
        self._ending = False
        self._failure: BaseException | None = None

    @property
    def is_mine(self) -> bool:
        """Whether the thread that asks leads."""
        return self._leader == threading.get_ident()

    def begin(self) -> None:
        """Have a thread of its own lead."""
        with self._changed:
            self._pass_on()

    def add(self, work: Work) -> None:
        """Have the thread that leads see to work, when it has dealt with what happened."""
        self._found.append(work)

    def watch(self) -> None:
        """Have another thread lead if the one that does is at one request for too long; returns after a while.

        Raises:
            BaseException: What the loop failed by.
        """
        # First: a request that begins from here on must call.
        self._dozes = True
        if self._since or self._count != self._seen:
            self._dozes = False
        self._seen = self._count
        self._rest(_DOZE_SECONDS if self._dozes else LONG_SECONDS)
        self._dozes = False
        if self._failure is not None:
            raise self._failure
        with self._changed:
            leader = self._leader
            if leader is None or not self._since or monotonic() - self._since < LONG_SECONDS:
                return
            # Where no thread can be had, that is tried again.
            with suppress(RuntimeError):
                self._pass_on()
                self._slow.add(leader)

    def _rest(self, seconds: float) -> None:
        # First without a time-out: with one that passes before it waits, Python 3.11 was seen to wait for ever.
        with suppress(Empty):
            self._calls.get_nowait()
            return
        with suppress(Empty):
            self._calls.get(timeout=seconds)

    def call(self) -> None:
        """Make `watch` return; from any thread, or from a signal's handler."""
        self._calls.put(None)

    def end(self) -> None:
        """Have nobody lead who does not `take` the lead; from any thread, or from a signal's handler.

        Who waits for something to happen must then be woken.
        """
        self._ending = True

    def take(self) -> None:
        """Lead in this thread from here on, after `end`, and leave all work to the workers."""
        me = threading.get_ident()
        with self._changed:
            while self._leader not in {None, me} and not self._since:
                self._changed.wait(LONG_SECONDS)
            self._leader = me

    def turn(self) -> None:
        """Do once what the leader does, after `take`."""
        self._turn()
        while self._found:
            work = self._found.popleft()
            if not self._workers.add_task(work):
                do(work)

    def hold(self) -> bool:
        """Say that the work at hand waits for something.

        Returns:
            Whether it may: so many may wait already that the other threads are needed.
        """
        if not self._workers.hold():
            return False
        me = threading.get_ident()
        with self._changed:
            self._slow.discard(me)
            if self._leader == me:
                try:
                    self._pass_on()
                except RuntimeError:
                    self._workers.release()
                    return False
        return True

    def release(self) -> None:
        """Say that the wait is over which `hold` began."""
        self._workers.release()

    def _pass_on(self) -> None:
        """Have another thread lead.

        Raises:
            RuntimeError: None can be started; who leads still does.
        """
        leader = None
        if not self._ending:
            # It first waits for us to let go of `_changed`.
            thread = threading.Thread(target=self._lead, name="leader", daemon=True)
            thread.start()
            leader = thread.ident
        self._leader = leader
        self._since = 0.0

    def _lead(self) -> None:
        """Read, send and answer until another thread does."""
        me = threading.get_ident()
        with self._changed:
            # Whoever started this thread has said by now that it leads.
            leads = self._leader == me
        try:
            # First what the one before had found.
            while leads and self._see_to_found(me) and not self._ending:
                self._turn()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the server was started
            self._failure = error
            self.call()
        with self._changed:
            if self._leader == me:
                self._leader = None
                self._changed.notify_all()

    def _see_to_found(self, me: int) -> bool:
        """Do what was found, here as long as nothing takes long; return whether this thread still leads."""
        while self._found and not self._ending:
            work = self._found.popleft()
            if self._slow and self._workers.add_task(work):
                continue
            self._count += 1
            # From here on another thread may lead: what is the leader's alone is not touched until that is known.
            self._since = monotonic()
            if self._dozes:
                self.call()
            do(work)
            with self._changed:
                self._slow.discard(me)
                if self._leader != me:
                    return False
                self._since = 0.0
        return True
