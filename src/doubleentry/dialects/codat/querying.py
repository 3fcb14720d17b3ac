"""Codat's query language: ``{amount > 100 || amount < 50} && status != paid``.

Source: guides "Querying", "Ordering results"; list-companies of the API for tags.

Two things are only in samples, and followed: a property inside an array matches when any element does, and a chain of
``!=`` on it when none is equal. Text compares in any case (inferred from samples that ask for ``paid`` and mean
``Paid``). What a query may ask is judged before any row is looked at, so that the same query is refused or not whatever
there is to find.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from doubleentry.dialects.codat.errors import CLIENTS, QUERY_TEXT, Refused
from doubleentry.engine.documents import Document

Test = Callable[[Document], bool]

FILTERS: Final = ("query", "orderBy", "tags")
"""The parameters that say which rows are wanted, and in which order."""
# No pattern has blanks before what it looks for: a long run of them would be gone through from each of its places.
TOKENS: Final = re.compile(r"(&&|\|\||\{|\})")
TERM: Final = re.compile(r"^([A-Za-z_][A-Za-z0-9_.]*)\s*(!=|>=|<=|=|~|>|<)\s*(.*)$", re.DOTALL)
TAG: Final = re.compile(r"^([^=~!<>]+)(!=|=|~)\s*(.*)$", re.DOTALL)
ORDER: Final = re.compile(r"^(-?)([A-Za-z_][A-Za-z0-9_.]*)$")
TEXT_OPERATORS: Final = frozenset({"=", "!=", "~"})
DATE_OPERATORS: Final = frozenset({"=", "!=", ">", "<", ">=", "<="})
DATES: Final = ("created", "lastSync")
"""The properties that are compared as instants, in whatever list and object they are."""
CONNECTION_TEXTS: Final = (
    "id",
    "integrationId",
    "integrationKey",
    "sourceId",
    "sourceType",
    "platformName",
    "linkUrl",
    "status",
)
"""What a connection can be asked for beside dates, and a company by its connections."""

DEEPEST: Final = 32
"""How many braces may be open at once (inferred: there is a limit to everything)."""


def matching(query: str | None, properties: Sequence[str], entity: str) -> Test:
    """Return the test that a query stands for.

    Args:
        query: As sent, decoded; None or blank matches everything.
        properties: What can be asked for, nested ones with dots.
        entity: The word for what is listed, for the refusal.

    Raises:
        Refused: The query cannot be read, or asks for a property that is not there.
    """

    def term(text: str) -> Test:
        found = TERM.match(text)
        if found is None:
            raise _malformed()
        return _comparison(_known(found[1], properties, entity), found[2], found[3])

    return _read(query, term)


def tagged(query: str | None) -> Test:
    """Return the test that a query over tags stands for; it is held against the tags alone.

    Keys are taken as they are; only ``=``, ``!=`` and ``~`` are known.

    Raises:
        Refused: The query cannot be read.
    """

    def term(text: str) -> Test:
        found = TAG.match(text)
        if found is None:
            raise _malformed()
        key, operator, wanted = found[1].rstrip(), found[2], found[3]
        return lambda tags: _text_fits([tags[key]] if key in tags else [], operator, wanted)

    return _read(query, term)


def ordering(order: str | None, properties: Sequence[str], entity: str) -> Callable[[list[Document]], list[Document]]:
    """Return what puts rows in the order asked for; None or blank leaves them as they are.

    Raises:
        Refused: The order cannot be read, or names a property that is not there.
    """
    if order is None or not order.strip():
        return lambda rows: rows
    found = ORDER.match(order.strip())
    if found is None:
        raise _malformed()
    name = _known(found[2], properties, entity)

    def place(row: Document) -> Any:  # noqa: ANN401 - all instants or all texts
        value = next(iter(_values(row, name)), None)
        if _is_date(name):
            return _instant(value) or datetime.min.replace(tzinfo=UTC)
        return "" if value is None else str(value).casefold()

    return lambda rows: sorted(rows, key=place, reverse=bool(found[1]))


def _read(query: str | None, term: Callable[[str], Test]) -> Test:
    if query is None or not query.strip():
        return lambda _: True
    reader = _Reader([token for token in TOKENS.split(query) if token.strip()], term)
    test = reader.any_of()
    if reader.tokens:
        raise _malformed()
    return test


class _Reader:
    """Reads tokens from left to right: ``||`` binds less than ``&&``, braces group."""

    def __init__(self, tokens: list[str], term: Callable[[str], Test]) -> None:
        self.tokens = tokens
        self._term = term
        self._depth = 0

    def any_of(self) -> Test:
        tests = [self._all_of()]
        while self._took("||"):
            tests.append(self._all_of())
        return lambda row: any(test(row) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self._took("&&"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._took("{"):
            self._depth += 1
            if self._depth > DEEPEST:
                raise _malformed()
            test = self.any_of()
            if not self._took("}"):
                raise _malformed()
            self._depth -= 1
            return test
        if not self.tokens:
            raise _malformed()
        return self._term(self.tokens.pop(0).strip())

    def _took(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False


def _malformed() -> Refused:
    return Refused(400, QUERY_TEXT, CLIENTS)


def _known(name: str, properties: Sequence[str], entity: str) -> str:
    spelled = {known.casefold(): known for known in properties}.get(name.casefold())
    if spelled is None:
        raise Refused(400, f"Error parsing query - Could not resolve property {name} on {entity}", CLIENTS)
    return spelled


def _comparison(name: str, operator: str, wanted: str) -> Test:
    if not _is_date(name):
        if operator not in TEXT_OPERATORS:
            raise _malformed()
        return lambda row: _text_fits([str(value) for value in _values(row, name)], operator, wanted)
    instant = _instant(wanted)
    if instant is None or operator not in DATE_OPERATORS:
        raise _malformed()
    return lambda row: _date_fits([_instant(value) for value in _values(row, name)], operator, instant)


def _is_date(name: str) -> bool:
    return name.rpartition(".")[2] in DATES


def _text_fits(values: Sequence[str], operator: str, wanted: str) -> bool:
    if operator == "~":
        return any(wanted.casefold() in value.casefold() for value in values)
    equal = any(value.casefold() == wanted.casefold() for value in values)
    return equal == (operator == "=")


def _date_fits(values: Sequence[datetime | None], operator: str, wanted: datetime) -> bool:
    known = [value for value in values if value is not None]
    match operator:
        case "=":
            return wanted in known
        case "!=":
            return wanted not in known
        case ">":
            return any(value > wanted for value in known)
        case "<":
            return any(value < wanted for value in known)
        case ">=":
            return any(value >= wanted for value in known)
        case _:
            return any(value <= wanted for value in known)


def _values(row: Any, name: str) -> list[Any]:  # noqa: ANN401 - a document's member
    """Return what a dotted name leads to: several values where an array is on the way, none where it leads nowhere."""
    rows = row if isinstance(row, list) else [row]
    first, _, rest = name.partition(".")
    found = [each[first] for each in rows if isinstance(each, dict) and each.get(first) is not None]
    if not rest:
        return found
    return [value for each in found for value in _values(each, rest)]


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str) or not value[:4].isdecimal():
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
