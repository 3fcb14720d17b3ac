"""Snapshots of what all dialects keep: what could not be used is refused, and the world goes on as it was."""

from datetime import UTC, datetime

import pytest

from doubleentry.engine.documents import decode
from doubleentry.engine.snapshots import _checksum
from tests.dialects.caller import CONTROL, serving
from tests.dialects.codat.caller import Codat

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
COLLECTIONS = (
    "built businesses",
    "built sync expense transactions",
    "built sync expenses",
    "built sync income transactions",
    "built sync incomes",
    "chance",
    "clock",
    "codat companies",
    "codat configurations",
    "codat connections",
    "codat datasets",
    "keys",
    "ledger account",
    "ledger category",
    "ledger contact",
    "ledger tax rate",
    "ledgers",
    "postings",
    "sync items",
    "sync2books applications",
    "sync2books companies",
    "sync2books connections",
    "sync2books expenses",
    "syncs",
)


@pytest.fixture(scope="module")
def client():
    with serving(START) as application:
        yield Codat(application, "default")


@pytest.fixture(scope="module")
def document(client):
    client.steer("POST", "/snapshots", {"name": "saved"})
    return decode(client.call("GET", "/snapshots/saved", mount=CONTROL, key=None).text)


def test_the_demo_has_documents_of_all_kinds(document):
    assert sorted({*document["collections"]} - {"sending"}) == sorted(COLLECTIONS)


def upload(client, document, **changed):
    """Upload a snapshot in which some collections are others, as if it had been saved so."""
    collections = {**document["collections"], **changed}
    sent = {**document, "sha256": _checksum(collections), "collections": collections}
    return client.call("PUT", "/snapshots/bad", sent, mount=CONTROL, key=None)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_snapshot_with_a_record_that_lacks_all_is_refused(client, document, collection):
    rows = document["collections"][collection]

    answer = upload(client, document, **{collection: [[rows[0][0], {}], *rows[1:]]})

    assert answer.status == 422
    assert answer.body["error"]["problems"][0]["path"] == f"collections/{collection}/0/1"


@pytest.mark.parametrize(
    "effect",
    [
        {"layer": "http", "effect": {"headers": {}}},
        {"layer": "http", "effect": {"problems": [{"path": "name"}]}},
        {"layer": "latency", "effect": {"delay": 1}},
        {"layer": "transport", "effect": {"transport": "explode"}},
    ],
)
def test_a_snapshot_with_a_rule_that_could_not_fire_is_refused(client, document, effect):
    rule = {"id": "1", "match": {}}

    assert upload(client, document, faults=[["1", {**rule, "layer": "http", "effect": {"status": 500}}]]).status == 200
    assert upload(client, document, faults=[["1", {**rule, **effect}]]).status == 422


@pytest.mark.parametrize("answer", [{"status": "500"}, {"headers": []}, {"body": 1}, {"spoil": "explode"}, 500])
def test_a_snapshot_with_a_sink_that_could_not_answer_is_refused(client, document, answer):
    late = {"status": 503, "headers": {"Retry-After": "7"}, "body": "", "delay_seconds": 1}
    drip = {"spoil": "drip", "seconds": 1}

    answers = [
        upload(client, document, sinks=[["a", {"name": "a", "received": 0, "program": program}]])
        for program in ([late, drip], [late, answer])
    ]

    assert [answer.status for answer in answers] == [200, 422]


def test_a_snapshot_in_which_a_quirk_is_what_it_cannot_be_is_refused(client, document):
    answers = [
        upload(client, document, settings=[["codat.rate-limit", {"value": value}]]) for value in ("documented", "many")
    ]

    assert [answer.status for answer in answers] == [200, 422]
