"""What the suites found out is told at the end of the run, whether they pass or not."""

import pytest

TOLD = pytest.StashKey()


@pytest.fixture(scope="session")
def tell(request):
    """Return what takes a line for the end of the run."""
    return request.config.stash.setdefault(TOLD, []).append


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(TOLD, []):
        terminalreporter.write_line(line)
