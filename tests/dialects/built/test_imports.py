"""Imports: batches that appear in time, as syncs of the engine."""

import pytest


def test_an_import_becomes_a_batch_and_its_transactions(built):
    sync = built.imported("expense", record={"description": "From the bank"}, items=[{"amount": 10.5}, {"amount": "2"}])

    assert (sync["status"], sync["company"], [item["status"] for item in sync["items"]]) == (
        "finished",
        "1",
        ["pushed", "pushed"],
    )
    newest = built.batches()[0]
    assert newest == {
        "id": 5,
        "total_amount": 12.5,
        "description": "From the bank",
        "record_count": 2,
        "business_id": 1,
        "deleted_at": None,
        "created_at": newest["created_at"],
        "updated_at": newest["created_at"],
    }
    assert sync["record"]["batch"] == 5
    for id, amount in zip(sync["record"]["transactions"], (10.5, 2), strict=True):
        row = built.ok("DELETE", f"/sync/expense/transaction/{id}")
        assert (row["sync_id"], row["amount"], row["created_at"]) == (5, amount, newest["created_at"])


def test_an_income_import_tells_its_period(built):
    built.imported("income", items=[{"date": "2024-02-03"}, {"date": "2024-1-2"}])

    newest = built.batches("/sync")[0]
    assert (newest["from"], newest["to"], newest["record_count"]) == ("2024-01-02", "2024-02-03", 2)
    assert newest["description"] == "Income transactions imported on 2024-11-07"
    assert list(newest)[:6] == ["id", "from", "to", "income_accountID", "bank_accountID", "description"]


def test_a_batch_appears_when_its_import_ends_and_not_before(built):
    built.steer("PUT", "/pace", {"mode": "after", "wait": 1, "run": "PT10M"})
    asked = {"dialect": "built", "kind": "expense", "count": 3}
    sync = built.steer("POST", "/imports", asked).body

    assert (sync["status"], len(built.batches())) == ("queued", 3)
    built.advance("PT5M")
    assert len(built.batches()) == 3
    built.advance("PT6M")
    newest = built.batches()[0]
    assert (newest["record_count"], newest["created_at"]) == (3, "2024-11-07T12:10:17.000000Z")


def test_an_import_fails_where_it_is_told_to(built):
    built.order({"code": "failed"})
    failed = built.imported()
    assert (failed["status"], failed["record"]["batch"]) == ("aborted", None)
    assert len(built.batches()) == 3

    built.order({"reject": ["2"], "message": "unreadable"})
    partial = built.imported(count=3)
    assert [(item["status"], item["message"]) for item in partial["items"]] == [
        ("pushed", None),
        ("rejected", "unreadable"),
        ("pushed", None),
    ]
    assert built.batches()[0]["record_count"] == 2

    built.order({"reject": ["1", "2"]})
    assert built.imported()["record"]["batch"] is None


def test_an_import_can_be_held_and_released(built):
    built.steer("PUT", "/pace", {"mode": "hold"})
    sync = built.imported()
    assert (sync["held"], len(built.batches())) == ("push", 3)

    assert built.steer("POST", f"/syncs/{sync['id']}/release").status == 200
    assert len(built.batches()) == 4


def test_an_import_goes_to_the_business_that_is_named(built):
    built.imported(company="2")

    assert [row["id"] for row in built.batches(key="built-demo-2")] == [5, 4]
    assert len(built.batches()) == 3


def test_what_is_made_up_is_the_same_for_a_seed(open_built):
    shown = [open_built("demo").imported(count=5)["items"] for _ in range(2)]

    assert [item["record"] for item in shown[0]] == [item["record"] for item in shown[1]]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "transfer"}, "kind"),
        ({"count": 0}, "count"),
        ({"items": []}, "items"),
        ({"count": 1, "items": [{}]}, "items"),
        ({"count": None}, "count"),
        ({"record": {"from": "x"}, "kind": "income", "count": 1}, "record/from"),
        ({"record": {"colour": "red"}, "count": 1}, "record/colour"),
        ({"items": [{}, {"amount": "x"}]}, "items/1/amount"),
        ({"items": [{"balance": 1}]}, "items/0/balance"),
        ({"items": [{"date": ""}]}, "items/0/date"),
        ({"items": [{"amount": " "}]}, "items/0/amount"),
        ({"items": [{"expenseAccountID": ""}]}, "items/0/expenseAccountID"),
        ({"record": {"to": ""}, "kind": "income", "count": 1}, "record/to"),
    ],
)
def test_what_does_not_fit_is_told(built, change, path):
    answer = built.steer("POST", "/imports", {"dialect": "built", "kind": "expense", **change})

    assert answer.status == 422
    told = [problem["path"] for problem in answer.body["error"]["problems"]]
    assert path in told or told == [""]


def test_an_unknown_business_is_not_found(built):
    asked = {"dialect": "built", "kind": "expense", "count": 1, "company": "77"}

    assert built.steer("POST", "/imports", asked).status == 404
