"""What Sync2Books' document promises, held against what is answered."""

import pytest

from doubleentry.dialects.sync2books import SURFACE
from tests.contract.fuzzing import Excepted, World, fuzz

KEY = "sk_development_demo"
NEST = "NestJS 11.2: a wrong method is 404, never 405 (observed)"
UPLOADS = 'Sync2Books, guide "Upload receipts"'
CONNECTION = "a1000000-0000-4000-8000-000000000001"
EXPENSE = {
    "id": "exp-001",
    "type": "Payment",
    "issueDate": "2026-01-05T00:00:00Z",
    "currency": "USD",
    "currencyRate": 1,
    "merchantName": "Office Supplies Co",
    "lines": [{"netAmount": 100, "taxAmount": 10, "taxRateRef": {"id": "tax-10"}, "accountRef": {"id": "64"}}],
}

EXCEPTIONS = (
    *(
        Excepted("unsupported_method", operation.id, 404, "A path has no method but its own.", NEST)
        for operation in SURFACE.load()
    ),
    *(
        Excepted(
            check,
            "get-connection",
            501,
            "A connection can be removed by the vendor's own console; the emulator says that it cannot.",
            "Sync2Books, accounting API (October 2026): DELETE /connections/{id} is private",
        )
        for check in ("unsupported_method", "not_a_server_error")
    ),
    *(
        Excepted(
            "negative_data_rejection",
            operation,
            status,
            "A body that is missing, or an array, is an object without members, and here none must be there.",
            "NestJS 11.2 with class-validator 0.15 (observed)",
        )
        for operation, status in (
            ("update-expense-config", 200),
            ("update-company", 200),
            ("update-webhook-endpoint", 200),
            ("retry-sync-batch", 201),
        )
    ),
    *(
        Excepted(
            "negative_data_rejection",
            operation.id,
            200,
            "A number that is empty is 0, which an offset may be.",
            "JavaScript's own: Number('') is 0; inferred, that NestJS turns these parameters so",
            of="parameter `offset` in query",
        )
        for operation in SURFACE.load()
        if operation.query is not None and "offset" in operation.query.fields
    ),
    *(
        Excepted(
            "use_after_free",
            operation.id,
            200,
            "A company is never removed, only no longer active.",
            "Sync2Books, accounting API (October 2026): DELETE /companies/{id} deactivates",
        )
        for operation in SURFACE.load()
        if "{companyId}" in operation.path
    ),
    Excepted(
        "positive_data_acceptance",
        "upload-attachment",
        400,
        "A form has a file, and its name an extension of a few, which no schema can tell.",
        UPLOADS,
    ),
    Excepted(
        "positive_data_acceptance",
        "oauth-callback",
        400,
        "A state is good for one answer, and only that which was given out.",
        "the emulator's own: the vendor's callback is not described",
    ),
    *(
        Excepted(
            "positive_data_acceptance",
            operation,
            400,
            "Only what failed in a batch that has ended is tried again, and only what is pending started.",
            'Sync2Books, guide "Sync transactions"; the answer is inferred',
        )
        for operation in (
            "retry-sync-batch",
            "retry-failed-items",
            "retry-sync-items",
            "retry-sync-item",
            "process-sync-batch",
        )
    ),
)


def world(make=World):
    """Return a world where batches end at once, and where there is an expense."""

    def prepare(client):
        answer = client.post(f"/sync2books/expenses/{CONNECTION}", json=EXPENSE, headers={"X-API-Key": KEY})
        assert answer.status_code == 201, answer.text

    return make(prepare, pace="instant", quirks={"sync2books.rate-limit": "off"})


@pytest.fixture(scope="module")
def report():
    return fuzz(
        "sync2books",
        world(),
        EXCEPTIONS,
        key=KEY,
        examples={},
        coverage={},
        fuzzing={"generation": {"max-examples": 10}},
        stateful={"generation": {"max-examples": 25}, "max-steps": 5},
    )


def test_every_check_holds_but_for_what_the_vendor_does(report):
    assert (report.problems, report.errors) == ([], [])


def test_most_operations_reach_success(report, tell):
    tell(f"sync2books: {report}")

    assert report.share >= 70
