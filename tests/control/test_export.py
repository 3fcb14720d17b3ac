"""What happened, as lines for programs and as a picture for people."""

import pytest

from doubleentry.engine.documents import decode
from doubleentry.engine.ports import Reply
from tests.builders import make_endpoint
from tests.control.conftest import BASE, Caller, Server
from tests.fakes.transport import FakeTransport
from tests.fakes.wall import FakeWall


def export(server, **query):
    return server.control_app.test_client().get("/export", base_url=BASE, query_string=query)


def lines(server, **query):
    return [decode(line) for line in export(server, **query).text.splitlines()]


def run(server):
    """Submit two syncs between reads, one of which has a receiver that fails once, and return their ids."""
    api = Caller(server.control_app)
    server.workspace.webhooks.subscribe(make_endpoint(company="acme", events=["sync.finished"]))
    server.vendor("GET", "/syncs/none")
    first = server.submit({"reference": "first; #1"}, {"reference": "x", "reject": "not\nthis"}, {"account": "closed"})
    second = server.submit({"reference": "second"}, company="zenith")
    server.vendor("GET", f"/syncs/{first}")
    api.ok("POST", "/clock/advance", {"until": "idle"})
    return first, second


def make_server():
    return Server(transport=FakeTransport(Reply(500)), wall=FakeWall())


@pytest.fixture
def server():
    return make_server()


def test_it_tells_exchanges_and_entries_in_one_order(server):
    run(server)

    head, *told = lines(server)

    assert head == {"dropped": {"exchanges": 0, "entries": 0}, "now": "2022-08-03T01:31:39+00:00", "sync": None}
    assert [line["exchange"]["id"] if "exchange" in line else line["entry"]["kind"] for line in told][:8] == [
        1,
        2,
        "request.made",
        "sync.queued",
        3,
        "request.made",
        "sync.queued",
        4,
    ]
    assert len([line for line in told if "entry" in line]) == server.workspace.timeline.last


def test_of_one_sync_it_tells_its_story_and_the_requests_that_were_about_it(server):
    _, second = run(server)
    server.vendor("POST", "/companies/zenith/syncs", {"items": [{"reference": "another"}]})
    server.vendor("GET", "/syncs/none", said={"x": [second]})

    head, *told = lines(server, sync=second)

    assert head["sync"] == second
    assert [line["exchange"]["id"] for line in told if "exchange" in line] == [3]
    assert {line["entry"]["facts"].get("reference") for line in told if "entry" in line} == {None, "second"}


def test_a_request_that_names_what_a_sync_pushed_is_part_of_its_story(server):
    _, second = run(server)
    server.vendor("POST", "/companies/zenith/syncs", {"items": [{"reference": "other"}], "notes": ["second"]})
    server.vendor("POST", "/companies/acme/syncs", {"items": [{"reference": "other"}], "notes": ["second"]})

    told = lines(server, sync=second)[1:]

    assert [line["exchange"]["id"] for line in told if "exchange" in line] == [3, 6]


def test_a_picture_shows_client_api_queue_ledger_and_receiver(server):
    first, _ = run(server)

    answer = export(server, sync=first, format="mermaid")

    postings = [entry["subject"] for entry in server.workspace.timeline.entries(where={"kind": "posting.written"})]
    assert answer.content_type == "text/vnd.mermaid"
    assert (
        answer.text
        == f"""\
sequenceDiagram
  actor Client
  participant API
  participant Queue
  participant Ledger
  participant Receiver1 as http://127.0.0.1:9/hook
  Note over Client,Ledger: 2022-08-03T01:30:09+00:00
  Client->>API: POST /companies/acme/syncs
  API->>Queue: sync queued, 3 item(s)
  API-->>Client: 202
  Client->>API: GET /syncs/{first}
  API-->>Client: 200
  Note over Client,Ledger: 2022-08-03T01:30:19+00:00
  Queue->>Queue: sync started
  Note over API: event sync.started, for which nobody asked
  Note over Client,Ledger: 2022-08-03T01:30:39+00:00
  Queue->>Ledger: push first#59; #35;1
  Ledger-->>Queue: posting {postings[0]}
  Note over Queue: x rejected not this
  Queue->>Ledger: push r3
  Ledger-->>Queue: refused r3: The account 'closed' is inactive in this ledger.
  Queue->>Queue: sync finished
  Note over API: event sync.finished
  API-)Receiver1: webhook, attempt 1
  Receiver1--)API: answered 500: the receiver failed: its own log says why
  Note over Client,Ledger: 2022-08-03T01:31:39+00:00
  API-)Receiver1: webhook, attempt 2
  Receiver1--)API: answered 200
"""
    )


def test_a_picture_tells_how_a_sync_was_moved_by_hand_and_what_a_fault_decided(server):
    api = Caller(server.control_app)
    api.ok("PUT", "/pace", {"mode": "hold", "wait": 0})
    sync = server.submit({"reference": "a" * 200})
    api.ok("POST", "/clock/advance", {"by": 0})
    api.ok("POST", f"/syncs/{sync}/finish", {"code": "billing"})
    fault = api.ok("POST", "/faults", {"effect": {"status": 503}})["id"]
    server.vendor("GET", f"/syncs/{sync}")

    picture = export(server, sync=sync, format="mermaid").text

    assert f"  Note over API: Tester: POST /syncs/{sync}/finish\n" in picture
    assert "  Queue->>Queue: sync aborted, billing\n" in picture
    assert f"  Note over Queue: {'a' * 200} skipped\n" in picture
    assert f"  API-->>Client: 503 (fault {fault})\n" in picture


def test_a_picture_names_the_fault_that_decided_how_a_sync_ends(server):
    api = Caller(server.control_app)
    fault = api.ok("POST", "/faults", {"effect": {"code": "billing", "message": "b" * 300}})["id"]
    sync = server.submit({"reference": "a" * 300})
    api.ok("POST", "/clock/advance", {"until": "idle"})

    picture = export(server, sync=sync, format="mermaid").text

    assert f"  Queue->>Queue: sync started (fault {fault})\n" in picture
    assert f"  Note over Queue: {'a' * 239}… skipped\n" in picture


def test_a_delivery_that_was_given_up_is_told(server):
    server.world.transport.replies.extend([Reply(500)] * 3)
    first, _ = run(server)

    assert export(server, sync=first, format="mermaid").text.endswith("  Note over API: delivery given up\n")


def test_a_sync_without_a_record_left_has_a_picture_with_nobody_but_the_usual(server):
    assert export(server, format="mermaid").text == (
        "sequenceDiagram\n  actor Client\n  participant API\n  participant Queue\n  participant Ledger\n"
    )


@pytest.mark.parametrize("form", ["jsonl", "mermaid"])
def test_the_same_calls_are_told_in_the_same_bytes(form):
    told = []
    for _ in range(2):
        server = make_server()
        first, _ = run(server)
        told.append(export(server, sync=first, format=form).data)

    assert told[0] == told[1]


def test_an_unknown_sync_has_no_story(server):
    assert export(server, sync="none").status_code == 404
    assert export(server, format="pdf").status_code == 422
