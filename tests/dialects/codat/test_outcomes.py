"""How syncs end because of what the world is like: each of Codat's codes that something can cause."""

from datetime import timedelta
from decimal import Decimal

import pytest

from doubleentry.engine.pace import Pace, PaceMode, Range
from tests.dialects.codat.caller import (
    ACCOUNTS,
    DYNAMICS,
    NETSUITE,
    PENDING,
    QUICKBOOKS,
    XERO,
    books_of,
    card_of,
    expense,
    expenses,
)
from tests.dialects.codat.statuses import STARTED_AT, Downstream, assert_rows, assert_status, row

# Of Xero's ledger.
CARD = "075caedd-bc0d-450d-8394-93ef3715b306"
EURO_CARD = "42"
DOLLAR_CARD = "f372ee8d-4ed8-4009-9ec2-be7306f7dec5"
CLOSED_ACCOUNT = "085c7316-3254-472d-8d06-7466848ee1fb"
SUPPLIER = "6de1efcf-babf-4187-84b4-3786b35a3cea"
OLD_SUPPLIER = "b20cdcb7-d538-4ec3-8c20-c700cf3a2385"
POUND_SUPPLIER = "af3c8e17-68c4-4768-a268-89f7478c82dc"
DOLLAR_SUPPLIER = "3ecee518-1d76-4dc5-ab17-353850951288"
CUSTOMER = "5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f"
OLD_CUSTOMER = "998e251c-54bd-4233-a349-61d9bc28a98f"
OLD_CATEGORY = "61bf4db5-1c58-407b-964d-0a8da8b288b5"

GONE = "The company has been deleted."
DEAUTHORISED = "A data connection of the company is not linked, or has been de-authorized."
EXPIRED = "The company's subscription to its accounting platform has expired."
UNCONFIGURED = "The company's configuration is missing or not valid."


def duplicate(*transactions):
    ids = ", ".join(transaction["id"] for transaction in transactions)
    return f"One or more transactions have previously been processed: {ids}"


def configure(codat, company=XERO, *, bank=CARD, supplier=SUPPLIER, customer=CUSTOMER):
    body = {"bankAccount": {"id": bank}, "supplier": {"id": supplier}, "customer": {"id": customer}}
    codat.ok("POST", f"{expenses(company)}/config", body)


def postings(codat, company=XERO):
    return codat.workspace.ledgers.get(books_of(company)).postings()


def test_a_sync_that_waits_its_turn_is_1000_not_started(codat):
    sent = expense()

    sync = codat.sync(sent)

    assert_status(codat, sync, 1000, "NotStarted", at="2023-05-03T12:57:58.7576090Z")
    assert_rows(codat, sync, row(sent, "Pending"))


def test_a_sync_that_runs_is_1000_started(codat):
    sent = expense()
    sync = codat.sync(sent)

    codat.workspace.advance(by=timedelta(seconds=1))

    assert_status(codat, sync, 1000, "Started")
    assert_rows(codat, sync, row(sent, "Pending"))


def test_a_sync_that_has_run_for_ten_minutes_is_1010_and_still_ends(codat):
    twenty_minutes = Range(timedelta(minutes=20), timedelta(minutes=20))
    codat.workspace.paces.set(Pace(PaceMode.AFTER, run=twenty_minutes))
    sent = expense()
    sync = codat.sync(sent)
    at = "2023-05-03T12:57:58.7576090Z"

    codat.workspace.advance(by=timedelta(minutes=10) - timedelta(microseconds=1))
    assert_status(codat, sync, 1000, "Started", at=at)
    codat.workspace.advance(by=timedelta(microseconds=1))
    assert_status(codat, sync, 1010, "Started", at=at)
    assert_rows(codat, sync, row(sent, "Pending"))
    codat.workspace.advance(by=timedelta(minutes=10))
    assert_status(codat, sync, 2000, "Complete", at=at, pushed=True)


def test_a_sync_that_pushed_all_is_2000(codat):
    first, second = expense(1), expense(2, type="Refund")

    sync = codat.sync(first, second)
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True)
    assert_rows(codat, sync, row(first), row(second))
    assert [posting.entry.reference for posting in postings(codat)] == [first["id"], second["id"]]


def test_a_sync_with_nothing_to_push_is_2040(codat):
    sent = expense(line={"netAmount": 0, "taxAmount": 0})

    sync = codat.sync(sent)
    codat.settle()

    assert_status(codat, sync, 2040, "Complete")
    assert_rows(codat, sync, row(sent, "Unknown", "The transaction's total is zero: there is nothing to push."))
    assert postings(codat) == []


@pytest.mark.parametrize(
    ("configured", "sent", "told"),
    [
        ({"bank": "nowhere"}, expense(), "The configured bankAccount 'nowhere' was not found."),
        ({"bank": CLOSED_ACCOUNT}, expense(), f"The configured bankAccount '{CLOSED_ACCOUNT}' is not active."),
        (
            {"bank": ACCOUNTS[XERO]},
            expense(),
            f"The configured bankAccount '{ACCOUNTS[XERO]}' is not a bank account.",
        ),
        ({"supplier": "nobody"}, expense(), "The configured supplier 'nobody' was not found."),
        ({"supplier": OLD_SUPPLIER}, expense(), f"The configured supplier '{OLD_SUPPLIER}' is not active."),
        ({"supplier": CUSTOMER}, expense(), f"The configured supplier '{CUSTOMER}' is not a supplier."),
        ({"customer": "nobody"}, expense(type="Refund"), "The configured customer 'nobody' was not found."),
        (
            {"customer": OLD_CUSTOMER},
            expense(type="Reward"),
            f"The configured customer '{OLD_CUSTOMER}' is not active.",
        ),
        (
            {"customer": SUPPLIER},
            expense(type="Chargeback"),
            f"The configured customer '{SUPPLIER}' is not a customer.",
        ),
    ],
)
def test_a_configuration_that_the_ledger_does_not_know_is_4000(codat, configured, sent, told):
    configure(codat, **configured)

    sync = codat.sync(sent)
    codat.settle()

    assert_status(codat, sync, 4000, "Failed", told)
    assert_rows(codat, sync, row(sent, "Unknown"))
    assert postings(codat) == []


def test_a_configuration_that_was_never_set_is_4000(codat):
    codat.steer("POST", f"/connections/codat/{books_of(PENDING)}/link")
    sent = expense()

    sync = codat.sync(sent, company=PENDING)
    codat.settle()

    assert_status(codat, sync, 4000, "Failed", UNCONFIGURED, company=PENDING)
    assert_rows(codat, sync, row(sent, "Unknown"), company=PENDING)


def test_no_configuration_is_needed_where_every_transaction_names_its_own(codat):
    codat.steer("POST", f"/connections/codat/{books_of(PENDING)}/link")
    sent = expense(contactRef={"id": POUND_SUPPLIER}, bankAccountRef={"id": CARD})

    sync = codat.sync(sent, company=PENDING)
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True, company=PENDING)
    (posting,) = postings(codat, PENDING)
    assert (posting.entry.contact, posting.entry.bank_account) == (POUND_SUPPLIER, CARD)


def test_dynamics_needs_its_default_supplier_whatever_the_transactions_name(codat):
    ledger = codat.workspace.ledgers.get(books_of(DYNAMICS))
    bank, supplier = ledger.accounts()[1].id, ledger.contacts()[1].id
    configure(codat, DYNAMICS, bank=bank, supplier="nobody", customer="nobody")
    sent = expense(company=DYNAMICS, contactRef={"id": supplier}, bankAccountRef={"id": bank})

    sync = codat.sync(sent, company=DYNAMICS)
    codat.settle()

    assert_status(codat, sync, 4000, "Failed", "The configured supplier 'nobody' was not found.", company=DYNAMICS)


def test_a_company_that_is_deleted_before_the_push_is_4040(codat):
    sent = expense()
    sync = codat.sync(sent)

    assert codat.call("DELETE", f"/companies/{XERO}").status == 204
    codat.settle()

    assert_status(codat, sync, 4040, "Failed", GONE)
    assert_rows(codat, sync, row(sent, "Unknown"))
    assert codat.call("GET", f"/companies/{XERO}").status == 404


def unlink(codat):
    path = f"/companies/{XERO}/connections/{books_of(XERO)}"
    assert codat.ok("PATCH", path, {"status": "Unlinked"})["status"] == "Unlinked"


def deauthorise(codat):
    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/deauthorise")


def delete_partner(codat):
    codat.call("DELETE", f"/companies/{XERO}/connections/{card_of(XERO)}")


def delete_books(codat):
    codat.call("DELETE", f"/companies/{XERO}/connections/{books_of(XERO)}")


def link_another(codat):
    new = codat.ok("POST", f"/companies/{XERO}/connections", {"platformKey": "qhyg"})
    codat.steer("POST", f"/connections/codat/{new['id']}/link")


@pytest.mark.parametrize("happens", [unlink, deauthorise, delete_partner, delete_books, link_another])
def test_a_connection_that_is_lost_before_the_push_is_4220(codat, happens):
    sent = expense()
    sync = codat.sync(sent)

    happens(codat)
    codat.settle()

    assert_status(codat, sync, 4220, "Failed", DEAUTHORISED)
    assert_rows(codat, sync, row(sent, "Unknown"))
    assert postings(codat) == []


def test_a_subscription_that_ran_out_is_4260_and_linking_again_renews_it(codat):
    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/expire")
    sent = expense()

    sync = codat.sync(sent)
    codat.settle()

    assert_status(codat, sync, 4260, "Failed", EXPIRED)
    assert_rows(codat, sync, row(sent, "Unknown"))
    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/link")
    again = codat.sync(sent)
    codat.settle()
    assert codat.status(again)["syncStatusCode"] == 2000


def test_a_transaction_that_was_completed_before_is_5080_and_nothing_is_pushed(codat):
    codat.at_once()
    old, new = expense(1), expense(2)
    codat.sync(old)

    sync = codat.sync(new, old)

    assert_status(codat, sync, 5080, "Failed", duplicate(old), at="2023-05-03T12:57:58.7576090Z")
    assert_rows(codat, sync, row(new, "Unknown"), row(old, "Unknown"))
    assert [posting.entry.reference for posting in postings(codat)] == [old["id"]]


def test_a_dataset_that_was_synced_before_is_5080(codat):
    sent = [expense(1), expense(2)]
    dataset = codat.dataset(*sent)
    first = codat.initiate(dataset)

    second = codat.initiate(dataset)
    codat.settle()

    assert codat.status(first)["syncStatusCode"] == 2000
    assert_status(codat, second, 5080, "Failed", duplicate(*sent), at="2023-05-03T12:58:00.1576090Z")
    assert len(postings(codat)) == 2


def test_a_transaction_that_stands_twice_in_one_sync_is_5080(codat):
    sent = expense()

    sync = codat.sync(sent, sent)
    codat.settle()

    assert_status(codat, sync, 5080, "Failed", duplicate(sent))
    assert postings(codat) == []


def test_transactions_of_other_companies_are_no_duplicates(codat):
    codat.at_once()
    codat.sync(expense())

    sync = codat.sync(expense(company=QUICKBOOKS), company=QUICKBOOKS)

    assert codat.status(sync, QUICKBOOKS)["syncStatusCode"] == 2000


@pytest.mark.parametrize(
    ("sent", "company", "told"),
    [
        (
            expense(company=DYNAMICS, type="TransferOut"),
            DYNAMICS,
            "Transactions of type TransferOut are not supported for Dynamics 365 Business Central.",
        ),
        (expense(lines=...), XERO, "A transaction must have at least one line."),
        (expense(line={"accountRef": None}), XERO, "Lines[0].AccountRef is required for Xero."),
        (expense(line={"accountRef": {}}), XERO, "Lines[0].AccountRef is required for Xero."),
        (expense(currency="USD"), XERO, "CurrencyRate is required: USD is not the base currency GBP."),
        (
            expense(bankAccountRef={"id": DOLLAR_CARD}),
            XERO,
            "CurrencyRate is required: USD is not the base currency GBP.",
        ),
        (expense(currencyRate=0), XERO, "CurrencyRate must be greater than 0."),
        (
            expense(contactRef={"id": DOLLAR_SUPPLIER}),
            XERO,
            f"The supplier {DOLLAR_SUPPLIER} trades in USD; the transaction is in GBP.",
        ),
        (
            expense(bankAccountRef={"id": ACCOUNTS[XERO]}),
            XERO,
            f"The account {ACCOUNTS[XERO]} is not a bank account.",
        ),
        (
            expense(company=QUICKBOOKS, currency="gbp", currencyRate=1.3, bankAccountRef={"id": EURO_CARD}),
            QUICKBOOKS,
            "The transaction is in GBP and its bank account in EUR: at most one may differ from the base currency USD.",
        ),
    ],
)
def test_a_transaction_that_the_platform_cannot_take_at_all_is_5120(codat, sent, company, told):
    sync = codat.sync(sent, company=company)
    codat.settle()

    assert_status(codat, sync, 5120, "Failed", told, company=company)
    assert_rows(codat, sync, row(sent, "ValidationError", told), company=company)
    assert postings(codat, company) == []


def test_a_supplier_that_trades_in_one_currency_takes_transactions_in_it(codat):
    sent = expense(currency="USD", currencyRate=0.8, contactRef={"id": DOLLAR_SUPPLIER})

    sync = codat.sync(sent)
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True)


@pytest.mark.parametrize(
    ("company", "card", "currency"),
    [(QUICKBOOKS, EURO_CARD, "EUR"), (QUICKBOOKS, EURO_CARD, "USD"), (XERO, DOLLAR_CARD, "EUR")],
    ids=["the account's own", "the base currency", "any, on Xero"],
)
def test_an_account_in_a_foreign_currency_pays_in(codat, company, card, currency):
    sent = expense(company=company, currency=currency, currencyRate=1.1, bankAccountRef={"id": card})

    sync = codat.sync(sent, company=company)
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True, company=company)


def test_a_currency_is_read_in_any_case(codat):
    sync = codat.sync(expense(currency="gbp"))
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True)
    (posting,) = postings(codat)
    assert posting.entry.currency == "GBP"


def test_a_foreign_amount_is_in_the_books_at_its_rate(codat):
    sync = codat.sync(expense(currency="USD", currencyRate=0.8))
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True)
    (posting,) = postings(codat)
    assert [movement.amount for movement in posting.movements] == [Decimal("-9.6"), Decimal(8), Decimal("1.6")]


def test_quickbooks_takes_a_missing_rate_for_one(codat):
    sync = codat.sync(expense(company=QUICKBOOKS, currency="CAD"), company=QUICKBOOKS)
    codat.settle()

    assert_status(codat, sync, 2000, "Complete", pushed=True, company=QUICKBOOKS)
    (posting,) = postings(codat, QUICKBOOKS)
    assert posting.entry.rate == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (expense(line={"accountRef": {"id": "nowhere"}}), "The account nowhere was not found."),
        (expense(line={"accountRef": {"id": CLOSED_ACCOUNT}}), f"The account {CLOSED_ACCOUNT} is not active."),
        (expense(bankAccountRef={"id": "nowhere"}), "The account nowhere was not found."),
        (expense(bankAccountRef={"id": CLOSED_ACCOUNT}), f"The account {CLOSED_ACCOUNT} is not active."),
        (expense(line={"taxRateRef": {"id": "VAT99"}}), "The tax rate VAT99 was not found."),
        (expense(line={"taxRateRef": {"id": "SRINPUT"}}), "The tax rate SRINPUT is not active."),
        (expense(contactRef={"id": "nobody"}), "The contact nobody was not found."),
        (expense(contactRef={"id": OLD_SUPPLIER}), f"The contact {OLD_SUPPLIER} is not active."),
        (
            expense(line={"trackingRefs": [{"id": OLD_CUSTOMER, "dataType": "customers"}]}),
            f"The customer {OLD_CUSTOMER} is not active.",
        ),
        (
            expense(line={"trackingRefs": [{"id": SUPPLIER, "dataType": "customers"}]}),
            f"The customer {SUPPLIER} was not found.",
        ),
        (expense(line={"invoiceTo": {"id": SUPPLIER}}), f"The customer {SUPPLIER} was not found."),
        (expense(line={"trackingRefs": [{"id": "nothing"}]}), "The category nothing was not found."),
        (expense(line={"trackingRefs": [{"id": OLD_CATEGORY}]}), f"The category {OLD_CATEGORY} is not active."),
    ],
)
def test_a_transaction_that_the_ledger_refuses_is_5130(codat, sent, told):
    sync = codat.sync(sent)
    codat.settle()

    error, exception, message = Downstream(told), Downstream(told), Downstream(told)
    assert_status(codat, sync, 5130, "PushError", error, exception=exception)
    assert_rows(codat, sync, row(sent, "PushError", message))
    assert len({*error.correlations, *exception.correlations, *message.correlations}) == 3
    assert postings(codat) == []


@pytest.mark.parametrize("rate", ["NONE", None])
def test_no_tax_rate_is_looked_up_where_there_is_no_tax(codat, rate):
    sync = codat.sync(expense(line={"taxAmount": 0, "taxRateRef": {"id": rate}}))
    codat.settle()

    assert codat.status(sync)["syncStatusCode"] == 2000


def test_what_can_be_pushed_is_pushed_beside_what_is_refused(codat):
    good, bad = expense(1), expense(2, line={"accountRef": {"id": "nowhere"}})

    sync = codat.sync(good, bad)
    codat.settle()

    told = Downstream("The account nowhere was not found.")
    assert_status(codat, sync, 5130, "PushError", told, exception=told, pushed=True)
    assert_rows(codat, sync, row(good), row(bad, "PushError", told))
    assert [posting.entry.reference for posting in postings(codat)] == [good["id"]]


def test_the_first_stage_that_refuses_gives_the_code(codat):
    codat.at_once()
    completed, unknown = expense(1), expense(2, line={"accountRef": {"id": "nowhere"}})
    invalid = expense(3, lines=...)
    codat.sync(completed)

    def code(*items):
        return codat.status(codat.sync(*items))["syncStatusCode"]

    assert code(unknown) == 5130
    assert code(unknown, invalid) == 5120
    assert code(unknown, invalid, completed) == 5080
    configure(codat, bank="nowhere")
    assert code(unknown, invalid, completed) == 4000
    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/expire")
    assert code(unknown, invalid, completed) == 4260


def test_the_first_refusals_text_is_the_syncs_text(codat):
    unknown, invalid = expense(1, line={"accountRef": {"id": "nowhere"}}), expense(2, lines=...)

    sync = codat.sync(unknown, invalid)
    codat.settle()

    told = "A transaction must have at least one line."
    assert_status(codat, sync, 5120, "Failed", told)
    assert_rows(
        codat,
        sync,
        row(unknown, "PushError", Downstream("The account nowhere was not found.")),
        row(invalid, "ValidationError", told),
    )


@pytest.mark.parametrize(
    ("company", "dataset", "code"),
    [
        (XERO, "11", 5080),
        (XERO, "12", 5130),
        (XERO, "13", 2000),
        (QUICKBOOKS, "21", 5080),
        (QUICKBOOKS, "22", 2000),
        (DYNAMICS, "31", 2000),
        (DYNAMICS, "32", 5120),
        (NETSUITE, "41", 5080),
        (NETSUITE, "42", 2000),
    ],
)
def test_the_datasets_of_the_demo_end_as_it_says(codat, company, dataset, code):
    codat.at_once()

    sync = codat.initiate(f"d0000000-0000-4000-8000-0000000000{dataset}", company=company)

    assert codat.status(sync, company)["syncStatusCode"] == code


def test_a_later_sync_leaves_an_ended_one_as_it_is(codat):
    bad = expense(1, line={"accountRef": {"id": "nowhere"}})
    failed = codat.sync(bad)
    codat.settle()
    before = codat.status(failed)

    codat.sync(expense(1))
    codat.settle()

    assert codat.status(failed) == before
    assert before["syncUtc"] == STARTED_AT
