"""What is said of a text that is no JSON, held against what Node said."""

import json
from pathlib import Path

import pytest

from doubleentry.dialects.sync2books.v8 import complaint
from tests.dialects.sync2books.caller import assert_refused

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "node" / "json-errors.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: repr(vector["text"][:20]))
def test_the_engines_own_sentence_is_told(vector):
    assert complaint(vector["text"]) == vector["message"]


@pytest.mark.parametrize("text", ["{}", "[]", ' {"a": [1, -2.5e+3, "\\u00e9\\n", true, false, null, {}]} \n', "[[[]]]"])
def test_nothing_is_said_of_json(text):
    assert complaint(text) is None


def test_however_deep_a_text_goes_it_is_read():
    assert complaint("[" * 100_000) == "Unexpected end of JSON input"


def test_a_blank_body_has_no_end(s2b):
    answer = s2b.call("POST", "/companies", b"  ")

    assert_refused(answer, 400, "Unexpected end of JSON input", "Bad Request")


@pytest.mark.parametrize("key", ["sk_development_demo", None, "unknown"])
def test_a_body_that_is_no_json_is_refused_before_a_key_is_asked_for(s2b, key):
    answer = s2b.call("POST", "/companies", b'{"name":"Acme",}', key=key)

    message = "Expected double-quoted property name in JSON at position 15"
    assert_refused(answer, 400, message, "Bad Request")


@pytest.mark.parametrize("body", [b"[" * 20_000 + b"]" * 20_000, b'{"name":"\\ud800"}'])
def test_what_no_reader_of_ours_takes_is_refused_in_the_framework_s_shape(s2b, body):
    answer = s2b.call("POST", "/companies", body)

    message = "The body is nested too deeply, or holds half a character"
    assert_refused(answer, 400, message, "Bad Request")


def test_a_byte_order_mark_is_passed_over_and_broken_bytes_are_stood_in_for(s2b):
    company = s2b.ok("POST", "/companies", b'\xef\xbb\xbf{"name":"Caf\xff"}')["company"]

    assert company["name"] == "Caf\ufffd"
