"""Codat's part of a fixture file: what ended before the workspace began."""

import pytest

from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.fixtures import FixtureError

SCENARIO = """
description: One ended sync.
codat:
  companies:
    - {id: c0000000-0000-4000-8000-000000000001, name: Acme, created: now-3d}
  syncs:
    - companyId: c0000000-0000-4000-8000-000000000001
      syncId: 50000000-0000-4000-8000-000000000001
      syncStatusCode: CODE
      syncStatus: Started
      errorMessage: ""
      syncExceptionMessage: ""
      syncUtc: now-2d
      dataPushed: false
      transactions: []
"""


@pytest.mark.parametrize("code", [1000, 1010, 1234])
def test_a_sync_of_a_fixture_has_ended(tmp_path, code):
    file = tmp_path / "scenario.yaml"
    file.write_text(SCENARIO.replace("CODE", str(code)))

    with pytest.raises(FixtureError) as caught:
        Application(Config(fixture=str(file)))

    (problem,) = caught.value.problems
    assert problem.line == 9
    assert "2000, 2040, 4000, 4040, 4220, 4260, 5000, 5080, 5120, 5130" in problem.message
