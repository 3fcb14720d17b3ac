"""What Built's document promises, held against what is answered to a client that asks for JSON."""

import pytest

from tests.contract.fuzzing import Excepted, World, fuzz

HEADERS = {"Accept": "application/json"}
GUIDE = 'Built, guide "Sync Transactions"'
LISTS = ("list-sync-incomes", "list-sync-expenses")
BY_ID = (
    "update-sync-income",
    "delete-sync-income-transaction",
    "update-sync-expense-transaction",
    "delete-sync-expense-transaction",
)

EXCEPTIONS = (
    Excepted(
        "allow_header_conformance",
        "list-sync-expenses",
        200,
        "The path also matches that of an income batch, which is posted to.",
        "laravel/framework 8.83.26, 405 and OPTIONS of overlapping routes (observed)",
    ),
    *(
        Excepted(
            "negative_data_rejection",
            operation,
            200,
            "A page that is no whole number from 1 is the first page.",
            "laravel/framework 8.83.26, Paginator::resolveCurrentPage (observed)",
        )
        for operation in LISTS
    ),
    *(
        Excepted(
            "positive_data_acceptance",
            operation,
            422,
            "A whole number of more than 14 digits is none when it is written with a point, which no schema can tell.",
            "PHP 8.2, FILTER_VALIDATE_INT of a float (observed)",
        )
        for operation in ("update-sync-income", "update-sync-expense-transaction")
    ),
    *(
        Excepted(
            check,
            operation,
            302,
            "A row that is not there is 302 with a bare JSON string.",
            "Built, API reference, 302 samples of 97 operations",
        )
        for operation in BY_ID
        for check in ("positive_data_acceptance", "negative_data_rejection", "ensure_resource_availability")
    ),
)


def world(make=World):
    """Return a world as it is."""
    return make()


@pytest.fixture(scope="module")
def report():
    return fuzz(
        "built",
        world(),
        EXCEPTIONS,
        key="built-demo",
        headers=HEADERS,
        examples={},
        coverage={},
        fuzzing={"generation": {"max-examples": 40}},
        stateful={"generation": {"max-examples": 10}, "max-steps": 4},
    )


def test_every_check_holds_but_for_what_the_vendor_does(report):
    assert (report.problems, report.errors) == ([], [])


def test_all_operations_reach_success(report, tell):
    tell(f"built: {report}")

    assert report.share == 100
