"""Built-in receivers of webhooks."""

import pytest
from werkzeug.test import Client

from doubleentry.control.sinks import KEPT_CHARACTERS, MOST_REQUESTS, MOST_SINKS
from doubleentry.web.spoiling import DELAY, SPOIL, Spoil
from tests.control.conftest import BASE, Server

URL = f"{BASE}/sinks/hook"


@pytest.fixture
def send(server):
    """Return a function that sends to a sink as a webhook comes, and returns the answer."""

    def send(method="POST", sink="hook", **more):
        return server.control_app.test_client().open(f"/sinks/{sink}", method=method, base_url=BASE, **more)

    return send


def test_a_sink_is_there_as_soon_as_it_is_named_with_the_url_to_send_to(api):
    empty = {"name": "hook", "url": URL, "received": 0, "program": [], "requests": []}

    assert api.ok("GET", "/sinks/hook") == empty
    assert api.ok("GET", "/sinks") == {"sinks": []}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_sink_keeps_what_it_is_sent_and_answers_200(api, send, method):
    answer = send(method, data=b'{"a": "\xc3\xa9"}', headers={"X-Id": "7"}, query_string={"b": "1"})

    assert (answer.status_code, answer.data) == (200, b"")
    (request,) = api.ok("GET", "/sinks/hook")["requests"]
    assert request.pop("headers")["X-Id"] == "7"
    assert request == {
        "number": 1,
        "at": request["at"],
        "method": method,
        "query": "b=1",
        "body": '{"a": "é"}',
        "answer": {"status": 200, "headers": {}, "body": ""},
    }
    assert api.ok("GET", "/sinks") == {"sinks": [{"name": "hook", "url": URL, "received": 1}]}


def test_a_sink_answers_as_it_is_programmed_and_then_200_again(api, send):
    late = {"status": 503, "headers": {"Retry-After": "7"}, "body": "later"}

    programmed = api.ok("PUT", "/sinks/hook/program", {"answers": [500, late]})
    answers = [send() for _ in range(3)]

    assert programmed["program"] == [{"status": 500}, late]
    assert [(answer.status_code, answer.text) for answer in answers] == [(500, ""), (503, "later"), (200, "")]
    assert answers[1].headers["Retry-After"] == "7"
    shown = api.ok("GET", "/sinks/hook")
    assert [request["answer"]["status"] for request in shown["requests"]] == [500, 503, 200]
    assert shown["program"] == []


def test_a_program_replaces_the_one_before(api, send):
    api.ok("PUT", "/sinks/hook/program", {"answers": [500] * 5})
    api.ok("PUT", "/sinks/hook/program", {"answers": []})

    assert send().status_code == 200


@pytest.mark.parametrize(
    ("program", "key", "told"),
    [
        ({"delay_seconds": 1.5}, DELAY, 1.5),
        ({"spoil": "reset"}, SPOIL, Spoil("reset", 0)),
        ({"spoil": "drip", "seconds": 2}, SPOIL, Spoil("drip", 2)),
    ],
)
def test_what_the_server_does_to_an_answer_is_passed_on_to_it(server, api, program, key, told):
    api.ok("PUT", "/sinks/hook/program", {"answers": [program]})
    seen = {}

    def wsgi(environ, start_response):
        answer = server.control_app(environ, start_response)
        seen.update(environ)
        return answer

    Client(wsgi).post("/sinks/hook", base_url=BASE)

    assert seen[key] == told


@pytest.mark.parametrize(
    "answers",
    [
        [100],
        [600],
        ["500"],
        [True],
        [500.5],
        [{"status": 99}],
        [{"spoil": "malform"}],
        [{"code": 500}],
        [{"headers": {"X-A": "b\r\nX-Evil: 1"}}],
        [{"headers": {"X A": "b"}}],
        [{"headers": {"X-A": "\u2603"}}],
        [{"headers": {"Content-Length": "x"}}],
        500,
        [500] * 1001,
    ],
)
def test_a_program_that_does_not_fit_is_refused(api, answers):
    assert api.call("PUT", "/sinks/hook/program", {"answers": answers}).status == 422
    assert api.ok("GET", "/sinks/hook")["program"] == []


def test_sinks_are_apart_from_each_other_and_cleared_alone(api, send):
    for sink in ("hook", "other"):
        send(sink=sink)
    api.ok("PUT", "/sinks/hook/program", {"answers": [500]})

    assert api.delete("/sinks/hook/requests").status == 204

    assert api.ok("GET", "/sinks/hook") == {"name": "hook", "url": URL, "received": 0, "program": [], "requests": []}
    assert api.ok("GET", "/sinks/other")["received"] == 1


def test_of_many_requests_the_last_are_kept_and_of_a_long_one_the_start(api, send):
    for _ in range(MOST_REQUESTS + 1):
        send()
    send(data="x" * (KEPT_CHARACTERS + 1))

    shown = api.ok("GET", "/sinks/hook")

    assert shown["received"] == MOST_REQUESTS + 2
    assert [request["number"] for request in shown["requests"]] == list(range(3, MOST_REQUESTS + 3))
    assert shown["requests"][-1]["body"] == "x" * KEPT_CHARACTERS


def test_of_many_sinks_the_last_are_kept(api, send):
    for number in range(MOST_SINKS + 1):
        send(sink=f"hook-{number}")
    send(sink="hook-7")

    assert [sink["name"] for sink in api.ok("GET", "/sinks")["sinks"]] == [
        f"hook-{number}" for number in range(1, MOST_SINKS + 1)
    ]
    assert api.ok("GET", "/sinks/hook-0")["requests"] == []


@pytest.mark.parametrize("name", ["-hook", "a b", "a" * 65, "%C3%A9"])
def test_a_name_that_no_sink_can_have_is_refused(server, name):
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/requests")):
        answer = server.control_app.test_client().open(f"/sinks/{name}{path}", method=method, base_url=BASE)

        assert (answer.status_code, answer.json["error"]["location"]) == (422, "path")


def test_a_sink_belongs_to_its_workspace_and_its_url_says_so(server, send):
    client = server.control_app.test_client()
    environ = {"doubleentry.workspace": "mine", "doubleentry.mount": "/_emulator/v1"}
    send()

    shown = client.get("/sinks/hook", base_url=BASE, environ_overrides=environ).json

    assert (shown["url"], shown["received"]) == (f"{BASE}/w/mine/_emulator/v1/sinks/hook", 0)


def test_a_sink_takes_requests_without_a_token_and_shows_them_to_who_has_it(transport):
    server = Server(transport=transport)
    server.host.token = "a-long-enough-token"
    client = server.control_app.test_client()

    assert client.post("/sinks/hook").status_code == 200
    for method, path in (("GET", "/sinks/hook"), ("GET", "/sinks"), ("PUT", "/sinks/hook/program"), ("POST", "/reset")):
        assert client.open(path, method=method).status_code == 401
    shown = client.get("/sinks/hook", headers={"Authorization": "Bearer a-long-enough-token"}).json
    assert shown["received"] == 1


def test_a_reset_forgets_what_a_sink_was_sent(api, send):
    send()

    api.ok("POST", "/reset")

    assert api.ok("GET", "/sinks/hook")["received"] == 0
