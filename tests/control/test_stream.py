"""The timeline as it grows."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from doubleentry.control.streaming import events
from doubleentry.engine.documents import decode
from doubleentry.web.waiting import HOLD
from tests.control.conftest import BASE
from tests.control.test_wait import beside

__all__ = ["beside"]


ODD = ("x", "", "-1", "1e9", "0x1", "1_0", "\u00b2", "9" * 16, "9" * 5_000, "1\t2", "..")


def read(server, headers=(), **query):
    """Return a whole stream as its messages."""
    answer = server.control_app.test_client().get(
        "/timeline/stream", base_url=BASE, headers=dict(headers), query_string={"seconds": 0, **query}
    )
    assert (answer.status_code, answer.content_type) == (200, "text/event-stream")
    return answer.text.removesuffix("\n\n").split("\n\n")


def ids(messages):
    return [int(message.partition("\n")[0].removeprefix("id: ")) for message in messages if message.startswith("id: ")]


def test_what_is_there_comes_at_once_each_entry_as_an_event(server):
    sync = server.submit()

    retry, request, queued = read(server)

    assert retry == "retry: 1000"
    assert request.startswith("id: 1\nevent: request.made\ndata: ")
    first, second, data = queued.split("\n")
    assert (first, second) == ("id: 2", "event: sync.queued")
    assert decode(data.removeprefix("data: "))["subject"] == sync


@pytest.mark.parametrize(("last", "seqs"), [("1", [2]), ("2", []), *((odd, [1, 2]) for odd in ODD)])
def test_who_comes_back_gets_what_he_missed(server, last, seqs):
    server.submit()

    assert ids(read(server, {"Last-Event-ID": last})) == seqs


def test_only_what_was_asked_for_comes(server):
    first, second = server.submit(), server.submit()

    assert ids(read(server, sync=second)) == [3, 4]
    assert ids(read(server, subject=first)) == [2]
    assert ids(read(server, kind="sync.queued", after=2)) == [4]


def test_what_happens_while_one_listens_comes_when_it_does(server, beside):
    beside(server.submit)

    messages = [
        message.decode()
        for _, message in zip(range(3), events(server.workspace, {"after": 0}, 20, threading.Event()), strict=False)
    ]

    assert ids(messages) == [1, 2]


def test_what_was_dropped_is_told(server):
    server.workspace.timeline._limit = 2  # noqa: SLF001 - a short one
    for _ in range(2):
        server.submit()

    retry, dropped, *entries = read(server, after=1)

    assert (retry, dropped) == ("retry: 1000", 'event: dropped\ndata: {"count":1}')
    assert ids(entries) == [3, 4]


def test_a_reset_is_told_and_numbers_begin_anew(server, api, beside):
    server.submit()

    def reset():
        api.ok("POST", "/reset")
        server.submit()

    stream = events(server.workspace, {"after": 2}, 20, threading.Event())
    beside(reset)
    messages = []
    while len(ids(messages)) < 2:
        messages.append(next(stream).decode())
    stream.close()

    assert messages[1] == "event: reset\ndata: {}\n\n"
    assert ids(messages) == [1, 2]


def test_a_silent_stream_gives_a_sign_of_life(server, monkeypatch):
    monkeypatch.setattr("doubleentry.control.streaming._SIGN_OF_LIFE_SECONDS", 0.001)
    stream = events(server.workspace, {"after": 0}, 20, threading.Event())

    assert [next(stream), next(stream)] == [b"retry: 1000\n\n", b": nothing new\n\n"]


def test_the_lock_is_free_between_events(server):
    stream = events(server.workspace, {"after": 0}, 20, threading.Event())
    next(stream)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(server.workspace.lock.acquire, timeout=5).result()
        pool.submit(server.workspace.lock.release).result()


@pytest.mark.parametrize("query", [{"seconds": "301"}, {"seconds": "-1"}, {"kinds": "x"}])
def test_nothing_else_is_taken(api, query):
    assert api.get("/timeline/stream", **query).status == 422


class Hold:
    """What a server offers to requests that wait."""

    def __init__(self, *, has_room=True):
        self.has_room = has_room
        self.calls = []

    def hold(self):
        self.calls.append("hold")
        return self.has_room

    def release(self):
        self.calls.append("release")


def open_stream(server, hold):
    return server.control_app.test_client().get(
        "/timeline/stream?seconds=0", base_url=BASE, environ_overrides={HOLD: hold}, buffered=False
    )


def test_a_stream_waits_from_its_first_line_to_its_last(server):
    hold = Hold()

    answer = open_stream(server, hold)
    begun = list(hold.calls)
    list(answer.response)

    assert begun == ["hold"]
    assert hold.calls == ["hold", "release"]


def test_whoever_goes_before_the_end_waits_no_more(server):
    hold = Hold()

    answer = open_stream(server, hold)
    answer.close()
    del answer

    assert hold.calls == ["hold", "release"]


def test_one_stream_too_many_is_refused(server):
    answer = open_stream(server, Hold(has_room=False))

    assert (answer.status_code, answer.json["error"]["kind"]) == (503, "TooManyWaiting")


def test_a_stream_ends_when_the_server_stops(server, beside):
    stopping = threading.Event()
    stream = events(server.workspace, {"after": 0}, 20, stopping)
    begin = next(stream)

    def stop():
        stopping.set()
        with server.workspace.changed:
            server.workspace.changed.notify_all()

    beside(stop)

    assert begin == b"retry: 1000\n\n"
    assert list(stream) == []
