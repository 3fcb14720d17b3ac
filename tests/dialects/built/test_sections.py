"""Scenarios: what may stand in one, and what is made up."""

from decimal import Decimal

import pytest

from doubleentry.dialects.built.sections import generate
from doubleentry.dialects.registry import DIALECTS
from doubleentry.engine.documents import encode
from doubleentry.fixtures import check, generated, load

AT = "2024-06-13T01:40:01Z"
BATCH = {"id": 7, "total_amount": 100, "description": "d", "record_count": 3, "business_id": 1, "created_at": AT}
ROW = {"id": 3, "sync_id": 7, "amount": 10.5, "narration": None, "expenseAccountID": 1, "paymentAccountID": 2}


def scenario(**sections):
    return {"built": {"businesses": [{"id": 1}], "sync_expenses": [BATCH], **sections}}


@pytest.fixture
def opened(workspace, tmp_path):
    """Return a function that loads a scenario and returns the workspace's store."""

    def open_(content):
        path = tmp_path / "scenario.yaml"
        path.write_bytes(content if isinstance(content, bytes) else encode(content))
        load(workspace, path, DIALECTS.values())
        return workspace.store

    return open_


def test_rows_are_kept_in_the_vendors_order_with_whole_seconds(opened):
    store = opened(scenario(sync_expense_transactions=[{**ROW, "date": "2024-06-05", "created_at": AT}]))

    row = store.get("built sync expense transactions", "3")
    assert list(row) == [*ROW, "date", "deleted_at", "created_at", "updated_at"]
    assert (row["deleted_at"], row["updated_at"]) == (None, "2024-06-13T01:40:01.000000Z")


def test_transactions_that_a_batch_counts_are_made_up_to_its_total(opened):
    store = opened(scenario(sync_expense_transactions=[{**ROW, "date": "2024-06-05", "created_at": AT}]))

    rows = store.find("built sync expense transactions", {"sync_id": 7})
    assert [row["id"] for row in rows] == [3, 4, 5]
    assert sum(Decimal(str(row["amount"])) for row in rows) == 100
    assert {row["created_at"] for row in rows} == {"2024-06-13T01:40:01.000000Z"}


def test_rows_are_listed_by_their_ids_whatever_their_order_in_the_file(opened):
    store = opened({"built": {"businesses": [{"id": 1}], "sync_expenses": [{**BATCH, "id": n} for n in (5, 9, 1)]}})

    assert [row["id"] for row in store.find("built sync expenses", newest_first=True)] == [9, 5, 1]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (scenario(sync_expenses=[{**BATCH, "business_id": 2}]), "there is none of the businesses named 2"),
        (scenario(sync_expenses=[{**BATCH, "colour": 1}]), "unknown member"),
        (scenario(sync_expenses=[{**BATCH, "created_at": "yesterday"}]), "String does not match expected pattern."),
        (scenario(sync_expenses=[{**BATCH, "id": 0}]), "Must be greater than or equal to 1"),
        (scenario(sync_expenses=[{**BATCH, "id": "7"}]), "Expected a whole number."),
        (scenario(sync_expenses=[{**BATCH, "total_amount": "7"}]), "Expected a number."),
        (scenario(sync_expenses=[{**BATCH, "record_count": -1}]), "Must be greater than or equal to 0."),
        (scenario(sync_expenses=[7]), "Expected an object."),
        (scenario(businesses=[{"id": 1, "tokens": ["me@home"]}]), "A key has no blank, no comma and no @"),
        (scenario(businesses=[{"id": 1, "tokens": [" a"]}]), "A key has no blank, no comma and no @"),
        (scenario(businesses=[{"id": 1, "tokens": [""]}]), "A key has no blank, no comma and no @"),
        (scenario(businesses=[{"id": 1, "environment": "moon"}]), "Must be one of: staging, production."),
        (
            scenario(sync_expense_transactions=[{**ROW, "sync_id": 8, "date": "2024-06-05", "created_at": AT}]),
            "there is none of the sync_expenses named 8",
        ),
    ],
)
def test_what_does_not_fit_is_complained_of(tmp_path, content, told):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(encode(content))

    problems = check(path, DIALECTS.values())

    assert any(told in problem.message for problem in problems), problems


def test_what_is_generated_is_a_scenario(opened):
    store = opened("\n".join(generated(DIALECTS["built"], "seed", 30, 4)).encode())

    assert store.count("built sync incomes") == store.count("built sync expenses") == 30
    assert store.count("built sync expense transactions") == 120
    for batch in store.find("built sync expenses"):
        rows = store.find("built sync expense transactions", {"sync_id": batch["id"]})
        assert sum(row["amount"] for row in rows) == batch["total_amount"]


def test_a_seed_always_gives_the_same():
    assert generate("a", 5, 2) == generate("a", 5, 2) != generate("b", 5, 2)


def test_what_generates_nothing_says_so():
    with pytest.raises(ValueError, match="codat generates nothing"):
        list(generated(DIALECTS["codat"], "seed", 1, 1))
