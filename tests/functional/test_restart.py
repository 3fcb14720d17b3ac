"""A workspace of Codat's is its documents: a fresh process takes it up and comes to the same end."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from doubleentry.engine.documents import encode
from doubleentry.engine.pace import PRESETS, Pace, PaceMode, Range
from tests.dialects.codat.caller import NETSUITE, QUICKBOOKS, XERO, Codat, expense
from tests.dialects.receiver import receiving
from tests.functional.restart import go_on

ROOT = Path(__file__).parents[2]
START = datetime(2023, 5, 3, 12, 57, 58, tzinfo=UTC)
TEN_MINUTES = Range(timedelta(minutes=10), timedelta(minutes=10))


@pytest.fixture
def codat():
    application = Application(Config(clock=ClockSetting("frozen", START)), testing=True)
    yield Codat(application, "restarted")
    application.close()


def take_up_elsewhere(dump, folder):
    """Load a dump into a fresh process, let it go on there, and return what it tells."""
    path = folder / "dump.json"
    path.write_bytes(dump)
    command = [sys.executable, "-m", "tests.functional.restart", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


def test_a_dump_taken_up_in_a_fresh_process_comes_to_the_same_end(codat, tmp_path):
    workspace = codat.workspace
    workspace.paces.set(Pace(PaceMode.HOLD), company=XERO)
    workspace.paces.set(Pace(PaceMode.AFTER, run=TEN_MINUTES), company=QUICKBOOKS)
    workspace.paces.set(PRESETS["instant"], company=NETSUITE)
    refused = expense(company=QUICKBOOKS, line={"accountRef": {"id": "nowhere"}})

    with receiving() as receiver:
        for kind in ("sync-complete", "sync-failed"):
            codat.ok("POST", "/rules", {"type": kind, "notifiers": {"webhook": f"{receiver.url}/{kind}"}})
        held, running, told = (
            codat.sync(sent, company=company)
            for company, sent in ((XERO, expense()), (QUICKBOOKS, refused), (NETSUITE, expense(company=NETSUITE)))
        )
        receiver.answers = [(503, {}), (503, {})]
        workspace.advance(by=timedelta(seconds=30))

        stand = [(sync.status.value, sync.held) for sync in map(workspace.syncs.get, (held, running, told))]
        (delivery,) = workspace.webhooks.deliveries()
        dump, before = encode(workspace.dump()), list(receiver.bodies)
        receiver.answers = [(503, {})]
        here, bodies_here = go_on(codat), list(receiver.bodies)
        # The receiver forgets what came after the dump, and meets the other process.
        receiver.requests = receiver.requests[: len(before)]
        receiver.answers = [(503, {})]
        there, bodies_there = take_up_elsewhere(dump, tmp_path), list(receiver.bodies)

    assert stand == [("running", "push"), ("running", None), ("finished", None)]
    assert (delivery.attempts, delivery.next_at) == (2, START + timedelta(seconds=40))
    assert there == here
    assert bodies_there == bodies_here
    assert [(body["Data"]["syncId"], body["RuleType"]) for body in bodies_there] == [
        *[(told, "Sync Completed")] * 4,
        (running, "Sync Failed"),
        (held, "Sync Completed"),
    ]
    assert [each.attempts for each in workspace.webhooks.deliveries()] == [4, 1, 1]
