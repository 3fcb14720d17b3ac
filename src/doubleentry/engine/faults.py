"""Rules that make a matching request or sync go wrong on purpose."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from doubleentry.engine.chance import Chance
from doubleentry.engine.clock import Clock
from doubleentry.engine.documents import Document, at_pointer, from_document, same, to_document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ports import Store

COLLECTION = "faults"


class Layer(StrEnum):
    """Where a fault acts."""

    HTTP = "http"
    SYNC = "sync"


class Match(Struct, frozen=True):
    """What a rule fires on; a member that is None matches everything.

    Attributes:
        dialect: The dialect's name.
        operation: The operation's id; for the sync layer nothing.
        company: The company's id.
        headers: Header values that the request must have, names in any case.
        pointers: JSON pointers into the body (a sync's first item for the sync layer) and the values found there.
        nth: Only the nth match, from 1.
    """

    dialect: str | None = None
    operation: str | None = None
    company: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    pointers: Mapping[str, Any] = field(default_factory=dict)
    nth: int | None = None


class Facts(Struct, frozen=True):
    """What a rule is held against."""

    dialect: str
    operation: str | None = None
    company: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None


class Rule(Struct, frozen=True):
    """One fault.

    Attributes:
        id: Stable: from the seed.
        layer: Where it acts.
        match: What it fires on.
        effect: What then happens; for ``http`` ``{status, headers?, message?}``, or ``{problems: [{path, message}]}``
            as if the body did not fit; for ``sync`` ``{code, message?}`` in the vendor's own words, the document of an
            `Outcome`, or ``{reject: [references], message?}``; the message takes the place of the vendor's.
        times: How often it fires at most; None means without end.
        skip: How many matches pass before it fires.
        probability: How likely a match fires, drawn from the seed.
        until: When it stops, on the workspace's clock.
        priority: The highest goes first; of equals the oldest.
        recipe: The name of the recipe that it was made by.
        evaluated: How often it was asked.
        matched: How often it matched.
        fired: How often it fired.
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


class Faults:
    """The fault rules of one workspace."""

    def __init__(self, store: Store, clock: Clock, chance: Chance) -> None:
        self._store = store
        self._clock = clock
        self._chance = chance

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

    def remove(self, id: str) -> None:
        """Remove one rule.

        Raises:
            NotFound: There is no such rule.
        """
        if not self._store.remove(COLLECTION, id):
            raise NotFound("fault", id)

    def any(self, layer: Layer) -> bool:
        """Whether a layer has rules at all: cheap, for the path of every request."""
        return self._store.count(COLLECTION, {"layer": layer.value}) > 0

    def consult(self, layer: Layer, facts: Facts) -> Rule | None:
        """Count and return the rule that fires on these facts, if one does."""
        rules = [from_document(document, Rule) for document in self._store.find(COLLECTION, {"layer": layer.value})]
        for rule in sorted(rules, key=lambda rule: -rule.priority):
            asked = self._ask(rule, facts)
            self._store.put(COLLECTION, rule.id, to_document(asked))
            if asked.fired > rule.fired:
                return asked
        return None

    def _ask(self, rule: Rule, facts: Facts) -> Rule:
        rule = replace(rule, evaluated=rule.evaluated + 1)
        if not _matches(rule.match, facts) or (rule.until is not None and self._clock.now() >= rule.until):
            return rule
        rule = replace(rule, matched=rule.matched + 1)
        if rule.match.nth is not None and rule.matched != rule.match.nth:
            return rule
        if rule.matched <= rule.skip or (rule.times is not None and rule.fired >= rule.times):
            return rule
        if rule.probability < 1 and self._chance.fraction("fault draw", rule.id) >= rule.probability:
            return rule
        return replace(rule, fired=rule.fired + 1)


def _matches(match: Match, facts: Facts) -> bool:
    if match.dialect not in {None, facts.dialect}:
        return False
    if match.operation not in {None, facts.operation} or match.company not in {None, facts.company}:
        return False
    sent = {name.lower(): value for name, value in facts.headers.items()}
    if any(sent.get(name.lower()) != value for name, value in match.headers.items()):
        return False
    return all(same(at_pointer(facts.body, pointer), value) for pointer, value in match.pointers.items())
