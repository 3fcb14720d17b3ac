"""What the tests of every dialect may ask for."""

import itertools

import pytest

from tests.dialects.receiver import receiving


@pytest.fixture(scope="session")
def names():
    """Return names that no workspace had yet."""
    return (f"test-{number}" for number in itertools.count(1))


@pytest.fixture
def receiver():
    """Return a receiver of webhooks that listens on 127.0.0.1."""
    with receiving() as receiver:
        yield receiver
