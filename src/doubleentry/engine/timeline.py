"""What syncs caused, in causal order: sync → item → posting → event → attempt → answer."""

from datetime import datetime

from doubleentry.engine.clock import Clock
from doubleentry.engine.documents import Document
from doubleentry.engine.ports import Scalar, Store

COLLECTION = "timeline"


class Timeline:
    """The bounded record of one workspace.

    An entry is ``{seq, at, kind, subject, cause, facts}``: `kind` is a thing and what became of it (``sync.started``),
    `subject` the id it happened to, `cause` the id of what brought it about or null. ``seq`` counts from 1 and has no
    gaps but at the old end, where entries are dropped once there are more than `limit`.
    """

    def __init__(self, store: Store, clock: Clock, limit: int = 10_000) -> None:
        self._store = store
        self._clock = clock
        self._limit = limit

    def add(
        self, kind: str, subject: str, *, cause: str | None = None, at: datetime | None = None, **facts: object
    ) -> None:
        """Append an entry."""
        last = self.last
        entry: Document = {
            "seq": last + 1,
            "at": (at or self._clock.now()).isoformat(),
            "kind": kind,
            "subject": subject,
            "cause": cause,
            "facts": facts,
        }
        self._store.put("counters", COLLECTION, {"last": last + 1})
        self._store.insert(COLLECTION, str(last + 1), entry)
        self._store.remove(COLLECTION, str(last + 1 - self._limit))

    @property
    def last(self) -> int:
        """The newest entry's ``seq``; 0 when nothing has happened."""
        document = self._store.get("counters", COLLECTION)
        return 0 if document is None else int(document["last"])

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
