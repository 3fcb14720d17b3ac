"""Removals: soft, once, and visible in the batch."""

import pytest

NOW = "2024-11-07T12:00:16.000000Z"


@pytest.mark.parametrize(
    ("path", "list_path", "batch_id", "change"),
    [
        ("/sync/transaction/1", "/sync", 5, {"record_count": 3}),
        ("/sync/expense/transaction/1", "/sync/expenses", 1, {"record_count": 1, "total_amount": 290}),
    ],
)
def test_a_transaction_is_removed_once_and_its_batch_follows(built, path, list_path, batch_id, change):
    def batch():
        return next(row for row in built.batches(list_path) if row["id"] == batch_id)

    before = batch()

    removed = built.call("DELETE", path)

    assert (removed.status, removed.body["deleted_at"], removed.body["updated_at"]) == (200, NOW, NOW)
    assert list(removed.body)[-3:] == ["deleted_at", "created_at", "updated_at"]
    assert batch() == {**before, **change, "updated_at": NOW}
    again = built.call("DELETE", path)
    assert (again.status, again.text, again.type) == (302, '"Record not found"', "application/json")


def test_a_batch_that_is_left_with_nothing_stays_listed(built):
    for id in (1, 4):
        built.ok("DELETE", f"/sync/expense/transaction/{id}")

    batch = next(row for row in built.batches() if row["id"] == 1)
    assert (batch["record_count"], batch["total_amount"]) == (0, 0)


@pytest.mark.parametrize("id", ["abc", "0", "-1", "1.0", "999", "1x", "%31%20", "9" * 40, "٣"])
@pytest.mark.parametrize("path", ["/sync/transaction/{}", "/sync/expense/transaction/{}"])
def test_an_id_that_no_row_has_is_not_found_whatever_it_looks_like(built, path, id):
    answer = built.call("DELETE", path.format(id))

    assert (answer.status, answer.text) == (302, '"Record not found"')


def test_ids_of_the_kinds_are_apart(built):
    built.ok("DELETE", "/sync/transaction/2", key="built-demo-2")

    assert built.call("DELETE", "/sync/transaction/3").status == 200
    assert built.ok("DELETE", "/sync/expense/transaction/2")["narration"] == "Fuel"


def test_a_body_that_cannot_be_read_does_not_matter(built):
    assert built.call("DELETE", "/sync/expense/transaction/1", b"{bad").status == 200


def test_businesses_do_not_see_each_other(built):
    def seen(key, path):
        return {row["id"] for row in built.batches(path, key=key)}

    assert seen("built-demo", "/sync/expenses") == {1, 2, 3}
    assert seen("built-demo-2", "/sync/expenses") == {4}
    assert seen("built-demo", "/sync") == {1, 2, 3, 4, 5}
    assert seen("built-demo-2", "/sync") == {6}
    update = {"from": "2024-02-01", "to": "2024-02-01", "income_accountID": 4, "bank_accountID": 3}
    for method, path, body in [
        ("DELETE", "/sync/transaction/2", None),
        ("DELETE", "/sync/expense/transaction/3", None),
        ("POST", "/sync/6", update),
    ]:
        answer = built.call(method, path, body)
        assert (answer.status, answer.text) == (302, '"Record not found"')


def test_a_key_of_the_control_api_speaks_for_its_owner(built):
    for key, owner in [("first", {}), ("second", {"owner": "2"}), ("nobody", {"owner": "none"})]:
        assert built.steer("POST", "/keys", {"dialect": "built", "key": key, **owner}).status == 201

    assert [row["id"] for row in built.batches(key="first")] == [3, 2, 1]
    assert [row["id"] for row in built.batches(key="second")] == [4]
    assert built.batches(key="nobody") == []


def test_missing_can_be_the_frameworks_404_and_its_text_another(built):
    built.choose("missing-text", "Transaction not found")
    assert built.call("DELETE", "/sync/transaction/99").text == '"Transaction not found"'

    built.choose("missing", "404")
    answers = {
        path: built.call(*path.split())
        for path in ("DELETE /sync/transaction/99", "DELETE /sync/expense/transaction/x")
    }
    assert {path: (answer.status, answer.text) for path, answer in answers.items()} == {
        "DELETE /sync/transaction/99": (
            404,
            '{\n    "message": "No query results for model [App\\\\Models\\\\SyncIncomeTransaction] 99"\n}',
        ),
        "DELETE /sync/expense/transaction/x": (
            404,
            '{\n    "message": "No query results for model [App\\\\Models\\\\SyncExpenseTransaction] x"\n}',
        ),
    }
