"""Idempotency keys: a request that is sent again is answered as it was, and does nothing a second time."""

import hashlib
import threading
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from doubleentry.engine.clock import monotonic
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import Answer, KeyInUse, KeyReused
from doubleentry.web.journal import Exchange
from doubleentry.web.room import WorkspaceFull
from doubleentry.web.spoiling import DELAY

if TYPE_CHECKING:
    from flask import Request, Response

COLLECTION: Final = "idempotency"
_NEVER: Final = float("inf")
_OF_THE_BODY: Final = frozenset({"content-type", "content-length"})


class Idempotency(Struct, frozen=True):
    """What a surface promises to who shows the same idempotency key twice.

    Attributes:
        header: Where it is shown.
        methods: The requests that have one.
        lifetime: How long an answer is kept, on the workspace's clock.
        unkept: The statuses of answers that are not kept.
    """

    header: str
    methods: frozenset[str]
    lifetime: timedelta
    unkept: frozenset[int]


class Running:
    """The keys whose first request is not answered yet.

    This is not kept in the store: a process that ends leaves no request unanswered.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}

    def begin(self, key: str) -> bool:
        """Take a key, unless somebody has it."""
        now = monotonic()
        with self._lock:
            for passed in [known for known, until in self._until.items() if until <= now]:
                del self._until[passed]
            if key in self._until:
                return False
            self._until[key] = _NEVER
            return True

    def end(self, key: str, seconds: float = 0.0) -> None:
        """Give a key back, at once or after a while."""
        with self._lock:
            self._until[key] = monotonic() + seconds


class Claim:
    """What one request claims by its idempotency key; nothing where it shows none."""

    def __init__(
        self, running: Running, rules: Idempotency | None, workspace: Workspace, exchange: Exchange, request: "Request"
    ) -> None:
        self._running = running
        self._rules = rules
        self._workspace = workspace
        self._exchange = exchange
        self._request = request
        self._key: str | None = None
        self._digest = ""
        self._generation = workspace.generation

    def take(self, known: str, raw: bytes) -> Answer | None:
        """Return the answer that the key has already; None for a request that is to be served.

        Args:
            known: The API key that it was shown with: two callers have nothing in common.
            raw: The body.

        Raises:
            KeyInUse: The first request with this key is not answered yet.
            KeyReused: The key was shown with another request.
        """
        rules, request = self._rules, self._request
        shown = None if rules is None else request.headers.get(rules.header)
        if rules is None or shown is None or request.method not in rules.methods:
            return None
        key = f"{self._exchange.surface}/{known}/{shown}"
        whole = f"{request.method} {request.full_path} {request.content_length}\n".encode() + raw
        self._digest = hashlib.sha256(whole).hexdigest()
        running = f"{self._workspace.name}/{self._generation}/{key}"
        if not self._running.begin(running):
            raise KeyInUse("The first request with this idempotency key is not answered yet.")
        kept = self._workspace.store.get(COLLECTION, key)
        if kept is not None and self._workspace.clock.now() < datetime.fromisoformat(kept["until"]):
            self._running.end(running)
            return self._repeat(kept)
        self._key = key
        return None

    def close(self, response: "Response", apart: Collection[str] = ()) -> None:
        """Keep the answer of a request that was served, and let the next one with its key have it.

        Args:
            response: The answer, as it is printed.
            apart: Headers that are told anew with each answer.
        """
        if self._key is None or self._rules is None:
            return
        try:
            if (
                response.status_code not in {*self._rules.unkept, WorkspaceFull.status}
                and self._generation == self._workspace.generation
            ):
                self._keep(self._key, response, {name.lower() for name in apart}, self._rules.lifetime)
        finally:
            self.release()

    def release(self) -> None:
        """Let the key go; not before an answer that a fault holds has gone out."""
        if self._key is not None:
            seconds = float(self._request.environ.get(DELAY, 0.0))
            self._running.end(f"{self._workspace.name}/{self._generation}/{self._key}", seconds)

    def _repeat(self, kept: Document) -> Answer:
        if kept["digest"] != self._digest:
            raise KeyReused("This idempotency key was shown with another request.")
        self._exchange.warnings.append(
            f"Answered as number {kept['exchange']} was, whose idempotency key it shows: nothing was done."
        )
        return Answer(kept["status"], kept["body"], kept["headers"], kept["content_type"])

    def _keep(self, key: str, response: "Response", apart: Collection[str], lifetime: timedelta) -> None:
        workspace = self._workspace
        left_out = _OF_THE_BODY | set(apart)
        headers: Mapping[str, str] = {
            name: value for name, value in response.headers.items() if name.lower() not in left_out
        }
        with workspace.transaction():
            now = workspace.clock.now()
            for oldest in workspace.store.find(COLLECTION, limit=2):
                if datetime.fromisoformat(oldest["until"]) <= now:
                    workspace.store.remove(COLLECTION, oldest["key"])
            workspace.store.remove(COLLECTION, key)
            document = {
                "key": key,
                "digest": self._digest,
                "exchange": self._exchange.id,
                "until": (now + lifetime).isoformat(),
                "status": response.status_code,
                "headers": headers,
                "body": response.get_data(as_text=True),
                "content_type": response.headers.get("Content-Type", ""),
            }
            workspace.store.insert(COLLECTION, key, document)
