"""One application for the whole run, and a workspace of its own for each test, its clock frozen."""

from datetime import UTC, datetime

import pytest

from tests.dialects.caller import opening, serving
from tests.dialects.codat.caller import Codat

START = datetime(2023, 5, 3, 12, 57, 58, 757609, UTC)


@pytest.fixture(scope="session")
def application():
    with serving(START) as application:
        yield application


@pytest.fixture
def open_codat(application, names):
    """Return a function that opens a fresh workspace over a fixture, and returns a client of it."""
    with opening(application, names, Codat) as fresh:
        yield fresh


@pytest.fixture
def codat(open_codat):
    """Return a client of a fresh workspace over the fixture `demo`."""
    return open_codat()
