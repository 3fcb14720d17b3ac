"""The bounded log of exchanges: each request with its answer."""

import threading
from collections import deque
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from doubleentry.engine.documents import Document

MOST_EXCHANGES = 2_000
MOST_BYTES = 16 * 1024 * 1024
KEPT_BODY = 64 * 1024
SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "emulator-token", "proxy-authorization"})
SCHEMES = frozenset({"basic", "bearer", "digest"})


class Exchange(Struct):
    """One request and its answer; filled in as the request is served.

    Attributes:
        id: Its number in the journal, from 1.
        at: When it arrived, on the workspace's clock, ISO 8601.
        surface: The API that was called.
        operation: The operation's id; None when no operation matched.
        nearest: When none matched: the method and path of the one that was most likely meant.
        company: The id of the company that it is about.
        fault: The id of the fault rule, or the name of the recipe, that decided the answer.
        warnings: What the caller should know, in plain words.
        dropped: True when a body was too large to keep whole.
        entry: The ``seq`` of the newest entry of the timeline when it was answered.
        cause: What the timeline calls it; None when it brought nothing about.
    """

    id: int
    at: str
    surface: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str = ""
    operation: str | None = None
    nearest: str | None = None
    company: str | None = None
    fault: str | None = None
    status: int = 0
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""
    warnings: list[str] = field(default_factory=list)
    dropped: bool = False
    entry: int = 0
    cause: str | None = None

    @property
    def request(self) -> Document:
        """What the timeline tells of it."""
        return {"surface": self.surface, "operation": self.operation, "method": self.method, "path": self.path}

    @property
    def weight(self) -> int:
        """About how many bytes it takes to keep."""
        told = sum(len(name) + len(value) for name, value in self.headers.items())
        return 500 + told + len(self.body) + len(self.answer) + len(self.path) + len(self.query)

    def document(self) -> Document:
        """Return it as the control API shows it."""
        return {
            "id": self.id,
            "at": self.at,
            "surface": self.surface,
            "operation": self.operation,
            "unmatched": self.operation is None,
            "nearest": self.nearest,
            "company": self.company,
            "fault": self.fault,
            "warnings": list(self.warnings),
            "request": {
                "method": self.method,
                "path": self.path,
                "query": self.query,
                "headers": dict(self.headers),
                "body": self.body,
            },
            "answer": {"status": self.status, "headers": dict(self.answer_headers), "body": self.answer},
            "truncated": self.dropped,
            "entry": self.entry,
            "cause": self.cause,
        }


class Journal:
    """The exchanges of one workspace: a ring, bounded by count and by bytes."""

    def __init__(self, most: int = MOST_EXCHANGES, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self.clear()

    def clear(self, last: int = 0) -> None:
        """Forget everything; numbers go on after `last`."""
        with self._lock:
            self._ring: deque[Exchange] = deque()
            self._bytes = 0
            self._last = last
            self.dropped = 0

    @property
    def last(self) -> int:
        """The number of the newest exchange, be it finished or not; 0 when there was none."""
        return self._last

    def open(self, **facts: object) -> Exchange:
        """Number a new exchange; it shows in the journal once it is closed."""
        with self._lock:
            self._last += 1
            return Exchange(id=self._last, **facts)  # type: ignore[arg-type]  # the caller's facts are Exchange's fields

    def close(self, exchange: Exchange) -> None:
        """Keep a finished exchange, and drop the oldest where there are too many."""
        for name in ("body", "answer"):
            text = getattr(exchange, name)
            if len(text) > KEPT_BODY:
                setattr(exchange, name, text[:KEPT_BODY])
                exchange.dropped = True
        with self._lock:
            self._ring.append(exchange)
            self._bytes += exchange.weight
            while len(self._ring) > self._most or (self._bytes > self._most_bytes and len(self._ring) > 1):
                self._bytes -= self._ring.popleft().weight
                self.dropped += 1

    def search(self, wanted: Callable[[Exchange], bool] = lambda _: True, limit: int | None = None) -> list[Exchange]:
        """Return the exchanges that are wanted, oldest first; with a limit, the newest of them."""
        with self._lock:
            found = [exchange for exchange in self._ring if wanted(exchange)]
        return found if limit is None else found[-limit:]


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with the secrets made unreadable: a scheme that is known and the last four characters stay."""
    return {name: _redact(value) if name.lower() in SECRET_HEADERS else value for name, value in headers.items()}


def _redact(value: str) -> str:
    # A word that is no scheme, and whatever comes after a first secret, may be secrets too.
    scheme, blank, secret = value.partition(" ")
    if scheme.lower() not in SCHEMES:
        scheme, blank, secret = "", "", value
    shown = secret[-4:] if len(secret) > 8 else ""  # noqa: PLR2004 - a short secret shows nothing
    return f"{scheme}{blank}***{shown}"
