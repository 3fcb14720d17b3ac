"""The timeline as it grows."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from doubleentry.control.streaming import events
from doubleentry.engine.documents import decode
from tests.control.conftest import BASE
from tests.control.test_wait import beside

__all__ = ["beside"]


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


@pytest.mark.parametrize(("last", "seqs"), [("1", [2]), ("2", []), ("x", [1, 2]), ("", [1, 2])])
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
        message.decode() for _, message in zip(range(3), events(server.workspace, {"after": 0}, 20), strict=False)
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

    stream = events(server.workspace, {"after": 2}, 20)
    beside(reset)
    messages = []
    while len(ids(messages)) < 2:
        messages.append(next(stream).decode())
    stream.close()

    assert messages[1] == "event: reset\ndata: {}\n\n"
    assert ids(messages) == [1, 2]


def test_a_silent_stream_gives_a_sign_of_life(server, monkeypatch):
    monkeypatch.setattr("doubleentry.control.streaming._SIGN_OF_LIFE_SECONDS", 0.001)
    stream = events(server.workspace, {"after": 0}, 20)

    assert [next(stream), next(stream)] == [b"retry: 1000\n\n", b": nothing new\n\n"]


def test_the_lock_is_free_between_events(server):
    stream = events(server.workspace, {"after": 0}, 20)
    next(stream)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(server.workspace.lock.acquire, timeout=5).result()
        pool.submit(server.workspace.lock.release).result()


@pytest.mark.parametrize("query", [{"seconds": "301"}, {"seconds": "-1"}, {"kinds": "x"}])
def test_nothing_else_is_taken(api, query):
    assert api.get("/timeline/stream", **query).status == 422
