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


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_snapshot_with_a_record_that_lacks_all_is_refused(client, document, collection):
    rows = document["collections"][collection]
    changed = {**document["collections"], collection: [[rows[0][0], {}], *rows[1:]]}

    sent = {**document, "sha256": _checksum(changed), "collections": changed}
    answer = client.call("PUT", "/snapshots/bad", sent, mount=CONTROL, key=None)

    assert answer.status == 422
    assert answer.body["error"]["problems"][0]["path"] == f"collections/{collection}/0/1"
