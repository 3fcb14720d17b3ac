"""The journal: each request with its answer, and which requests no operation matched."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from doubleentry.control.declaring import control
from doubleentry.control.schemas.journal import JournalQuerySchema, JournalSchema
from doubleentry.engine.documents import NotJson, at_pointer, decode, same
from doubleentry.web.context import Call
from doubleentry.web.journal import Exchange


@control("GET", "/journal", "searchJournal", JournalSchema(), query=JournalQuerySchema())
def search_journal(call: Call) -> object:
    """Show exchanges, oldest first; with a limit the newest of them."""
    query = call.query
    found = call.journal.search(lambda exchange: _is_wanted(exchange, query), query.get("limit"))
    return {"exchanges": [exchange.document() for exchange in found], "dropped": call.journal.dropped}


@control("DELETE", "/journal", "clearJournal", None, status=204)
def clear_journal(call: Call) -> object:
    """Forget all exchanges; the numbers go on."""
    call.journal.clear(call.journal.last)
    return None


def _is_wanted(exchange: Exchange, query: Mapping[str, Any]) -> bool:
    if exchange.id <= query.get("after", 0):
        return False
    if "since" in query and datetime.fromisoformat(exchange.at) < query["since"]:
        return False
    if any(name in query and getattr(exchange, name) != query[name] for name in _EQUAL):
        return False
    if "unmatched" in query and (exchange.operation is None) != query["unmatched"]:
        return False
    if "pointer" in query and not any(_points(text, query) for text in (exchange.body, exchange.answer)):
        return False
    text = query.get("text", "").casefold()
    return not text or any(
        text in part.casefold() for part in (exchange.path, exchange.query, exchange.body, exchange.answer)
    )


def _points(text: str, query: Mapping[str, Any]) -> bool:
    """Whether the pointer names something in a body, and the value if one is asked for."""
    try:
        found = at_pointer(decode(text), query["pointer"])
    except NotJson:
        return False
    if "value" not in query:
        return found is not None
    try:
        wanted = decode(query["value"])
    except NotJson:
        wanted = query["value"]
    return found == query["value"] or same(found, wanted)


_EQUAL = ("dialect", "operation", "status", "company")
