"""Webhook endpoints that a scenario has from the start: no page of the vendor's tells of an API for them."""

import pytest

from doubleentry.dialects.registry import DIALECTS
from doubleentry.engine.documents import encode
from doubleentry.engine.webhooks import Endpoint
from doubleentry.fixtures import check, load

APPLICATION = {"id": "f1", "name": "Ours", "clientId": "client_1", "webhookSecrets": {"development": "whsec_1"}}
ENDPOINT = {"id": "e1", "name": "Batches", "url": "http://localhost:9/hook", "eventTypes": ["*"]}


def scenario(*endpoints):
    return encode({"sync2books": {"applications": [APPLICATION], "webhookEndpoints": list(endpoints)}})


def test_an_endpoint_of_a_scenario_is_signed_with_its_applications_secret(workspace, tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(scenario(ENDPOINT, {**ENDPOINT, "id": "e2", "secret": "whsec_own"}))

    load(workspace, path, DIALECTS.values())

    record = {"application": "f1", "name": "Batches", "eventTypes": ["*"], "environment": "development"}
    assert workspace.webhooks.endpoints("sync2books") == [
        Endpoint(id, "sync2books", ENDPOINT["url"], record=record, secret=secret)
        for id, secret in (("e1", "whsec_1"), ("e2", "whsec_own"))
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"url": "nowhere"}, "url"),
        ({"eventTypes": []}, "eventTypes"),
        ({"application": "f2"}, "f2"),
        ({"environment": "staging"}, "environment"),
    ],
)
def test_an_endpoint_that_does_not_fit_is_complained_of(tmp_path, change, told):
    path = tmp_path / "scenario.yaml"
    path.write_bytes(scenario({**ENDPOINT, **change}))

    problems = check(path, DIALECTS.values())

    assert [told in str(problem) for problem in problems] == [True]
