"""Codat's part of a fixture file: what ended before the workspace began."""

import pytest

from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.fixtures import FixtureError
from tests.dialects.codat.caller import Codat

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


RULE = """
description: A rule.
codat:
  companies:
    - {id: c0000000-0000-4000-8000-000000000001, name: Acme, created: now-3d}
  rules:
    - id: 20000000-0000-4000-8000-000000000001
      type: sync-complete
      companyId: c0000000-0000-4000-8000-000000000001
      notifiers: {webhook: "http://127.0.0.1:9/hook"}
"""


def test_a_rule_of_a_fixture_is_listed_and_called_back(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text(RULE)

    application = Application(Config(fixture=str(file)), testing=True)
    codat = Codat(application, "default")

    shown = codat.ok("GET", "/rules/20000000-0000-4000-8000-000000000001")
    assert shown == {
        "id": "20000000-0000-4000-8000-000000000001",
        "companyId": "c0000000-0000-4000-8000-000000000001",
        "type": "sync-complete",
        "notifiers": {"emails": [], "webhook": "http://127.0.0.1:9/hook"},
    }
    (endpoint,) = codat.workspace.webhooks.endpoints("codat")
    assert (endpoint.url, endpoint.company) == (shown["notifiers"]["webhook"], shown["companyId"])


CONSUMER = """
description: A webhook consumer.
codat:
  webhooks:
    - id: 30000000-0000-4000-8000-000000000001
      url: http://127.0.0.1:9/hook
      eventTypes: [expenses.sync.successful]
"""


def test_a_consumer_of_a_fixture_is_listed_and_has_the_secret_of_its_address(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text(CONSUMER)

    codat = Codat(Application(Config(fixture=str(file)), testing=True), "made")
    (listed,) = codat.steer("GET", "/webhooks/endpoints")["endpoints"]
    made = codat.ok("POST", "/webhooks", {"url": listed["url"], "eventTypes": ["company.created"]})
    _, other = codat.steer("GET", "/webhooks/endpoints")["endpoints"]

    assert (listed["id"], other["id"]) == ("30000000-0000-4000-8000-000000000001", made["id"])
    assert listed["secret"] == other["secret"]
    assert listed["secret"].startswith("whsec_")
