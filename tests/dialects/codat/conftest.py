"""One application for each scenario in a whole run, and a workspace of its own for each test."""

from datetime import UTC, datetime
from itertools import count

import pytest

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from tests.dialects.codat.calling import Caller

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
"""Where every clock stands that its scenario does not set."""

names = (f"test-{number}" for number in count(1))


@pytest.fixture(scope="session")
def applications():
    """Return what gives the application of a scenario; bugs of ours reach the test."""
    made = {}

    def application(fixture):
        if fixture not in made:
            clock = ClockSetting() if fixture.startswith("documents") else ClockSetting("frozen", NOW)
            made[fixture] = Application(Config(fixture=fixture, clock=clock), testing=True)
        return made[fixture]

    yield application
    for each in made.values():
        each.close()


@pytest.fixture
def opened(applications):
    """Return what opens a fresh workspace of a scenario and gives a client of it; all are closed afterwards."""
    opened = []

    def opened_in(fixture="demo"):
        application = applications(fixture)
        workspace = application.workspaces.open(next(names))
        opened.append((application, workspace.name))
        return Caller(application, workspace)

    yield opened_in
    for application, name in opened:
        if application.workspaces.find(name) is not None:
            application.workspaces.delete(name)


@pytest.fixture
def codat(opened):
    """Return a client of a fresh workspace of ``demo``."""
    return opened()


@pytest.fixture
def empty(opened):
    """Return a client of a fresh workspace with nothing in it."""
    return opened("empty")
