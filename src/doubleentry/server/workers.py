"""The threads that answer requests: few at once while all goes well, more when some are held.

Python runs one thread at a time, and hands over slowly between many that want to: measured, two at once answer more
requests a second than sixteen. So a third waits until one is done, unless one of the two only waits itself: it says so
(`hold`), or no request has been begun for a while (`relieve`).
"""

import logging
import threading
from collections import deque
from typing import Final, Protocol

logger = logging.getLogger("doubleentry")

AT_ONCE: Final = 2
MOST_THREADS: Final = 256
SPARE_THREADS: Final = 16
"""So many are never given to requests that are held."""
STUCK_SECONDS: Final = 0.01
_REST_SECONDS: Final = 10.0


class Work(Protocol):
    """What a worker does: waitress calls it a task."""

    def service(self) -> None:
        """Do it."""

    def cancel(self) -> None:
        """It is not to be done any more."""


class Workers:
    """Does work in threads; what waitress calls a task dispatcher."""

    def __init__(self, most: int = MOST_THREADS) -> None:
        """Start none yet.

        Args:
            most: The most threads.
        """
        self._most = most
        self._queue: deque[Work] = deque()
        self._changed = threading.Condition()
        self._threads = 0
        self._idle = 0
        # The threads whose work counts as running: it was taken, and is not known to wait.
        self._running: set[int] = set()
        self._held = 0
        self._at_once = AT_ONCE
        self._taken = 0
        self._seen = (0, 0.0)
        self._stopping = False

    @property
    def is_behind(self) -> bool:
        """Whether work waits for a thread."""
        return bool(self._queue)

    def add_task(self, task: Work) -> None:
        """Have work done as soon as a thread is free for it."""
        with self._changed:
            self._queue.append(task)
            self._staff()

    def hold(self) -> bool:
        """Say, in the thread that does it, that the work at hand waits for something, so that another may begin.

        Returns:
            Whether it may: so many threads may wait already that the rest is needed.
        """
        with self._changed:
            if self._held >= self._most - SPARE_THREADS:
                return False
            self._held += 1
            self._running.discard(threading.get_ident())
            self._staff()
        return True

    def release(self) -> None:
        """Say that the wait is over which `hold` began."""
        with self._changed:
            self._held -= 1

    def relieve(self, now: float) -> None:
        """Begin all that is queued if nothing was begun for a while: what runs seems to wait, and did not say so.

        Args:
            now: Seconds on a clock that only goes forward. To be called every `STUCK_SECONDS` while work `is_behind`.
        """
        with self._changed:
            taken, since = self._seen
            if not self._queue or taken != self._taken:
                self._seen = (self._taken, now)
            elif now - since >= STUCK_SECONDS:
                self._running.clear()
                self._at_once = AT_ONCE + len(self._queue)
                self._staff()

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:  # noqa: ARG002 - as waitress names them
        """Begin nothing more. The threads end when they have done what they are at, or with the process."""
        with self._changed:
            self._stopping = True
            for task in self._queue:
                task.cancel()
            self._queue.clear()
            self._changed.notify_all()
        return True

    def _staff(self) -> None:
        """See that the next in the queue is begun, if it may be. The lock is held."""
        if not self._queue or len(self._running) >= self._at_once:
            return
        if self._idle:
            self._changed.notify()
        elif self._threads < self._most:
            self._threads += 1
            threading.Thread(target=self._work, name="worker", daemon=True).start()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task.service()
            except Exception:
                logger.exception("A bug in the server")

    def _next(self) -> Work | None:
        """Wait for work and take it; None when this thread is not needed any more."""
        me = threading.get_ident()
        with self._changed:
            self._running.discard(me)
            while not self._queue or len(self._running) >= self._at_once:
                self._idle += 1
                called = self._changed.wait(_REST_SECONDS)
                self._idle -= 1
                if self._stopping or (not called and self._threads > SPARE_THREADS):
                    self._threads -= 1
                    return None
            task = self._queue.popleft()
            self._running.add(me)
            self._taken += 1
            if self._queue:
                self._staff()
            else:
                self._at_once = AT_ONCE
            return task
