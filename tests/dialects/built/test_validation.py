"""The framework's validation, against what the real one said."""

import json
from datetime import date
from pathlib import Path

import pytest

from doubleentry.dialects.built import dates, validation

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "laravel" / "laravel-validation.json").read_text("utf-8"))
TODAY = date(2026, 11, 21)
TABLE = {"id": set(range(1, 8)), "description": {"batch 1"}}


def check(rules, data):
    return validation.check(rules, data, TODAY, lambda _table, column, value: value in TABLE[column])


@pytest.mark.parametrize("case", VECTORS["single"], ids=lambda case: f"{case['field']} {case['rules']}")
def test_a_field_gets_the_real_messages(case):
    data = {**case.get("other_fields", {}), **({} if case.get("absent") else {case["field"]: case["value"]})}

    assert check({case["field"]: case["rules"]}, data).get(case["field"], []) == case["messages"]


@pytest.mark.parametrize(
    ("rule", "value", "passes"),
    [(rule, row["value"], row["passes"]) for rule, rows in VECTORS["accept_table"].items() for row in rows],
)
def test_an_odd_value_passes_as_it_really_does(rule, value, passes):
    assert (check({"date": rule}, {"date": value}) == {}) is passes


@pytest.mark.parametrize("case", VECTORS["multi"], ids=lambda case: json.dumps(case["data"])[:60])
def test_several_fields_give_the_real_body(case):
    found = check(case["rules"], case["data"])

    expected = {} if case["passes"] else case["response_body"]["errors"]
    assert (json.dumps(found), VECTORS["top_level_message"]) == (json.dumps(expected), "The given data was invalid.")


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("expenseAccountID", "expense account i d"),
        ("income_accountID", "income account i d"),
        ("amount", "amount"),
        ("items.1.amount", "items.1.amount"),
        ("er_number", "er number"),
    ],
)
def test_each_capital_of_a_label_begins_a_word(name, label):
    assert validation.label(name) == label


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-6-5", "2024-06-05"),
        ("05-06-2024", "2024-06-05"),
        ("06/05/2024", "2024-06-05"),
        ("5 June 2024", "2024-06-05"),
        ("June 5, 2024", "2024-06-05"),
        ("Wed, 05 Jun 2024 10:00:00 +0000", "2024-06-05"),
        ("20240605", "2024-06-05"),
        ("2024-06-05T10:11:12.000000Z", "2024-06-05"),
        ("2024-W23-3", "2024-06-05"),
        ("@1717545600", "2024-06-05"),
        ("June 2024", "2024-06-01"),
        ("05.06.70", "1970-06-05"),
        ("05.06.24", None),
        ("2024-06-05 7pm", "2024-06-05"),
        ("2024-06-05Z", "2024-06-05"),
        ("2024-06-05+01:00", "2024-06-05"),
        ("2024-06-05 1000", "2024-06-05"),
        ("20240605T101112", "2024-06-05"),
        ("20240605101112", "2024-06-05"),
        ("10:00 5 June 2024", "2024-06-05"),
        ("June 5, 10:00 2024", "2024-06-05"),
        ("Thu Jun  6 10:11:12 2024", "2024-06-06"),
        ("06/Jun/2024:10:11:12 +0000", "2024-06-06"),
        ("2024:06:05 10:11:12", "2024-06-05"),
        ("2024-06-05T24:00:00", "2024-06-06"),
        ("2024-06-05 00:00:00 +0000 UTC", "2024-06-05"),
        ("noon 2024-06-05", "2024-06-05"),
        ("2024-06-05 tomorrow", "2024-06-06"),
        ("Mon, 5 June 2024", "2024-06-10"),
        ("05-Jun-24", "2024-06-05"),
        ("Jun-05-2024", "2024-06-05"),
        ("June 5, 24", "2024-06-05"),
        ("5-VI-2024", "2024-06-05"),
        ("1/2/3", "2003-01-02"),
        ("2024-5", "2024-05-01"),
        ("2024015", "2024-01-15"),
        ("2024-W53", "2024-12-30"),
        ("2024-W23-0", "2024-06-02"),
        ("5.6.2024.", "2024-06-05"),
        ("10000-01-01", "2000-01-01"),
        ("@-1", "1969-12-31"),
        ("2024156", None),
        ("2024-00-05", None),
        ("-2024-06-05", None),
        ("-12024-06-05", None),
        ("0000-W01", None),
        ("9999-12-31 tomorrow", None),
        ("9999-12-31 24:00", None),
        ("2024 June 5", None),
        ("06/05", None),
        ("2024", None),
        ("June", None),
        ("tomorrow", None),
        ("1000 1000 1000", None),
        ("2024-06-05 10:00 11:00", None),
        ("2024-06-05 2024-06-06", None),
        ("2024-06-05 June", None),
        ("2024-06-05 2024-W01", None),
        ("2024-06-05 +1 day", None),
        ("2024-06-05 00:00:00,5", None),
        ("2024-06-05 Foo/Bar", None),
        ("2024-06-05 UTC UTC UTC", None),
        ("31/12/2024", None),
        ("2024-02-30", None),
        ("0000-00-00", None),
        ("5 June", None),
        ("2024-W60", None),
        ("2024-06-05 nowhere at all", None),
        ("@99999999999999", None),
        ("\u0662\u0660\u0662\u0664-06-05", None),
    ],
)
def test_a_text_means_the_day_that_php_makes_of_it(text, day):
    found = dates.parsed(text)

    assert (None if found is None else found.isoformat()) == day


def test_a_member_that_is_called_like_the_sign_for_all_members_is_one_of_them():
    told = validation.check({"a.*.b": "required"}, {"a": {"*": {}, "x": {"b": 1}}}, TODAY)

    assert list(told) == ["a.*.b"]
