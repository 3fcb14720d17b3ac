"""Codat's query language: ``{amount > 100 || amount < 50} && status != paid``.

Source: guides "Querying", "Ordering results".

Two things are only in samples, and followed: a property inside an array matches when any element does, and a chain of
``!=`` on it when none is equal. Text compares in any case (inferred from samples that ask for ``paid`` and mean
``Paid``).
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from doubleentry.dialects.codat.errors import CLIENTS, QUERY_TEXT, Refused
from doubleentry.engine.documents import Document

Test = Callable[[Document], bool]

TOKENS = re.compile(r"\s*(&&|\|\||\{|\})\s*")
TERM = re.compile(r"^([A-Za-z_][A-Za-z0-9_.]*)\s*(!=|>=|<=|=|~|>|<)\s*(.*)$", re.DOTALL)
ORDER = re.compile(r"^(-?)([A-Za-z_][A-Za-z0-9_.]*)$")


def matching(query: str | None, properties: Sequence[str] | None, entity: str) -> Test:
    """Return the test that a query stands for.

    Args:
        query: As sent, decoded; None or blank matches everything.
        properties: What can be asked for, nested ones with dots; None for any name.
        entity: The word for what is listed, for the refusal.

    Raises:
        Refused: The query cannot be read, or asks for a property that is not there.
    """
    if query is None or not query.strip():
        return lambda _: True
    tokens = [token for token in TOKENS.split(query) if token.strip()]
    reader = _Reader(tokens, properties, entity)
    test = reader.any_of()
    if reader.tokens:
        raise Refused(400, QUERY_TEXT, CLIENTS)
    return test


def ordering(order: str | None, properties: Sequence[str], entity: str) -> Callable[[list[Document]], list[Document]]:
    """Return what puts rows in the order asked for; None or blank leaves them as they are.

    Raises:
        Refused: The order cannot be read, or names a property that is not there.
    """
    if order is None or not order.strip():
        return lambda rows: rows
    found = ORDER.match(order.strip())
    if found is None:
        raise Refused(400, QUERY_TEXT, CLIENTS)
    name = _known(found[2], properties, entity)

    def sort(rows: list[Document]) -> list[Document]:
        return sorted(rows, key=lambda row: str(next(iter(_values(row, name)), "")).casefold(), reverse=bool(found[1]))

    return sort


class _Reader:
    """Reads tokens from left to right: ``||`` binds less than ``&&``, braces group."""

    def __init__(self, tokens: list[str], properties: Sequence[str] | None, entity: str) -> None:
        self.tokens = tokens
        self._properties = properties
        self._entity = entity

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
            test = self.any_of()
            if not self._took("}"):
                raise Refused(400, QUERY_TEXT, CLIENTS)
            return test
        term = TERM.match(self.tokens.pop(0).strip()) if self.tokens else None
        if term is None:
            raise Refused(400, QUERY_TEXT, CLIENTS)
        name = _known(term[1], self._properties, self._entity)
        return _comparison(name, term[2], term[3].strip())

    def _took(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False


def _known(name: str, properties: Sequence[str] | None, entity: str) -> str:
    if properties is None:
        return name
    spelled = {known.casefold(): known for known in properties}.get(name.casefold())
    if spelled is None:
        raise Refused(400, f"Error parsing query - Could not resolve property {name} on {entity}", CLIENTS)
    return spelled


def _comparison(name: str, operator: str, wanted: str) -> Test:
    if operator == "!=":
        return lambda row: all(not _equal(value, wanted) for value in _values(row, name))
    if operator == "=":
        return lambda row: any(_equal(value, wanted) for value in _values(row, name))
    if operator == "~":
        return lambda row: any(wanted.casefold() in str(value).casefold() for value in _values(row, name))
    return lambda row: any(_ordered(value, operator, wanted) for value in _values(row, name))


def _values(row: Any, name: str) -> list[Any]:  # noqa: ANN401 - a document's member
    """Return what a dotted name leads to: several values where an array is on the way, none where it leads nowhere."""
    rows = row if isinstance(row, list) else [row]
    first, _, rest = name.partition(".")
    found = [each[first] for each in rows if isinstance(each, dict) and each.get(first) is not None]
    if not rest:
        return found
    return [value for each in found for value in _values(each, rest)]


def _equal(value: object, wanted: str) -> bool:
    if isinstance(value, bool):
        return str(value).casefold() == wanted.casefold()
    left, right = _instant(value), _instant(wanted)
    if left is not None and right is not None:
        return left == right
    return str(value).casefold() == wanted.casefold()


def _ordered(value: object, operator: str, wanted: str) -> bool:
    left, right = _instant(value), _instant(wanted)
    if left is None or right is None:
        raise Refused(400, QUERY_TEXT, CLIENTS)
    return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[operator]


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str) or not value[:4].isdecimal():
        return None
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
