"""What becomes of an expense when it is pushed."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from doubleentry.engine.books import Entry, EntryLine
from tests.dialects.sync2books.caller import COMPANY, CONNECTION
from tests.dialects.sync2books.sending import (
    WRONG_TEXT,
    configure,
    expense,
    ledger,
    line,
    move,
    outcomes,
    send,
    sent,
    wrong,
)


def entries(s2b):
    return [posting.entry for posting in ledger(s2b).postings()]


def test_an_expense_becomes_an_entry_of_the_books(s2b):
    tracked = line(
        trackingRefs=[
            {"id": "class-1", "dataType": "trackingCategories"},
            {"id": "option-2", "dataType": "trackingCategories"},
        ],
        invoiceTo={"id": "customer-456", "type": "Customer"},
    )

    sent(s2b, expense("exp-001", tracked, line(netAmount=20, taxAmount=0, accountRef={"id": "65"})))

    assert entries(s2b) == [
        Entry(
            reference="exp-001",
            date="2026-01-05",
            currency="USD",
            outward=True,
            bank_account="41",
            lines=(
                EntryLine(
                    "64", Decimal(100), Decimal(10), "tax-10", ("class-1", "option-2"), ("customer-456",), "customer"
                ),
                EntryLine("65", Decimal(20), Decimal(0), "tax-10", contact_kind="customer"),
            ),
            contact="supplier-123",
            contact_kind="supplier",
            payee="Office Supplies Co",
            memo="Paper",
        )
    ]
    assert ledger(s2b).balances() == {"41": -130, "64": 100, "65": 20, "88": 10}


@pytest.mark.parametrize("issued", ["2026-01-05", "2026-01-05T23:59:59Z", "2026-01-05 12:00"])
def test_an_entry_has_the_day_of_the_expense(s2b, issued):
    sent(s2b, expense(issueDate=issued))

    assert entries(s2b)[0].date == "2026-01-05"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_of_the_calendar_is_taken(s2b, day):
    sent(s2b, expense(issueDate=f"{day}T00:00:00"))

    assert entries(s2b)[0].date == day


def test_a_draft_is_written_and_counts_for_nothing(s2b):
    batch = sent(s2b, expense(postAsDraft=True))

    assert outcomes(s2b, batch) == ("completed", [("exp-001", "success", None)])
    assert [entry.draft for entry in entries(s2b)] == [True]
    assert ledger(s2b).balances() == {}


def test_a_negative_amount_comes_back(s2b):
    sent(s2b, expense("exp-001", line(netAmount=-100, taxAmount=-10)))

    assert ledger(s2b).balances() == {"41": 110, "64": -100, "88": -10}


def test_amounts_are_kept_to_the_last_digit(s2b):
    body = (
        b'{"id":"e","type":"Payment","issueDate":"2026-01-05","currency":"usd","currencyRate":1.1,"merchantName":"m",'
    )
    body += b'"lines":[{"netAmount":0.1,"taxAmount":0.2,"taxRateRef":{"id":"tax-10"},"accountRef":{"id":"64"}}]}'

    s2b.ok("POST", f"/expenses/{CONNECTION}", body)
    s2b.settle()

    assert ledger(s2b).balances() == {"41": Decimal("-0.33"), "64": Decimal("0.11"), "88": Decimal("0.22")}
    assert entries(s2b)[0].currency == "USD"


def test_without_a_contact_the_merchants_name_is_enough_and_without_a_bank_account_the_first_one_in_use(s2b):
    batch = sent(s2b, expense(contactRef=..., bankAccountRef=...))

    assert outcomes(s2b, batch) == ("completed", [("exp-001", "success", None)])
    (entry,) = entries(s2b)
    assert (entry.contact, entry.contact_kind, entry.payee, entry.bank_account) == (
        None,
        None,
        "Office Supplies Co",
        "41",
    )


@pytest.mark.parametrize(
    ("defaults", "contact"),
    [
        ({"supplier": "supplier-id", "customer": "customer-id"}, ("supplier-id", "supplier")),
        ({"customer": "customer-id"}, ("customer-id", "customer")),
    ],
)
def test_what_an_expense_leaves_out_has_the_defaults_that_hold_when_it_is_pushed(s2b, defaults, contact):
    configure(s2b, defaultAccount="64", defaultTaxRate="tax-10")
    batch = send(s2b, expense("exp-001", line(accountRef=..., taxRateRef=...), contactRef=..., bankAccountRef=...))
    configure(s2b, defaultAccount="65", defaultTaxRate="tax-0", bankAccount="bank-account-id", **defaults)
    s2b.settle()

    (entry,) = entries(s2b)
    assert (entry.contact, entry.contact_kind) == contact
    assert entry.bank_account == "bank-account-id"
    assert (entry.lines[0].account, entry.lines[0].tax_rate) == ("65", "tax-0")
    assert outcomes(s2b, batch)[0] == "completed"
    assert "accountRef" not in s2b.ok("GET", "/expenses/exp-001")["lines"][0]


@pytest.mark.parametrize("missing", ["accountRef", "taxRateRef"])
def test_a_default_that_is_gone_when_the_expense_is_pushed_is_missed(s2b, missing):
    configure(s2b, defaultAccount="64", defaultTaxRate="tax-10")
    batch = send(s2b, expense("exp-001", line(**{missing: ...})))
    configure(s2b)
    s2b.settle()

    assert outcomes(s2b, batch) == (
        "completed",
        [("exp-001", "failed", f"Validation error: lines.0.{missing} is required")],
    )


def test_books_without_a_bank_account_need_one_to_be_named(s2b):
    books = ledger(s2b)
    for account in books.accounts():
        if account.bank:
            books.add(replace(account, active=False))

    batch = sent(s2b, expense(bankAccountRef=...))

    assert outcomes(s2b, batch)[1] == [("exp-001", "failed", "Validation error: bankAccountRef is required")]


@pytest.mark.parametrize("rate", [0, -1])
def test_a_rate_that_is_no_rate_is_refused(s2b, rate):
    batch = sent(s2b, expense(currencyRate=rate))

    assert outcomes(s2b, batch)[1] == [("exp-001", "failed", "Validation error: currencyRate must be greater than 0")]


REFUSED = [
    ({"bankAccountRef": {"id": "999"}}, "Invalid account ID: 999 does not exist"),
    ({"bankAccountRef": {"id": "66"}}, "Invalid account ID: 66 is not active"),
    ({"contactRef": {"id": "nobody", "type": "Supplier"}}, "Invalid vendor ID: nobody does not exist"),
    ({"contactRef": {"id": "nobody", "type": "Customer"}}, "Invalid customer ID: nobody does not exist"),
    # Of the other kind.
    ({"contactRef": {"id": "supplier-123", "type": "Customer"}}, "Invalid customer ID: supplier-123 does not exist"),
    ({"contactRef": {"id": "supplier-789", "type": "Supplier"}}, "Invalid vendor ID: supplier-789 is not active"),
    ({"lines": [line(accountRef={"id": "account-xyz"})]}, WRONG_TEXT),
    ({"lines": [line(), line(accountRef={"id": "66"})]}, "Invalid account ID: 66 is not active"),
    ({"lines": [line(taxRateRef={"id": "vat"})]}, "Invalid tax rate ID: vat does not exist"),
    ({"lines": [line(taxRateRef={"id": "tax-8"})]}, "Invalid tax rate ID: tax-8 is not active"),
    (
        {"lines": [line(trackingRefs=[{"id": "class-9", "dataType": "trackingCategories"}])]},
        "Invalid tracking category ID: class-9 does not exist",
    ),
    (
        {"lines": [line(invoiceTo={"id": "supplier-123", "type": "Customer"})]},
        "Invalid customer ID: supplier-123 does not exist",
    ),
    # The first that is wrong is told: bank account, contact, then line by line, the account before the tax rate.
    (
        {
            "bankAccountRef": {"id": "b"},
            "contactRef": {"id": "c", "type": "Supplier"},
            "lines": [line(accountRef={"id": "a"})],
        },
        "Invalid account ID: b does not exist",
    ),
    (
        {"contactRef": {"id": "c", "type": "Supplier"}, "lines": [line(accountRef={"id": "a"})]},
        "Invalid vendor ID: c does not exist",
    ),
    (
        {"lines": [line(accountRef={"id": "a"}, taxRateRef={"id": "t"}), line(accountRef={"id": "z"})]},
        "Invalid account ID: a does not exist",
    ),
    (
        {"lines": [line(taxRateRef={"id": "t"}), line(accountRef={"id": "z"})]},
        "Invalid tax rate ID: t does not exist",
    ),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_what_the_books_do_not_have_or_no_longer_use_fails_the_expense_alone(s2b, change, message):
    batch = sent(s2b, expense("exp-1"), expense("exp-2", **change), expense("exp-3"))

    assert outcomes(s2b, batch) == (
        "completed",
        [("exp-1", "success", None), ("exp-2", "failed", message), ("exp-3", "success", None)],
    )
    assert [entry.reference for entry in entries(s2b)] == ["exp-1", "exp-3"]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("expire", "Connection expired"),
        ("unlink", "Connection disconnected"),
        ("deauthorise", "Connection disconnected"),
    ],
)
def test_a_batch_whose_connection_is_not_connected_fails_as_a_whole(s2b, how, message):
    batch = send(s2b, expense("exp-1"), wrong("exp-2"))
    move(s2b, how)
    s2b.settle()

    assert outcomes(s2b, batch) == ("failed", [("exp-1", "failed", message), ("exp-2", "failed", message)])
    assert entries(s2b) == []


def test_what_was_written_stays_written_when_the_connection_is_lost_midway(s2b):
    batch = send(s2b, *(expense(f"exp-{number}") for number in range(4)))
    s2b.advance("PT0.8S")
    move(s2b, "expire")
    s2b.settle()

    word, items = outcomes(s2b, batch)
    assert (word, [status for _, status, _ in items]) == ("failed", ["success", "success", "failed", "failed"])
    assert len(entries(s2b)) == 2


# --- Duplicates


def test_an_expense_that_was_written_before_is_passed_over(s2b):
    sent(s2b, expense())

    batch = sent(s2b, expense(), expense("exp-002"))

    assert outcomes(s2b, batch) == ("completed", [("exp-001", "skipped", None), ("exp-002", "success", None)])
    assert [entry.reference for entry in entries(s2b)] == ["exp-001", "exp-002"]


@pytest.mark.parametrize("first", [expense(), wrong("exp-001")])
def test_of_two_with_the_same_id_in_an_array_the_second_is_passed_over(s2b, first):
    batch = sent(s2b, first, expense())

    assert [status for _, status, _ in outcomes(s2b, batch)[1]][1] == "skipped"


def test_an_expense_that_failed_before_is_taken_as_corrected(s2b):
    sent(s2b, wrong("exp-001"))

    batch = sent(s2b, expense("exp-001"))

    assert outcomes(s2b, batch) == ("completed", [("exp-001", "success", None)])


def test_two_batches_with_the_same_expense_write_it_once(s2b):
    batches = [send(s2b, expense()) for _ in range(2)]
    s2b.settle()

    assert [outcomes(s2b, batch)[1][0][1] for batch in batches] == ["success", "skipped"]
    assert len(entries(s2b)) == 1


def test_a_switch_lets_duplicates_be_written_again(s2b):
    s2b.choose("duplicates", "push")

    batch = sent(s2b, expense(), expense())

    assert outcomes(s2b, batch)[1] == [("exp-001", "success", None)] * 2
    assert len(entries(s2b)) == 2


# --- Ordered


@pytest.mark.parametrize(
    ("effect", "word", "item"),
    [
        ({"code": "completed"}, "completed", ("success", None)),
        ({"code": "completed.failed"}, "completed", ("failed", "Validation error")),
        (
            {"code": "completed.failed", "message": "Rate limit exceeded"},
            "completed",
            ("failed", "Rate limit exceeded"),
        ),
        ({"code": "completed.skipped"}, "completed", ("skipped", None)),
        ({"code": "failed"}, "failed", ("failed", "Validation error")),
        ({"code": "failed", "message": "Connection expired"}, "failed", ("failed", "Connection expired")),
        ({"reject": ["exp-bad"], "message": "Told by the fault"}, "completed", ("failed", "Told by the fault")),
    ],
)
def test_how_a_batch_goes_can_be_ordered(s2b, effect, word, item):
    s2b.order(effect)

    batch = sent(s2b, wrong())

    assert outcomes(s2b, batch) == (word, [("exp-bad", *item)])
    assert entries(s2b) == []


def test_a_batch_can_be_ordered_to_stay_and_ended_by_hand(s2b):
    s2b.order({"code": "processing"})
    batch = send(s2b, expense())
    s2b.advance("P1D")
    before = outcomes(s2b, batch)

    answer = s2b.steer("POST", f"/syncs/{batch}/finish", {"code": "failed"})

    assert before == ("processing", [("exp-001", "processing", None)])
    assert answer.status == 200
    assert outcomes(s2b, batch) == ("failed", [("exp-001", "failed", "Validation error")])


def test_a_success_can_be_ordered_of_what_no_books_stand_behind(s2b):
    s2b.workspace.store.remove("ledgers", CONNECTION)
    s2b.order({"code": "completed"})

    batch = sent(s2b, expense())

    assert outcomes(s2b, batch) == ("completed", [("exp-001", "success", None)])
    assert s2b.ok("GET", f"/sync/batches/{batch}")["items"][0]["integrationResponse"] is None


def test_a_code_that_the_vendor_has_not_is_refused(s2b):
    answer = s2b.steer("POST", "/faults", {"match": {"dialect": "sync2books"}, "effect": {"code": "2000"}})

    assert answer.status in {400, 422}


def test_the_company_of_a_batch_is_the_connections(s2b):
    batch = send(s2b, expense())

    assert s2b.workspace.syncs.get(batch).company == COMPANY
