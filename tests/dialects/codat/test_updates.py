"""Changing a transaction after its sync: a new sync, and a new posting in the place of the old one."""

from decimal import Decimal

import pytest

from tests.dialects.codat.caller import (
    ACCOUNTS,
    DYNAMICS,
    NETSUITE,
    QUICKBOOKS,
    XERO,
    books_of,
    expense,
    expenses,
    transaction_id,
)
from tests.dialects.codat.refusals import UNKNOWN, assert_answered, assert_refused
from tests.dialects.codat.statuses import AT_ONCE, Downstream, assert_rows, assert_status, row

ONLY_XERO = "Expense transaction updates are not supported for platforms other than Xero."
ONLY_PAYMENTS = "Expense transaction updates are only supported for transactions of type Payment."
UNSYNCABLE = "The company does not have a valid set of data connections."
CARD = "075caedd-bc0d-450d-8394-93ef3715b306"
VAT = "0062db62-98fb-43c4-b1d4-1f982adec102"
# Of the fixture `demo`: pushed before this world began.
PRINTED = "70000000-0000-4000-8000-000000000012"


def change(**more):
    """Return a change of an expense: an expense without its id."""
    return expense(id=..., **more)


def update(codat, body, transaction=None, company=XERO):
    return codat.call("PUT", f"{expenses(company)}/expense-transactions/{transaction or transaction_id(1)}", body)


def books(codat, company=XERO):
    return codat.workspace.ledgers.get(books_of(company))


@pytest.fixture
def pushed(codat):
    """Push one expense of 10 and 2 of tax, and return its sync."""
    codat.at_once()
    return codat.sync(expense())


def test_an_update_is_a_new_sync_with_a_new_posting(codat, pushed):
    answer = update(codat, change(line={"netAmount": 20, "taxAmount": 4}))

    sync = answer.body["syncId"]
    assert_answered(answer, {"syncId": sync}, 202)
    assert sync != pushed
    assert_status(codat, sync, 2000, "Complete", at=AT_ONCE, pushed=True)
    assert_rows(codat, sync, row(expense()))
    old, new = books(codat).postings()
    assert (old.reversed_by, new.entry.replaces, new.reversed_by) == (new.id, old.id, None)
    assert books(codat).balances() == {CARD: Decimal(-24), ACCOUNTS[XERO]: Decimal(20), VAT: Decimal(4)}


def test_an_update_waits_its_turn(codat):
    codat.sync(expense())
    codat.settle()

    sync = update(codat, change(notes="two lunches")).body["syncId"]

    assert codat.status(sync)["syncStatus"] == "NotStarted"
    codat.settle()
    assert codat.status(sync)["syncStatusCode"] == 2000
    assert books(codat).postings()[-1].entry.memo == "two lunches"


@pytest.mark.usefixtures("pushed")
def test_what_an_update_leaves_out_stays(codat):
    update(codat, {"type": "Payment", "issueDate": "2023-05-02", "notes": "team lunch"})

    entry = books(codat).postings()[-1].entry
    assert (entry.currency, entry.memo) == ("GBP", "team lunch")
    assert [(line.account, line.net, line.tax) for line in entry.lines] == [(ACCOUNTS[XERO], 10, 2)]


def test_two_updates_that_wait_replace_one_after_the_other(codat):
    codat.sync(expense())
    codat.settle()

    for net in (30, 40):
        update(codat, change(line={"netAmount": net, "taxAmount": 0}))
    codat.settle()

    first, second, third = books(codat).postings()
    assert (first.reversed_by, second.reversed_by, third.reversed_by) == (second.id, third.id, None)
    assert books(codat).balances() == {CARD: Decimal(-40), ACCOUNTS[XERO]: Decimal(40)}


@pytest.mark.usefixtures("pushed")
def test_an_update_that_is_refused_leaves_the_books_as_they_are(codat):
    sync = update(codat, change(line={"accountRef": {"id": "nowhere"}})).body["syncId"]

    told = Downstream("The account nowhere was not found.")
    assert_status(codat, sync, 5130, "PushError", told, at=AT_ONCE)
    assert_rows(codat, sync, row(expense(), "PushError", told))
    (posting,) = books(codat).postings()
    assert posting.reversed_by is None


@pytest.mark.usefixtures("pushed")
def test_an_updated_transaction_is_still_a_duplicate_in_a_dataset(codat):
    update(codat, change(notes="team lunch"))

    assert codat.status(codat.sync(expense()))["syncStatusCode"] == 5080


@pytest.mark.parametrize("company", [QUICKBOOKS, DYNAMICS, NETSUITE])
def test_other_platforms_than_xero_take_no_updates(codat, company):
    codat.at_once()
    codat.sync(expense(company=company), company=company)

    assert_refused(update(codat, change(company=company), company=company), 422, ONLY_XERO)


def test_only_payments_can_be_updated(codat):
    codat.at_once()
    codat.sync(expense(1), expense(2, type="Refund"))

    assert_refused(update(codat, change(type="Refund")), 422, ONLY_PAYMENTS)
    assert_refused(update(codat, change(), transaction_id(2)), 422, ONLY_PAYMENTS)


def test_what_was_never_pushed_is_not_found(codat):
    codat.at_once()
    codat.dataset(expense(1))
    codat.sync(expense(2, lines=...))

    for transaction in (transaction_id(1), transaction_id(2), UNKNOWN):
        assert_refused(update(codat, change(), transaction), 404, "NotFound")


@pytest.mark.usefixtures("pushed")
def test_a_transaction_of_another_company_is_not_found(codat):
    assert_refused(update(codat, change(), company=QUICKBOOKS), 404, "NotFound")
    assert_refused(update(codat, change(), company=UNKNOWN), 404, "NotFound")


@pytest.mark.usefixtures("pushed")
def test_a_company_that_is_not_linked_takes_no_updates(codat):
    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/unlink")
    assert_refused(update(codat, change()), 422, UNSYNCABLE)

    codat.call("DELETE", f"/companies/{XERO}/connections/{books_of(XERO)}")
    assert_refused(update(codat, change()), 422, UNSYNCABLE)


@pytest.mark.usefixtures("pushed")
def test_what_is_in_other_books_cannot_be_updated_in_these(codat):
    new = codat.ok("POST", f"/companies/{XERO}/connections", {"platformKey": "gbol"})
    codat.steer("POST", f"/connections/codat/{new['id']}/link")

    assert_refused(update(codat, change()), 404, "NotFound")


def test_what_a_fixture_pushed_can_be_updated(codat):
    codat.at_once()

    sync = update(codat, {"type": "Payment", "issueDate": "2023-05-02", "notes": "Labels"}, PRINTED).body["syncId"]

    assert_status(codat, sync, 2000, "Complete", at=AT_ONCE, pushed=True)
    assert_rows(codat, sync, row({"id": PRINTED}))
    (posting,) = books(codat).postings()
    assert (posting.entry.memo, posting.entry.lines[0].net) == ("Labels", Decimal("45.50"))


def test_an_update_without_an_accepted_type_or_date_is_refused(codat, pushed):
    answer = update(codat, {"currency": "GBP"})

    assert answer.status == 400
    assert [each["itemId"] for each in answer.body["validation"]["errors"]] == ["Type", "IssueDate"]
    assert codat.ok("GET", f"{expenses(XERO)}/syncs/latest/status")["syncId"] == pushed
