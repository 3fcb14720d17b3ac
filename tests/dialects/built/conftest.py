"""One application for the whole run, and a workspace of its own for each test, its clock frozen."""

from datetime import UTC, datetime

import pytest

from tests.dialects.built.caller import Built
from tests.dialects.caller import opening, serving

START = datetime(2024, 11, 7, 12, 0, 16, tzinfo=UTC)


@pytest.fixture(scope="session")
def application():
    with serving(START) as application:
        yield application


@pytest.fixture
def open_built(application, names):
    """Return a function that opens a fresh workspace over a fixture, and returns a client of it."""
    with opening(application, names, Built) as fresh:
        yield fresh


@pytest.fixture
def built(open_built):
    """Return a client of a fresh workspace over the fixture `demo`."""
    return open_built()
