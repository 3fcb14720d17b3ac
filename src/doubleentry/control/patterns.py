"""Whether an exchange or an entry of the timeline is as a pattern says, and in plain words where it is not."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from doubleentry.control.history import Thing
from doubleentry.engine.documents import NotJson, at_pointer, decode, encode, same
from doubleentry.web.journal import Exchange

Pattern = Mapping[str, Any]

_BODIES: Final = ("body", "answer")


class Miss(Struct, frozen=True):
    """One member of a pattern that does not fit.

    Attributes:
        told: What is there, and what should be.
        known: Whether that is so; False where what was kept is not enough to tell.
    """

    told: str
    known: bool = True


def misses(thing: Thing, pattern: Pattern) -> list[Miss]:
    """Return where an exchange or an entry is not as its pattern says; empty where it fits."""
    return _of_exchange(thing, pattern) if isinstance(thing, Exchange) else _of_entry(thing, pattern)


def told(pattern: Pattern) -> str:
    """Return a pattern in plain words."""
    words = []
    for name, wanted in pattern.items():
        if isinstance(wanted, Mapping):
            inside = "" if name == "facts" else f" in its {name}"
            words += [f"{pointer} {_json(value)}{inside}" for pointer, value in wanted.items()]
        else:
            words.append(f"{name} {wanted}")
    return ", ".join(words) or "anything"


def named(thing: Thing) -> str:
    """Return an exchange or an entry in plain words."""
    if isinstance(thing, Exchange):
        return (
            f"number {thing.id}, {thing.method} {thing.path} on {thing.dialect}, operation {thing.operation}, "
            f"answered {thing.status}"
        )
    return f"entry {thing['seq']}, {thing['kind']} of {thing['subject']}, caused by {thing['cause'] or 'time alone'}"


def _of_exchange(exchange: Exchange, pattern: Pattern) -> list[Miss]:
    found = []
    for name, wanted in pattern.items():
        if name in _BODIES:
            found += _in_body(name, getattr(exchange, name), wanted, is_whole=not exchange.dropped)
        elif getattr(exchange, name) != wanted:
            found.append(_miss(name, getattr(exchange, name), wanted))
    return found


def _of_entry(entry: Mapping[str, Any], pattern: Pattern) -> list[Miss]:
    found = [_miss(name, entry[name], one) for name, one in pattern.items() if name != "facts" and entry[name] != one]
    facts = entry["facts"]
    wanted = pattern.get("facts", {})
    return found + [
        _differs(name, facts.get(name), one) for name, one in wanted.items() if not same(facts.get(name), one)
    ]


def _in_body(part: str, text: str, wanted: Mapping[str, Any], *, is_whole: bool) -> list[Miss]:
    try:
        value = decode(text)
    except NotJson:
        return [Miss(f"its {part} is not JSON") if is_whole else Miss(f"its {part} was too large to keep", known=False)]
    return [
        _differs(f"{part} at {pointer}", at_pointer(value, pointer), one)
        for pointer, one in wanted.items()
        if not same(at_pointer(value, pointer), one)
    ]


def _miss(name: str, came: object, wanted: object) -> Miss:
    return Miss(f"its {name} is {came or 'missing'}, not {wanted}")


def _differs(name: str, came: object, wanted: object) -> Miss:
    return Miss(f"its {name} is {_json(came)}, not {_json(wanted)}")


def _json(value: object) -> str:
    return encode(value).decode()
