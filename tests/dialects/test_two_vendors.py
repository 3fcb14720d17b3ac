"""Two vendors over one engine: equal books, and the same hands on both."""

import itertools

import pytest

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from tests.dialects.codat.caller import QUICKBOOKS, Codat, books_of, transaction_id
from tests.dialects.codat.caller import expense as codat_expense
from tests.dialects.codat.conftest import START
from tests.dialects.sync2books.caller import CONNECTION, Sync2Books
from tests.dialects.sync2books.sending import expense, line, outcomes, send

SAME_BOOKS = "a1000000-0000-4000-8000-000000000077"


@pytest.fixture(scope="module")
def application():
    application = Application(Config(clock=ClockSetting("frozen", START), access_log=False), testing=True)
    yield application
    application.close()


@pytest.fixture(scope="module")
def numbers():
    return itertools.count(1)


@pytest.fixture
def both(application, numbers):
    """Return a client of each vendor in one fresh workspace, over books from one template."""
    name = f"both-{next(numbers)}"
    application.workspaces.reset(name, "demo")
    codat, s2b = Codat(application, name), Sync2Books(application, name)
    workspace = codat.workspace
    connection = workspace.store.get("sync2books connections", CONNECTION)
    workspace.store.insert("sync2books connections", SAME_BOOKS, {**connection, "id": SAME_BOOKS})
    workspace.ledgers.open(SAME_BOOKS, workspace.world.templates["quickbooks-online"])
    yield codat, s2b
    application.workspaces.delete(name)


def send_both(codat, s2b, account="15"):
    """Send one expense through each vendor, and return the sync's id of each."""
    money = {"netAmount": 12.34, "taxAmount": 0, "accountRef": {"id": account}}
    bank = {"bankAccountRef": {"id": "35"}, "contactRef": None}
    via_codat = codat.sync(
        codat_expense(1, QUICKBOOKS, line=money, bankAccountRef=bank["bankAccountRef"]), company=QUICKBOOKS
    )
    via_s2b = send(
        s2b,
        expense("exp-001", line(**money, taxRateRef={"id": "NON"}), currency="USD", issueDate="2023-05-02", **bank),
        connection=SAME_BOOKS,
    )
    return via_codat, via_s2b


def told(codat, s2b, via_codat, via_s2b):
    return codat.status(via_codat, QUICKBOOKS)["syncStatusCode"], outcomes(s2b, via_s2b)[0]


def test_one_expense_makes_equal_postings_through_either_vendor(both):
    codat, s2b = both

    syncs = send_both(codat, s2b)
    codat.settle()

    postings = [codat.workspace.ledgers.get(books).postings()[-1] for books in (books_of(QUICKBOOKS), SAME_BOOKS)]
    assert told(codat, s2b, *syncs) == (2000, "completed")
    assert postings[0].movements == postings[1].movements
    assert postings[0].movements != ()
    assert [posting.entry.lines[0].net for posting in postings] == [postings[0].entry.lines[0].net] * 2
    assert [posting.entry.bank_account for posting in postings] == ["35", "35"]


def test_one_gap_in_the_books_fails_the_expense_through_either_vendor(both):
    codat, s2b = both

    syncs = send_both(codat, s2b, account="nowhere")
    codat.settle()

    assert told(codat, s2b, *syncs) == (5130, "completed")
    assert outcomes(s2b, syncs[1])[1] == [("exp-001", "failed", "Invalid account ID: nowhere does not exist")]


def test_one_pace_one_clock_and_one_release_move_both(both):
    codat, s2b = both
    s2b.steer("PUT", "/pace", {"mode": "hold"})
    syncs = send_both(codat, s2b)
    codat.settle()
    held = told(codat, s2b, *syncs)

    for sync in syncs:
        assert s2b.steer("POST", f"/syncs/{sync}/release").status == 200

    assert held == (1000, "processing")
    assert told(codat, s2b, *syncs) == (2000, "completed")


def test_one_advance_of_the_clock_brings_both_to_their_end(both):
    codat, s2b = both
    s2b.steer("PUT", "/pace", {"mode": "after", "wait": "PT5S", "run": "PT5S"})
    syncs = send_both(codat, s2b)

    seen = [told(codat, s2b, *syncs)]
    for _ in range(2):
        s2b.advance("PT5S")
        seen.append(told(codat, s2b, *syncs))

    assert seen == [(1000, "pending"), (1000, "processing"), (2000, "completed")]


def test_one_fault_rejects_an_item_of_either(both):
    codat, s2b = both
    effect = {"reject": [transaction_id(1), "exp-001"], "message": "Told by the fault"}
    assert s2b.steer("POST", "/faults", {"effect": effect, "times": 2}).status == 201

    syncs = send_both(codat, s2b)
    codat.settle()

    assert told(codat, s2b, *syncs) == (5120, "completed")
    assert [item.message for sync in syncs for item in codat.workspace.syncs.items(sync)] == ["Told by the fault"] * 2


@pytest.mark.parametrize(
    ("codes", "ends"), [(("5000", "failed"), (5000, "failed")), (("2000", "completed"), (2000, "completed"))]
)
def test_one_kind_of_fault_and_one_call_end_either_in_its_own_words(both, codes, ends):
    codat, s2b = both
    s2b.steer("PUT", "/pace", {"mode": "hold"})
    syncs = send_both(codat, s2b)
    by_call = [
        s2b.steer("POST", f"/syncs/{sync}/finish", {"code": code}).status
        for sync, code in zip(syncs, codes, strict=True)
    ]
    first = told(codat, s2b, *syncs)
    s2b.steer("PUT", "/pace", {"preset": "instant"})
    for dialect, code in zip(("codat", "sync2books"), codes, strict=True):
        fault = {"match": {"dialect": dialect}, "effect": {"code": code}}
        assert s2b.steer("POST", "/faults", fault).status == 201
    again = codat.sync(codat_expense(2, QUICKBOOKS), company=QUICKBOOKS), send(s2b, expense("2"), connection=SAME_BOOKS)

    assert by_call == [200, 200]
    assert first == told(codat, s2b, *again) == ends
