"""Which exchanges one sync was about."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from doubleentry.engine.documents import Document, NotJson, decode
from doubleentry.engine.syncs import Sync, SyncItem
from doubleentry.web.journal import Exchange


def exchanges_of(
    sync: Sync, items: Iterable[SyncItem], story: Sequence[Document], exchanges: Iterable[Exchange]
) -> list[Exchange]:
    """Return those that moved a sync, and those that name it or, in its company, one of its items.

    Args:
        sync: The sync.
        items: Its items; they are named by the caller's own ids.
        story: The timeline's entries about it.
        exchanges: Those to choose from.
    """
    causes = {entry["cause"] for entry in story}
    references = {item.reference for item in items}

    def is_about(exchange: Exchange) -> bool:
        if exchange.dialect != sync.dialect:
            return False
        if (exchange.cause is not None and exchange.cause in causes) or _names(exchange, {sync.id}):
            return True
        return exchange.company in {None, sync.company} and _names(exchange, references)

    return [exchange for exchange in exchanges if is_about(exchange)]


def _names(exchange: Exchange, ids: Collection[str]) -> bool:
    if any(segment in ids for segment in exchange.path.split("/")):
        return True
    return any(value in ids for body in (exchange.body, exchange.answer) for value in _texts(_read(body)))


def _read(body: str) -> Any:  # noqa: ANN401 - JSON is whatever was sent
    try:
        return decode(body)
    except NotJson:
        return None


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is whatever was sent
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for below in value.values():
            yield from _texts(below)
    elif isinstance(value, list):
        for below in value:
            yield from _texts(below)
