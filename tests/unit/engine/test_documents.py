from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from doubleentry.engine.documents import (
    NotJson,
    at_pointer,
    decode,
    encode,
    freeze_scalars,
    from_document,
    is_deeper,
    same,
    to_document,
)


@dataclass(frozen=True, slots=True)
class Sample:
    at: datetime
    wait: timedelta
    amount: Decimal
    tags: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "text", ["1.10", "-0.5", "1E+3", "123456789012345678901234567890.12", "12", '"é"', "null", "[]"]
)
def test_a_value_prints_as_it_was_read(text):
    assert encode(decode(text)).decode() == text


def test_a_number_with_a_fraction_is_never_a_binary_float():
    assert decode("0.1") + decode("0.2") == Decimal("0.3")


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", "[1,]", '"\\ud800"', "'a'", "1e999999999999999999999", "[" * 100_000, b"\xff", b'"\xff"']
)
def test_what_is_not_json_is_refused(text):
    with pytest.raises(NotJson):
        decode(text)


def test_a_dataclass_goes_through_a_document_and_its_text():
    sample = Sample(datetime(2022, 8, 3, 1, 2, 3, 4, UTC), timedelta(minutes=1.5), Decimal(20), ("a", "b"))

    document = to_document(sample)

    assert document["at"] == "2022-08-03T01:02:03.000004Z"
    assert from_document(decode(encode(document)), Sample) == sample


def test_only_plain_members_are_compared_in_a_search():
    document = {"a": "x", "b": 1, "c": True, "d": None, "e": Decimal("1.5"), "f": [], "g": {}}

    assert freeze_scalars(document) == {"a": "x", "b": 1, "c": True, "d": None}


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("", {"a": [{"b": 1}, "text"], "": 2, "x/y": 3, "m~n": 4, "0": 5}),
        ("/a/0/b", 1),
        ("/a/1", "text"),
        ("/", 2),
        ("/x~1y", 3),
        ("/m~0n", 4),
        ("/0", 5),
        ("/a/2", None),
        ("/a/-1", None),
        ("/a/00", None),
        ("/a/" + "9" * 5000, None),
        ("/a/1/0", None),
        ("/a/0/b/c", None),
        ("/missing/deeper", None),
    ],
)
def test_a_pointer_names_a_place_in_a_value(pointer, found):
    value = {"a": [{"b": 1}, "text"], "": 2, "x/y": 3, "m~n": 4, "0": 5}

    assert at_pointer(value, pointer) == found


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        (1, Decimal("1.0"), True),
        (True, 1, False),
        (0, False, False),
        ("1", 1, False),
        (None, None, True),
        (None, False, False),
        ([1, {"a": True}], [1, {"a": True}], True),
        ([1, {"a": True}], [1, {"a": 1}], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, [1], False),
        ((1, 2), [1, 2], True),
    ],
)
def test_values_are_equal_as_json_has_it(one, other, answer):
    assert same(one, other) is answer
    assert same(other, one) is answer


@pytest.mark.parametrize("around", [lambda value: [value], lambda value: {"a": value}])
def test_values_are_compared_however_deep_they_are(around):
    one = other = 1
    for _ in range(10_000):
        one, other = around(one), around(other)

    assert same(one, other) is True
    assert same(one, around(other)) is False


@pytest.mark.parametrize(
    ("value", "levels"),
    [(1, 0), ("[[", 0), ([], 1), ({"a": 1}, 1), ([1, [2], 3], 2), ({"a": [{"b": 1}], "c": 2}, 3)],
)
def test_it_is_told_how_deep_a_value_is(value, levels):
    assert is_deeper(value, levels) is False
    assert is_deeper(value, levels + 1) is False
    assert is_deeper(value, levels - 1) is (levels > 0)
