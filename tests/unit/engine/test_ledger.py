import base64
import hashlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from doubleentry.adapters.tinydb import TinyStore
from doubleentry.engine.books import (
    KEPT_BYTES,
    Account,
    AccountType,
    Category,
    FileHash,
    LedgerRefusal,
    Movement,
)
from doubleentry.engine.chance import Chance
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ledger import EXACT, Ledgers
from tests.builders import TEMPLATE, make_entry, make_line


@pytest.fixture
def ledgers(store):
    return Ledgers(store, Chance(store))


@pytest.fixture
def ledger(ledgers):
    return ledgers.open("connection", TEMPLATE)


def make_file(content):
    kept = FileHash()
    for start in range(0, len(content), 64 * 1024):
        kept.add(content[start : start + 64 * 1024])
    return kept


def test_a_ledger_is_opened_from_its_template(ledger):
    assert (ledger.id, ledger.platform, ledger.currency) == ("connection", "Books", "GBP")
    assert tuple(ledger.accounts()) == TEMPLATE.accounts
    assert tuple(ledger.tax_rates()) == TEMPLATE.tax_rates
    assert tuple(ledger.contacts()) == TEMPLATE.contacts
    assert tuple(ledger.categories()) == TEMPLATE.categories


def test_a_ledger_that_is_open_is_found_as_it_is(ledger, ledgers):
    ledger.add(Account("new", "New", AccountType.EXPENSE))

    again = ledgers.open("connection", replace(TEMPLATE, platform="Other"))

    assert again.platform == ledgers.get("connection").platform == ledgers.find("connection").platform == "Books"
    assert again.account("new").name == "New"


def test_a_connection_that_was_never_linked_has_no_ledger(ledgers):
    assert ledgers.find("nowhere") is None
    with pytest.raises(NotFound, match="ledger"):
        ledgers.get("nowhere")


def test_ledgers_of_two_connections_know_nothing_of_each_other(ledger, ledgers):
    other = ledgers.open("other", TEMPLATE)
    other.add(Account("own", "Own", AccountType.EXPENSE))
    posting = other.post(make_entry())

    assert ledger.postings() == []
    assert len(ledger.accounts()) == len(other.accounts()) - 1
    with pytest.raises(NotFound):
        ledger.posting(posting.id)
    with pytest.raises(LedgerRefusal):
        ledger.account("own")


def test_a_row_takes_the_place_of_one_with_its_id(ledger):
    ledger.add(Category("north", "Far north"))

    assert [category.name for category in ledger.categories()] == ["Far north", "South"]


def test_money_that_left_is_credited_to_the_bank_and_debited_to_each_line_and_its_tax(ledger):
    posting = ledger.post(make_entry(make_line("travel", "10.50", "2.10"), make_line("meals", "5", "0")))

    assert posting.movements == (
        Movement("bank", Decimal("-17.60")),
        Movement("travel", Decimal("10.50")),
        Movement("tax", Decimal("2.10")),
        Movement("meals", Decimal(5)),
    )
    assert ledger.posting(posting.id) == posting
    assert ledger.postings() == [posting]


def test_money_that_came_back_goes_the_other_way(ledger):
    posting = ledger.post(make_entry(make_line("travel", "10", "2"), outward=False))

    assert posting.movements == (
        Movement("bank", Decimal(12)),
        Movement("travel", Decimal(-10)),
        Movement("tax", Decimal(-2)),
    )


def test_a_foreign_amount_is_kept_in_the_base_currency(ledger):
    posting = ledger.post(make_entry(make_line("travel", "10", "2"), currency="USD", rate=Decimal("0.8123456789")))

    assert posting.movements[1] == Movement("travel", Decimal("8.1234567890"))
    assert ledger.balances() == {
        "bank": Decimal("-9.7481481468"),
        "travel": Decimal("8.1234567890"),
        "tax": Decimal("1.6246913578"),
    }


AMOUNTS = st.decimals(min_value=-(10**20), max_value=10**20, places=8, allow_nan=False)
RATES = st.decimals(min_value="0.0000000001", max_value=10**6, places=20, allow_nan=False)
LINES = st.builds(make_line, st.sampled_from(["travel", "meals"]), AMOUNTS.map(str), AMOUNTS.map(str))
ENTRIES = st.builds(
    lambda lines, **changes: make_entry(*lines, **changes),
    st.lists(LINES, min_size=1, max_size=4),
    outward=st.booleans(),
    rate=RATES,
)


@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_every_posting_and_with_it_the_ledger_adds_up_to_nothing_exactly(entries):
    store = TinyStore()
    ledger = Ledgers(store, Chance(store)).open("connection", TEMPLATE)

    postings = [ledger.post(entry) for entry in entries]

    def total(amounts):
        result = Decimal(0)
        for amount in amounts:
            result = EXACT.add(result, amount)
        return result

    assert all(total(movement.amount for movement in posting.movements) == 0 for posting in postings)
    assert total(ledger.balances().values()) == 0
    assert ledger.postings() == postings
    for entry, posting in zip(entries, postings, strict=True):
        gross = total(EXACT.multiply(EXACT.add(line.net, line.tax), entry.rate) for line in entry.lines)
        assert posting.movements[0].amount == (gross.copy_negate() if entry.outward else gross)


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        (make_entry(bank_account="nowhere"), ("account", "nowhere", False)),
        (make_entry(bank_account="closed"), ("account", "closed", True)),
        (make_entry(make_line("nowhere")), ("account", "nowhere", False)),
        (make_entry(make_line(), make_line("closed")), ("account", "closed", True)),
        (make_entry(contact="nobody"), ("contact", "nobody", False)),
        (make_entry(contact="gone"), ("contact", "gone", True)),
        (make_entry(make_line(contacts=("amy", "gone"))), ("contact", "gone", True)),
        (make_entry(contact="nobody", contact_kind="supplier"), ("supplier", "nobody", False)),
        (make_entry(contact="amy", contact_kind="customer"), ("customer", "amy", False)),
        (make_entry(contact="gone", contact_kind="customer"), ("customer", "gone", True)),
        (make_entry(make_line(contacts=("amy",), contact_kind="customer")), ("customer", "amy", False)),
        (make_entry(make_line(tax_rate="none")), ("tax rate", "none", False)),
        (make_entry(make_line(tax_rate="old rate")), ("tax rate", "old rate", True)),
        (make_entry(make_line(categories=("north", "east"))), ("category", "east", False)),
        (make_entry(make_line(categories=("south",))), ("category", "south", True)),
    ],
)
def test_what_is_unknown_or_inactive_is_refused_and_nothing_is_written(ledger, store, entry, refused):
    before = store.dump()

    with pytest.raises(LedgerRefusal) as refusal:
        ledger.post(entry)

    assert (refusal.value.kind, refusal.value.id, refusal.value.inactive) == refused
    assert store.dump() == before


def test_an_entry_that_names_only_what_is_in_use_is_taken(ledger):
    entry = make_entry(
        make_line(tax_rate="standard", categories=("north",), contacts=("amy",)), contact="amy", memo="Train"
    )

    assert ledger.post(entry).entry == entry
    assert ledger.contact("amy").name == "Amy"


def test_the_postings_of_each_ledger_are_numbered_from_one(ledger, ledgers):
    other = ledgers.open("other", TEMPLATE)

    numbers = [each.post(make_entry()).number for each in (ledger, ledger, other, ledger)]

    assert numbers == [1, 2, 1, 3]


def test_a_draft_is_in_the_ledger_and_not_in_its_balances(ledger):
    draft = ledger.post(make_entry(make_line(net="10", tax="0"), draft=True, payee="Corner shop"))
    ledger.post(make_entry(make_line(net="7", tax="0")))

    assert ledger.postings()[0] == draft
    assert (draft.entry.draft, draft.entry.payee) == (True, "Corner shop")
    assert ledger.balances() == {"bank": Decimal(-7), "travel": Decimal(7)}


def test_a_negative_amount_goes_the_other_way(ledger):
    ledger.post(make_entry(make_line("travel", "-10", "-2"), make_line("meals", "5", "1")))

    assert ledger.balances() == {
        "bank": Decimal(6),
        "travel": Decimal(-10),
        "tax": Decimal(-1),
        "meals": Decimal(5),
    }


def test_an_entry_that_names_no_bank_account_can_have_the_first_one_in_use(ledger):
    first = ledger.first_bank_account()
    ledger.add(replace(first, active=False))

    assert first.id == "bank"
    assert ledger.first_bank_account() is None


def test_an_entry_that_replaces_another_leaves_only_its_own_amounts(ledger):
    old = ledger.post(make_entry(make_line(net="10", tax="0")))

    new = ledger.post(make_entry(make_line(net="7", tax="0"), replaces=old.id))

    assert ledger.posting(old.id) == replace(old, reversed_by=new.id)
    assert [posting.id for posting in ledger.postings()] == [old.id, new.id]
    assert ledger.balances() == {"bank": Decimal(-7), "travel": Decimal(7)}


def test_an_entry_cannot_replace_what_is_not_in_this_ledger(ledger, store):
    before = store.dump()

    with pytest.raises(NotFound):
        ledger.post(make_entry(replaces="nothing"))

    assert store.dump() == before


@pytest.mark.parametrize("size", [0, 1, KEPT_BYTES - 1, KEPT_BYTES])
def test_a_file_up_to_a_mebibyte_is_kept_with_its_bytes(ledger, size):
    content = b"x" * size

    file = ledger.attach("posting", "receipt.pdf", "application/pdf", make_file(content))

    assert (file.size, file.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert base64.b64decode(file.content) == content
    assert ledger.files() == [file]


def test_a_larger_file_is_hashed_and_counted_and_its_bytes_are_dropped(ledger):
    content = b"x" * (KEPT_BYTES + 1)

    file = ledger.attach(None, "receipt.pdf", "application/pdf", make_file(content + content))

    assert (file.posting, file.name, file.type) == (None, "receipt.pdf", "application/pdf")
    assert (file.size, file.sha256) == (2 * len(content), hashlib.sha256(content + content).hexdigest())
    assert file.content is None


def test_files_have_numbers_of_nineteen_digits_as_ids(ledger):
    ids = [ledger.attach(None, "a", "text/plain", FileHash()).id for _ in range(20)]

    assert all(len(id) == 19 and id.isdecimal() for id in ids)
    assert len(set(ids)) == 20
