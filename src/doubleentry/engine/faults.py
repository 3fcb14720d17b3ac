"""Rules that make a matching request or sync go wrong on purpose."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock
from doubleentry.engine.documents import Document, at_pointer, encode, from_document, same, to_document
from doubleentry.engine.errors import NotFired, NotFound
from doubleentry.engine.ports import Store

COLLECTION = "faults"
LONGEST_SHOWN = 80


class Layer(StrEnum):
    """Where a fault acts."""

    HTTP = "http"
    LATENCY = "latency"
    TRANSPORT = "transport"
    SYNC = "sync"
    WEBHOOK = "webhook"


class Mishap(StrEnum):
    """How an attempt to deliver a webhook goes wrong.

    ``drop``: made, and never answered. ``delay``: late. ``duplicate``: sent once more. ``bad-signature``: with a
    signature that is wrong by one character. ``stale-stamp``: signed at an instant long ago.
    """

    DROP = "drop"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    BAD_SIGNATURE = "bad-signature"
    STALE_STAMP = "stale-stamp"


class Match(Struct, frozen=True):
    """What a rule fires on; a member that is None matches everything.

    Attributes:
        dialect: The dialect's name.
        operation: The operation's id; of requests alone.
        company: The company's id.
        headers: Header values that the request, or the webhook, must have, names in any case.
        pointers: JSON pointers into the body (a sync's first item for the sync layer) and the values found there.
        event: The event's name; of webhooks alone.
        endpoint: The id of the endpoint; of webhooks alone.
        nth: Only the nth match, from 1.
    """

    dialect: str | None = None
    operation: str | None = None
    company: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pointers: Mapping[str, Any] = field(default_factory=dict)
    event: str | None = None
    endpoint: str | None = None
    nth: int | None = None


class Facts(Struct, frozen=True):
    """What a rule is held against."""

    dialect: str
    operation: str | None = None
    company: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    event: str | None = None
    endpoint: str | None = None


class Rule(Struct, frozen=True):
    """One fault.

    Attributes:
        id: Stable: from the seed.
        layer: Where it acts.
        match: What it fires on.
        effect: What then happens. ``http``: ``{status, headers?, message?}``, or ``{problems: [{path, message}]}`` as
            if the body did not fit. ``latency``: ``{delay: the document of a Range}``. ``transport``: ``{transport,
            seconds?}``. ``webhook``: ``{webhook: a Mishap, by?}``. ``sync``: ``{code, message?}`` in the vendor's own
            words, the document of an `Outcome`, or ``{reject: [references], message?}``. A message takes the place of
            the vendor's.
        times: How often it fires at most; None means without end.
        skip: How many matches pass before it fires.
        probability: How likely a match fires, drawn from the seed.
        until: When it stops, on the workspace's clock.
        priority: The highest goes first; of equals the oldest.
        recipe: The name of the recipe that it was made by.
        evaluated: How often it was asked.
        matched: How often it matched.
        fired: How often it fired.
        missed: Why it did not fire when it was last asked, in plain words; None when it did, or was never asked.
    """

    id: str
    layer: Layer
    match: Match
    effect: Document
    times: int | None = 1
    skip: int = 0
    probability: Decimal = Decimal(1)
    until: datetime | None = None
    priority: int = 0
    recipe: str | None = None
    evaluated: int = 0
    matched: int = 0
    fired: int = 0
    missed: str | None = None


class Faults:
    """The fault rules of one workspace.

    Attributes:
        taken: Whether a sync was started by the last request that asked how its syncs go.
    """

    def __init__(self, store: Store, clock: Clock, chance: Chance) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance
        self._asked: Document | None = None
        self.taken = False

    def take_asked(self) -> Document | None:
        """Return how the request that is being handled wants a sync to go that it starts; None for nothing special."""
        self.taken = self.taken or self._asked is not None
        return self._asked

    @contextmanager
    def asking(self, effect: Document) -> Iterator[None]:
        """Let the syncs that are started inside go as an effect says; for one handler, the lock held."""
        self._asked, self.taken = effect, False
        try:
            yield
        finally:
            self._asked = None

    def add(  # noqa: PLR0913 - a rule has as many sides, most of them by name
        self,
        layer: Layer,
        match: Match,
        effect: Document,
        *,
        times: int | None = 1,
        skip: int = 0,
        probability: Decimal = Decimal(1),
        lasting: timedelta | None = None,
        priority: int = 0,
        recipe: str | None = None,
    ) -> Rule:
        """Store a rule; `lasting` is how long it stays on the workspace's clock, None for until it is used up."""
        until = None if lasting is None else self._clock.now() + lasting
        rule = Rule(self._chance.uuid("fault"), layer, match, effect, times, skip, probability, until, priority, recipe)
        self._store.insert(COLLECTION, rule.id, to_document(rule))
        return rule

    def get(self, id: str) -> Rule:
        """Return one rule with its counters.

        Raises:
            NotFound: There is no such rule.
        """
        document = self._store.get(COLLECTION, id)
        if document is None:
            raise NotFound("fault", id)
        return from_document(document, Rule)

    def rules(self) -> list[Rule]:
        """Return all rules, oldest first, used-up ones included."""
        return [from_document(document, Rule) for document in self._store.find(COLLECTION)]

    def assert_fired(self, id: str, at_least: int | None = None, exactly: int | None = None) -> Rule:
        """Return a rule that has fired as often as it should, at least once unless said.

        Raises:
            NotFound: There is no such rule.
            NotFired: It has fired otherwise; says why.
        """
        rule = self.get(id)
        if exactly is not None:
            right, wanted = rule.fired == exactly, f"exactly {exactly}"
        else:
            least = 1 if at_least is None else at_least
            right, wanted = rule.fired >= least, f"at least {least}"
        if right:
            return rule
        told = f"The fault {id} should have fired {wanted} times, and fired {rule.fired}"
        counts = f"it was asked {rule.evaluated} times and matched {rule.matched}"
        reason = "" if rule.missed is None else f" When it was last asked it did not fire, because {rule.missed}."
        raise NotFired(id, f"{told}; {counts}.{reason}")

    def remove(self, id: str) -> None:
        """Remove one rule.

        Raises:
            NotFound: There is no such rule.
        """
        if not self._store.remove(COLLECTION, id):
            raise NotFound("fault", id)

    @property
    def exist(self) -> bool:
        """Whether there are rules at all: cheap, for the path of every request."""
        return self._store.count(COLLECTION) > 0

    def consult(self, layer: Layer, facts: Facts) -> Rule | None:
        """Count and return the rule that fires on these facts, if one does."""
        rules = [from_document(document, Rule) for document in self._store.find(COLLECTION, {"layer": layer.value})]
        for rule in sorted(rules, key=lambda rule: -rule.priority):
            asked = self._ask(rule, facts)
            self._store.put(COLLECTION, rule.id, asked)
            if asked.fired > rule.fired:
                return asked
        return None

    def _ask(self, rule: Rule, facts: Facts) -> Rule:
        rule = replace(rule, evaluated=rule.evaluated + 1)
        if rule.until is not None and self._clock.now() >= rule.until:
            return replace(rule, missed=f"it ended at {rule.until.isoformat()}")
        missed = difference(rule.match, facts)
        if missed is not None:
            return replace(rule, missed=missed)
        rule = replace(rule, matched=rule.matched + 1)
        missed = self._withheld(rule)
        return replace(rule, missed=missed) if missed else replace(rule, fired=rule.fired + 1, missed=None)

    def _withheld(self, rule: Rule) -> str | None:
        """Return why a rule that has matched does not fire; None when it does."""
        if rule.match.nth is not None and rule.matched != rule.match.nth:
            return f"it was match {rule.matched}, and only match {rule.match.nth} fires"
        if rule.matched <= rule.skip:
            return f"it was match {rule.matched}, and the first {rule.skip} pass"
        if rule.times is not None and rule.fired >= rule.times:
            return f"it had fired {rule.times} times already, which is all that it was to"
        if rule.probability < 1 and self._chance.fraction("fault draw", rule.id) >= rule.probability:
            return f"the draw went against it, at a probability of {rule.probability}"
        return None


def difference(match: Match, facts: Facts) -> str | None:
    """Return the first thing that is not as a rule wants it, in plain words; None when all is."""
    for name in ("dialect", "operation", "company", "event", "endpoint"):
        wanted, found = getattr(match, name), getattr(facts, name)
        if wanted not in {None, found}:
            return f"{name} was {_shown(found)}, not {_shown(wanted)}"
    sent = {name.lower(): value for name, value in facts.headers.items()}
    for name, wanted in match.headers.items():
        if sent.get(name.lower()) != wanted:
            return f"header {name} was {_shown(sent.get(name.lower()))}, not {_shown(wanted)}"
    for pointer, wanted in match.pointers.items():
        found = at_pointer(facts.body, pointer)
        if not same(found, wanted):
            return f"{pointer} was {_shown(found)}, not {_shown(wanted)}"
    return None


def _shown(value: object) -> str:
    """Return a JSON value as text, of a long one the start."""
    text = encode(value).decode()
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
