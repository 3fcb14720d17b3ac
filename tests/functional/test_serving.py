"""The command's server with all surfaces: its own refusals in their words, waits that hold nobody up, and stopping."""

import http.client
import json
import signal
import socket
import statistics
import time
from contextlib import ExitStack

import pytest

from tests.functional.serving import serving
from tests.functional.talking import Caller, ask, get, post

NO_REQUEST = "The request line is not METHOD, target and HTTP/1.1"
WAIT = json.dumps({"for": {"exchange": {"operation": "never"}}, "timeout": 60}).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving("--log-level", "warning", cwd=tmp_path_factory.mktemp("serving")) as server:
        yield server


@pytest.fixture(scope="module")
def port(server):
    return server.ready["port"]


def wait_bytes():
    return post("/_emulator/v1/wait", WAIT, "Content-Type: application/json")


def codat(status, told):
    """Return Codat's envelope, but for the correlation id."""
    return {
        "statusCode": status,
        "service": "PublicApi",
        "error": told,
        "canBeRetried": "Unknown",
        "validation": None,
        "detailedErrorCode": 0,
    }


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        (b"GET /codat/companies HTTP/1.1\r\nno colon\r\n\r\n", 400, "Error processing request - not valid."),
        (b"GET /codat/companies HTTP/1.1\r\nA: " + b"b" * 70_000, 431, "Request Header Fields Too Large"),
        (b"POST /codat/companies HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", 413, "Payload Too Large"),
        (b"GET /w/other/codat/companies HTTP/1.1\r\nno colon\r\n\r\n", 400, "Error processing request - not valid."),
        (b"GET /codat/openapi.json HTTP/1.1\r\nno colon\r\n\r\n", 400, "Error processing request - not valid."),
    ],
)
def test_a_refusal_of_the_server_s_own_is_in_codat_s_words_on_codat_s_paths(port, sent, status, told):
    answer = ask(port, sent)

    body = answer.json
    assert body.pop("correlationId")
    assert (answer.status, answer.headers["Content-Type"], body) == (status, "application/json", codat(status, told))


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /built/api/v3/sync HTTP/1.1\r\nAccept: application/json\r\nno colon\r\n\r\n", 400),
        (b"GET /built/api/v3/sync HTTP/1.1\r\nAccept: application/json\r\nA: " + b"b" * 70_000, 431),
        (
            b"POST /built/api/v3/sync HTTP/1.1\r\nAccept: application/json\r\nContent-Length: 999999999999\r\n\r\n",
            413,
        ),
    ],
)
def test_a_refusal_of_the_server_s_own_is_in_built_s_words_on_built_s_paths(port, sent, status):
    answer = ask(port, sent)

    assert (answer.status, answer.headers["Content-Type"], answer.json) == (status, "application/json", {"message": ""})


UPLOAD = (
    b"POST /sync2books/connections/x/syncs/x/transactions/x/attachments HTTP/1.1\r\n"
    b"Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 1073741824\r\n\r\n"
)


@pytest.mark.parametrize(
    ("sent", "status", "body"),
    [
        (
            b"GET /sync2books/companies HTTP/1.1\r\nno colon\r\n\r\n",
            400,
            {"message": "Bad Request", "error": "Bad Request"},
        ),
        (
            b"GET /w/other/sync2books/companies HTTP/1.1\r\nA: " + b"b" * 70_000,
            431,
            {"message": "Request Header Fields Too Large", "error": "Request Header Fields Too Large"},
        ),
        (
            b"POST /sync2books/companies HTTP/1.1\r\nContent-Length: 1073741824\r\n\r\n",
            413,
            {"message": "request entity too large"},
        ),
        (UPLOAD, 413, {"message": "File size exceeds maximum of 10MB", "error": "Payload Too Large"}),
    ],
)
def test_a_refusal_of_the_server_s_own_is_in_sync2books_words_on_its_paths(port, sent, status, body):
    answer = ask(port, sent)

    assert (answer.status, answer.headers["Content-Type"], answer.json) == (
        status,
        "application/json",
        {"statusCode": status, **body},
    )


@pytest.mark.parametrize(
    ("sent", "status", "kind", "told"),
    [
        (b"A: " + b"b" * 70_000, 431, "ServerRefused", "The header has more than 65536 bytes."),
        (
            b"Content-Length: 1073741824\r\n\r\n",
            413,
            "BodyTooLarge",
            "The body has 134217728 bytes or more.",
        ),
    ],
)
def test_a_refusal_of_the_server_s_own_is_in_our_words_on_the_control_api_s_paths(port, sent, status, kind, told):
    answer = ask(port, b"POST /_emulator/v1/faults HTTP/1.1\r\nHost: localhost\r\n" + sent)

    assert (answer.status, answer.json) == (status, {"error": {"kind": kind, "message": told}})


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        (b"nonsense\r\n\r\n", 400, NO_REQUEST),
        (b"GET /nowhere\r\n\r\n", 400, NO_REQUEST),
        (b"GET /_emulator/v1/health\r\n\r\n", 400, NO_REQUEST),
    ],
)
def test_a_refusal_is_in_our_words_where_no_vendor_s_path_was_asked(port, sent, status, told):
    answer = ask(port, sent)

    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/json")
    assert answer.json == {"error": {"kind": "ServerRefused", "message": told}}


def test_no_query_takes_long_to_read(port):
    """This took half a minute, and nobody else was answered meanwhile."""
    answer = ask(port, get(f"/codat/companies?tags={'+' * 64_000}x", "Authorization: Basic Y29kYXQtZGVtbw=="))

    assert (answer.status, answer.json["error"]) == (400, "Error parsing query - Malformed query.")


def test_what_the_server_refused_is_in_the_journal(port):
    ask(port, b"GET /codat/companies/odd HTTP/1.1\r\nEmulator-Workspace: default\r\nno colon\r\n\r\n")

    exchanges = ask(port, get("/_emulator/v1/journal")).json["exchanges"]

    found = [exchange for exchange in exchanges if exchange["request"]["path"] == "/companies/odd"]
    assert [exchange["answer"]["status"] for exchange in found] == [400]


@pytest.mark.parametrize("host", [b"", b"Host: \r\n", b"Host: no name\r\n"])
def test_a_link_leads_to_the_address_that_is_listened_on_where_no_host_is_named(port, host):
    answer = ask(port, b"GET /built/sync HTTP/1.0\r\nAuthorization: Bearer built-demo\r\n" + host + b"\r\n")

    assert answer.json["path"] == f"http://127.0.0.1:{port}/built/sync"


def test_sixty_four_waits_do_not_delay_an_ordinary_request(port):
    with ExitStack() as stack:
        for _ in range(64):
            stack.enter_context(Caller(port)).send(wait_bytes())
        answer = ask(port, get("/_emulator/v1/health"))

    assert answer.status == 200


def test_waits_are_answered_at_once_when_the_server_stops(tmp_path):
    with serving("--log-level", "warning", cwd=tmp_path) as server, ExitStack() as stack:
        callers = [stack.enter_context(Caller(server.ready["port"])) for _ in range(8)]
        for caller in callers:
            caller.send(wait_bytes())
        ask(server.ready["port"], get("/_emulator/v1/health"))
        server.process.send_signal(signal.SIGTERM)
        answers = [caller.answer() for caller in callers]
        code = server.process.wait(timeout=3)

    assert [(answer.status, answer.json) for answer in answers] == [
        (503, {"error": {"kind": "Stopping", "message": "The server stops."}})
    ] * 8
    assert code == 0


def test_a_server_that_stops_under_load_answers_all_that_it_took(tmp_path):
    with serving("--log-level", "warning", cwd=tmp_path) as server, ExitStack() as stack:
        authorization = server.ready["dialects"]["codat"]["authorization"]
        callers = [stack.enter_context(Caller(server.ready["port"])) for _ in range(32)]
        for caller in callers:
            caller.send(get("/codat/companies", f"Authorization: {authorization}"))
        server.process.send_signal(signal.SIGTERM)
        answers = [caller.answer() for caller in callers]
        code = server.process.wait(timeout=3)

    assert {answer.status for answer in answers} == {200}
    assert code == 0


def test_a_webhook_whose_receiver_does_not_answer_does_not_keep_a_server_from_stopping(tmp_path):
    endpoint = {"dialect": "built", "topics": ["bills"]}
    with serving("--log-level", "warning", cwd=tmp_path) as server, socket.create_server(("127.0.0.1", 0)) as receiver:
        receiver.settimeout(10)
        url = f"http://127.0.0.1:{receiver.getsockname()[1]}/hook"
        for path, body in (
            ("endpoints", {**endpoint, "url": url}),
            ("events", {"dialect": "built", "event": "bills.created", "record": {"id": 1}}),
        ):
            sent = post(f"/_emulator/v1/webhooks/{path}", json.dumps(body).encode(), "Content-Type: application/json")
            assert ask(server.ready["port"], sent).status == 201
        with receiver.accept()[0]:
            server.process.send_signal(signal.SIGTERM)
            code = server.process.wait(timeout=3)

    assert code == 0


@pytest.mark.slow
def test_a_server_under_load_from_many_sides_stops_in_time(tmp_path):
    with serving("--log-level", "warning", cwd=tmp_path) as server, ExitStack() as stack:
        port = server.ready["port"]
        for data in (wait_bytes(), b"GET /codat", b"", post("/codat/companies", b"12345")[:-1]):
            for _ in range(50):
                stack.enter_context(Caller(port)).send(data)
        ask(port, get("/_emulator/v1/health"))
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(timeout=6)

    assert code == 0


@pytest.mark.slow
def test_no_answer_waits_for_the_acknowledgement_of_a_packet_before_it(server, port):
    """Two sends for one answer cost 40 ms each time with some clients: their system acknowledges late."""
    authorization = {"Authorization": server.ready["dialects"]["codat"]["authorization"]}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    seconds = []
    for _ in range(50):
        began = time.perf_counter()
        connection.request("GET", "/codat/companies", headers=authorization)
        connection.getresponse().read()
        seconds.append(time.perf_counter() - began)
    connection.close()

    assert statistics.median(seconds) < 0.02


def spoiled(server, workspace, effect):
    """Order that the next answer goes wrong; return what then comes of one that is asked for, until the end."""
    port = server.ready["port"]
    authorization = f"Authorization: {server.ready['dialects']['codat']['authorization']}"
    assert ask(port, get(f"/w/{workspace}/codat/companies", authorization)).status == 200
    sent = json.dumps({"effect": effect, "times": 1}).encode()
    into = f"Emulator-Workspace: {workspace}"
    assert ask(port, post("/_emulator/v1/faults", sent, "Content-Type: application/json", into)).status == 201
    with Caller(port) as caller:
        caller.send(get(f"/w/{workspace}/codat/companies", authorization, "Connection: close"))
        return caller.rest()


def test_a_fault_resets_a_connection(server):
    with pytest.raises(ConnectionResetError):
        spoiled(server, "resets", {"transport": "reset"})


@pytest.mark.parametrize("effect", [{"transport": "empty"}, {"transport": "hang", "seconds": 0.05}])
def test_a_fault_has_a_connection_closed_without_an_answer(server, effect):
    assert spoiled(server, f"closes-{effect['transport']}", effect) == b""


@pytest.mark.parametrize("transport", ["truncate", "malform"])
def test_a_fault_makes_an_answer_that_cannot_be_read(server, transport):
    head, _, body = spoiled(server, transport, {"transport": transport}).partition(b"\r\n\r\n")

    announced = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert len(body) == (announced if transport == "malform" else announced // 2)
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


@pytest.mark.parametrize("effect", [{"transport": "drip", "seconds": 0.2}, {"delay": 0.05}])
def test_a_fault_makes_an_answer_late_and_leaves_it_whole(server, effect):
    head, _, body = spoiled(server, f"late-{len(effect)}", effect).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert "results" in json.loads(body)
