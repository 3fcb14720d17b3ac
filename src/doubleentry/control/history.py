"""What happened in one order: exchanges with what they brought about."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from doubleentry.engine.documents import Document
from doubleentry.web.journal import Exchange

Thing = Exchange | Document
"""An exchange, or an entry of the timeline."""


class Moment(Struct, frozen=True):
    """One point of the order: an entry, or where an exchange began or was answered."""

    thing: Thing
    is_answer: bool = False


def moments(exchanges: Iterable[Exchange], entries: Sequence[Document]) -> list[Moment]:
    """Return both in one order: an exchange begins before what it brought about and is answered after that.

    Args:
        exchanges: Of one workspace.
        entries: Of the same workspace's timeline, oldest first.
    """
    first: dict[str | None, int] = {}
    for entry in entries:
        for id in (entry["subject"], entry["cause"]):
            first.setdefault(id, entry["seq"])
    placed: list[tuple[tuple[int, int, int, int], Moment]] = []
    for exchange in exchanges:
        after = exchange.entry, 1, exchange.id
        caused = None if exchange.cause is None else first.get(exchange.cause)
        begins = (*after, 0) if caused is None else (caused, -1, exchange.id, 0)
        placed += [(begins, Moment(exchange)), ((*after, 1), Moment(exchange, is_answer=True))]
    placed += [((entry["seq"], 0, 0, 0), Moment(entry)) for entry in entries]
    return [moment for _, moment in sorted(placed, key=lambda pair: pair[0])]


def in_order(exchanges: Iterable[Exchange], entries: Sequence[Document]) -> list[Thing]:
    """Return both in one order, an exchange where it began."""
    return [moment.thing for moment in moments(exchanges, entries) if not moment.is_answer]
