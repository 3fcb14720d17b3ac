"""One application for the whole run, and a workspace of its own for each test, its clock frozen."""

import itertools
from datetime import UTC, datetime

import pytest

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from tests.dialects.codat.receiver import receiving
from tests.dialects.sync2books.caller import Sync2Books

START = datetime(2026, 1, 5, 9, 0, 0, 123456, UTC)


@pytest.fixture(scope="session")
def application():
    application = Application(Config(clock=ClockSetting("frozen", START), access_log=False), testing=True)
    yield application
    application.close()


@pytest.fixture(scope="session")
def names():
    return (f"s2b-{number}" for number in itertools.count(1))


@pytest.fixture
def open_sync2books(application, names):
    """Return a function that opens a fresh workspace over a fixture, and returns a client of it."""
    opened = []

    def open_sync2books(fixture="demo", clock=None):
        name = next(names)
        application.workspaces.reset(name, fixture, clock=clock)
        opened.append(name)
        return Sync2Books(application, name)

    yield open_sync2books
    for name in opened:
        application.workspaces.delete(name)


@pytest.fixture
def s2b(open_sync2books):
    """Return a client of a fresh workspace over the fixture `demo`."""
    return open_sync2books()


@pytest.fixture
def receiver():
    """Return a receiver of webhooks that listens."""
    with receiving() as receiver:
        yield receiver
