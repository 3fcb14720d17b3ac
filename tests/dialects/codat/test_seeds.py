"""Codat's printed pages, block by block: every sample, table and diagram, over HTTP and compared whole.

`tests/data/seeds` holds the blocks. Each is claimed by the test that plays it, and one that no test claims fails here.
"""

import io
import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from doubleentry.engine.pace import PRESETS
from tests.dialects.codat.caller import DYNAMICS, NETSUITE, QUICKBOOKS, XERO, books_of, expense, expenses
from tests.dialects.codat.refusals import assert_answered

SEEDS = Path(__file__).parents[2] / "data" / "seeds"
INDEX = yaml.safe_load((SEEDS / "index.yaml").read_text("utf-8"))
LISTED = {row["file"]: row for row in [*INDEX["blocks"], *INDEX["tables"]] if "-codat-" in row["seed"]}

SYNCING = "001-codat-syncing-expenses"
PROCESS = "003-codat-sync-process-explained"
OVERVIEW = "004-codat-overview"

# Of the fixture `documents`.
SUCCEEDED = "71c1fdae-e104-4668-8a4c-7f795aafc2a4"
DATASET = "fd4cc60e-8666-4443-8fad-12c56d7420ee"
PLATFORMS = {
    "Xero": XERO,
    "QuickBooks Online": QUICKBOOKS,
    "Dynamics 365": DYNAMICS,
    "Oracle NetSuite": NETSUITE,
}

claimed = set()


def claims(*files):
    """Say which blocks a test plays."""

    def mark(test):
        claimed.update(files)
        return test

    return mark


def read(file):
    return (SEEDS / file).read_text("utf-8")


def request_of(file, **names):
    """Return method, path and body text of a printed request, with names put in the place of `{name}`."""
    first, _, body = read(file).strip().partition("\n")
    method, url = first.split()
    path = urlsplit(url).path
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    assert "{" not in path
    return method, path, body or None


def curl(file):
    """Return method, path and body text of a printed curl command."""
    words = shlex.split(read(file))
    method = words[words.index("-X") + 1]
    url = next(word for word in words if word.startswith("https://"))
    return method, urlsplit(url).path, words[words.index("-d") + 1]


def rows_of(file):
    """Return the cells of a printed table, its header first."""
    rows = [[" ".join(cell.split()) for cell in line.strip().split("|")[1:-1]] for line in read(file).splitlines()]
    return [rows[0], *rows[2:]]


def test_every_printed_block_is_played_by_a_test():
    assert LISTED.keys() - claimed == set()
    assert claimed - LISTED.keys() == set()


def test_the_index_lists_every_file_as_it_begins():
    files = {path.relative_to(SEEDS).as_posix() for path in SEEDS.glob("*-codat-*/*")}

    assert files == LISTED.keys()
    assert {file: read(file).splitlines()[0] for file in files} == {
        file: row["first_line"] for file, row in LISTED.items()
    }


@claims(f"{SYNCING}/01-initiate-sync.http")
def test_the_printed_dataset_is_synced_with_the_printed_body(open_codat):
    codat = open_codat("documents")
    method, path, body = request_of(f"{SYNCING}/01-initiate-sync.http", companyId=SUCCEEDED)

    answer = codat.call(method, path, body)

    (sync,) = codat.workspace.syncs.all({"company": SUCCEEDED, "status": "queued"})
    assert_answered(answer, {"syncId": sync.id}, 202)
    assert json.loads(body) == {"datasetIds": [DATASET]}
    codat.settle()
    assert codat.transactions(sync.id, SUCCEEDED) == [
        {"transactionId": item, "status": "Completed", "integrationType": "expense"}
        for item in ("31972114-9ad4-4b94-858f-52ab5890d820", "6944af53-d40a-46e3-9c7f-1c388268f469")
    ]


@claims(f"{SYNCING}/02-rule-sync-failed.curl", f"{SYNCING}/03-rule-sync-complete.curl")
@pytest.mark.parametrize("file", ["02-rule-sync-failed.curl", "03-rule-sync-complete.curl"])
def test_the_printed_curl_commands_make_rules(open_codat, file):
    codat = open_codat("documents")
    method, path, body = curl(f"{SYNCING}/{file}")
    sent = json.loads(body)

    answer = codat.call(method, path, body, headers={"accept": "application/json"})

    made = {"id": answer.body["id"], "type": sent["type"], "notifiers": {"emails": [], **sent["notifiers"]}}
    assert_answered(answer, made)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["id"])
    assert codat.ok("GET", "/rules")["results"] == [made]
    assert codat.ok("GET", f"/rules/{made['id']}") == made


@claims(
    f"{SYNCING}/04-sync-status.http",
    f"{SYNCING}/05-sync-status-success.json",
    f"{SYNCING}/06-sync-status-failed.json",
)
@pytest.mark.parametrize("file", ["05-sync-status-success.json", "06-sync-status-failed.json"])
def test_the_printed_statuses_are_answered_to_the_letter(open_codat, file):
    sample = json.loads(read(f"{SYNCING}/{file}"))
    instant = datetime.fromisoformat(sample["syncUtc"]).astimezone(UTC)
    codat = open_codat("documents", instant)
    method, path, _ = request_of(f"{SYNCING}/04-sync-status.http", companyId=sample["companyId"])

    for path_of_one in (path.replace("syncId", sample["syncId"]), path.replace("syncId", "latest")):
        assert_answered(codat.call(method, path_of_one), sample)
    assert codat.workspace.clock.now() == instant


@claims(
    f"{SYNCING}/07-transactions.http",
    f"{SYNCING}/08-transactions-success.json",
    f"{SYNCING}/09-transactions-failed.json",
)
@pytest.mark.parametrize(
    ("file", "fixture"),
    [("08-transactions-success.json", "documents"), ("09-transactions-failed.json", "documents-failed")],
)
def test_the_printed_lists_of_transactions_are_answered_to_the_letter(open_codat, file, fixture):
    sample = json.loads(read(f"{SYNCING}/{file}"))
    codat = open_codat(fixture)
    company, sync = re.findall(r"[0-9a-f-]{36}", sample["_links"]["self"]["href"])
    method, path, _ = request_of(f"{SYNCING}/07-transactions.http", companyId=company, syncId=sync)

    answer = codat.call(method, path)

    rest = codat.ok(method, path, query_string={"page": 2})["results"]
    assert (len(answer.body["results"]), len(rest)) == (100, 34)
    answer.body["results"] = answer.body["results"][:2]
    assert_answered(answer, sample)
    # The order of members, at all depths.
    assert json.dumps(answer.body) == json.dumps(sample)


@claims(f"{SYNCING}/08-transactions-success.json", f"{SYNCING}/09-transactions-failed.json")
@pytest.mark.parametrize(
    ("file", "fixture"),
    [("08-transactions-success.json", "documents"), ("09-transactions-failed.json", "documents-failed")],
)
def test_the_printed_links_lead_where_they_say(open_codat, file, fixture):
    sample = json.loads(read(f"{SYNCING}/{file}"))
    codat = open_codat(fixture)

    assert codat.ok("GET", sample["_links"]["current"]["href"])["_links"] == sample["_links"]
    assert codat.ok("GET", sample["_links"]["self"]["href"])["_links"] == sample["_links"]
    second = codat.ok("GET", sample["_links"]["next"]["href"])
    assert (second["pageNumber"], second["totalResults"], len(second["results"])) == (2, 134, 34)
    assert second["_links"] == {
        "current": sample["_links"]["next"],
        "self": sample["_links"]["self"],
        "previous": sample["_links"]["current"],
    }


@claims(
    *(
        f"{PROCESS}/0{number}-{name}.http"
        for number, name in enumerate(("create-dataset", "initiate-sync", "transactions", "upload-receipt"), start=2)
    ),
    *(
        f"{OVERVIEW}/0{number}-{name}.http"
        for number, name in enumerate(("create-dataset", "initiate-sync", "transactions", "upload-receipt"), start=1)
    ),
)
@pytest.mark.parametrize(("page", "first"), [(PROCESS, 2), (OVERVIEW, 1)])
def test_the_printed_requests_take_an_expense_all_the_way(codat, page, first):
    def printed(place, name, **names):
        return request_of(f"{page}/0{first + place}-{name}.http", companyId=XERO, **names)

    sent = expense()
    method, path, _ = printed(0, "create-dataset")
    created = codat.call(method, path, {"items": [sent]})
    (dataset,) = (each for each in codat.workspace.store.find("codat datasets") if each["items"][0]["id"] == sent["id"])
    assert_answered(created, {"datasetId": dataset["id"]})

    method, path, _ = printed(1, "initiate-sync")
    initiated = codat.call(method, path, {"datasetIds": [dataset["id"]]})
    sync = initiated.body["syncId"]
    assert_answered(initiated, {"syncId": sync}, 202)
    codat.settle()

    method, path, _ = printed(2, "transactions", syncId=sync)
    listed = codat.ok(method, path)["results"]
    assert listed == [{"transactionId": sent["id"], "status": "Completed", "integrationType": "expense"}]

    method, path, _ = printed(3, "upload-receipt", syncId=sync, transactionId=sent["id"])
    uploaded = codat.call(method, path, data={"file": (io.BytesIO(b"%PDF-1.7"), "receipt.pdf")})
    (file,) = codat.workspace.ledgers.get(books_of(XERO)).files()
    assert_answered(uploaded, {"companyId": XERO, "id": file.id, "transactionId": sent["id"]})


class Diagram:
    """Follows a sequence diagram: each message is to be said in its turn."""

    def __init__(self, file):
        self._left = [line.strip() for line in read(file).splitlines()[1:]]

    def says(self, *lines):
        drawn, self._left = self._left[: len(lines)], self._left[len(lines) :]
        assert drawn == list(lines)

    @property
    def is_over(self):
        return not self._left


@claims(f"{PROCESS}/01-sync-process.mermaid")
def test_the_drawn_sequence_happens_step_by_step(codat, receiver):
    diagram = Diagram(f"{PROCESS}/01-sync-process.mermaid")
    base = expenses(XERO)
    ledger = codat.workspace.ledgers.get(books_of(XERO))
    codat.ok("POST", "/rules", {"type": "sync-complete", "notifiers": {"webhook": f"{receiver.url}/done"}})

    diagram.says("User->>+You: User Approves Expenses with receipt")
    approved = [expense(1), expense(2)]

    diagram.says("You-)+Codat: POST expense-transaction", "Codat-->>-You: datasetId")
    dataset = codat.ok("POST", f"{base}/expense-transactions", {"items": approved})["datasetId"]

    diagram.says("You-)+Codat: initiate sync", "Note over You,Codat: specify datasetId's to sync")
    initiated = codat.call("POST", f"{base}/syncs", {"datasetIds": [dataset]})

    diagram.says("Codat --> Codat: Sync request added to queue", "Codat-->>You: syncId")
    sync = initiated.body["syncId"]
    assert_answered(initiated, {"syncId": sync}, 202)
    assert codat.status(sync)["syncStatus"] == "NotStarted"
    assert (ledger.postings(), receiver.requests) == ([], [])

    diagram.says("Codat-)Accounting: Sync expense-transaction from Queue")
    codat.settle()
    assert [posting.entry.reference for posting in ledger.postings()] == [each["id"] for each in approved]

    diagram.says("Codat->>-You: Sync Complete webhook event")
    (alert,) = receiver.bodies
    assert (alert["RuleType"], alert["Data"]["syncId"]) == ("Sync Completed", sync)

    diagram.says("You->>Codat: Check transactions", "Codat-->>You:")
    rows = codat.transactions(sync)
    assert [row["status"] for row in rows] == ["Completed", "Completed"]

    diagram.says("par Each Succesfull Reconciliation")
    diagram.says("You->>+Codat: POST attachment", "Codat->>Accounting: Upload Attachment", "Codat-->>-You: success")
    for row in rows:
        path = f"{base}/syncs/{sync}/transactions/{row['transactionId']}/attachments"
        codat.ok("POST", path, data={"file": (io.BytesIO(b"%PDF-1.7"), f"{row['transactionId']}.pdf")})
    diagram.says("end")
    assert [(file.posting, file.name) for file in ledger.files()] == [
        (posting.id, f"{posting.entry.reference}.pdf") for posting in ledger.postings()
    ]

    diagram.says("You->>-User: Expense marked as uploaded")
    assert diagram.is_over


WORDS = {1000: "Started", 1010: "Started", 2000: "Complete", 2040: "Complete", 5130: "PushError"}


@claims(f"{PROCESS}/table-sync-status-codes.txt")
@pytest.mark.parametrize(("code", "reason"), rows_of(f"{PROCESS}/table-sync-status-codes.txt")[1:])
def test_a_sync_can_be_made_to_show_each_code_of_the_table(codat, code, reason):
    codat.steer("POST", "/faults", {"effect": {"code": code}})

    sync = codat.sync(expense())
    codat.settle()

    shown = codat.status(sync)
    assert (shown["syncStatusCode"], shown["syncStatus"]) == (int(code), WORDS.get(int(code), "Failed"))
    assert shown["dataPushed"] is (reason == "Success (Data pushed)")
    assert bool(shown["errorMessage"]) is not reason.startswith(("In Progress", "Success"))


def cells():
    """Return each cell of the table of types: platform, type, whether it is supported."""
    header, *rows = rows_of(f"{OVERVIEW}/table-transaction-types.txt")
    kinds = ["".join(word.capitalize() for word in name.split()) for name in header[1:]]
    return [(row[0], kind, bool(mark)) for row in rows for kind, mark in zip(kinds, row[1:], strict=True)]


def test_the_table_of_types_has_32_cells():
    assert len(cells()) == 32
    assert [sum(taken for name, _, taken in cells() if name == platform) for platform in PLATFORMS] == [8, 8, 4, 2]


@claims(f"{OVERVIEW}/table-transaction-types.txt")
@pytest.mark.parametrize(("platform", "kind", "is_supported"), cells())
def test_a_type_is_pushed_where_the_table_has_a_tick_and_refused_where_it_has_none(codat, platform, kind, is_supported):
    company = PLATFORMS[platform]
    codat.workspace.paces.set(PRESETS["instant"])
    sent = expense(1, company, type=kind)

    sync = codat.sync(sent, company=company)

    row = {"transactionId": sent["id"], "status": "Completed", "integrationType": "expense"}
    status, posted = 2000, [sent["id"]]
    if not is_supported:
        name = "Dynamics 365 Business Central" if company == DYNAMICS else platform
        message = f"Transactions of type {kind} are not supported for {name}."
        row = {"transactionId": sent["id"], "status": "ValidationError", "message": message} | {
            "integrationType": "expense"
        }
        status, posted = 5120, []
    assert codat.transactions(sync, company) == [row]
    assert codat.status(sync, company)["syncStatusCode"] == status
    postings = codat.workspace.ledgers.get(books_of(company)).postings()
    assert [posting.entry.reference for posting in postings] == posted
