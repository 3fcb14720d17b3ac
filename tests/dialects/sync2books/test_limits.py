"""How much may be called in a minute, and how that is told."""

import pytest

from tests.dialects.sync2books.caller import OTHER_KEY, PRODUCTION_KEY, UNKNOWN, assert_refused

WINDOW_ENDS = "1767603661"


def standing(answer):
    return tuple(answer.headers.get(f"X-RateLimit-{name}") for name in ("Limit", "Remaining", "Reset"))


def test_every_call_of_a_minute_is_counted_and_told(s2b):
    assert standing(s2b.call("GET", "/companies")) == ("100", "99", WINDOW_ENDS)
    assert standing(s2b.call("GET", f"/companies/{UNKNOWN}")) == ("100", "98", WINDOW_ENDS)
    assert standing(s2b.call("POST", "/companies", {})) == ("100", "97", WINDOW_ENDS)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "/nowhere", None), ("PATCH", "/companies", None), ("POST", "/companies", b"{"), ("GET", "/bills", None)],
)
def test_what_is_refused_before_a_key_is_asked_for_is_told_and_not_counted(s2b, method, path, body):
    s2b.call("GET", "/companies")

    assert standing(s2b.call(method, path, body)) == ("100", "99", WINDOW_ENDS)
    assert standing(s2b.call("GET", "/companies")) == ("100", "98", WINDOW_ENDS)


@pytest.mark.parametrize("key", [None, "unknown"])
def test_who_is_not_known_is_not_told_how_somebody_stands(s2b, key):
    assert standing(s2b.call("GET", "/companies", key=key)) == (None, None, None)
    assert standing(s2b.call("GET", "/nowhere", key=key)) == (None, None, None)


def test_a_burst_of_as_many_again_passes_and_then_no_more(s2b):
    s2b.choose("rate-limit", "10")

    answers = [s2b.call("GET", "/companies") for _ in range(21)]

    assert [answer.status for answer in answers] == [200] * 20 + [429]
    assert [standing(answer)[1] for answer in answers[8:12]] == ["1", "0", "0", "0"]
    assert_refused(answers[-1], 429, "Rate limit exceeded", "Too Many Requests")
    assert standing(answers[-1]) == ("10", "0", WINDOW_ENDS)
    assert answers[-1].headers["Retry-After"] == "60"


def test_the_next_minute_begins_anew(s2b):
    s2b.choose("rate-limit", "1")
    statuses = [s2b.call("GET", "/companies").status for _ in range(3)]

    s2b.advance(60)

    assert statuses == [200, 200, 429]
    assert s2b.call("GET", "/companies").status == 200


def test_a_window_that_is_over_is_told_as_a_new_one(s2b):
    s2b.call("GET", "/companies")
    s2b.advance(61)

    assert standing(s2b.call("GET", "/nowhere")) == ("100", "100", "1767603722")


def test_all_keys_of_an_application_share_a_window_unless_it_is_chosen_otherwise(s2b):
    together = [standing(s2b.call("GET", "/companies", key=key))[1] for key in (PRODUCTION_KEY, None, PRODUCTION_KEY)]
    other = standing(s2b.call("GET", "/companies", key=OTHER_KEY))[1]
    s2b.choose("rate-limit-scope", "key")

    assert (together, other) == (["99", None, "98"], "99")
    assert standing(s2b.call("GET", "/companies"))[1] == "99"


def test_the_limit_can_be_taken_off(s2b):
    s2b.choose("rate-limit", "off")

    answers = [s2b.call("GET", "/companies") for _ in range(201)] + [s2b.call("GET", "/nowhere")]

    assert {answer.status for answer in answers} == {200, 404}
    assert {standing(answer) for answer in answers} == {(None, None, None)}
