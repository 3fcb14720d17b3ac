"""Updates: what is checked, what is stored, what is shown, and what the batch says then."""

from io import BytesIO

import pytest

EXPENSE = {"amount": 300, "narration": "Fuel", "expenseAccountID": 13703, "paymentAccountID": 8, "date": "2024-06-06"}
INCOME = {"from": "2024-02-01", "to": "2024-01-01", "income_accountID": 40, "bank_accountID": 3, "description": "New"}
NOW = "2024-11-07T12:00:16.000000Z"
MISSING = '"Record not found"'


def batch(built, id, path="/sync/expenses"):
    (found,) = (row for row in built.batches(path) if row["id"] == id)
    return found


def test_an_expense_transaction_is_shown_whole_and_its_batch_follows(built):
    before = batch(built, 1)

    answer = built.call("POST", "/sync/expense/transaction/1", EXPENSE)

    created = before["created_at"]
    assert answer.status == 200
    assert answer.text == (
        '{"id":1,"sync_id":1,"amount":300,"narration":"Fuel","expenseAccountID":13703,"paymentAccountID":8,'
        f'"date":"2024-06-06","deleted_at":null,"created_at":"{created}","updated_at":"{NOW}"}}'
    )
    assert batch(built, 1) == {**before, "total_amount": 590, "record_count": 2, "updated_at": NOW}


def test_an_income_batch_is_shown_whole_and_may_end_before_it_begins(built):
    before = batch(built, 5, "/sync")

    shown = built.ok("POST", "/sync/5", INCOME)

    assert list(shown) == list(before)
    assert shown == {**before, **INCOME, "updated_at": NOW} == batch(built, 5, "/sync")


@pytest.mark.parametrize(
    ("sent", "shown", "kept"),
    [
        ({"amount": "300"}, "300", 300),
        ({"amount": " 125.50 "}, "125.50", 125.5),
        ({"amount": 12.0}, 12, 12),
        ({"amount": 0.1}, 0.1, 0.1),
        ({"amount": "1e3"}, "1e3", 1000),
        ({"expenseAccountID": "7"}, "7", 7),
        ({"expenseAccountID": 7.0}, 7, 7),
        ({"expenseAccountID": True}, True, 1),
        ({"date": "2024-11-4"}, "2024-11-4", "2024-11-04"),
        ({"date": "05-06-2024"}, "05-06-2024", "2024-06-05"),
        ({"date": 20240605}, 20240605, "2024-06-05"),
        ({"narration": "  KALAIT  D/S "}, "KALAIT  D/S", "KALAIT  D/S"),
        ({"narration": "   "}, None, None),
        ({"narration": None}, None, None),
        ({"narration": "é" * 255}, "é" * 255, "é" * 255),
    ],
)
def test_a_field_is_shown_as_it_was_sent_and_read_back_as_it_is_kept(built, sent, shown, kept):
    (name,) = sent

    updated = built.ok("POST", "/sync/expense/transaction/1", {**EXPENSE, **sent})
    read = built.ok("DELETE", "/sync/expense/transaction/1")

    assert (updated[name], type(updated[name])) == (shown, type(shown))
    assert read[name] == kept


@pytest.mark.parametrize("amount", [110, "110", 110.0])
def test_what_differs_in_nothing_leaves_the_instant(built, amount):
    same = {"amount": amount, "narration": "Taxi to the site", "expenseAccountID": "13703", "paymentAccountID": 124477}
    before = batch(built, 1)

    shown = built.ok("POST", "/sync/expense/transaction/1", {**same, "date": "2024-06-05"})

    assert shown["updated_at"] == shown["created_at"] != NOW
    assert batch(built, 1) == before


def test_what_nobody_may_change_stays_and_what_nobody_knows_is_passed_over(built):
    sly = {"id": 9, "sync_id": 9, "deleted_at": NOW, "created_at": NOW, "record_count": 9, "business_id": 2, "x": {}}

    shown = built.ok("POST", "/sync/expense/transaction/1", {**EXPENSE, **sly})

    assert (shown["id"], shown["sync_id"], shown["deleted_at"]) == (1, 1, None)
    assert shown["created_at"] != NOW
    assert "x" not in shown


def test_a_form_and_the_query_are_input_as_json_is(built):
    form = "amount=12&narration=n&expenseAccountID=7&paymentAccountID=8"

    shown = built.ok(
        "POST",
        "/sync/expense/transaction/1?date=2024-06-06&amount=99",
        form,
        content_type="application/x-www-form-urlencoded",
    )
    parts = {**dict.fromkeys(("expenseAccountID", "paymentAccountID"), "7"), "amount": "13", "date": "2024-06-07"}
    in_parts = built.call("POST", "/sync/expense/transaction/1", data=parts, content_type="multipart/form-data")

    assert (shown["amount"], shown["expenseAccountID"], shown["date"]) == ("12", "7", "2024-06-06")
    assert (in_parts.status, in_parts.body["amount"], in_parts.body["date"]) == (200, "13", "2024-06-07")


REQUIRED = {
    "amount": ["The amount field is required."],
    "expenseAccountID": ["The expense account i d field is required."],
    "paymentAccountID": ["The payment account i d field is required."],
    "date": ["The date field is required."],
}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{}", "application/json"),
        ("", "application/json"),
        ('{"amount": 1,', "application/json"),
        ("[1,2]", "application/json"),
        ("null", "application/json"),
        ("7", "application/json"),
        ("\xff", "application/json"),
        ('{"a":"\\ud800"}', "application/json"),
        ('{"amount":1}', "text/plain"),
        ("amount=1", "text/plain"),
        ("", None),
        ("no parts", "multipart/form-data; boundary=x"),
        ("no parts", "multipart/form-data"),
    ],
)
def test_what_cannot_be_read_is_empty(built, body, content_type):
    answer = built.call("POST", "/sync/expense/transaction/1", body.encode("latin-1"), content_type=content_type)

    assert (answer.status, answer.body) == (422, {"message": "The given data was invalid.", "errors": REQUIRED})
    assert list(answer.body["errors"]) == list(REQUIRED)


def test_what_is_wrong_is_told_before_the_row_is_looked_for(built):
    assert built.call("POST", "/sync/expense/transaction/999", {}).status == 422
    missing = built.call("POST", "/sync/expense/transaction/999", EXPENSE)
    assert (missing.status, missing.text, "Location" in missing.headers) == (302, MISSING, False)


def test_an_infinite_amount_is_no_number(built):
    answer = built.call("POST", "/sync/expense/transaction/1", b'{"amount":1e400}')

    assert answer.body["errors"]["amount"] == ["The amount must be a number."]


@pytest.mark.parametrize(
    ("value", "body", "told"),
    [
        ("partial", {"amount": 5}, None),
        ("partial", {}, None),
        ("partial", {"amount": "x"}, {"amount": ["The amount must be a number."]}),
        ("partial", {"amount": None}, {"amount": ["The amount must be a number."]}),
        ("strict", {**EXPENSE, "narration": None}, {"narration": ["The narration field is required."]}),
        ("full", {**EXPENSE, "narration": 5}, {"narration": ["The narration must be a string."]}),
    ],
)
def test_a_quirk_says_what_is_required(built, value, body, told):
    built.choose("update-validation", value)

    answer = built.call("POST", "/sync/expense/transaction/1", body)

    assert (answer.status, (answer.body or {}).get("errors")) == (200 if told is None else 422, told)


def test_recounting_can_be_turned_off(built):
    before = batch(built, 1)
    built.choose("recount", "off")

    built.ok("POST", "/sync/expense/transaction/1", EXPENSE)
    built.ok("DELETE", "/sync/expense/transaction/1")

    assert batch(built, 1) == before


@pytest.mark.parametrize(
    "override",
    [
        {"body": {"_method": "DELETE"}},
        {"body": {"_method": "delete"}},
        {"body": {"_method": " DELETE "}},
        {"body": "_method=DELETE", "content_type": "application/x-www-form-urlencoded"},
        {"body": {}, "headers": {"X-HTTP-Method-Override": "DELETE"}},
    ],
)
def test_a_post_can_name_another_method(built, override):
    removed = built.ok("POST", "/sync/expense/transaction/1", **override)

    assert removed["deleted_at"] == NOW


def test_only_a_post_can_name_another_method(built):
    answer = built.call("GET", "/sync/expenses", headers={"X-HTTP-Method-Override": "DELETE"})

    assert answer.status == 200


def test_a_method_that_is_no_word_is_passed_over(built):
    assert built.call("POST", "/sync/1", {"_method": "DEL ETE"}).status == 422
    assert built.call("POST", "/sync/1", {"_method": ["DELETE"]}).status == 422


def test_a_file_is_a_value_that_fits_no_rule(built):
    parts = {**{name: str(value) for name, value in EXPENSE.items()}, "narration": (BytesIO(b"Fuel"), "fuel.txt")}

    answer = built.call("POST", "/sync/expense/transaction/1", data=parts, content_type="multipart/form-data")

    assert (answer.status, answer.body["errors"]) == (422, {"narration": ["The narration must be a string."]})
