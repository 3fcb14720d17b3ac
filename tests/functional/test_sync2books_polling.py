"""A client that polls as the vendor recommends, in real time against the running server at its default pace."""

import json
import threading
import urllib.request

import pytest

from tests.functional.clients.sync2books_polling import wait_for
from tests.functional.serving import serving

EXPENSE = {
    "id": "exp-001",
    "type": "Payment",
    "issueDate": "2026-01-05T00:00:00Z",
    "currency": "USD",
    "currencyRate": 1,
    "merchantName": "Office Supplies Co",
    "lines": [
        {"netAmount": 100, "taxAmount": 10, "taxRateRef": {"id": "tax-10"}, "accountRef": {"id": "64"}},
    ],
}


@pytest.mark.slow
def test_a_client_that_polls_as_recommended_gets_through(tmp_path):
    with serving("--log-level", "warning", cwd=tmp_path) as running:
        known = running.ready["dialects"]["sync2books"]

        def call(path, body=None):
            data = None if body is None else json.dumps(body).encode()
            headers = {"X-API-Key": "sk_development_demo", "Content-Type": "application/json"}
            request = urllib.request.Request(known["url"] + path, data=data, headers=headers)  # noqa: S310 - our own
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - see above
                return json.load(answer)

        batch_id = call("/expenses/a1000000-0000-4000-8000-000000000001", EXPENSE)["syncBatchId"]
        answer, reads = wait_for(lambda: call(f"/sync/batches/{batch_id}"), threading.Event().wait)

    assert reads == 1
    assert [(item["entityId"], item["status"]) for item in answer["items"]] == [("exp-001", "success")]
