"""What a pushed expense is in the books."""

from decimal import Decimal

import pytest

from tests.dialects.codat.caller import (
    ACCOUNTS,
    DYNAMICS,
    NETSUITE,
    PENDING,
    QUICKBOOKS,
    XERO,
    books_of,
    expense,
    expenses,
)

XERO_CARD, XERO_BANK = "075caedd-bc0d-450d-8394-93ef3715b306", "91ff14e7-c163-444d-bb12-7fe4468e4a49"
VAT = "0062db62-98fb-43c4-b1d4-1f982adec102"
CONTACTS = {
    XERO: {"supplier": "6de1efcf-babf-4187-84b4-3786b35a3cea", "customer": "5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f"},
    QUICKBOOKS: {"supplier": "124", "customer": "140"},
    DYNAMICS: {},
    NETSUITE: {"supplier": "1604", "customer": "2204"},
}
OUTWARD = ("Payment", "TransferOut", "AdjustmentOut")

# Whom each type is booked against, where it names nobody.
BOOKED = {
    XERO: {
        "Payment": "supplier",
        "Refund": "customer",
        "Reward": "customer",
        "Chargeback": "customer",
        "TransferIn": "customer",
        "TransferOut": "supplier",
        "AdjustmentIn": "customer",
        "AdjustmentOut": "supplier",
    },
    QUICKBOOKS: {
        "Payment": "supplier",
        "Refund": "supplier",
        "Reward": "supplier",
        "Chargeback": "supplier",
        "TransferIn": "supplier",
        "TransferOut": "supplier",
        "AdjustmentIn": "customer",
        "AdjustmentOut": "customer",
    },
    DYNAMICS: dict.fromkeys(("Payment", "Refund", "Reward", "Chargeback")),
    NETSUITE: dict.fromkeys(("Payment", "Refund"), "supplier"),
}


@pytest.fixture
def push(codat):
    """Return a function that syncs one expense at once, and returns its posting."""
    codat.at_once()

    def push(sent, company=XERO):
        sync = codat.sync(sent, company=company)
        assert codat.status(sync, company)["syncStatusCode"] == 2000
        (posting,) = codat.workspace.ledgers.get(books_of(company)).postings()
        return posting

    return push


def moved(posting):
    return [(movement.account, movement.amount) for movement in posting.movements]


@pytest.mark.parametrize(
    ("company", "kind", "contact"),
    [(company, kind, contact) for company, kinds in BOOKED.items() for kind, contact in kinds.items()],
)
def test_each_type_moves_money_its_way_and_is_booked_against_whom_the_platform_books(push, company, kind, contact):
    posting = push(expense(company=company, type=kind), company)

    assert posting.entry.contact == CONTACTS[company].get(contact)
    assert posting.entry.outward is (kind in OUTWARD)
    sign = 1 if kind in OUTWARD else -1
    assert [amount for _, amount in moved(posting)] == [-12 * sign, 10 * sign, 2 * sign]


def test_an_adjustment_into_a_bank_account_is_booked_against_the_supplier_by_xero(push):
    posting = push(expense(type="AdjustmentIn", line={"accountRef": {"id": XERO_BANK}}))

    assert posting.entry.contact == CONTACTS[XERO]["supplier"]


def test_a_payment_leaves_the_card_for_its_accounts_and_the_tax(push):
    travel = "572bbbee-9ed7-4621-a605-c82e28d0138a"
    lines = [
        {"netAmount": 0.1, "taxAmount": 0.02, "taxRateRef": {"id": "INPUT2"}, "accountRef": {"id": ACCOUNTS[XERO]}},
        {"netAmount": 4999999.99, "accountRef": {"id": travel}},
    ]

    posting = push(expense(lines=lines))

    assert moved(posting) == [
        (XERO_CARD, Decimal("-5000000.11")),
        (ACCOUNTS[XERO], Decimal("0.1")),
        (VAT, Decimal("0.02")),
        (travel, Decimal("4999999.99")),
    ]


def test_what_a_transaction_says_is_in_its_entry(push):
    department, region = "39e3006c-94dd-4ee4-8ca4-c36498463154", "55747135-3e92-4f12-9af7-02ae900d7a94"
    customer, supplier = "6400c24b-324e-42d7-a7b5-d6995ca079d8", "af3c8e17-68c4-4768-a268-89f7478c82dc"
    refs = [{"id": department}, {"id": customer, "dataType": "customers"}, {"id": region}]

    sent = expense(
        contactRef={"id": supplier, "contactType": "supplier"},
        bankAccountRef={"id": XERO_BANK},
        line={"taxRateRef": {"id": "INPUT2"}, "trackingRefs": refs, "invoiceTo": {"id": customer, "type": "Customer"}},
    )
    entry = push(sent).entry

    (line,) = entry.lines
    assert (entry.reference, entry.date, entry.memo) == (sent["id"], sent["issueDate"], "client lunch")
    assert (entry.contact, entry.bank_account) == (supplier, XERO_BANK)
    assert (line.tax_rate, line.categories, line.contacts) == ("INPUT2", (department, region), (customer, customer))


@pytest.mark.parametrize(
    ("company", "rate"),
    [(XERO, "NONE"), (QUICKBOOKS, "NON"), (NETSUITE, "-7"), (NETSUITE, "114"), (NETSUITE, "UNDEF-FR")],
)
def test_what_means_no_tax_is_no_tax_rate(push, company, rate):
    posting = push(expense(company=company, line={"taxAmount": 0, "taxRateRef": {"id": rate}}), company)

    assert posting.entry.lines[0].tax_rate is None


def test_freeagent_looks_at_no_tax_rate(codat):
    codat.at_once()
    new = codat.ok("POST", f"/companies/{PENDING}/connections", {"platformKey": "fbrh"})
    codat.steer("POST", f"/connections/codat/{new['id']}/link")
    ledger = codat.workspace.ledgers.get(new["id"])
    bank = next(account.id for account in ledger.accounts() if account.bank and account.active)
    spend = next(account.id for account in ledger.accounts() if account.type == "Expense" and account.active)
    names = {"bankAccount": {"id": bank}, "supplier": {"id": "any"}, "customer": {"id": "any"}}
    codat.ok("POST", f"{expenses(PENDING)}/config", names)
    sent = expense(currency=ledger.currency, line={"accountRef": {"id": spend}, "taxRateRef": {"id": "no such"}})

    sync = codat.sync(sent, company=PENDING)

    assert codat.status(sync, PENDING)["syncStatusCode"] == 2000
    assert ledger.postings()[0].entry.lines[0].tax_rate is None
