"""How syncs move: at once, after a while, after so many reads, or held until released."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from doubleentry.engine.chance import Chance
from doubleentry.engine.documents import Document, from_document, to_document
from doubleentry.engine.ports import Store

COLLECTION = "pace"


class PaceMode(StrEnum):
    """The four ways."""

    IMMEDIATE = "immediate"
    AFTER = "after"
    POLLS = "polls"
    HOLD = "hold"


class Hold(StrEnum):
    """Where a held sync stands: before it begins to run, before anything is pushed, or pushed but not yet announced."""

    START = "start"
    PUSH = "push"
    WEBHOOK = "webhook"


class Range(Struct, frozen=True):
    """A duration between two bounds, each value as likely as any other."""

    least: timedelta = timedelta(0)
    most: timedelta = timedelta(0)

    def draw(self, chance: Chance, concern: str, parent: str) -> timedelta:
        """Return one duration; equal bounds draw nothing."""
        if self.least == self.most:
            return self.least
        return self.least + (self.most - self.least) * chance.fraction(concern, parent)


class Pace(Struct, frozen=True):
    """How one sync moves.

    Attributes:
        mode: Which of the four ways.
        wait: How long it is queued, once its lane is free.
        run: With ``after``: how long it then runs.
        polls: With ``polls``: how many reads of its status find it unfinished.
        hold: With ``hold``: where it stands.
    """

    mode: PaceMode
    wait: Range = Range()
    run: Range = Range()
    polls: int = 1
    hold: Hold = Hold.PUSH

    @property
    def starts_at_once(self) -> bool:
        """Whether a sync runs as soon as its lane is free: what only the tester moves on is there to be moved."""
        return self.mode is PaceMode.IMMEDIATE or (self.mode is not PaceMode.AFTER and self.wait == Range())


def after(wait: tuple[float, float], run: tuple[float, float]) -> Pace:
    """Return the pace of a queue and a run of so many seconds, each between two bounds."""
    waiting, running = (Range(timedelta(seconds=least), timedelta(seconds=most)) for least, most in (wait, run))
    return Pace(PaceMode.AFTER, waiting, running)


PRESETS: Mapping[str, Pace] = {
    "instant": Pace(PaceMode.IMMEDIATE),
    # A client that polls at two seconds sees the end at its first read.
    "quick": after((0.2, 0.2), (1.0, 1.0)),
    "realistic": after((1.0, 10.0), (30.0, 180.0)),
}

NO_OTHERS: Mapping[str, Pace] = {}


class Paces:
    """The pace settings of one workspace; the narrowest that is set decides.

    A pace that is meant for several dialects may come with `others`: what it is for some of them, by their names.
    """

    def __init__(self, store: Store, default: Pace, others: Mapping[str, Pace] = NO_OTHERS) -> None:
        self._store = store
        self._default = _stored(default, others)

    def set(
        self,
        pace: Pace,
        *,
        dialect: str | None = None,
        company: str | None = None,
        next_syncs: int | None = None,
        others: Mapping[str, Pace] = NO_OTHERS,
    ) -> None:
        """Set the pace of a company, else of a dialect, else of all; with `next_syncs` only of its next syncs."""
        document = _stored(pace, others)
        key = _key(dialect, company)
        if next_syncs is not None:
            self._store.put(COLLECTION, f"next {key}", {**document, "left": next_syncs})
        else:
            self._store.put(COLLECTION, key, document)

    def get(self, dialect: str | None = None, company: str | None = None) -> Pace:
        """Return the pace that a sync of the company would have, leaving the next n aside."""
        for key in _keys(dialect, company):
            document = self._store.get(COLLECTION, key)
            if document is not None:
                return _of(document, dialect)
        return _of(self._default, dialect)

    def take(self, dialect: str, company: str) -> Pace:
        """Return the pace of a sync that is submitted now, and count it against the next n."""
        for key in _keys(dialect, company):
            upcoming: Document | None = self._store.get(COLLECTION, f"next {key}")
            if upcoming is not None and upcoming["left"] > 0:
                self._store.put(COLLECTION, f"next {key}", {**upcoming, "left": upcoming["left"] - 1})
                return _of(upcoming, dialect)
        return self.get(dialect, company)

    def upcoming(self, dialect: str | None = None, company: str | None = None) -> int:
        """Return how many more syncs of a company, a dialect or the workspace have the pace set for its next n."""
        document = self._store.get(COLLECTION, f"next {_key(dialect, company)}")
        return 0 if document is None else int(document["left"])

    def upcoming_pace(self, dialect: str | None = None, company: str | None = None) -> Pace | None:
        """Return the pace that those next syncs have; None when there are none."""
        document = self._store.get(COLLECTION, f"next {_key(dialect, company)}")
        return None if document is None or not document["left"] else _of(document, dialect)


def _stored(pace: Pace, others: Mapping[str, Pace]) -> Document:
    return {"pace": to_document(pace), "others": {dialect: to_document(other) for dialect, other in others.items()}}


def _of(document: Document, dialect: str | None) -> Pace:
    return from_document(document["others"].get(dialect, document["pace"]), Pace)


def _keys(dialect: str | None, company: str | None) -> tuple[str, ...]:
    return (_key(dialect, company), _key(dialect, None), _key(None, None))


def _key(dialect: str | None, company: str | None) -> str:
    if company is not None:
        return f"company {company}"
    return "workspace" if dialect is None else f"dialect {dialect}"
