"""The threads that answer requests beside the one that leads: as many as are needed at once, within bounds."""

import logging
import threading
from collections import deque
from typing import Final, Protocol

logger = logging.getLogger("doubleentry")

MOST_THREADS: Final = 256
SPARE_THREADS: Final = 16
"""So many are never given to requests that wait."""

_REST_SECONDS: Final = 10.0


class Work(Protocol):
    """What a worker does: waitress calls it a task."""

    def service(self) -> None:
        """Do it."""


def do(work: Work) -> None:
    """Do work; whatever it fails by ends no thread."""
    try:
        work.service()
    except BaseException:
        logger.exception("A bug in the server")


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
        self._waiting = 0
        self._stopping = False

    def add_task(self, task: Work) -> bool:
        """Have work done, now if a thread is free or may be started.

        Returns:
            Whether it will be: there may be no thread, and none to be had.
        """
        with self._changed:
            self._queue.append(task)
            if self._idle >= len(self._queue):
                self._changed.notify()
            elif self._threads < self._most:
                try:
                    threading.Thread(target=self._work, name="worker", daemon=True).start()
                except RuntimeError:
                    if not self._threads:
                        self._queue.pop()
                        return False
                else:
                    self._threads += 1
        return True

    def hold(self) -> bool:
        """Say that the work at hand waits for something.

        Returns:
            Whether it may: so many may wait already that the other threads are needed.
        """
        with self._changed:
            if self._waiting >= self._most - SPARE_THREADS:
                return False
            self._waiting += 1
        return True

    def release(self) -> None:
        """Say that the wait is over which `hold` began."""
        with self._changed:
            self._waiting -= 1

    def shutdown(self) -> None:
        """Begin nothing more. The threads end when they have done what they are at, or with the process."""
        with self._changed:
            self._stopping = True
            self._queue.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            do(task)

    def _next(self) -> Work | None:
        """Wait for work and take it; None when this thread is not needed any more."""
        with self._changed:
            while not self._queue:
                self._idle += 1
                called = self._changed.wait(_REST_SECONDS)
                self._idle -= 1
                if self._stopping or not (called or self._queue):
                    self._threads -= 1
                    return None
            return self._queue.popleft()
