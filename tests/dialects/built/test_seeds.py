"""Built's printed page, block by block: every sample to the byte, once PHP's indentation is taken out.

`tests/data/seeds` holds the blocks. Each is claimed by the test that plays it, and one that no test claims fails here.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from werkzeug.test import Client

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config

SEEDS = Path(__file__).parents[2] / "data" / "seeds"
PAGE = "000-built-sync-transactions"
LISTED = {
    row["file"]: row
    for row in yaml.safe_load((SEEDS / "index.yaml").read_text("utf-8"))["blocks"]
    if row["seed"].startswith(PAGE)
}
HEADERS = {"Authorization": "Bearer built-demo", "Accept": "application/json", "Content-Type": "application/json"}
PUBLIC = "https://web.builtaccounting.com"

LISTS = {
    f"{PAGE}/01-list-expenses.js": (f"{PAGE}/02-expenses.json", "/api/sync/expenses"),
    f"{PAGE}/03-list-incomes.js": (f"{PAGE}/04-incomes.json", "/api/sync"),
    f"{PAGE}/06-list-expenses-again.js": (f"{PAGE}/07-expenses-again.json", "/api/sync/expenses"),
}
INCOME_REMOVED = f"{PAGE}/05-income-removed.json"
EXPENSE_REMOVED = f"{PAGE}/08-expense-removed.json"


def read(file):
    return (SEEDS / file).read_text("utf-8")


def compact(text):
    """Return printed JSON without the blanks between its tokens, every other character as it is."""
    return "".join(re.findall(r'"(?:[^"\\]|\\.)*"|[^\s"]+', text))


@pytest.fixture(params=["public URL", "port of its own", "quirk"])
def client(request):
    """Return a client over the fixture `documents` that sees the vendor's host, in each of the ways to set it."""
    settings = {"quirks": {"built.links": "documented"}} if request.param == "quirk" else {"public_url": PUBLIC}
    clock = ClockSetting("frozen", datetime(2024, 11, 7, 12, 0, 16, tzinfo=UTC))
    application = Application(Config(fixture="documents", clock=clock, access_log=False, **settings), testing=True)
    wsgi = application.dialect_wsgi("built") if request.param == "port of its own" else application.wsgi
    yield Client(wsgi), "" if request.param == "port of its own" else "/built", application
    application.close()


def test_every_printed_block_is_played_by_a_test():
    assert LISTED.keys() == {*LISTS, *(body for body, _ in LISTS.values()), INCOME_REMOVED, EXPENSE_REMOVED}
    assert {path.relative_to(SEEDS).as_posix() for path in SEEDS.glob(f"{PAGE}/*")} == LISTED.keys()
    assert {file: read(file).splitlines()[0] for file in LISTED} == {
        file: row["first_line"] for file, row in LISTED.items()
    }


@pytest.mark.parametrize("call", LISTS)
def test_a_printed_list_comes_back_to_the_byte(client, call):
    api, mount, _ = client
    body, path = LISTS[call]

    answer = api.get(mount + path, headers=HEADERS)

    assert answer.get_data(as_text=True) == compact(read(body))


@pytest.mark.parametrize("call", LISTS)
def test_the_printed_call_gives_the_printed_rows_under_its_own_url(client, call):
    api, mount, application = client
    body, path = LISTS[call]
    called = re.search(r'"(/[^"]+)"', read(call))[1].replace("<pagenumber>", "1")

    answer = api.get(mount + called, headers=HEADERS)

    expected = compact(read(body))
    if application.config.public_url is not None:
        expected = expected.replace(path.replace("/", "\\/"), called.partition("?")[0].replace("/", "\\/"))
    assert answer.get_data(as_text=True) == expected


def test_both_printed_removals_come_back_to_the_byte_each_at_its_instant(client):
    api, mount, application = client

    income = api.delete(f"{mount}/api/v3/sync/transaction/25152", headers=HEADERS)
    application.workspaces.open("default").advance(datetime(2024, 11, 7, 12, 8, 59, tzinfo=UTC))
    expense = api.delete(f"{mount}/api/v3/sync/expense/transaction/16335", headers=HEADERS)

    assert income.get_data(as_text=True) == compact(read(INCOME_REMOVED))
    assert expense.get_data(as_text=True) == compact(read(EXPENSE_REMOVED))
    (batch,) = (row for row in api.get(f"{mount}/api/sync/expenses", headers=HEADERS).json["data"] if row["id"] == 649)
    assert (batch["total_amount"], batch["record_count"]) == (290, 1)
    assert batch["updated_at"] == "2024-11-07T12:08:59.000000Z"
    (batch,) = (row for row in api.get(f"{mount}/api/sync", headers=HEADERS).json["data"] if row["id"] == 709)
    assert batch["record_count"] == 229
