"""Webhooks delivered to a sink of the very server that sends them, over real sockets."""

import itertools
import time

import pytest
import requests
import standardwebhooks

from tests.functional.serving import serving

ZERO = {"until": "webhooks-exhausted"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving("--clock", "2023-05-03T12:57:58Z", cwd=tmp_path_factory.mktemp("server")) as server:
        yield server


class Steering:
    """Calls both APIs in a workspace of the server."""

    def __init__(self, server, workspace):
        self._base = f"{server.ready['url']}/w/{workspace}"
        self._key = server.ready["dialects"]["codat"]["headers"]

    def control(self, method, path, body=None):
        answer = requests.request(method, f"{self._base}/_emulator/v1{path}", json=body, timeout=20)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def codat(self, method, path, body=None):
        answer = requests.request(method, f"{self._base}/codat{path}", json=body, headers=self._key, timeout=20)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def listen(self, *types):
        """Let a sink be told, and return it."""
        sink = self.control("GET", "/sinks/hook")
        self.codat("POST", "/webhooks", {"url": sink["url"], "eventTypes": list(types)})
        return sink

    def trigger(self, event):
        self.control("POST", "/webhooks/events", {"dialect": "codat", "event": event})

    def attempts(self):
        (delivery,) = self.control("GET", "/webhooks/deliveries")["deliveries"]
        return self.control("GET", f"/webhooks/deliveries/{delivery['id']}")["attempts"]


@pytest.fixture(scope="module")
def names():
    return (f"test-{number}" for number in itertools.count(1))


@pytest.fixture
def steering(server, names):
    """Return a client of a workspace of its own."""
    return Steering(server, next(names))


def test_a_sink_is_reached_by_its_url_while_the_clock_is_advanced(steering):
    sink = steering.listen("expenses.sync.successful")
    steering.control("PUT", "/sinks/hook/program", {"answers": [500, 503]})

    steering.trigger("expenses.sync.successful")
    steering.control("POST", "/clock/advance", ZERO)

    got = steering.control("GET", "/sinks/hook")["requests"]
    assert [request["answer"]["status"] for request in got] == [500, 503, 200]
    assert len({request["headers"]["Webhook-Id"] for request in got}) == 1
    (endpoint,) = steering.control("GET", "/webhooks/endpoints")["endpoints"]
    assert endpoint["url"] == sink["url"]
    standardwebhooks.Webhook(endpoint["secret"]).verify(got[-1]["body"], got[-1]["headers"])


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ({"spoil": "reset"}, "no answer from 127.0.0.1:"),
        ({"spoil": "empty"}, "no answer from 127.0.0.1:"),
        ({"spoil": "truncate", "body": "a long enough body"}, "no answer from 127.0.0.1:"),
    ],
)
def test_a_sink_spoils_its_answer_and_the_next_attempt_comes(steering, answer, part):
    steering.listen("company.created")
    steering.control("PUT", "/sinks/hook/program", {"answers": [answer]})

    steering.trigger("company.created")
    steering.control("POST", "/clock/advance", ZERO)

    first, second = steering.attempts()
    assert part in first["reply"]["error"]
    assert second["reply"]["status"] == 200


def test_a_sink_is_slow_by_as_much_as_it_is_told(steering):
    steering.listen("company.created")
    steering.control("PUT", "/sinks/hook/program", {"answers": [{"delay_seconds": 0.3}]})
    # The message may be on its way before `advance` is asked to wait for its answer.
    began = time.monotonic()

    steering.trigger("company.created")
    steering.control("POST", "/clock/advance", ZERO)

    assert time.monotonic() - began >= 0.3
    (attempt,) = steering.attempts()
    assert attempt["reply"]["status"] == 200
