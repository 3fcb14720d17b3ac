"""Batches that a fixture file brings along."""

import pytest

from tests.dialects.sync2books.sending import outcomes, read

BATCH = "b1000000-0000-4000-8000-000000000001"
EXPIRED = "b1000000-0000-4000-8000-000000000002"
DENTAL = "c1000000-0000-4000-8000-000000000003"
BOOKS = "a1000000-0000-4000-8000-000000000003"

ROW = """
sync2books:
  companies:
    - {id: c, name: C, createdAt: now-3d}
  connections:
    - {id: a, companyId: c, integrationKey: xero, status: STATUS, created: now-3d}
  batches:
    - id: b
      connectionId: a
      createdAt: now-2d
      completedAt: now-2d
      items:
        - status: success
          expense:
            id: e
            type: TYPE
            issueDate: "2026-01-05"
            currency: GBP
            currencyRate: RATE
            merchantName: M
            lines:
              - {netAmount: 1, taxAmount: 0, taxRateRef: {id: NONE}, accountRef: {id: ACCOUNT}}
"""


@pytest.fixture
def scenario(tmp_path):
    """Return a function that writes a scenario with one batch, and returns its path."""

    def scenario(**words):
        usual = {
            "STATUS": "connected",
            "TYPE": "Payment",
            "RATE": "1",
            "ACCOUNT": "17f2220d-0159-498b-8fd0-10eaf641adf2",
        }
        text = ROW
        for word, value in {**usual, **words}.items():
            text = text.replace(word, value)
        path = tmp_path / "past.yaml"
        path.write_text(text, "utf-8")
        return str(path)

    return scenario


def test_the_demo_has_a_batch_that_ended_and_what_it_wrote(s2b):
    batch, items = read(s2b, BATCH)
    (posting,) = s2b.workspace.ledgers.get(BOOKS).postings()

    assert (batch["status"], batch["totalItems"], batch["successfulItems"], batch["failedItems"]) == (
        "completed",
        2,
        1,
        1,
    )
    assert (batch["createdAt"], batch["completedAt"]) == ("2025-12-27T09:00:00.123Z",) * 2
    assert [item["integrationResponse"] for item in items] == [{"id": posting.id, "syncToken": "0"}, None]
    assert s2b.ok("GET", "/expenses/dental-0001")["bookId"] == posting.id
    assert s2b.ok("GET", f"/sync/companies/{DENTAL}/batches")["pagination"]["total"] == 2


def test_what_failed_before_this_world_began_can_be_tried_again(s2b):
    before = outcomes(s2b, EXPIRED)

    s2b.ok("POST", f"/sync/batches/{EXPIRED}/retry-failed")
    s2b.settle()

    assert before == ("failed", [("dental-0003", "failed", "Connection expired")])
    assert outcomes(s2b, EXPIRED) == ("completed", [("dental-0003", "success", None)])


@pytest.mark.parametrize("words", [{"ACCOUNT": "nowhere"}, {"RATE": "0"}, {"STATUS": "pending"}])
def test_what_the_books_do_not_take_is_told_as_written_without_an_id(open_sync2books, scenario, words):
    s2b = open_sync2books(scenario(**words))

    _, (item,) = read(s2b, "b")

    assert (item["status"], item["integrationResponse"]) == ("success", None)


def test_an_expense_that_the_api_would_not_take_is_no_expense_of_a_file(open_sync2books, scenario):
    with pytest.raises(Exception, match="type must be one of the following values: Payment, DirectCost"):
        open_sync2books(scenario(TYPE="Refund"))
