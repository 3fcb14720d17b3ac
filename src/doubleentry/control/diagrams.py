"""What happened as a sequence diagram in Mermaid's words: client → API → queue → ledger → webhook receivers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from doubleentry.control.history import Moment
from doubleentry.engine.documents import Document
from doubleentry.engine.timeline import REQUEST
from doubleentry.web.journal import Exchange

Entry = Mapping[str, Any]

# A semicolon ends a statement and a hash begins an entity, wherever they stand.
_ENTITIES: Final = {"#": "#35;", ";": "#59;", "<": "#lt;", ">": "#gt;", "\n": " ", "\r": " "}
_LONGEST: Final = 240


def diagram(moments: Iterable[Moment]) -> str:
    """Return the picture of some moments, in their order."""
    return _Diagram().draw(moments)


class _Diagram:
    """One picture while it is drawn."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._receivers: dict[str, str] = {}
        self._urls: dict[str, str] = {}
        self._references: dict[str, str] = {}
        self._shown: set[str | None] = set()
        self._at: str | None = None

    def draw(self, moments: Iterable[Moment]) -> str:
        for moment in moments:
            if isinstance(moment.thing, Exchange):
                self._draw_exchange(moment.thing, is_answer=moment.is_answer)
            else:
                self._draw_entry(moment.thing)
        heads = ["actor Client", "participant API", "participant Queue", "participant Ledger"]
        heads += [f"participant {name} as {_plain(url)}" for url, name in self._receivers.items()]
        return "\n".join(["sequenceDiagram", *(f"  {line}" for line in [*heads, *self._lines])]) + "\n"

    def _draw_exchange(self, exchange: Exchange, *, is_answer: bool) -> None:
        if is_answer:
            fault = "" if exchange.fault is None else f" (fault {exchange.fault})"
            self._lines.append(f"API-->>Client: {exchange.status}{fault}")
            return
        self._shown.add(exchange.cause)
        self._note_time(exchange.at)
        self._lines.append(f"Client->>API: {_plain(f'{exchange.method} {exchange.path}')}")

    def _draw_entry(self, entry: Document) -> None:
        draw = _DRAWN.get(entry["kind"]) or _DRAWN.get(entry["kind"].partition(".")[0])
        if entry["kind"] == REQUEST and entry["subject"] in self._shown:
            return
        self._remember(entry)
        lines = [] if draw is None else draw(self, entry, entry["facts"])
        if lines:
            self._note_time(entry["at"])
            self._lines += lines

    def _note_time(self, at: str) -> None:
        if at != self._at:
            self._at = at
            self._lines.append(f"Note over Client,Ledger: {_plain(at)}")

    def _remember(self, entry: Entry) -> None:
        thing = entry["kind"].partition(".")[0]
        if thing == "delivery" and "url" in entry["facts"]:
            self._urls[entry["subject"]] = entry["facts"]["url"]
        if thing == "item":
            self._references[entry["subject"]] = entry["facts"]["reference"]

    def receiver(self, delivery: str) -> str:
        """Return what the receiver of a delivery is called."""
        url = self._urls.get(delivery, "another receiver")
        return self._receivers.setdefault(url, f"Receiver{len(self._receivers) + 1}")

    def reference(self, item: str) -> str:
        """Return the caller's own id of an item."""
        return self._references.get(item, item)


def _request(_: _Diagram, __: Entry, facts: Entry) -> list[str]:
    who = "Client" if facts["surface"] != "control" else "Tester"
    told = f"{who}: {facts['method']} {facts['path']}"
    return [f"Note over API: {_plain(told)}"]


def _queued(_: _Diagram, __: Entry, facts: Entry) -> list[str]:
    return [f"API->>Queue: sync queued, {facts['items']} item(s)"]


def _sync(_: _Diagram, entry: Entry, facts: Entry) -> list[str]:
    word = entry["kind"].partition(".")[2]
    reason = f", {facts['reason']}" if facts.get("reason") else ""
    fault = f" (fault {facts['fault']})" if facts.get("fault") else ""
    return [f"Queue->>Queue: sync {_plain(word + reason + fault)}"]


def _item(_: _Diagram, entry: Entry, facts: Entry) -> list[str]:
    reference, word = _plain(facts["reference"]), entry["kind"].partition(".")[2]
    because = "" if facts.get("message") is None else f" {_plain(facts['message'])}"
    if word == "pushed":
        return [f"Queue->>Ledger: push {reference}"]
    if word == "failed":
        return [f"Queue->>Ledger: push {reference}", f"Ledger-->>Queue: refused{because}"]
    return [f"Note over Queue: {reference} {word}{because}"]


def _posting(_: _Diagram, entry: Entry, __: Entry) -> list[str]:
    return [f"Ledger-->>Queue: posting {_plain(entry['subject'])}"]


def _file(drawn: _Diagram, entry: Entry, facts: Entry) -> list[str]:
    told = f"file {facts['name']} of {drawn.reference(entry['cause'])}"
    return [f"API->>Ledger: {_plain(told)}"]


def _event(_: _Diagram, __: Entry, facts: Entry) -> list[str]:
    nobody = "" if facts["endpoints"] else ", for which nobody asked"
    return [f"Note over API: event {_plain(facts['name'])}{nobody}"]


def _attempt(drawn: _Diagram, entry: Entry, facts: Entry) -> list[str]:
    who = drawn.receiver(entry["cause"])
    return [f"API-){who}: webhook, attempt {facts['number']}", f"{who}--)API: {_plain(facts['answer'])}"]


def _gave_up(_: _Diagram, __: Entry, ___: Entry) -> list[str]:
    return ["Note over API: delivery given up"]


_DRAWN: Final[Mapping[str, Callable[[_Diagram, Entry, Entry], list[str]]]] = {
    REQUEST: _request,
    "sync.queued": _queued,
    "sync": _sync,
    "item": _item,
    "posting": _posting,
    "file": _file,
    "event": _event,
    "attempt": _attempt,
    "delivery.failed": _gave_up,
}
"""How an entry is drawn, by its kind or by what it happened to; what is not here is not."""


def _plain(text: object) -> str:
    """Return a text that Mermaid takes for one line of text."""
    told = str(text)
    shortened = told if len(told) <= _LONGEST else told[: _LONGEST - 1] + "…"
    return "".join(_ENTITIES.get(letter, letter) for letter in shortened)
