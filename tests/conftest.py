"""What every test may ask for. Sockets reach loopback only, and warnings are errors: see pyproject.toml."""

import pytest
from hypothesis import settings

from doubleentry.adapters.tinydb import TinyStore
from tests.builders import make_workspace
from tests.fakes.transport import FakeTransport
from tests.fakes.wall import FakeWall

# The same examples in every run and on every machine: a failure can be repeated, and no slow machine makes one.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


@pytest.fixture
def wall():
    """Return the machine's clock: it stands still until it is moved."""
    return FakeWall()


@pytest.fixture
def store():
    return TinyStore()


@pytest.fixture
def transport():
    """Return a way out that keeps what it was given and answers 200 unless told otherwise."""
    return FakeTransport()


@pytest.fixture
def workspace(transport, wall):
    """Return a workspace with one ledger and a frozen clock, where syncs end at once."""
    return make_workspace(transport=transport, wall=wall)
