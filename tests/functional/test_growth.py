"""What may not grow: the cost of a request with the number of records, and memory with the number of requests.

The short form of `make bench`: ratios within one run, in processor time, so that a busy machine changes nothing.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.engine.workspaces import Workspace
from tests.dialects.codat.caller import Codat, expense

ROOT = Path(__file__).parents[2]
FEW, MANY = 100, 20_000
MOST = 1.5

USE = """
import os, sys
from pathlib import Path
from doubleentry.app import Application
from doubleentry.config import Config
from tests.dialects.codat.caller import Codat

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

codat = Codat(Application(Config(access_log=False)), "default")
for _ in range(2500):  # until the journal is full
    codat.ok("GET", "/companies")
before = resident()
for _ in range(2500):
    codat.ok("GET", "/companies")
print(resident() / before)
"""


@pytest.fixture(scope="module")
def of_both_sizes():
    """Return a client of a workspace with few companies, and one of a workspace with many."""
    application = Application(Config(access_log=False), testing=True)
    clients = [Codat(application, "few"), Codat(application, "many")]
    for client, count in zip(clients, (FEW, MANY), strict=True):
        fill(client.workspace, count)
    yield clients
    application.close()


def fill(workspace: Workspace, count: int) -> None:
    company = workspace.store.find("codat companies", limit=1)[0]
    for number in range(count):
        id = f"b0000000-0000-4000-8000-{number:012}"
        workspace.store.insert("codat companies", id, {**company, "id": id, "name": f"Company {number}"})


def read(client):
    client.ok("GET", "/companies?page=3&pageSize=20")


def write(client):
    client.dataset(expense())


@pytest.mark.parametrize("act", [read, write])
def test_a_request_costs_the_same_with_many_records(of_both_sizes, act):
    least = [float("inf"), float("inf")]
    for _ in range(15):
        for place, client in enumerate(of_both_sizes):
            began = time.process_time()
            for _ in range(20):
                act(client)
            least[place] = min(least[place], time.process_time() - began)

    assert least[1] / least[0] < MOST, least


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the memory of a process as Linux tells it")
def test_requests_leave_nothing_behind_once_the_journal_is_full():
    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )

    assert float(done.stdout) < 1.05


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the memory of a process as Linux tells it")
@pytest.mark.parametrize("gone", ["idle", "removed"])
def test_twice_ten_thousand_workspaces_leave_no_more_behind_than_ten_thousand(gone):
    arguments = [sys.executable, "-m", "bench.workspaces", "10000", gone]

    measured = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)

    assert measured.returncode == 0, measured.stdout + measured.stderr
