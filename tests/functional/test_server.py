"""What the HTTP server does on the wire, with a small application that does what the path says."""

import gc
import http.client
import io
import json
import re
import socket
import threading
from contextlib import ExitStack

import pytest

from doubleentry.server.connections import Connection
from doubleentry.server.http import Bounds
from doubleentry.server.requests import Request
from doubleentry.web.pipeline import REFUSED
from doubleentry.web.spoiling import DELAY, SPOIL, Spoil
from doubleentry.web.waiting import HOLD, TooManyWaiting, waiting
from tests.functional.talking import SECONDS, Caller, ask, get, post, served

HELD = 64
PATHS = re.compile(rb'"path": "([^"]*)"')
MEBIBYTE = 1024 * 1024
LARGE = 8 * MEBIBYTE
"""More than the system takes of an answer that nobody reads."""
STREAMED = {"/stream": [b"one ", b"two"], "/large": [b"x" * LARGE]}


class Toy:
    """Answers what was asked; `/wait` when told to, `/block` too, without saying that it waits."""

    def __init__(self):
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if REFUSED in environ:
            return self.told(start_response, {"refused": str(environ[REFUSED]), "path": path}, environ[REFUSED].status)
        if path == "/wait":
            try:
                with waiting(environ):
                    self.begun.release()
                    assert self.go_on.wait(SECONDS)
            except TooManyWaiting as refused:
                return self.told(start_response, {"refused": str(refused)}, 503)
        if path == "/block":
            self.begun.release()
            assert self.go_on.wait(SECONDS)
        if path in STREAMED:
            start_response("200 OK", [("Content-Type", "text/plain")])
            self.begun.release()
            return iter(STREAMED[path])
        if path == "/nothing":
            start_response("204 No Content", [])
            return []
        if path == "/bug":
            start_response("200 OK", [("X-Odd", "\N{SNOWMAN}")])
            return [b""]
        if path.startswith("/spoil/"):
            how, _, seconds = path.removeprefix("/spoil/").partition("/")
            environ[SPOIL] = Spoil(how, float(seconds or 0))
            self.begun.release()
        if path.startswith("/delay/"):
            environ[DELAY] = float(path.removeprefix("/delay/"))
            self.begun.release()
        body = environ["wsgi.input"].read()
        return self.told(start_response, {"method": environ["REQUEST_METHOD"], "path": path, "body": len(body)})

    def told(self, start_response, document, status=200):
        body = json.dumps(document).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), ("X-RateLimit", "1")]
        start_response(f"{status} {http.client.responses[status]}", headers)
        return [body]


@pytest.fixture
def toy():
    return Toy()


@pytest.fixture
def server(toy):
    with served(toy) as server:
        yield server
        toy.go_on.set()


@pytest.fixture
def port(server):
    return server.port


def calling(stack, port, data, count=1):
    """Open connections that each send the same; they are closed with the stack."""
    callers = [stack.enter_context(Caller(port)) for _ in range(count)]
    for caller in callers:
        caller.send(data)
    return callers


def begun(toy, count):
    """Wait until so many requests are with the application."""
    for _ in range(count):
        assert toy.begun.acquire(timeout=SECONDS)


# ----------------------------------------------------------------------------------------------------- ordinary answers


def test_an_answer_goes_out_with_the_header_names_as_they_were_written(port):
    with Caller(port) as caller:
        caller.send(get("/a", "Connection: close"))
        received = caller.rest()

    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
    assert [line.split(b":")[0] for line in lines[1:]] == [
        b"Content-Type",
        b"Content-Length",
        b"X-RateLimit",
        b"Date",
        b"Connection",
    ]
    assert json.loads(body) == {"method": "GET", "path": "/a", "body": 0}


def test_an_answer_is_sent_in_one_piece(port):
    with Caller(port) as caller:
        caller.send(get("/a"))
        received = caller.socket.recv(65536)

    assert received.endswith(b'{"method": "GET", "path": "/a", "body": 0}')


def test_a_connection_is_kept_for_the_next_request(port):
    with Caller(port) as caller:
        caller.send(get("/a"))
        first = caller.answer()
        caller.send(get("/b"))
        second = caller.answer()

    assert (first.json["path"], second.json["path"]) == ("/a", "/b")
    assert "Connection" not in first.headers


def test_a_connection_is_kept_after_an_answer_without_a_body(port):
    with Caller(port) as caller:
        caller.send(get("/nothing"))
        first = caller.answer()
        caller.send(get("/b"))
        second = caller.answer()

    assert (first.status, first.body, second.status) == (204, b"", 200)


def test_pipelined_requests_are_answered_in_their_order(port):
    with Caller(port) as caller:
        caller.send(b"".join(get(f"/{number}") for number in range(50)) + get("/50", "Connection: close"))
        received = caller.rest()

    assert PATHS.findall(received) == [f"/{number}".encode() for number in range(51)]


def test_pipelined_requests_are_answered_in_their_order_when_the_first_is_late(port):
    with Caller(port) as caller:
        caller.send(get("/delay/0.05") + get("/b", "Connection: close"))
        received = caller.rest()

    assert PATHS.findall(received) == [b"/delay/0.05", b"/b"]


def test_a_client_that_has_closed_its_side_is_still_answered(port):
    with Caller(port) as caller:
        caller.send(get("/delay/0.05"))
        caller.socket.shutdown(socket.SHUT_WR)
        received = caller.rest()

    assert received.endswith(b'"path": "/delay/0.05", "body": 0}')


def test_a_client_of_http_1_0_is_answered_and_the_connection_closed(port):
    with Caller(port) as caller:
        caller.send(get("/a", version="1.0"))
        received = caller.rest()

    assert received.startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in received


def test_a_client_of_http_1_0_may_keep_its_connection(port):
    with Caller(port) as caller:
        caller.send(get("/a", "Connection: keep-alive", version="1.0"))
        first = caller.answer()
        caller.send(get("/b", version="1.0"))
        second = caller.answer()

    assert (first.headers["Connection"], second.json["path"]) == ("keep-alive", "/b")


def test_a_client_that_asks_for_the_end_among_other_things_is_given_it(port):
    with Caller(port) as caller:
        caller.send(get("/a", "Connection: TE, Close"))
        received = caller.rest()

    assert b"\r\nConnection: close\r\n" in received


def test_head_is_answered_with_the_length_and_no_body(port):
    with Caller(port) as caller:
        caller.send(get("/a").replace(b"GET", b"HEAD"))
        first = caller.answer("HEAD")
        caller.send(get("/b"))
        second = caller.answer()

    assert (first.headers["Content-Length"], first.body, second.json["path"]) == ("43", b"", "/b")


def test_an_answer_of_unknown_length_comes_in_chunks(port):
    with Caller(port) as caller:
        caller.send(get("/stream"))
        first = caller.answer()
        caller.send(get("/b"))
        second = caller.answer()

    assert (first.headers["Transfer-Encoding"], first.body) == ("chunked", b"one two")
    assert second.json["path"] == "/b"


def test_an_answer_of_unknown_length_to_http_1_0_ends_with_the_connection(port):
    with Caller(port) as caller:
        caller.send(get("/stream", "Connection: keep-alive", version="1.0"))
        received = caller.rest()

    assert received.endswith(b"\r\n\r\none two")
    assert b"chunked" not in received


def test_an_absolute_target_is_answered_as_its_path(port):
    answer = ask(port, get("http://somewhere.example:81/a/b?c=d"))

    assert (answer.status, answer.json["path"]) == (200, "/a/b")


def test_bytes_beyond_ascii_in_a_header_are_taken(port):
    answer = ask(port, get("/a", "X-Name: Zo\xeb \xff"))

    assert answer.status == 200


def test_an_answer_that_cannot_be_sent_is_told_as_a_bug(port, caplog):
    answer = ask(port, get("/bug"))

    assert (answer.status, answer.headers["Content-Type"]) == (500, "application/json")
    assert answer.json["error"]["kind"] == "Bug"
    assert "UnicodeEncodeError" in caplog.text


@pytest.mark.parametrize("path", ["/a", "/delay/0.01"])
def test_an_answer_that_fails_on_its_way_out_ends_its_own_connection_and_nothing_else(port, monkeypatch, caplog, path):
    def fail(_connection, _data):
        raise OSError(28, "No space left on device")

    with Caller(port) as caller, monkeypatch.context() as patched:
        patched.setattr(Connection, "_send", fail)
        caller.send(get(path))
        received = caller.rest()
    after = ask(port, get("/a"))

    assert received == b""
    assert after.status == 200
    assert "No space left on device" in caplog.text


# --------------------------------------------------------------------------------------------------------------- bodies


@pytest.mark.parametrize("method", [b"GET", b"POST"])
def test_who_expects_to_be_told_to_go_on_without_having_a_body_is_answered(port, method):
    answer = ask(port, get("/a", "Expect: 100-continue").replace(b"GET", method))

    assert (answer.status, answer.json["method"]) == (200, method.decode())


def test_who_expects_to_be_told_to_go_on_is_told_and_answered(port):
    head, _, body = post("/a", b"12345", "Expect: 100-continue").partition(b"\r\n\r\n")
    with Caller(port) as caller:
        caller.send(head + b"\r\n\r\n")
        told = caller.socket.recv(100)
        caller.send(body)
        answer = caller.answer()

    assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert answer.json["body"] == 5


def test_who_expects_to_be_told_to_go_on_with_too_much_is_refused_instead(port):
    answer = ask(port, get("/a", "Expect: 100-continue", f"Content-Length: {1024 * MEBIBYTE}"))

    assert answer.status == 413


CHUNKED = get("/a", "Transfer-Encoding: chunked").replace(b"GET", b"POST")


def test_a_body_may_come_in_chunks(port):
    answer = ask(port, CHUNKED + b"5;name=value\r\n12345\r\na\r\n1234567890\r\n0\r\nTrailer: x\r\n\r\n")

    assert answer.json == {"method": "POST", "path": "/a", "body": 15}


@pytest.mark.parametrize(
    ("chunk", "status", "told"),
    [
        (b"xyz\r\n", 400, "Invalid chunk size"),
        (b"-5\r\n", 400, "Invalid chunk size"),
        (b"5\r\n1234567", 400, "Chunk not properly terminated"),
        (b"5" + b";a" * 3000, 400, "A chunk's size or the trailer is too long."),
        (b"ffffffffffff\r\n", 413, f"The body has {128 * MEBIBYTE} bytes or more."),
        (b"f" * 100 + b"\r\n", 413, f"The body has {128 * MEBIBYTE} bytes or more."),
    ],
)
def test_a_chunk_that_is_malformed_or_too_large_is_refused(port, chunk, status, told):
    answer = ask(port, CHUNKED + chunk)

    assert (answer.status, answer.json) == (status, {"refused": told, "path": "/a"})


# ------------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("sent", "status", "told", "path"),
    [
        (b"nonsense\r\n\r\n", 400, "The request line is not METHOD, target and HTTP/1.1", ""),
        (b"GET /a\r\n\r\n", 400, "The request line is not METHOD, target and HTTP/1.1", "/a"),
        (b"GET /a%2Fb%C3%A9\r\n\r\n", 400, "The request line is not METHOD, target and HTTP/1.1", "/a/b\xc3\xa9"),
        (b"GET /a b HTTP/1.1\r\n\r\n", 400, "Start line is invalid", "/a"),
        (b"get /a HTTP/1.1\r\n\r\n", 400, 'Malformed HTTP method "get"', "/a"),
        (b"GET /a HTTP/1.1\nHost: x\n\n", 400, "A line of the header does not end in CR LF.", "/a"),
        (b"GET /a HTTP/1.1\r\nHost: x\n", 400, "A line of the header does not end in CR LF.", "/a"),
        (b"GET /a HTTP/1.1\r\nA: b\0c\r\n\r\n", 400, "Invalid header", "/a"),
        (b"GET /a\0 HTTP/1.1\r\n\r\n", 400, "The request line has control characters", "/a\0"),
        (b"GET /a HTTP/1.1\r\nno colon\r\n\r\n", 400, "Invalid header", "/a"),
        (b"GET /a HTTP/1.1\r\nA : b\r\n\r\n", 400, "Invalid header", "/a"),
        (b"GET http://[a/b HTTP/1.1\r\n\r\n", 400, "The request target cannot be read: Invalid IPv6 URL.", "/b"),
        (b"POST /a HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400, "Content-Length is invalid", "/a"),
        (b"POST /a HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "Content-Length is invalid", "/a"),
        (
            b"POST /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            400,
            "Content-Length is invalid",
            "/a",
        ),
        (
            b"POST /a HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "Both Content-Length and Transfer-Encoding are there",
            "/a",
        ),
        (
            b"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            "HTTP/1.0 has no Transfer-Encoding",
            "/a",
        ),
        (
            b"POST /a HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            501,
            "Transfer-Encoding requested is not supported.",
            "/a",
        ),
        (b"GET /a HTTP/2.0\r\n\r\n", 505, "HTTP/2.0 is not spoken here; HTTP/1.1 is", "/a"),
        (b"GET /a HTTP/1.1\r\nA: " + b"b" * 70_000, 431, "The header has more than 65536 bytes.", "/a"),
        (b"GET /a?" + b"b" * 70_000, 414, "The request line is too long.", "/a"),
        (
            b"POST /a HTTP/1.1\r\nContent-Length: 999999999999999999999\r\n\r\n",
            413,
            f"The body has {128 * MEBIBYTE} bytes or more.",
            "/a",
        ),
        (
            b"POST /a HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
            413,
            f"The body has {128 * MEBIBYTE} bytes or more.",
            "/a",
        ),
    ],
)
def test_what_is_no_request_is_refused_by_the_application_s_words_and_the_connection_closed(
    port, sent, status, told, path
):
    with Caller(port) as caller:
        caller.send(sent)
        answer = caller.answer()
        after = caller.rest()

    assert (answer.status, answer.json) == (status, {"refused": told, "path": path})
    assert (answer.headers["Content-Type"], answer.headers["Connection"]) == ("application/json", "close")
    assert after == b""


LONG = 64_000


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /a HTTP/1.1\r\nA:" + b" " * LONG + b"b", 200),
        (b"GET /a HTTP/1.1\r\nA:" + b" " * LONG + b"\0", 400),
        (b"GET /a HTTP/1.1\r\nA:\r\n" + b" " * LONG + b"b", 200),
        (b"GET /a HTTP/1.1\r\nA:" + b"\t\r\n " * (LONG // 4) + b"b", 200),
        (b"GET /a HTTP/1.1\r\nA:" + b" b" * (LONG // 2) + b"\0", 400),
        (b"GET a://" + b"1" * LONG + b" b HTTP/1.1", 400),
        (b"GET /a HTTP/1.2\r\nA:" + b" " * LONG + b"\xff", 505),
    ],
)
def test_no_header_takes_long_to_read(port, head, status):
    """Each of these took from ten seconds to minutes, and nobody else was answered meanwhile."""
    assert ask(port, head + b"\r\n\r\n").status == status


def test_a_header_may_speak_of_how_bodies_are_sent(port):
    answer = ask(port, post("/a", b"12345", "X-Note: not Transfer-Encoding: chunked"))

    assert answer.json == {"method": "POST", "path": "/a", "body": 5}


def test_blanks_before_a_value_are_no_part_of_it(port):
    answer = ask(port, b"POST /a HTTP/1.1\r\nContent-Length: \t \r\n  5\r\n\r\n12345")

    assert answer.json == {"method": "POST", "path": "/a", "body": 5}


def test_a_client_that_sends_all_of_a_body_that_is_too_large_still_reads_why(port):
    head = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 134217728\r\n\r\n"
    piece = b"x" * MEBIBYTE
    with Caller(port) as caller:
        caller.send(head)
        for _ in range(32):
            caller.send(piece)
        answer = caller.answer()

    assert answer.status == 413


def test_what_follows_a_refused_request_is_not_answered_even_while_that_is_being_let_go(port, monkeypatch):
    """The thread that leads may read on while another still closes the files of what it has refused."""
    read, reads = threading.Event(), []
    close, received, handle_read = Request.close, Connection.received, Connection.handle_read

    def close_late(request):
        assert request.refusal is None or read.wait(SECONDS)
        close(request)

    def receive(connection, data):
        if reads[1:]:
            read.set()
        return received(connection, data)

    def read_on(connection):
        reads.append(connection)
        handle_read(connection)
        if reads[1:]:
            read.set()

    monkeypatch.setattr(Request, "close", close_late)
    monkeypatch.setattr(Connection, "received", receive)
    monkeypatch.setattr(Connection, "handle_read", read_on)
    with Caller(port) as caller:
        caller.send(b"GET /a HTTP/2.0\r\n\r\n")
        refused = caller.answer()
        caller.send(get("/b"))
        after = caller.rest()

    assert (refused.status, after) == (505, b"")


def test_a_flood_of_headers_is_refused_and_nobody_else_waits(port):
    with Caller(port) as flooding:
        flooding.send(get("/a")[:-2] + b"A: b\r\n" * 20_000)
        answer = flooding.answer()
        other = ask(port, get("/b"))

    assert (answer.status, other.status) == (431, 200)


def test_a_header_that_does_not_come_is_answered_with_408(toy):
    with served(toy, bounds=Bounds(header_seconds=0.1)) as server, Caller(server.port) as caller:
        caller.send(b"GET /a HTTP/1.1\r\nHost:")
        answer = caller.answer()

    assert (answer.status, answer.json) == (408, {"refused": "The header did not come within 0.1 s.", "path": "/a"})


def test_a_body_that_does_not_come_is_answered_with_408(toy):
    with served(toy, bounds=Bounds(body_seconds=0.1)) as server, Caller(server.port) as caller:
        caller.send(post("/a", b"12345")[:-1])
        answer = caller.answer()

    assert (answer.status, answer.json) == (408, {"refused": "Nothing more of the body came for 0.1 s.", "path": "/a"})


# ----------------------------------------------------------------------------------------------------- held and spoiled


@pytest.mark.parametrize("path", ["/wait", "/block", "/delay/600", "/spoil/hang", "/spoil/hang/600", "/spoil/drip/600"])
def test_sixty_four_held_requests_do_not_delay_an_ordinary_one(toy, port, path):
    with ExitStack() as stack:
        calling(stack, port, get(path), HELD)
        begun(toy, HELD)
        answer = ask(port, get("/a"))
        toy.go_on.set()

    assert answer.status == 200


def test_held_requests_take_no_more_than_two_threads_when_the_server_holds_them(toy, server):
    with ExitStack() as stack:
        calling(stack, server.port, get("/delay/600"), HELD)
        begun(toy, HELD)
        names = [thread.name for thread in threading.enumerate()]

    assert names.count("worker") < HELD / 2


def test_one_wait_too_many_is_refused_and_ordinary_requests_are_answered(toy, port):
    with ExitStack() as stack:
        calling(stack, port, get("/wait"), 240)
        begun(toy, 240)
        refused = ask(port, get("/wait"))
        answer = ask(port, get("/a"))
        toy.go_on.set()

    assert (refused.status, answer.status) == (503, 200)


def test_a_delayed_answer_comes_whole_and_the_connection_is_kept(port):
    with Caller(port) as caller:
        caller.send(get("/delay/0.05"))
        first = caller.answer()
        caller.send(get("/b"))
        second = caller.answer()

    assert (first.json["path"], second.json["path"]) == ("/delay/0.05", "/b")


def test_a_reset_resets_the_connection_and_no_other(port):
    with Caller(port) as other, Caller(port) as caller:
        other.send(get("/a"))
        other.answer()
        caller.send(get("/spoil/reset"))
        with pytest.raises(ConnectionResetError):
            caller.socket.recv(1)
        other.send(get("/b"))
        answer = other.answer()

    assert answer.json["path"] == "/b"


def test_an_empty_reply_is_a_closed_connection_without_a_byte(port):
    with Caller(port) as caller:
        caller.send(get("/spoil/empty"))
        received = caller.rest()

    assert received == b""


def test_a_truncated_answer_has_its_whole_head_and_half_of_its_body(port):
    with Caller(port) as caller:
        caller.send(get("/spoil/truncate"))
        received = caller.rest()

    head, _, body = received.partition(b"\r\n\r\n")
    whole = json.dumps({"method": "GET", "path": "/spoil/truncate", "body": 0}).encode()
    assert f"Content-Length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]


def test_a_dripped_answer_comes_in_pieces_and_the_connection_is_kept(port):
    with Caller(port) as caller:
        caller.send(get("/spoil/drip/0.3"))
        first = caller.socket.recv(65536)
        rest = b""
        while not rest.endswith(b"}"):
            rest += caller.socket.recv(65536)
        caller.send(get("/b"))
        second = caller.answer()

    whole = first + rest
    assert len(first) < len(whole) / 2
    assert whole.partition(b"\r\n\r\n")[2] == b'{"method": "GET", "path": "/spoil/drip/0.3", "body": 0}'
    assert second.json["path"] == "/b"


def test_an_answer_that_hangs_for_a_while_is_then_a_closed_connection(port):
    with Caller(port) as caller:
        caller.send(get("/spoil/hang/0.05"))
        received = caller.rest()

    assert received == b""


def test_a_hanging_connection_is_let_go_when_the_client_goes(toy, server):
    with Caller(server.port) as caller:
        caller.send(get("/spoil/hang"))
        begun(toy, 1)
        caller.socket.shutdown(socket.SHUT_WR)
        received = caller.rest()

    assert received == b""


def test_a_connection_that_is_gone_is_not_remembered_until_its_answer_would_be_due(toy, server):
    for _ in range(20):
        with Caller(server.port) as caller:
            caller.send(get("/spoil/hang"))
            begun(toy, 1)
            caller.socket.shutdown(socket.SHUT_WR)
            caller.rest()
    ask(server.port, get("/a"))
    gc.collect()

    assert sum(type(each) is Connection for each in gc.get_objects()) < 10


# --------------------------------------------------------------------------------------------------------------- bounds


def test_one_connection_too_many_ends_the_one_that_has_been_silent_longest(toy):
    with served(toy, bounds=Bounds(connections=3)) as server, ExitStack() as stack:
        callers = []
        for _ in range(4):
            callers += calling(stack, server.port, get("/a"))
            callers[-1].answer()
        longest = callers[0].rest()
        callers[1].send(get("/b"))
        answer = callers[1].answer()

    assert (longest, answer.status) == (b"", 200)


def test_one_connection_too_many_is_told_503_when_all_are_busy(toy):
    with served(toy, bounds=Bounds(connections=3)) as server, ExitStack() as stack:
        calling(stack, server.port, get("/delay/600"), 3)
        begun(toy, 3)
        with Caller(server.port) as caller:
            answer = caller.answer()

    assert (answer.status, answer.json) == (503, {"refused": "3 connections are open, and all are busy.", "path": ""})


def test_an_idle_connection_is_closed_after_a_while(toy):
    with served(toy, bounds=Bounds(idle_seconds=0.1)) as server, Caller(server.port) as caller:
        caller.send(get("/a"))
        caller.answer()
        rest = caller.rest()

    assert rest == b""


def test_a_client_that_does_not_read_is_not_answered_more_and_more(toy, port):
    """All that it could ask in one packet would otherwise be made, and kept."""
    with Caller(port) as caller:
        caller.send(get("/large") + get("/large", "Connection: close"))
        begun(toy, 1)
        ask(port, get("/delay/0.2"))
        begun(toy, 1)
        made_unread = toy.begun.acquire(blocking=False)
        received = caller.rest()

    assert (made_unread, received.count(b"HTTP/1.1 200"), received.count(b"x" * LARGE)) == (False, 2, 2)


def test_a_client_that_reads_nothing_of_an_answer_is_let_go_after_a_while(toy):
    with served(toy, bounds=Bounds(idle_seconds=0.1)) as server, Caller(server.port) as caller:
        caller.send(get("/large"))
        begun(toy, 1)
        ask(server.port, get("/delay/1.5"))
        received = caller.rest()

    assert len(received) < LARGE


def test_five_hundred_connections_that_are_idle_or_slow_keep_nobody_waiting(port):
    with ExitStack() as stack:
        calling(stack, port, b"GET /a HTTP/1.1\r\nHost:", 250)
        calling(stack, port, b"", 250)
        answer = ask(port, get("/a"))

    assert answer.status == 200


# ------------------------------------------------------------------------------------------------------------- stopping


def test_what_is_in_flight_is_finished_when_the_server_stops(toy):
    with ExitStack() as stack:
        with served(toy, on_stop=toy.go_on.set) as server:
            waits = calling(stack, server.port, get("/wait"), 10)
            late = calling(stack, server.port, get("/delay/600"), 10)
            drips = calling(stack, server.port, get("/spoil/drip/600"), 10)
            (hangs,) = calling(stack, server.port, get("/spoil/hang"))
            begun(toy, 31)
        answers = [caller.answer() for caller in [*waits, *late, *drips]]
        hung = hangs.rest()

    assert [answer.status for answer in answers] == [200] * 30
    assert hung == b""


def test_a_stopping_server_takes_in_nobody(toy):
    with served(toy) as server:
        pass

    with pytest.raises(ConnectionRefusedError):
        Caller(server.port)


def test_a_request_that_does_not_end_does_not_keep_a_server_from_stopping(toy):
    with ExitStack() as stack:
        with served(toy, bounds=Bounds(drain_seconds=0.1)) as server:
            (caller,) = calling(stack, server.port, get("/block"))
            begun(toy, 1)
        rest = caller.rest()
        toy.go_on.set()

    assert rest == b""


def test_an_answer_that_is_being_sent_when_the_server_ends_is_given_up_in_silence(toy, monkeypatch, caplog):
    begins, ended, senders = threading.Semaphore(0), threading.Event(), []
    send = Connection.send

    def send_late(connection, data, **options):
        senders.append(threading.current_thread())
        begins.release()
        assert ended.wait(SECONDS)
        return send(connection, data, **options)

    with ExitStack() as stack:
        with served(toy, bounds=Bounds(drain_seconds=0.1)) as server:
            monkeypatch.setattr(Connection, "send", send_late)
            (caller,) = calling(stack, server.port, get("/a"))
            assert begins.acquire(timeout=SECONDS)
        ended.set()
        rest = caller.rest()
        senders[0].join(SECONDS)

    assert (rest, caplog.text) == (b"", "")


def test_a_held_place_is_given_back(toy, port):
    toy.go_on.set()
    with ExitStack() as stack:
        for _ in range(3):
            calling(stack, port, get("/wait"), 100)
            begun(toy, 100)
        answer = ask(port, get("/wait"))

    assert answer.status == 200


def test_a_plain_wsgi_client_has_nothing_to_hold(toy):
    toy.go_on.set()
    environ = {"PATH_INFO": "/wait", "REQUEST_METHOD": "GET", "wsgi.input": io.BytesIO()}

    pieces = toy(environ, lambda *_: None)

    assert HOLD not in environ
    assert json.loads(pieces[0])["path"] == "/wait"
