"""What a handler does that waits: the server is told, so that others are answered meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from doubleentry.web.errors import RequestRefused

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HOLD = "doubleentry.hold"
"""Where a server puts its `Hold` into a request's environment; a test client puts none."""


class Hold(Protocol):
    """What a server offers to requests that wait."""

    def hold(self) -> bool:
        """Say that a wait begins in this thread; False when too many wait already."""

    def release(self) -> None:
        """Say that it is over."""


class TooManyWaiting(RequestRefused):
    """So many requests wait that one more would keep the others from being answered."""

    status = 503


class Stopping(RequestRefused):
    """The server stops."""

    status = 503


@contextmanager
def waiting(environ: "WSGIEnvironment") -> Iterator[None]:
    """Wait in the block for something that another request may bring about.

    Raises:
        TooManyWaiting: Too many others wait.
    """
    hold: Hold | None = environ.get(HOLD)
    if hold is None:
        yield
    elif not hold.hold():
        raise TooManyWaiting("Too many requests wait at once; end some, or wait for fewer things.")
    else:
        try:
            yield
        finally:
            hold.release()
