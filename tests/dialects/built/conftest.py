"""One application for the whole run, and a workspace of its own for each test, its clock frozen."""

import itertools
from datetime import UTC, datetime

import pytest

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from tests.dialects.built.caller import Built

START = datetime(2024, 11, 7, 12, 0, 16, tzinfo=UTC)


@pytest.fixture(scope="session")
def application():
    application = Application(Config(clock=ClockSetting("frozen", START), access_log=False), testing=True)
    yield application
    application.close()


@pytest.fixture(scope="session")
def names():
    return (f"built-{number}" for number in itertools.count(1))


@pytest.fixture
def open_built(application, names):
    """Return a function that opens a fresh workspace over a fixture, and returns a client of it."""
    opened = []

    def open_built(fixture="demo"):
        name = next(names)
        application.workspaces.reset(name, fixture)
        opened.append(name)
        return Built(application, name)

    yield open_built
    for name in opened:
        application.workspaces.delete(name)


@pytest.fixture
def built(open_built):
    """Return a client of a fresh workspace over the fixture `demo`."""
    return open_built()
