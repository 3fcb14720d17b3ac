"""What Codat's document promises, held against what is answered."""

import pytest

from doubleentry.dialects.codat.auth import authorization
from tests.contract.fuzzing import Excepted, World, fuzz

KEY = authorization("codat-demo")["Authorization"]
SPEC = "Codat, Sync for Expenses API (2023)"

EXCEPTIONS = (
    Excepted(
        "positive_data_acceptance",
        "intiate-sync",
        400,
        "A dataset is named by its id, and a schema cannot tell which there are; of 400 and 404, which are declared, "
        "400 can tell which of several ids it was.",
        f"{SPEC}, intiate-sync",
    ),
    Excepted(
        "positive_data_acceptance",
        "intiate-sync",
        422,
        "A company whose connections are not both linked cannot be synced.",
        f"{SPEC}, intiate-sync",
    ),
    Excepted(
        "positive_data_acceptance",
        "create-expense-dataset",
        422,
        "A bare array is synced at once, which a company whose connections are not both linked cannot be.",
        "Codat, Expenses API (current), create-expense-transaction",
    ),
    Excepted(
        "positive_data_acceptance",
        "create-expense-transaction",
        422,
        "A bare array is synced at once, which a company whose connections are not both linked cannot be.",
        "Codat, Expenses API (current), create-expense-transaction",
    ),
    Excepted(
        "positive_data_acceptance",
        "update-expense-dataset",
        422,
        "Only transactions of type Payment can be updated, and only on some platforms.",
        f"{SPEC}, update-expense-dataset; guide 'Updating expenses'",
    ),
    Excepted(
        "positive_data_acceptance",
        "unlink-connection",
        400,
        "Only a linked connection can be unlinked.",
        "Codat, Expenses API (current), schema DataConnectionStatus",
    ),
    Excepted(
        "positive_data_acceptance",
        "upload-attachment",
        400,
        "Which files are taken depends on the platform, by the extension of the file's name, which no schema can tell.",
        f"{SPEC}, upload-attachment; guide 'Uploading receipts'",
    ),
    *(
        Excepted(
            "ensure_resource_availability",
            operation,
            404,
            "A company has nothing of this kind until it was connected or synced.",
            f"{SPEC}, {operation}: 404 is declared",
        )
        for operation in ("get-latest-sync", "get-last-successful-sync", "get-mapping-options")
    ),
)
JOURNEY = (
    "create-company",
    "create-connection",
    "create-partner-expense-connection",
    "save-company-configuration",
    "create-expense-dataset",
    "intiate-sync",
    "get-sync-by-id",
)


def world(make=World):
    """Return a world where connections are linked and syncs end at once, and where there is a rule."""

    def prepare(client):
        rule = {"type": "sync-complete", "notifiers": {"emails": ["ops@example.com"]}}
        assert client.post("/codat/rules", json=rule, headers={"Authorization": KEY}).status_code == 200

    return make(prepare, pace="instant", quirks={"codat.link": "auto"})


@pytest.fixture(scope="module")
def report():
    return fuzz(
        "codat",
        world(),
        EXCEPTIONS,
        key=KEY,
        examples={},
        coverage={},
        fuzzing={"generation": {"max-examples": 6}},
        stateful={"generation": {"max-examples": 25}, "max-steps": 8},
    )


def test_every_check_holds_but_for_what_the_vendor_does(report):
    assert (report.problems, report.errors) == ([], [])


def test_nearly_all_operations_reach_success(report, tell):
    tell(f"codat: {report}")

    assert report.share >= 95


def test_links_lead_to_a_finished_sync(tell):
    """From a company that is created to the status of its sync, by the links of the document alone."""
    report = fuzz(
        "codat",
        world(),
        EXCEPTIONS,
        key=KEY,
        only=JOURNEY,
        begins_with="POST /companies",
        stateful={
            "generation": {"max-examples": 30, "mode": "positive"},
            "max-steps": 12,
            "inference": {"algorithms": []},
        },
    )
    tell(f"codat, along its links: {report}")

    assert (report.problems, report.errors) == ([], [])
    statuses = [step.body for step in report.steps if step.operations == JOURNEY]
    complete = [status for status in statuses if status["syncStatusCode"] == 2000]
    assert {(status["syncStatus"], status["dataPushed"], status["errorMessage"]) for status in complete} == {
        ("Complete", True, "")
    }
