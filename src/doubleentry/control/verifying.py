"""Whether what was expected has happened; where not, what came instead."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from doubleentry.control.history import Thing
from doubleentry.control.patterns import Miss, misses, named, told
from doubleentry.engine.documents import Document
from doubleentry.web.journal import Exchange

Expectation = Mapping[str, Any]
KINDS: Final = ("exchange", "entry")
_RECORDS: Final = {"exchange": "journal", "entry": "timeline"}


class Record(Struct, frozen=True):
    """What is kept of what happened.

    Attributes:
        things: Exchanges and entries, in their order.
        dropped: How many of the oldest of either kind are gone.
    """

    things: Sequence[Thing]
    dropped: Mapping[str, int]


class _Look(Struct, frozen=True):
    """What was found of one expectation.

    Attributes:
        kind: Which record it speaks of.
        pattern: What it must be.
        times: How often, exactly; None for at least once.
        places: Where in the record it is so.
        candidates: What else there is of its kind, with what is wrong about each.
    """

    kind: str
    pattern: Mapping[str, Any]
    times: int | None
    places: list[int]
    candidates: list[tuple[Thing, list[Miss]]]


def differences(
    record: Record, expect: Sequence[Expectation], known: Collection[str], *, strict: bool, times: int | None
) -> list[Document]:
    """Return what is not as expected; empty where all is.

    Args:
        record: What happened.
        expect: As `VerifySchema` loads them.
        known: The ids of all operations: of another one nothing could ever come, and to expect that is a slip.
        strict: Whether they must have come one after the other, whatever was between them.
        times: How often each, exactly, where it does not say itself; None for at least once.
    """
    slips = [(at, _slip(expectation, known)) for at, expectation in enumerate(expect)]
    if told_of := [_told(at, slip, None, known=True) for at, slip in slips if slip is not None]:
        return told_of
    looks = [_look(record, expectation, times) for expectation in expect]
    found = [_difference(record, at, look) for at, look in enumerate(looks)]
    wrong = [difference for difference in found if difference is not None]
    return _out_of_order(record, looks) if strict and not wrong else wrong


def _slip(expectation: Expectation, known: Collection[str]) -> str | None:
    name = expectation.get("exchange", {}).get("operation")
    if name is None or name in known:
        return None
    close = difflib.get_close_matches(name, known, n=1)
    return f"No operation has the id {name}." + (f" Did you mean {close[0]}?" if close else "")


def _look(record: Record, expectation: Expectation, times: int | None) -> _Look:
    kind = next(kind for kind in KINDS if kind in expectation)
    pattern = expectation[kind]
    places, candidates = [], []
    for place, thing in enumerate(record.things):
        if isinstance(thing, Exchange) is not (kind == "exchange"):
            continue
        wrong = misses(thing, pattern)
        if wrong:
            candidates.append((thing, wrong))
        else:
            places.append(place)
    return _Look(kind, pattern, expectation.get("times", times), places, candidates)


def _difference(record: Record, at: int, look: _Look) -> Document | None:
    count, gone = len(look.places), record.dropped[look.kind]
    unclear = sum(not any(miss.known for miss in wrong) for _, wrong in look.candidates)
    too_many = look.times is not None and count > look.times
    is_enough = count >= 1 if look.times is None else count == look.times
    may_be_more = bool(gone or unclear)
    if is_enough and (look.times is None or not may_be_more):
        return None
    wanted = "at least once" if look.times is None else f"exactly {_times(look.times)}"
    message = f"Expected {_article(look.kind)} with {told(look.pattern)} {wanted}; it came {_times(count)}."
    nearest: Thing | None = None
    if look.candidates and not too_many and not is_enough:
        # The newest of those that have most in common.
        nearest, wrong = min(reversed(look.candidates), key=lambda candidate: len(candidate[1]))
        message += f" The nearest is {named(nearest)}: {', '.join(miss.told for miss in wrong)}."
    known = too_many or not may_be_more
    if not known and gone:
        message += f" Cannot know: the {_RECORDS[look.kind]} has dropped the {gone} oldest, among which it may be."
    elif not known:
        message += f" Cannot know: {unclear} may be it, but the body was too large to keep whole."
    return _told(at, message, nearest, known=known)


def _out_of_order(record: Record, looks: Sequence[_Look]) -> list[Document]:
    """Return the first expectation that did not come after the one before it; each is there as often as expected."""
    reached = -1
    for at, look in enumerate(looks):
        needed = 1 if look.times is None else look.times
        later = [place for place in look.places if place > reached]
        if len(later) < needed:
            before = record.things[reached]
            known = not any(record.dropped.values())
            message = f"Expected {_article(look.kind)} with {told(look.pattern)} after {named(before)}; it came before."
            if not known:
                message += " Cannot know: the oldest of the record are gone."
            return [_told(at, message, record.things[look.places[-1]], known=known)]
        reached = later[needed - 1] if needed else reached
    return []


def _told(at: int, message: str, nearest: Thing | None, *, known: bool) -> Document:
    shown = nearest.document() if isinstance(nearest, Exchange) else nearest
    return {"expect": at, "message": message, "known": known, "nearest": shown}


def _article(kind: str) -> str:
    return "an exchange" if kind == "exchange" else "an entry"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
