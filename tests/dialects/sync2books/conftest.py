"""One application for the whole run, and a workspace of its own for each test, its clock frozen."""

from datetime import UTC, datetime

import pytest

from tests.dialects.caller import opening, serving
from tests.dialects.sync2books.caller import Sync2Books

START = datetime(2026, 1, 5, 9, 0, 0, 123456, UTC)


@pytest.fixture(scope="session")
def application():
    with serving(START) as application:
        yield application


@pytest.fixture
def open_sync2books(application, names):
    """Return a function that opens a fresh workspace over a fixture, and returns a client of it."""
    with opening(application, names, Sync2Books) as fresh:
        yield fresh


@pytest.fixture
def s2b(open_sync2books):
    """Return a client of a fresh workspace over the fixture `demo`."""
    return open_sync2books()
