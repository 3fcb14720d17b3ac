"""Two hundred callers of all dialects at once, in one workspace and in twenty: nothing is lost, doubled or mixed up."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from tests.dialects.built.caller import Built
from tests.dialects.codat.caller import XERO, Codat, books_of, expense, transaction_id
from tests.dialects.sync2books.caller import COMPANY, CONNECTION, Sync2Books
from tests.dialects.sync2books.sending import expense as s2b_expense

START = datetime(2026, 1, 5, 9, 0, 0, 123456, UTC)
CALLERS = 200


@pytest.fixture(scope="module")
def application():
    application = Application(Config(clock=ClockSetting("frozen", START), access_log=False), testing=True)
    yield application
    application.close()


@pytest.fixture
def in_all():
    """Return a function that runs another for each of many callers at once, and returns what each returned."""

    def in_all(call, callers=CALLERS):
        barrier = threading.Barrier(callers)

        def run(number):
            barrier.wait(30)
            return call(number)

        with ThreadPoolExecutor(callers) as pool:
            return list(pool.map(run, range(callers)))

    return in_all


@pytest.mark.parametrize("workspaces", [1, 20])
def test_what_two_hundred_callers_make_is_there_once_and_where_it_was_made(application, in_all, workspaces):
    names = [f"crowd-{workspaces}-{number}" for number in range(workspaces)]
    rows = {name: opened(application, name, CALLERS // workspaces) for name in names}

    def call(number):
        name, place = names[number % workspaces], number // workspaces
        return name, {"number": number, "row": update(application, name, rows[name][place], number)} | push(
            application, name, number
        )

    made = in_all(call)

    for name in names:
        application.workspaces.open(name).advance(until_idle=True)
        mine = [one for where, one in made if where == name]
        assert len(mine) == CALLERS // workspaces
        hold_codat(application, name, mine)
        hold_sync2books(application, name, mine)
        hold_built(application, name, mine)


def test_equal_workspaces_that_are_used_alike_at_once_tell_the_same(application, in_all):
    names = [f"twin-{number}" for number in range(20)]
    rows = {name: opened(application, name, 3) for name in names}

    def use(number):
        for step in range(3):
            push(application, names[number], step)
            update(application, names[number], rows[names[number]][step], step)
        application.workspaces.open(names[number]).advance(until_idle=True)
        return application.workspaces.open(names[number]).timeline.entries()

    timelines = in_all(use, len(names))

    assert {entry["kind"] for entry in timelines[0]} >= {
        "sync.queued",
        "item.pushed",
        "posting.written",
        "sync.finished",
    }
    assert [timeline for timeline in timelines if timeline != timelines[0]] == []


def opened(application, name, count):
    """Open a workspace, import a batch of transactions, and return their ids: one for each caller to change."""
    application.workspaces.reset(name, "demo", clock=None)
    workspace = application.workspaces.open(name)
    workspace.change_setting("sync2books.rate-limit", "off")
    items = [{"amount": 1} for _ in range(count)]
    asked = {"dialect": "built", "kind": "expense", "items": items}
    answer = Built(application, name).steer("POST", "/imports", asked)
    assert answer.status == 201, answer.text
    workspace.advance(until_idle=True)
    return workspace.syncs.get(answer.body["id"]).record["transactions"]


def push(application, name, number):
    """Push an expense by Codat and two by Sync2Books, and return the ids of what was made."""
    codat, s2b = Codat(application, name), Sync2Books(application, name)
    dataset = codat.dataset(expense(number))
    sent = [s2b_expense(reference(number, part)) for part in range(2)]
    batch = s2b.ok("POST", f"/expenses/{CONNECTION}", sent)["syncBatchId"]
    return {"dataset": dataset, "sync": codat.initiate(dataset), "batch": batch}


def update(application, name, row, number):
    """Change a transaction, and return what it then is."""
    body = {"amount": amount(number), "date": "2026-01-05", "expenseAccountID": 1, "paymentAccountID": 2}
    return Built(application, name).ok("POST", f"/sync/expense/transaction/{row}", body)


def hold_codat(application, name, made):
    codat = Codat(application, name)
    ids = [transaction_id(one["number"]) for one in made]
    assert len({one["dataset"] for one in made}) == len({one["sync"] for one in made}) == len(made)
    assert {codat.status(one["sync"])["syncStatusCode"] for one in made} == {2000}
    assert [[row["transactionId"] for row in codat.transactions(one["sync"])] for one in made] == [[id] for id in ids]
    assert sorted(posted(application, name, books_of(XERO))) == sorted(ids)


def hold_sync2books(application, name, made):
    s2b = Sync2Books(application, name)
    batches = {one["batch"]: s2b.ok("GET", f"/sync/batches/{one['batch']}") for one in made}
    assert len(batches) == len(made)
    for one in made:
        told = batches[one["batch"]]
        assert (told["batch"]["status"], told["batch"]["successfulItems"]) == ("completed", 2)
        assert [item["entityId"] for item in told["items"]] == [reference(one["number"], part) for part in range(2)]
    listed = s2b.ok("GET", f"/sync/companies/{COMPANY}/batches?limit=1")["pagination"]["total"]
    assert listed >= len(made)
    references = [reference(one["number"], part) for one in made for part in range(2)]
    found = [each for each in posted(application, name, CONNECTION) if each.startswith("crowd-")]
    assert sorted(found) == sorted(references)


def hold_built(application, name, made):
    built = Built(application, name)
    assert [one["row"]["amount"] for one in made] == [amount(one["number"]) for one in made]
    batch = built.ok("GET", "/sync/expenses")["data"][0]
    assert (batch["record_count"], batch["total_amount"]) == (len(made), sum(amount(one["number"]) for one in made))


def posted(application, name, ledger):
    """Return the references of all that a ledger holds."""
    return [posting.entry.reference for posting in application.workspaces.open(name).ledgers.get(ledger).postings()]


def reference(number, part):
    return f"crowd-{number}-{part}"


def amount(number):
    return 10 + number
