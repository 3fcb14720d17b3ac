"""Codat's query language, on rows of its own."""

import pytest

from doubleentry.dialects.codat.errors import Refused
from doubleentry.dialects.codat.querying import DEEPEST, matching, ordering, tagged

ROWS = [
    {"id": "1", "status": "Paid", "created": "2021-01-28T00:00:00.0000000Z", "ref": {"id": "61"}},
    {"id": "2", "status": "paid late", "created": "2021-01-28T12:00:00+02:00", "lines": [{"kind": "a"}, {"kind": "b"}]},
    {"id": "3", "status": None, "created": "2022-08-03T01:30:09.0797213Z", "lines": [{"kind": "a"}], "open": True},
]
PROPERTIES = ("id", "status", "created", "lastSync", "ref.id", "lines.kind", "open")


def found(query):
    test = matching(query, PROPERTIES, "Row")
    return "".join(row["id"] for row in ROWS if test(row))


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("status=paid", "1"),
        ("status = PAID", "1"),
        ("status!=paid", "23"),
        ("status~AID", "12"),
        ("status~", "12"),
        ("STATUS=Paid", "1"),
        ("open=TRUE", "3"),
        ("open!=true", "12"),
        ("created=2021-01-28", "1"),
        ("created=2021-01-28T10:00:00Z", "2"),
        ("created!=2021-01-28", "23"),
        ("created>2021-01-28", "23"),
        ("created>=2021-01-28", "123"),
        ("created<2021-01-28T10:00:00Z", "1"),
        ("created<=2021-01-28T10:00:00Z", "12"),
        ("created>=2022-08-03T01:30:09.0797213Z", "3"),
        ("created>0001-01-01T00:00:00+23:59", "123"),
        ("lastSync!=2021-01-28", "123"),
        ("lastSync=2021-01-28", ""),
        ("ref.id=61", "1"),
        ("ref.id!=61", "23"),
        ("lines.kind=b", "2"),
        ("lines.kind!=b", "13"),
        ("lines.kind!=a&&lines.kind!=b", "1"),
        ("id=1||id=2", "12"),
        ("id=1||id=2&&status=nothing", "1"),
        ("{id=1||id=2}&&status~late", "2"),
        ("status~late && {id=1 || id=2}", "2"),
        ("{{id=1}}", "1"),
        ("{ {id=1 || id=2} && {id=2 || id=3} }", "2"),
        ("id=1 && ", None),
        ("", "123"),
        ("   ", "123"),
    ],
)
def test_a_query_finds_the_rows_that_it_describes(query, ids):
    if ids is None:
        with pytest.raises(Refused):
            found(query)
    else:
        assert found(query) == ids


@pytest.mark.parametrize(
    "query",
    [
        "id",
        "=1",
        "id=1&&",
        "&&id=1",
        "id=1||",
        "{id=1",
        "id=1}",
        "{}",
        "id=1 id",
        "id=1{id=2}",
        "id=1&&&&id=2",
        "5=5",
        "status>paid",
        "status<=paid",
        "created~2021",
        "created=yesterday",
        "created>",
        "created>2021-13-01",
        "id==1",
        "id&&1",
        "!id=1",
        "{" * 2000,
        "{" * (DEEPEST + 1) + "id=1" + "}" * (DEEPEST + 1),
    ],
)
def test_a_query_that_cannot_be_read_is_refused_whatever_rows_there_are(query):
    if query in {"id=1 id", "id==1"}:
        # A value may hold anything but what joins and groups.
        assert found(query) == ""
        return
    with pytest.raises(Refused, match="Malformed query"):
        matching(query, PROPERTIES, "Row")


def test_braces_may_be_nested_as_deep_as_anybody_would():
    assert found("{" * DEEPEST + "id=1" + "}" * DEEPEST) == "1"


def test_an_unknown_property_is_named_as_it_was_sent():
    with pytest.raises(Refused, match="Could not resolve property isCompleted on Row"):
        matching("id=1&&isCompleted=1", PROPERTIES, "Row")


def test_rows_without_the_property_come_first_in_order():
    assert [row["id"] for row in ordering("status", PROPERTIES, "Row")(ROWS)] == ["3", "1", "2"]
    assert [row["id"] for row in ordering("-created", PROPERTIES, "Row")(ROWS)] == ["3", "2", "1"]
    assert [row["id"] for row in ordering("-lastSync", PROPERTIES, "Row")(ROWS)] == ["1", "2", "3"]
    assert [row["id"] for row in ordering("lines.kind", PROPERTIES, "Row")(ROWS)] == ["1", "2", "3"]


def test_a_tag_is_compared_by_its_exact_key_and_its_value_in_any_case():
    tags = {"region": "UK", "a.b": "c"}

    assert [tagged(query)(tags) for query in ("region=uk", "Region=uk", "a.b=C", "region~k", "gone!=x", "gone=x")] == [
        True,
        False,
        True,
        True,
        True,
        False,
    ]
