"""The bounded log of exchanges: each request with its answer."""

import re
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from msgspec import Struct, field

from doubleentry.engine.documents import Document

MOST_EXCHANGES = 2_000
MOST_BYTES = 16 * 1024 * 1024
KEPT_BODY = 64 * 1024
SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "emulator-token", "proxy-authorization"})
SCHEMES = frozenset({"basic", "bearer", "digest"})

_SECRETS: Final = r"(?:\w*secret|\w*password|api_?key|(?:access_|refresh_|api_)?token)"
_MEMBER: Final = re.compile(rf'("{_SECRETS}"\s*:\s*")((?:[^"\\]|\\.)*)', re.IGNORECASE)
_FIELD: Final = re.compile(rf"((?:^|[?&]){_SECRETS}=)([^&\s\"]*)", re.IGNORECASE)
_HINTS: Final = ("ecret", "ECRET", "assword", "ASSWORD", "oken", "OKEN", "ikey", "iKey", "i_key", "I_KEY", "IKEY")
"""One is in every text that has a secret: most texts have none, and to look for these is far cheaper."""


class Exchange(Struct):
    """One request and its answer; filled in as the request is served.

    Attributes:
        id: Its number in the journal, from 1.
        at: When it arrived, on the workspace's clock, ISO 8601.
        surface: The API that was called; of those that are kept it is a dialect's.
        operation: The operation's id; None when no operation matched.
        nearest: When none matched: the method and path of the one that was most likely meant.
        company: The id of the company that it is about.
        fault: The id of the fault rule, or the name of the recipe, that decided the answer.
        warnings: What the caller should know, in plain words.
        dropped: True when a body was too large to keep whole.
        entry: The ``seq`` of the newest entry of the timeline when it was answered.
        cause: What the timeline calls it; None when it brought nothing about.
        masked: Whether secrets in its texts are unreadable yet. They are before anybody sees it; to look for them takes
            a third of the time of a short answer, and few exchanges are ever looked at.
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
    masked: bool = False

    @property
    def dialect(self) -> str:
        """What the control API calls the surface of an exchange that is kept."""
        return self.surface

    @property
    def label(self) -> str:
        """What the log calls it; a path is quoted, or it could look like lines of its own and steer the terminal."""
        return self.operation or f"{self.method} {quote(self.path, errors='replace')} (no operation)"

    @property
    def request(self) -> Document:
        """What the timeline tells of it."""
        return {"surface": self.surface, "operation": self.operation, "method": self.method, "path": self.path}

    @property
    def weight(self) -> int:
        """About how many bytes it takes to keep."""
        told = sum(len(name) + len(value) for name, value in self.headers.items())
        return 500 + told + len(self.body) + len(self.answer) + len(self.path) + len(self.query)

    def mask(self) -> None:
        """Make the secrets in its texts unreadable; its headers come without theirs."""
        self.query, self.body, self.answer = map(without_secrets, (self.query, self.body, self.answer))
        self.masked = True

    def document(self) -> Document:
        """Return it as the control API shows it."""
        return {
            "id": self.id,
            "at": self.at,
            "dialect": self.dialect,
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
                exchange.dropped = True
                setattr(exchange, name, text[:KEPT_BODY])
        with self._lock:
            self._ring.append(exchange)
            self._bytes += exchange.weight
            while len(self._ring) > self._most or (self._bytes > self._most_bytes and len(self._ring) > 1):
                self._bytes -= self._ring.popleft().weight
                self.dropped += 1

    def search(self, wanted: Callable[[Exchange], bool] = lambda _: True, limit: int | None = None) -> list[Exchange]:
        """Return what is wanted, its secrets unreadable, oldest first; with a limit, the newest of it."""
        with self._lock:
            for exchange in self._ring:
                if not exchange.masked:
                    self._bytes -= exchange.weight
                    exchange.mask()
                    self._bytes += exchange.weight
            found = [exchange for exchange in self._ring if wanted(exchange)]
        return found if limit is None else found[-limit:]


def redacted(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with the secrets made unreadable: a scheme that is known and the last four characters stay."""
    return {name: _redact(value) if name.lower() in SECRET_HEADERS else value for name, value in headers.items()}


def without_secrets(text: str) -> str:
    """Return a query, a form or JSON with the values unreadable whose names tell that they are secrets."""
    if not any(hint in text for hint in _HINTS):
        return text
    for pattern in (_MEMBER, _FIELD):
        text = pattern.sub(lambda found: found[1] + _hidden(found[2]), text)
    return text


def _redact(value: str) -> str:
    # A word that is no scheme, and whatever comes after a first secret, may be secrets too.
    scheme, blank, secret = value.partition(" ")
    if scheme.lower() not in SCHEMES:
        scheme, blank, secret = "", "", value
    return f"{scheme}{blank}{_hidden(secret)}"


def _hidden(secret: str) -> str:
    # A short secret shows nothing; nor does one of JSON that could be cut within a character.
    shown = secret[-4:] if len(secret) > 8 and "\\" not in secret else ""  # noqa: PLR2004 - see above
    return f"***{shown}"
