"""Each recipe of Codat's does exactly what its explanation promises, and leaves nothing behind."""

from datetime import timedelta

import pytest

from doubleentry.dialects.codat.recipes import RECIPES
from doubleentry.dialects.codat.statuses import ENDED, OUTCOMES, SUCCESSES
from tests.dialects.codat.caller import XERO, books_of, expense, expenses
from tests.promises import assert_answer_keeps, assert_keeps

OF_REQUESTS = [recipe.name for recipe in RECIPES if recipe.timing == "at once"]
OF_SYNCS = [recipe.name for recipe in RECIPES if recipe.timing != "at once"]

PACE = {"at pace": timedelta(seconds=2), "never ends": timedelta(days=1)}
"""How long it takes at the default pace until all is seen."""

# Operation → what calls it, and is no failure by itself.
CALLS = {
    "list-companies": ("GET", "/companies"),
    "get-company": ("GET", f"/companies/{XERO}"),
    "get-connection": ("GET", f"/companies/{XERO}/connections/{books_of(XERO)}"),
    "get-sync-by-id": ("GET", f"{expenses(XERO)}/syncs/50000000-0000-4000-8000-000000000011/status"),
    "create-expense-dataset": ("POST", f"{expenses(XERO)}/expense-transactions", {"items": [expense()]}),
    "intiate-sync": ("POST", f"{expenses(XERO)}/syncs", {"datasetIds": ["d0000000-0000-4000-8000-000000000013"]}),
    "update-expense-dataset": (
        "PUT",
        f"{expenses(XERO)}/expense-transactions/70000000-0000-4000-8000-000000000011",
        {"type": "Payment", "issueDate": "2023-05-02"},
    ),
}


def explained(codat, name, timing):
    recipe = codat.steer("GET", f"/recipes/{name}")
    assert recipe["timing"] == timing
    return recipe["promises"]


def seen(promises, where):
    return [promise["body"] for promise in promises if promise["seen"] == where]


@pytest.mark.parametrize("name", OF_REQUESTS)
def test_a_request_is_answered_as_promised(codat, name):
    promises = explained(codat, name, "at once")
    codat.steer("POST", f"/recipes/{name}/apply", {"times": None})

    for promise in promises:
        assert promise["seen"] == "answer"
        assert_answer_keeps(promise, codat.call(*CALLS[promise.get("operation", "list-companies")]))

    codat.call("DELETE", f"/recipes/{name}", mount="/_emulator/v1", key=None)
    for promise in promises:
        assert codat.call(*CALLS[promise.get("operation", "list-companies")]).status < 300
    assert codat.steer("GET", "/faults") == {"faults": []}


@pytest.mark.parametrize("name", OF_SYNCS)
def test_a_sync_goes_as_promised(codat, receiver, name):
    recipe = codat.steer("GET", f"/recipes/{name}")
    codat.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {"webhook": receiver.url}})
    codat.ok("POST", "/rules", {"type": "sync-complete", "notifiers": {"webhook": receiver.url}})
    codat.steer("POST", f"/recipes/{name}/apply")

    sync = codat.sync(expense(1), expense(2))
    assert codat.status(sync)["syncStatusCode"] == 1000
    codat.workspace.advance(by=PACE[recipe["timing"]])

    (status,), (item,) = seen(recipe["promises"], "sync"), seen(recipe["promises"], "item")
    assert_keeps(status, codat.status(sync), whole=True)
    rows = codat.transactions(sync)
    assert len(rows) == 2
    for row in rows:
        assert_keeps(item, row, whole=True)
    assert_keeps(seen(recipe["promises"], "webhook"), receiver.bodies, whole=True)


@pytest.mark.parametrize("name", OF_SYNCS)
def test_a_sync_goes_as_ever_once_the_recipe_is_taken_out(codat, name):
    codat.steer("POST", f"/recipes/{name}/apply", {"times": None})
    codat.call("DELETE", f"/recipes/{name}", mount="/_emulator/v1", key=None)

    sync = codat.sync(expense(1))
    codat.settle()

    assert codat.status(sync)["syncStatusCode"] == 2000
    assert codat.steer("GET", "/faults") == {"faults": []}


def test_each_failing_code_and_each_documented_status_has_a_recipe():
    coded = {name.split(".")[1] for name in OF_SYNCS}
    answered = {name.split(".")[1] for name in OF_REQUESTS}

    assert coded == {str(code) for code in (ENDED - SUCCESSES) | {1010} if code in OUTCOMES}
    assert answered == {"400", "401", "402", "403", "404", "405", "409", "422", "429", "500", "503"}


def test_a_recipe_can_be_held_to_one_company_and_a_number_of_times(codat):
    applied = {"match": {"company": XERO, "operation": "get-company"}, "times": 2, "for": "PT1H"}
    codat.steer("POST", "/recipes/codat.503.maintenance/apply", applied)

    statuses = [codat.call(*CALLS[name]).status for name in ("get-connection", *["get-company"] * 3)]

    assert statuses == [200, 503, 503, 200]
