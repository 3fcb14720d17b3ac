"""The threads that send webhooks."""

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from doubleentry.engine.overriding import override

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Senders(Executor):
    """A few threads that end with the process.

    The standard library's pool has a process wait at its end for what its threads are at: a receiver that does not
    answer would keep a server from stopping.
    """

    def __init__(self, most: int) -> None:
        """Start none yet.

        Args:
            most: How many there are at most.
        """
        self._most = most
        self._threads = 0
        self._idle = threading.Semaphore(0)
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()

    @override
    def submit(
        self, fn: Callable[Arguments, Result], /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Future[Result]:
        """Have something done by the first thread that is free. To be called from one thread only."""
        future: Future[Result] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - whoever waits for the result is told
                future.set_exception(error)

        self._calls.put(call)
        if not self._idle.acquire(blocking=False) and self._threads < self._most:
            self._threads += 1
            threading.Thread(target=self._send, name="webhooks", daemon=True).start()
        return future

    @override
    def shutdown(self, wait: bool = False, *, cancel_futures: bool = True) -> None:
        """Begin nothing more, and wait for nothing: the threads end when they have done what they are at."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._calls.get_nowait()
        for _ in range(self._threads):
            self._calls.put(None)

    def _send(self) -> None:
        while True:
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                self._idle.release()
                call = self._calls.get()
            if call is None:
                return
            call()
