"""What the platforms do that no company of the demo is connected to, and what only one of them can."""

import pytest

from tests.dialects.codat.caller import ACCOUNTS, DYNAMICS, NETSUITE, QUICKBOOKS, XERO, books_of, expense, expenses
from tests.dialects.codat.refusals import assert_answered

BOTH = "Lines[0] can have either ItemRef or AccountRef, but not both."
ITEM = {"id": "80000002-1675158984"}


class Connected:
    """A new company, linked to a platform and configured with what is in its books."""

    def __init__(self, codat, key):
        self._codat = codat
        codat.at_once()
        codat.workspace.change_setting("codat.link", "auto")
        self.id = codat.ok("POST", "/companies", {"name": key})["id"]
        connection = codat.ok("POST", f"/companies/{self.id}/connections", {"platformKey": key})["id"]
        codat.ok("POST", expenses(self.id) + "/connections/partnerExpense")
        self.ledger = codat.workspace.ledgers.get(connection)
        accounts = [account for account in self.ledger.accounts() if account.active]
        self.bank = next(each.id for each in accounts if each.bank and each.type == "Asset")
        self.card = next(each.id for each in accounts if each.bank and each.type == "Liability")
        self.account = next(each.id for each in accounts if each.type == "Expense")
        contacts = {each.kind: each.id for each in reversed(self.ledger.contacts()) if each.active}
        ids = {"bankAccount": self.card, **contacts}
        codat.ok("POST", f"{expenses(self.id)}/config", {name: {"id": id} for name, id in ids.items()})

    def expense(self, *, line=None, **change):
        return expense(
            line={"accountRef": {"id": self.account}, **(line or {})}, currency=self.ledger.currency, **change
        )

    def told(self, sent):
        """Return code and message of a sync of one expense."""
        sync = self._codat.sync(sent, company=self.id)
        status = self._codat.status(sync, self.id)
        return status["syncStatusCode"], status["errorMessage"]


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [
        ("pqsw", "Refund", "QuickBooks Desktop"),
        ("pqsw", "Reward", "QuickBooks Desktop"),
        ("pqsw", "Chargeback", "QuickBooks Desktop"),
        ("knfz", "Payment", "Sage Intacct"),
        ("knfz", "Refund", "Sage Intacct"),
    ],
)
def test_what_is_for_credit_cards_only_is_5120_from_another_bank_account(codat, key, kind, name):
    company = Connected(codat, key)
    refused = f"Transactions of type {kind} are only supported for credit cards on {name}."

    told = [
        company.told(company.expense(type=kind, bankAccountRef={"id": company.bank})),
        company.told(company.expense(type=kind)),
    ]

    assert told == [(5120, refused), (2000, "")]


def test_quickbooks_desktop_takes_a_payment_from_any_bank_account(codat):
    company = Connected(codat, "pqsw")

    assert company.told(company.expense(bankAccountRef={"id": company.bank})) == (2000, "")


def test_a_company_that_is_configured_for_an_event_is_given_what_its_platform_takes(codat):
    company = Connected(codat, "knfz")
    codat.workspace.store.remove("codat configurations", company.id)
    event = {"dialect": "codat", "event": "expenses.sync.successful", "company": company.id}

    codat.steer("POST", "/webhooks/events", event)

    assert codat.ok("GET", f"{expenses(company.id)}/config")["bankAccount"] == {"id": company.card}
    assert codat.ok("GET", f"{expenses(company.id)}/syncs/latest/status")["syncStatusCode"] == 2000


def test_a_sync_of_an_item_on_quickbooks_desktop_is_not_emulated(codat):
    company = Connected(codat, "pqsw")
    path = f"{expenses(company.id)}/expense-transactions"

    answer = codat.call("POST", path, [company.expense(line={"accountRef": None, "itemRef": ITEM})])

    gap, source = "a line with an item in the place of an account", "Codat, Expenses API (current), schema ItemRef"
    message = f"Not emulated: {gap} (described in {source})."
    assert_answered(answer, {"error": {"kind": "Unsupported", "message": message, "gap": gap, "source": source}}, 501)
    assert codat.ok("GET", expenses(company.id) + "/syncs/list/status") == []


def test_a_line_on_quickbooks_desktop_has_an_item_or_an_account_and_not_both(codat):
    company = Connected(codat, "pqsw")

    assert company.told(company.expense(line={"itemRef": ITEM})) == (5120, BOTH)
    assert company.told(company.expense(line={"itemRef": {}})) == (2000, "")


def test_an_item_is_looked_at_nowhere_else(codat):
    codat.at_once()

    sync = codat.sync(expense(line={"itemRef": ITEM}))

    assert codat.status(sync)["syncStatusCode"] == 2000


@pytest.mark.parametrize("company", [XERO, QUICKBOOKS, DYNAMICS, NETSUITE])
@pytest.mark.parametrize("asked", [True, False, None, ...])
def test_only_dynamics_posts_a_draft_and_only_when_asked(codat, company, asked):
    codat.at_once()

    codat.sync(expense(company=company, postAsDraft=asked), company=company)

    ledger = codat.workspace.ledgers.get(books_of(company))
    (posting,) = ledger.postings()
    assert posting.entry.draft is (company == DYNAMICS and asked is True)
    assert (ACCOUNTS[company] in ledger.balances()) is not posting.entry.draft
