from datetime import UTC, datetime

import pytest

from doubleentry.engine import errors
from doubleentry.engine.books import LedgerRefusal
from doubleentry.engine.errors import EngineError, InvalidInput, Problem

NOON = datetime(2022, 8, 3, 12, tzinfo=UTC)
ONE = datetime(2022, 8, 3, 13, tzinfo=UTC)

EXAMPLES = [
    (
        errors.NotFound("sync", "1"),
        {"kind": "sync", "id": "1"},
        "There is no sync '1' here.",
    ),
    (
        errors.AlreadyExists("bill", "1"),
        {"kind": "bill", "id": "1"},
        "There is a bill with the id '1' already.",
    ),
    (
        InvalidInput([Problem(("items", 0, "id"), "missing"), Problem((), "empty")], "query"),
        {"problems": (Problem(("items", 0, "id"), "missing"), Problem((), "empty")), "location": "query"},
        "items.0.id: missing; query: empty",
    ),
    (
        errors.IllegalMove("1", "finished", "running"),
        {"sync": "1", "status": "finished", "wanted": "running"},
        "Sync 1 is finished: it cannot become running.",
    ),
    (errors.NotFired("1", "Too seldom."), {"fault": "1"}, "Too seldom."),
    (errors.NotHeld("1"), {"sync": "1"}, "Sync 1 is not held, so there is nothing to release."),
    (
        errors.Backwards(ONE, NOON),
        {"now": ONE, "wanted": NOON},
        "The clock stands at 2022-08-03T13:00:00+00:00 and cannot go back to 2022-08-03T12:00:00+00:00.",
    ),
    (errors.Busy("default"), {}, "Workspace 'default' is advancing already: wait for that call to return."),
    (errors.Unsettled("a task"), {}, "The world did not settle in time; still waiting for a task."),
    (errors.Full(2), {}, "All 2 workspaces are in use: delete one, or wait until one is idle."),
    (
        errors.ClosedToNew("ci"),
        {"name": "ci"},
        "Workspace 'ci' is not open, and this request may not open it: a call of the control API there does.",
    ),
    (
        errors.Unsupported("bills", "a guide"),
        {"gap": "bills", "source": "a guide"},
        "Not emulated: bills (described in a guide).",
    ),
]


@pytest.mark.parametrize(("error", "facts", "message"), EXAMPLES, ids=[type(row[0]).__name__ for row in EXAMPLES])
def test_an_error_carries_facts_and_says_them(error, facts, message):
    assert {name: getattr(error, name) for name in facts} == facts
    assert str(error) == message


def test_each_error_is_shown_above_and_is_in_the_drawing():
    kinds = {kind.__name__ for kind in EngineError.__subclasses__() if kind.__module__ == EngineError.__module__}

    assert {type(row[0]).__name__ for row in EXAMPLES} == kinds
    assert all(f"── {kind} " in errors.__doc__ for kind in kinds)


@pytest.mark.parametrize(("inactive", "word"), [(True, "inactive"), (False, "unknown")])
def test_a_ledgers_refusal_names_what_it_refuses(inactive, word):
    assert str(LedgerRefusal("account", "7", inactive=inactive)) == f"The account '7' is {word} in this ledger."
