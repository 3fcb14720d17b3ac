"""A workspace is its documents: taken up by another process, it goes on as if nothing had been."""

import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from doubleentry.adapters.http import HttpTransport
from doubleentry.engine.documents import encode
from doubleentry.engine.webhooks import DeliveryStatus
from tests.builders import HELD, IMMEDIATE, make_after, make_endpoint, make_item, make_order, make_workspace
from tests.fakes.dialect import FakeFormat
from tests.fakes.restart import go_on
from tests.fakes.wall import START

ROOT = Path(__file__).parents[3]
REST = timedelta(hours=2)


@contextmanager
def receiving(port=0):
    """Yield a server that refuses three requests and takes the rest, and the bodies that it got."""
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if len(bodies) <= 3 else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server, bodies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def transport():
    transport = HttpTransport()
    yield transport
    transport.close()


@pytest.fixture
def workspace(transport):
    """Return a workspace whose webhooks are tried up to five times."""
    return make_workspace(transport=transport, formats={"fake": FakeFormat(tries=5)})


def run_to_the_middle(workspace, url):
    """Leave one sync held, one running, and one whose webhook was sent once and again."""
    workspace.webhooks.subscribe(make_endpoint(url=url, events=["sync.finished", "sync.aborted"]))
    for pace, company in ((HELD, "held"), (make_after(0, 600), "running"), (IMMEDIATE, "told")):
        workspace.paces.set(pace, company=company)
        order = make_order(make_item("a", net="10.50"), make_item("b", reject="no"), company=company)
        workspace.syncs.submit(replace(order, in_parts=True))
    workspace.advance(by=timedelta(seconds=90))


def take_up_elsewhere(dump, folder):
    """Load a dump into a fresh process, advance it there, and return what it tells."""
    path = folder / "dump.json"
    path.write_bytes(dump)
    command = [sys.executable, "-W", "error", "-m", "tests.fakes.restart", str(path), str(REST.total_seconds())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def test_a_dump_taken_up_in_a_fresh_process_goes_on_to_the_same_end(workspace, tmp_path):
    with receiving() as (server, bodies):
        port = server.server_port
        run_to_the_middle(workspace, f"http://127.0.0.1:{port}/hook")
        dump = encode(workspace.dump())
        states = [(sync.status.value, sync.held) for sync in workspace.syncs.all()]
        (delivery,) = workspace.webhooks.deliveries()
        sent_before = len(bodies)
        here = encode(go_on(workspace, REST))
        bodies_here = list(bodies)
        # The receiver forgets what came after the dump, and meets the other process.
        del bodies[sent_before:]
        there = take_up_elsewhere(dump, tmp_path)

    assert states == [("running", "push"), ("running", None), ("finished", None)]
    assert (delivery.status, delivery.attempts, sent_before) == (DeliveryStatus.PENDING, 2, 2)
    assert there == here
    assert bodies == bodies_here
    assert len(bodies) == 5
    assert [delivery.attempts for delivery in workspace.webhooks.deliveries()] == [4, 1]
    assert workspace.clock.now() == START + timedelta(seconds=90) + REST


def test_what_is_held_is_still_held_elsewhere_and_can_be_released(workspace):
    with receiving() as (server, _):
        run_to_the_middle(workspace, f"http://127.0.0.1:{server.server_port}/hook")
    store = workspace.store.branch()
    other = make_workspace(store=store)

    (held,) = other.syncs.all({"company": "held"})
    released = other.syncs.release(held.id)

    assert released.status.value == "finished"
    assert workspace.syncs.get(held.id) == held


def test_two_runs_from_the_start_make_the_same_dump_whatever_the_machines_time():
    def run():
        with receiving() as (server, _):
            transport = HttpTransport()
            workspace = make_workspace(transport=transport)
            workspace.webhooks.subscribe(make_endpoint(url=f"http://localhost:{server.server_port}/hook"))
            workspace.syncs.submit(make_order())
            workspace.advance(until_idle=True)
            transport.close()
            return encode(workspace.dump()).replace(str(server.server_port).encode(), b"PORT")

    assert run() == run()
