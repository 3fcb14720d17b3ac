"""How syncs end because a fault orders it: each of the twelve codes, whatever the world is like."""

from datetime import timedelta

import pytest

from doubleentry.dialects.codat.statuses import outcome
from doubleentry.engine.errors import NotFound
from tests.dialects.codat.caller import PENDING, XERO, books_of, expense, expenses
from tests.dialects.codat.statuses import Downstream, assert_rows, assert_status, row

CONFLICT = (
    "Feed Connection failed(409): The AccountToken, AccountId or AccountNumber is already connected to another Xero "
    "Bank Account in the selected Xero Organization."
)
FIRST, SECOND = expense(1), expense(2)
PREVIOUSLY = f"One or more transactions have previously been processed: {FIRST['id']}, {SECOND['id']}"
REFUSED = "The accounting platform refused the transaction."

# Code → word, message, whether data was pushed, the rows' status and message.
ORDERED = {
    1000: ("Started", "", False, "Pending", None),
    1010: ("Started", "", False, "Pending", None),
    2000: ("Complete", "", True, "Completed", None),
    2040: ("Complete", "", False, "Unknown", None),
    4000: ("Failed", "The company's configuration is missing or not valid.", False, "Unknown", None),
    4040: ("Failed", "The company has been deleted.", False, "Unknown", None),
    4220: (
        "Failed",
        "A data connection of the company is not linked, or has been de-authorized.",
        False,
        "Unknown",
        None,
    ),
    4260: (
        "Failed",
        "The company's subscription to its accounting platform has expired.",
        False,
        "Unknown",
        None,
    ),
    5000: ("Failed", "There is a problem with our server. Please try again later.", False, "Unknown", None),
    5080: ("Failed", PREVIOUSLY, False, "Unknown", None),
    5120: ("Failed", "The transaction is not valid.", False, "ValidationError", "The transaction is not valid."),
    5130: ("PushError", Downstream(REFUSED), False, "PushError", Downstream(REFUSED)),
}


def order(codat, **effect):
    return codat.steer("POST", "/faults", {"effect": effect})["id"]


@pytest.mark.parametrize("code", ORDERED)
def test_each_of_the_twelve_codes_can_be_ordered(codat, code):
    word, error, is_pushed, status, message = ORDERED[code]
    fault = order(codat, code=code)

    sync = codat.sync(FIRST, SECOND)
    codat.settle()

    assert_status(codat, sync, code, word, error, pushed=is_pushed)
    assert_rows(codat, sync, row(FIRST, status, message), row(SECOND, status, message))
    shown = codat.steer("GET", f"/faults/{fault}")
    assert (shown["evaluated"], shown["matched"], shown["fired"]) == (1, 1, 1)


@pytest.mark.parametrize("code", ORDERED)
def test_a_sync_can_be_ended_by_hand_with_each_code_that_is_an_end(codat, code):
    word, error, is_pushed, _, _ = ORDERED[code]
    order(codat, code=1000)
    sync = codat.sync(FIRST, SECOND)
    codat.settle()

    answer = codat.call("POST", f"/syncs/{sync}/finish", {"code": code}, mount="/_emulator/v1", key=None)

    if code < 2000:
        assert answer.status == 409
        assert_status(codat, sync, 1000, "Started")
    else:
        assert answer.status == 200
        assert_status(codat, sync, code, word, error, pushed=is_pushed)


def test_a_code_that_codat_does_not_have_cannot_be_ordered(codat):
    body = {"effect": {"code": 5140}}

    answer = codat.call("POST", "/faults", body, mount="/_emulator/v1", key=None)

    assert answer.status == 422
    assert codat.steer("GET", "/faults")["faults"] == []


@pytest.mark.parametrize("code", ["5140", "200", "", "two"])
def test_what_is_no_code_stands_for_no_outcome(code):
    with pytest.raises(NotFound):
        outcome(code)


def test_a_message_can_be_ordered_and_is_told_as_the_platforms(codat):
    order(codat, code=5130, message=CONFLICT)

    sync = codat.sync(FIRST)
    codat.settle()

    error, exception = Downstream(CONFLICT), Downstream(CONFLICT)
    assert_status(codat, sync, 5130, "PushError", error, exception=exception)
    assert_rows(codat, sync, row(FIRST, "PushError", Downstream(CONFLICT)))
    assert set(error.correlations).isdisjoint(exception.correlations)


@pytest.mark.parametrize("code", [4000, 4040, 4220, 4260, 5000, 5080, 5120])
def test_an_ordered_message_stands_in_both_messages(codat, code):
    order(codat, code=code, message="Not today.")

    sync = codat.sync(FIRST)
    codat.settle()

    assert_status(codat, sync, code, "Failed", "Not today.")


def test_some_items_can_be_ordered_to_be_refused(codat):
    order(codat, reject=[SECOND["id"]], message="No receipt.")

    sync = codat.sync(FIRST, SECOND)
    codat.settle()

    assert_status(codat, sync, 5120, "Failed", "No receipt.", pushed=True)
    assert_rows(codat, sync, row(FIRST), row(SECOND, "ValidationError", "No receipt."))


def test_an_order_holds_for_one_sync_of_the_company_that_it_names(codat):
    codat.at_once()
    codat.steer("POST", "/faults", {"match": {"company": XERO}, "effect": {"code": 5000}})

    first, second = codat.sync(FIRST), codat.sync(SECOND)

    assert (codat.status(first)["syncStatusCode"], codat.status(second)["syncStatusCode"]) == (5000, 2000)


def test_an_order_can_look_into_the_first_transaction(codat):
    codat.at_once()
    codat.steer("POST", "/faults", {"match": {"pointers": {"/notes": "fail me"}}, "effect": {"code": 5130}})

    first, second = codat.sync(FIRST), codat.sync(expense(2, notes="fail me"))

    assert (codat.status(first)["syncStatusCode"], codat.status(second)["syncStatusCode"]) == (2000, 5130)


def test_a_success_can_be_ordered_where_no_configuration_is(codat):
    codat.steer("POST", f"/connections/codat/{books_of(PENDING)}/link")
    order(codat, code=2000)

    sync = codat.sync(FIRST, company=PENDING)
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True, company=PENDING)
    assert_rows(codat, sync, row(FIRST), company=PENDING)


def test_a_success_can_be_ordered_for_a_company_that_is_gone(codat):
    order(codat, code=2000)
    sync = codat.sync(FIRST)

    codat.call("DELETE", f"/companies/{XERO}")
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True)


def test_a_success_that_was_ordered_is_in_the_books_where_the_ledger_takes_it(codat):
    order(codat, code=2000)

    sync = codat.sync(FIRST, expense(2, line={"accountRef": {"id": "nowhere"}}))
    codat.settle()

    assert [each["status"] for each in codat.transactions(sync)] == ["Completed", "Completed"]
    (posting,) = codat.workspace.ledgers.get(books_of(XERO)).postings()
    assert posting.entry.reference == FIRST["id"]


def test_an_ordered_1010_looks_long_at_once_and_never_ends_by_itself(codat):
    order(codat, code=1010)
    sync = codat.sync(FIRST)

    codat.workspace.advance(by=timedelta(seconds=1))
    assert_status(codat, sync, 1010, "Started")
    codat.workspace.advance(by=timedelta(days=1))
    assert_status(codat, sync, 1010, "Started")

    codat.steer("POST", f"/syncs/{sync}/finish")
    assert_status(codat, sync, 2000, "Complete", pushed=True)


def test_a_sync_that_was_ordered_to_run_for_ever_keeps_the_next_one_waiting(codat):
    order(codat, code=1000)
    first, second = codat.sync(FIRST), codat.sync(SECOND)

    codat.settle()

    shown = codat.ok("GET", f"{expenses(XERO)}/syncs/list/status")
    assert [(each["syncId"], each["syncStatus"]) for each in shown[:2]] == [(second, "NotStarted"), (first, "Started")]
