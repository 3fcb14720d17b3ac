"""Requests that are signed as the vendor's two samples of code sign them: compact JSON, and JSON with blanks."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from tests.dialects.sync2books.caller import assert_refused

SECRET = "cs_development_demo"
BODY = {"name": "Café, Ltd", "tags": [1, 2]}

WRITERS = {
    "JSON.stringify": lambda body: json.dumps(body, separators=(",", ":"), ensure_ascii=False),
    "json.dumps": json.dumps,
}


def signed(method, path, payload, at, secret=SECRET):
    """Return the headers that both samples make."""
    timestamp = str(int(at.timestamp() * 1000))
    message = f"{method.upper()}{path}{payload}{timestamp}"
    signature = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return {"X-Signature": signature, "X-Timestamp": timestamp}


@pytest.fixture
def signing(s2b):
    """Return a client whose server's clock, as far as signatures go, is the workspace's."""
    s2b.choose("signature-clock", "workspace")
    return s2b


@pytest.mark.parametrize("writer", WRITERS)
def test_a_request_that_a_sample_signed_is_accepted(signing, writer):
    payload = WRITERS[writer](BODY)
    headers = signed("post", "/companies", payload, signing.workspace.clock.now())

    answer = signing.call("POST", "/companies", payload.encode(), headers=headers)

    assert (answer.status, answer.body["company"]["name"]) == (201, "Café, Ltd")


@pytest.mark.parametrize("writer", WRITERS)
def test_one_byte_that_was_changed_on_the_way_is_refused(signing, writer):
    payload = WRITERS[writer](BODY)
    headers = signed("POST", "/companies", payload, signing.workspace.clock.now())

    answer = signing.call("POST", "/companies", payload.replace("Ltd", "Lte").encode(), headers=headers)

    assert_refused(answer, 401, "Invalid signature", "Unauthorized")


def test_json_that_was_written_anew_after_it_was_signed_is_refused(signing):
    headers = signed("POST", "/companies", WRITERS["JSON.stringify"](BODY), signing.workspace.clock.now())

    answer = signing.call("POST", "/companies", WRITERS["json.dumps"](BODY).encode(), headers=headers)

    assert_refused(answer, 401, "Invalid signature", "Unauthorized")


@pytest.mark.parametrize("away", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_a_stamp_more_than_five_minutes_away_is_refused(signing, away):
    payload = WRITERS["json.dumps"](BODY)
    headers = signed("POST", "/companies", payload, signing.workspace.clock.now() - away)

    answer = signing.call("POST", "/companies", payload.encode(), headers=headers)

    assert_refused(answer, 401, "Request timestamp expired", "Unauthorized")


def test_a_stamp_in_seconds_is_decades_away(signing):
    payload = WRITERS["json.dumps"](BODY)
    now = signing.workspace.clock.now()
    stamp = str(int(now.timestamp()))
    signature = hmac.new(SECRET.encode(), f"POST/companies{payload}{stamp}".encode(), hashlib.sha256).hexdigest()

    answer = signing.call(
        "POST", "/companies", payload.encode(), headers={"X-Signature": signature, "X-Timestamp": stamp}
    )

    assert_refused(answer, 401, "Request timestamp expired", "Unauthorized")


def test_a_request_without_a_body_is_signed_over_its_path_alone(signing):
    headers = signed("GET", "/companies", "", signing.workspace.clock.now())

    assert signing.call("GET", "/companies", headers=headers).status == 200


def test_the_secret_is_that_of_the_keys_environment(signing):
    now = signing.workspace.clock.now()
    headers = signed("GET", "/companies", "", now, "cs_production_demo")

    assert_refused(signing.call("GET", "/companies", headers=headers), 401, "Invalid signature", "Unauthorized")
    assert signing.call("GET", "/companies", headers=headers, key="sk_production_demo").status == 200
