"""The paginator, against 60 outputs of the real one by the hash of their bytes; and whatever anyone can ask for."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubleentry.dialects.built import pagination, php

FILE = Path(__file__).parents[2] / "data" / "laravel" / "laravel-pagination.jsonl"
VECTORS = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]


def page(total, per_page, number, path="http://localhost/sync"):
    first = (number - 1) * per_page
    rows = [{"id": total - at} for at in range(first, min(first + per_page, total))]
    return pagination.envelope(rows, total, number, path, per_page)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"page {v['page']} of {v['total']} by {v['per_page']}")
def test_a_page_is_that_of_the_real_paginator_to_the_byte(vector):
    found = page(vector["total"], vector["per_page"], vector["page"], vector["path"])

    assert found == vector["expected"]
    wire = php.to_json(found).encode()
    assert (len(wire), hashlib.sha256(wire).hexdigest()) == (vector["wire_bytes"], vector["wire_sha256"])


def test_all_sixty_are_there():
    assert len(VECTORS) == 60


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({}, 1),
        ({"page": 2}, 2),
        ({"page": "2"}, 2),
        ({"page": 2.0}, 2),
        ({"page": True}, 1),
        ({"page": "-0"}, 1),
        ({"page": "+2"}, 2),
        ({"page": "2.0"}, 1),
        ({"page": 1e15}, 1),
        ({"page": ["2"]}, 1),
        ({"page": {"0": "2"}}, 1),
        ({"page": None}, 1),
        ({"page": "٢"}, 1),
        ({"page": "9223372036854775807"}, 2**63 - 1),
        ({"page": "9223372036854775808"}, 1),
        ({"page": "9" * 5000}, 1),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_page_is_a_whole_number_from_one_or_the_first(given, number):
    assert pagination.page_number(given) == number


@given(total=st.integers(0, 2000), per_page=st.integers(1, 60), number=st.integers(1, 500))
def test_the_links_lead_through_all_pages(total, per_page, number):
    found = page(total, per_page, number)
    first, *numbered, last = found["links"]
    labels = [link["label"] for link in numbered]

    assert found["last_page"] == max(1, -(-total // per_page))
    assert (first["url"], last["url"]) == (found["prev_page_url"], found["next_page_url"])
    assert (found["next_page_url"] is None) == (number >= found["last_page"])
    assert (found["prev_page_url"] is None) == (number == 1)
    assert [link["label"] for link in numbered if link["active"]] == [str(number)] * (number <= found["last_page"])
    assert (labels[0], labels[-1]) == ("1", str(found["last_page"]))
    assert labels.count("...") in ({0} if found["last_page"] < 14 else {1, 2})
    assert [link["url"] is None for link in numbered] == [label == "..." for label in labels]
    assert (found["from"] is None) == (found["to"] is None) == (not found["data"])
