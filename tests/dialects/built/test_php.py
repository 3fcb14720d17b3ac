"""PHP's JSON, its numbers in text, and its query strings."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubleentry.dialects.built import php

ROWS = (Path(__file__).parents[2] / "data" / "laravel" / "laravel-http.jsonl").read_text("utf-8").splitlines()
FLOATS = next(row["body"] for row in map(json.loads, ROWS) if row.get("name") == "floats")


def test_the_measured_values_are_printed_to_the_byte():
    text = "GH\u00a2 \U0001f600 </b>&'\"\\/ \x7f\u2028"
    values = [100.0, 0.1 + 0.2, 12853.690000000002, 1e25, 1.5e-7, -0.0, text, 1e15, 1.2345678901234568e17, 1e14, 1e21]

    assert php.to_json(values) == FLOATS


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "0"),
        (-1.5, "-1.5"),
        (0.0001, "0.0001"),
        (0.00001, "1.0e-5"),
        (1e16, "10000000000000000"),
        (1e17, "1.0e+17"),
        (123456789.125, "123456789.125"),
        (2**63 - 1, "9223372036854775807"),
        (Decimal("12.50"), "12.5"),
        (Decimal("400.00"), "400"),
        (5e-324, "5.0e-324"),
        (True, "true"),
        (None, "null"),
        ("a/b\n\x01é", '"a\\/b\\n\\u0001\\u00e9"'),
        ("\x7f\\", '"\x7f\\\\"'),
        ([], "[]"),
        ({}, "{}"),
        ({"a/b": [1, {"c": 2}]}, '{"a\\/b":[1,{"c":2}]}'),
    ],
)
def test_a_value_is_printed_as_php_prints_it(value, printed):
    assert php.to_json(value) == printed


def test_an_error_is_printed_with_four_blanks_and_plain_slashes():
    assert php.to_json({"a": "b/c", "d": [1, 2], "e": []}, pretty=True) == (
        '{\n    "a": "b/c",\n    "d": [\n        1,\n        2\n    ],\n    "e": []\n}'
    )


def test_what_is_no_json_is_a_bug():
    with pytest.raises(TypeError):
        php.to_json(object())


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(json_values)
def test_what_is_printed_is_read_back(value):
    expected = json.loads(json.dumps(value), parse_int=float)

    assert json.loads(php.to_json(value), parse_int=float) == expected
    assert json.loads(php.to_json(value, pretty=True), parse_int=float) == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("a=1&a=2", {"a": "2"}),
        ("a", {"a": ""}),
        ("a=1=2", {"a": "1=2"}),
        ("+a=1", {"a": "1"}),
        ("a.b=1&c d=2", {"a_b": "1", "c_d": "2"}),
        ("a[]=1&a[]=2", {"a": {"0": "1", "1": "2"}}),
        ("a[x][y]=1&a[x][z]=2", {"a": {"x": {"y": "1", "z": "2"}}}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[=1", {"a_": "1"}),
        ("=1&[]=2", {}),
        ("a%00b=1&%00=2", {"a": "1"}),
        ("a=%C3%A9%ff", {"a": "é\ufffd"}),
        ("&".join(f"a{n}=1" for n in range(2000)), {f"a{n}": "1" for n in range(1000)}),
    ],
)
def test_a_query_string_is_read_as_php_reads_it(text, found):
    assert php.form_input(text) == found


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"a":1.0,"b":[1e400,-1e400]}', {"a": 1.0, "b": [float("inf"), float("-inf")]}),
        (b'{"a":18446744073709551616}', {"a": 1.8446744073709552e19}),
        (b"[1,[2]]", {"0": 1, "1": [2]}),
        (b'"a"', {"0": "a"}),
        (b"null", {}),
        (b"{", {}),
        (b"\xff", {}),
        (b"1" + b"0" * 400, {"0": float("inf")}),
    ],
)
def test_a_json_body_is_read_as_php_reads_it(raw, found):
    assert php.json_input(raw) == found


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("007", 7),
        (" -7 ", -7),
        ("1e3", 1000),
        (".5", Decimal("0.5")),
        ("12.10", Decimal("12.1")),
        (12.0, 12),
        (True, 1),
        ("99999999999999999999", 99999999999999999999),
        ("1e30", Decimal("1e+30")),
    ],
)
def test_a_column_keeps_the_number(value, kept):
    assert php.number(value) == kept


def test_a_variable_that_is_nested_deeper_than_64_is_passed_over():
    assert php.form_input(f"a{'[b]' * 65}=1&c=2") == {"c": "2"}
    assert php.form_input(f"a{'[b]' * 64}=1") != {}


def test_json_that_is_deeper_than_511_levels_is_none():
    assert php.json_input(b"[" * 512 + b"]" * 512) == {}
    assert php.trimmed(php.json_input(b"[" * 511 + b'" "' + b"]" * 511)) != {}


def test_a_number_beyond_all_floats_is_a_word_as_text():
    huge = php.floats([Decimal("1e400"), Decimal("-1e400")])

    assert [php.to_string(value) for value in huge] == ["INF", "-INF"]
    assert [php.whole(value) for value in huge] == [None, None]


def test_json_is_printed_however_deep_it_is():
    deep = []
    for _ in range(5000):
        deep = [deep]

    assert php.to_json(deep) == "[" * 5001 + "]" * 5001
    assert (
        php.to_json({"a": [{}, [1]]}, pretty=True)
        == '{\n    "a": [\n        {},\n        [\n            1\n        ]\n    ]\n}'
    )
