"""The journal: each request with its answer, and which requests no operation matched."""

from collections.abc import Mapping
from typing import Any

from doubleentry.control.declaring import control
from doubleentry.control.schemas.journal import JournalQuerySchema, JournalSchema
from doubleentry.web.context import Call
from doubleentry.web.journal import Exchange


@control("GET", "/journal", "searchJournal", JournalSchema(), query=JournalQuerySchema())
def search_journal(call: Call) -> object:
    """Show exchanges, oldest first; with a limit the newest of them."""
    found = call.journal.search(lambda exchange: _is_wanted(exchange, call.query), call.query.get("limit"))
    return {"exchanges": [exchange.document() for exchange in found], "dropped": call.journal.dropped}


@control("DELETE", "/journal", "clearJournal", None, status=204)
def clear_journal(call: Call) -> object:
    """Forget all exchanges."""
    call.journal.clear()
    return None


def _is_wanted(exchange: Exchange, query: Mapping[str, Any]) -> bool:
    if exchange.id <= query.get("after", 0):
        return False
    if any(name in query and getattr(exchange, name) != query[name] for name in _EQUAL):
        return False
    if "unmatched" in query and (exchange.operation is None) != query["unmatched"]:
        return False
    text = query.get("text", "").casefold()
    return any(text in part.casefold() for part in (exchange.path, exchange.query, exchange.body, exchange.answer))


_EQUAL = ("surface", "operation", "status", "company")
