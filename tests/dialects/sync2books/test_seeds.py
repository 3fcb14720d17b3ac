"""The page "Create transactions", played: each body is sent to `demo` as it stands, and followed to its end.

`tests/data/seeds` holds the bodies. Each is claimed by a test here, and one that no test claims fails.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.dialects.sync2books.caller import COMPANY, CONNECTION, assert_refused

PAGE = Path(__file__).parents[2] / "data/seeds/002-sync2books-create-transactions"
DEFAULTS = {"defaultAccount": {"id": "expense-account-id"}, "defaultTaxRate": {"id": "tax-rate-id"}}
TAKEN = (
    "01-simple",
    "02-every-member",
    "04-direct-cost",
    "05-tracked-line",
    "06-billable-line",
    "07-draft",
)
OTHERS = ("03-batch", "08-company-defaults", "09-invalid", "10-unknown-account")


def read(name):
    return (PAGE / f"{name}.json").read_bytes()


def send(s2b, name):
    """Post a body as it stands, and return the answer."""
    return s2b.call("POST", f"/expenses/{CONNECTION}", read(name))


def ended(s2b, batch):
    """Return how a batch stands once nothing is left to happen: the batch, and its items."""
    s2b.settle()
    answer = s2b.ok("GET", f"/sync/batches/{batch}")
    return answer["batch"], answer["items"]


def postings(s2b):
    return [posting.entry for posting in s2b.workspace.ledgers.get(CONNECTION).postings()]


def test_every_body_of_the_page_is_played():
    assert sorted(path.stem for path in PAGE.glob("*.json")) == sorted((*TAKEN, *OTHERS))


@pytest.mark.parametrize("name", TAKEN)
def test_a_body_is_taken_and_written_to_the_books(s2b, name):
    sent = json.loads(read(name))
    before = len(postings(s2b))

    answer = send(s2b, name)

    assert answer.status == 201
    assert answer.body == {"syncBatchId": answer.body["syncBatchId"], "totalExpenses": 1}
    batch, (item,) = ended(s2b, answer.body["syncBatchId"])
    assert (batch["status"], batch["successfulItems"], batch["failedItems"]) == ("completed", 1, 0)
    assert (item["entityId"], item["entityType"], item["status"]) == (sent["id"], "Expense", "success")
    assert (item["syncErrorMessage"], item["integrationResponse"]["syncToken"]) == (None, "0")
    (written,) = postings(s2b)[before:]
    assert (written.reference, written.payee, written.date) == (
        sent["id"],
        sent["merchantName"],
        sent["issueDate"][:10],
    )
    assert written.draft is sent.get("postAsDraft", False)
    assert [(line.account, line.tax_rate, line.net, line.tax) for line in written.lines] == [
        (
            line["accountRef"]["id"],
            line["taxRateRef"]["id"],
            Decimal(str(line["netAmount"])),
            Decimal(str(line["taxAmount"])),
        )
        for line in sent["lines"]
    ]


@pytest.mark.parametrize("name", TAKEN)
def test_what_was_sent_is_shown_as_it_was(s2b, name):
    sent = json.loads(read(name))
    send(s2b, name)

    shown = s2b.ok("GET", f"/expenses/{sent['id']}")

    assert {member: shown[member] for member in sent} == sent


def test_an_array_is_one_batch(s2b):
    answer = send(s2b, "03-batch")

    assert (answer.status, answer.body["totalExpenses"]) == (201, 2)
    batch, items = ended(s2b, answer.body["syncBatchId"])
    assert (batch["status"], batch["totalItems"], batch["successfulItems"]) == ("completed", 2, 2)
    assert [(item["entityId"], item["status"]) for item in items] == [("exp-003", "success"), ("exp-004", "success")]


def test_references_may_be_missing_once_the_company_has_defaults(s2b):
    before = send(s2b, "08-company-defaults")
    s2b.ok("PATCH", f"/companies/{COMPANY}/expense-config", DEFAULTS)
    after = send(s2b, "08-company-defaults")

    told = ["lines.0.taxRateRef should not be empty", "lines.0.accountRef should not be empty"]
    assert_refused(before, 400, told, "Bad Request")
    batch, (item,) = ended(s2b, after.body["syncBatchId"])
    assert (batch["status"], item["status"]) == ("completed", "success")
    (line,) = postings(s2b)[-1].lines
    assert (line.account, line.tax_rate) == ("expense-account-id", "tax-rate-id")


def test_a_body_that_does_not_fit_gets_the_documented_answer_and_nothing_is_kept(s2b):
    answer = send(s2b, "09-invalid")

    assert_refused(answer, 400, ["id should not be empty", "currency must be a string"], "Bad Request")
    assert s2b.ok("GET", f"/sync/companies/{COMPANY}/batches")["batches"] == []


def test_one_bad_expense_refuses_them_all(s2b):
    good, bad = json.loads(read("01-simple")), json.loads(read("09-invalid"))

    answer = s2b.call("POST", f"/expenses/{CONNECTION}", [good, bad])

    told = ["[1] id should not be empty", "[1] currency must be a string"]
    assert_refused(answer, 400, told, "Bad Request")
    assert s2b.call("GET", "/expenses/exp-001").status == 404


def test_an_unknown_account_is_taken_and_fails_when_it_is_synced_in_the_documented_words(s2b):
    answer = send(s2b, "10-unknown-account")

    assert answer.status == 201
    batch, (item,) = ended(s2b, answer.body["syncBatchId"])
    assert (batch["status"], batch["successfulItems"], batch["failedItems"]) == ("completed", 0, 1)
    assert (item["status"], item["integrationResponse"]) == ("failed", None)
    assert item["syncErrorMessage"] == "Invalid account ID: account-xyz does not exist"


@pytest.mark.parametrize(
    ("member", "id", "message"),
    [
        ("bankAccountRef", "bank-xyz", "Invalid account ID: bank-xyz does not exist"),
        ("contactRef", "supplier-xyz", "Invalid vendor ID: supplier-xyz does not exist"),
        ("lines.taxRateRef", "tax-xyz", "Invalid tax rate ID: tax-xyz does not exist"),
        ("lines.invoiceTo", "customer-xyz", "Invalid customer ID: customer-xyz does not exist"),
        ("lines.trackingRefs", "class-xyz", "Invalid tracking category ID: class-xyz does not exist"),
    ],
)
def test_any_other_unknown_reference_fails_when_it_is_synced(s2b, member, id, message):
    body = json.loads(read("02-every-member"))
    holder = body["lines"][0] if member.startswith("lines.") else body
    reference = holder[member.removeprefix("lines.")]
    (reference[0] if isinstance(reference, list) else reference)["id"] = id

    answer = s2b.call("POST", f"/expenses/{CONNECTION}", body)

    assert answer.status == 201
    _, (item,) = ended(s2b, answer.body["syncBatchId"])
    assert (item["status"], item["syncErrorMessage"]) == ("failed", message)
