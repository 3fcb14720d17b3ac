"""What happened, in causal order: request → sync → item → posting → event → delivery → attempt → answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from msgspec import Struct

from doubleentry.engine.clock import Clock
from doubleentry.engine.documents import Document
from doubleentry.engine.ports import Scalar, Store

COLLECTION = "timeline"
REQUEST = "request.made"


class Cause(Struct):
    """What brings something about.

    Attributes:
        id: What the timeline calls it; of a request None until it has brought something about.
        request: What is to be told of a request.
    """

    id: str | None
    request: Document | None = None


class Timeline:
    """The bounded record of one workspace.

    An entry is ``{seq, at, kind, subject, cause, facts}``: `kind` is a thing and what became of it (``sync.started``),
    `subject` the id it happened to, `cause` the id of what brought it about; null where it came by time alone. ``seq``
    counts from 1 and has no gaps but at the old end, where entries are dropped once there are more than `limit`.
    """

    def __init__(self, store: Store, clock: Clock, limit: int = 10_000) -> None:
        self._store = store
        self._clock = clock
        self._limit = limit
        # Who holds the workspace's lock sets it, for as long as that is held.
        self._causes: list[Cause] = []
        self.forget()

    @contextmanager
    def caused_by(self, cause: Cause) -> Iterator[None]:
        """Name the cause of what is added inside, where that names none of its own.

        The first thing that a request causes is preceded by an entry with its facts, whose place gives it its id: one
        that causes nothing leaves no entry, and shifts nobody's id.
        """
        self._causes.append(cause)
        try:
            yield
        finally:
            self._causes.pop()

    def add(
        self, kind: str, subject: str, *, cause: str | None = None, at: datetime | None = None, **facts: object
    ) -> None:
        """Append an entry; without a `cause` of its own it has the one that `caused_by` named."""
        self._append(kind, subject, cause or self._cause(subject), at, facts)

    def _cause(self, subject: str) -> str | None:
        if not self._causes:
            return None
        cause = self._causes[-1]
        if cause.id is None:
            cause.id = f"request {self._last + 1}"
            self._append(REQUEST, cause.id, None, None, cause.request or {})
        return None if cause.id == subject else cause.id

    def _append(self, kind: str, subject: str, cause: str | None, at: datetime | None, facts: Document) -> None:
        last = self.last
        entry: Document = {
            "seq": last + 1,
            "at": (at or self._clock.now()).isoformat(),
            "kind": kind,
            "subject": subject,
            "cause": cause,
            "facts": facts,
        }
        self._store.insert(COLLECTION, str(last + 1), entry)
        if last >= self._limit:
            self._store.remove(COLLECTION, str(last + 1 - self._limit))
        self._last = last + 1

    def forget(self) -> None:
        """Read anew how many entries there were: what is stored is not what it was."""
        newest = self._store.find(COLLECTION, newest_first=True, limit=1)
        self._last = int(newest[0]["seq"]) if newest else 0

    @property
    def last(self) -> int:
        """The newest entry's ``seq``; 0 when nothing has happened."""
        return self._last

    @property
    def dropped(self) -> int:
        """How many of the oldest entries are gone."""
        return max(0, self.last - self._limit)

    def entries(self, *, after: int = 0, where: dict[str, Scalar] | None = None) -> list[Document]:
        """Return copies of the entries with a ``seq`` above `after`, oldest first.

        Args:
            after: Leave out what is not newer.
            where: ``kind`` and ``subject`` that an entry must have.
        """
        skip = max(0, after - self.dropped) if not where else 0
        found = self._store.find(COLLECTION, where, offset=skip)
        return [entry for entry in found if entry["seq"] > after]

    def story(self, sync: str) -> list[Document]:
        """Return copies of the entries of one sync: what moved it, what became of it, and all that follows from it.

        What a sync lets go on, such as the next one of its lane, has a story of its own.
        """
        reached, told = {sync}, []
        for entry in (entries := self.entries()):
            # What comes later cannot be the cause of what came before.
            if entry["subject"] == sync or (entry["cause"] in reached and not entry["kind"].startswith("sync.")):
                reached.add(entry["subject"])
                told.append(entry)
        causes = {entry["cause"] for entry in told}
        requests = [entry for entry in entries if entry["kind"] == REQUEST and entry["subject"] in causes]
        return sorted([*requests, *told], key=lambda entry: int(entry["seq"]))
