"""One application for the whole run, and a workspace of its own for each test, its clock frozen."""

import itertools
from datetime import UTC, datetime

import pytest

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from tests.dialects.codat.caller import Codat
from tests.dialects.codat.receiver import receiving

START = datetime(2023, 5, 3, 12, 57, 58, 757609, UTC)


@pytest.fixture(scope="session")
def application():
    application = Application(Config(clock=ClockSetting("frozen", START), access_log=False), testing=True)
    yield application
    application.close()


@pytest.fixture(scope="session")
def names():
    return (f"test-{number}" for number in itertools.count(1))


@pytest.fixture
def open_codat(application, names):
    """Return a function that opens a fresh workspace over a fixture, and returns a client of it."""
    opened = []

    def open_codat(fixture="demo", clock=None):
        name = next(names)
        application.workspaces.reset(name, fixture, clock=clock)
        opened.append(name)
        return Codat(application, name)

    yield open_codat
    for name in opened:
        application.workspaces.delete(name)


@pytest.fixture
def codat(open_codat):
    """Return a client of a fresh workspace over the fixture `demo`."""
    return open_codat()


@pytest.fixture
def receiver():
    """Return a receiver of webhooks that listens on 127.0.0.1."""
    with receiving() as receiver:
        yield receiver
