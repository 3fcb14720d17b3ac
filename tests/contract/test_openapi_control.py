"""What the control API's document promises, held against what is answered."""

import pytest

from doubleentry.dialects.codat.auth import authorization
from tests.contract.fuzzing import Excepted, World, fuzz

KEY = authorization("codat-demo")
COMPANY = "/codat/companies/c0000000-0000-4000-8000-000000000001"
CONTROL = "/_emulator/v1"
DATASET = "d0000000-0000-4000-8000-000000000013"

EXCEPTIONS = (
    *(
        Excepted(
            "positive_data_acceptance",
            operation,
            422,
            "A code belongs to one dialect, and a schema lists those of all.",
            "docs of the emulator: 422 is declared, with each problem",
        )
        for operation in ("addFault", "finishSync")
    ),
    *(
        Excepted(
            "use_after_free",
            operation,
            status,
            "What is removed is what the recipe put in; the recipe itself is there for good.",
            "docs of the emulator: DELETE /recipes/{recipe} takes its rules out",
        )
        for operation, status in (("getRecipe", 200), ("applyRecipe", 201), ("removeRecipe", 204))
    ),
    Excepted(
        "positive_data_acceptance",
        "applyRecipe",
        422,
        "A recipe about syncs cannot look at what only requests have, and one schema speaks of all recipes.",
        "docs of the emulator: 422 is declared, with each problem",
    ),
    *(
        Excepted(
            "ensure_resource_availability",
            operation,
            404,
            "A long scenario may have removed the thing itself before, or have reset the workspace.",
            "docs of the emulator: 404 is declared",
        )
        for operation in ("removeFault", "removeKey", "removeEndpoint", "disableEndpoint", "enableEndpoint")
    ),
    *(
        Excepted(
            "positive_data_acceptance",
            operation,
            422,
            "Each vendor has events of its own, and one schema speaks of all vendors'.",
            "docs of the emulator: 422 is declared, with each problem",
        )
        for operation in ("addEvent", "sendExample")
    ),
    *(
        Excepted(
            check,
            "getSink",
            status,
            "A sink takes requests by any method, and answers as it is told: no document can say how.",
            "docs of the emulator: PUT /sinks/{sink}/program",
        )
        for check, status in (("unsupported_method", 200), ("allow_header_conformance", 405))
    ),
    Excepted(
        "positive_data_acceptance",
        "addImport",
        422,
        "Which members the whole and its parts have is the vendor's affair, which no document of ours tells.",
        "docs of the emulator: 422 is declared, with each problem",
    ),
    Excepted(
        "positive_data_acceptance",
        "addEndpoint",
        422,
        "A vendor may have a topic that goes with no other.",
        'Built, guide "Webhooks"',
    ),
    Excepted(
        "positive_data_acceptance",
        "putSnapshot",
        422,
        "Only what was downloaded is taken, and no schema can say what its checksum is of.",
        "docs of the emulator: 422 is declared, with each problem",
    ),
    Excepted(
        "positive_data_acceptance",
        "wait",
        408,
        "What is waited for need not come before the time-out: that is the answer, not a refusal.",
        "docs of the emulator: 408 is declared, with what was seen",
    ),
    *(
        Excepted(
            "ensure_resource_availability",
            operation,
            404,
            "A reset, or the deletion of the workspace, between the making of a thing and the asking forgets it.",
            "docs of the emulator: POST /reset returns to the baseline, DELETE /workspaces/{name} closes one",
        )
        for operation in ("removeKey", "getFault", "assertFired", "removeFault")
    ),
)


def prepare(client):
    """Leave behind a sync that has ended and the webhook that told of it, one that is held, a fault, and a snapshot."""
    fault = {"effect": {"status": 500}, "match": {"headers": {"x-never": "sent"}}}
    assert client.post(f"{CONTROL}/faults", json=fault).status_code == 201
    assert client.get("/codat/companies", headers={**KEY, "x-never": "sent"}).status_code == 500
    rule = {"type": "sync-complete", "notifiers": {"webhook": "http://127.0.0.1:9/"}}
    assert client.post("/codat/rules", json=rule, headers=KEY).status_code == 200
    # The one that is held is listed first, so that what leads from there leads to one that can still be moved.
    assert client.put(f"{CONTROL}/pace", json={"preset": "instant", "mode": "hold", "next": 1}).status_code == 200
    for company, dataset in (("1", "13"), ("2", "22")):
        path = f"{COMPANY.removesuffix('1')}{company}/sync/expenses/syncs"
        sync = {"datasetIds": [f"{DATASET.removesuffix('13')}{dataset}"]}
        assert client.post(path, json=sync, headers=KEY).status_code == 202
    assert client.post(f"{CONTROL}/clock/advance", json={"until": "idle"}).status_code == 200
    assert client.post(f"{CONTROL}/snapshots", json={"name": "before"}).status_code == 201


def world(make=World):
    """Return a world where syncs end at once, and where something happened."""
    return make(prepare, pace="instant")


@pytest.fixture(scope="module")
def report():
    return fuzz(
        "control",
        world(),
        EXCEPTIONS,
        examples={},
        coverage={},
        fuzzing={"generation": {"max-examples": 10}},
        stateful={"generation": {"max-examples": 500}, "max-steps": 20},
    )


def test_every_check_holds_but_for_what_waiting_means(report):
    assert (report.problems, report.errors) == ([], [])


def test_nearly_all_operations_reach_success(report, tell):
    tell(f"control: {report}")

    assert report.share >= 95
