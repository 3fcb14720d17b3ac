"""Each recipe of Built's does exactly what its explanation promises, and leaves nothing behind."""

from datetime import timedelta

import pytest

from doubleentry.dialects.built.recipes import RECIPES
from tests.promises import assert_answer_keeps, assert_keeps

OF_REQUESTS = [recipe.name for recipe in RECIPES if recipe.timing == "at once"]
OF_IMPORTS = [recipe.name for recipe in RECIPES if recipe.timing == "at pace"]


@pytest.mark.parametrize("name", OF_REQUESTS)
@pytest.mark.parametrize("path", ["GET /sync", "GET /sync/expenses", "DELETE /sync/transaction/1", "POST /sync/1"])
def test_a_request_is_answered_as_promised(built, path, name):
    promises = built.steer("GET", f"/recipes/{name}").body["promises"]
    before = built.batches()
    built.steer("POST", f"/recipes/{name}/apply", {"times": None})

    for promise in promises:
        answer = built.call(*path.split(), accept=promise["asking"]["Accept"])
        assert_answer_keeps(promise, answer)

    built.steer("DELETE", f"/recipes/{name}")
    assert built.batches() == before
    assert built.steer("GET", "/faults").body == {"faults": []}


@pytest.mark.parametrize("name", OF_IMPORTS)
def test_an_import_goes_as_promised(built, name):
    recipe = built.steer("GET", f"/recipes/{name}").body
    before = built.batches()
    built.steer("POST", f"/recipes/{name}/apply")

    sync = built.steer("POST", "/imports", {"dialect": "built", "kind": "expense", "count": 2}).body
    assert sync["status"] == "queued"
    built.workspace.advance(by=timedelta(seconds=2))

    seen = {promise["seen"]: promise["body"] for promise in recipe["promises"]}
    shown = built.steer("GET", f"/syncs/{sync['id']}").body
    assert_keeps(seen["sync"], shown)
    assert_keeps([seen["item"]] * 2, shown["items"])
    assert built.batches() == before
    assert built.imported()["status"] == "finished"


def test_a_recipe_without_a_time_of_its_own_tells_when_the_window_ends(built):
    built.steer("POST", "/recipes/built.429.too-many-attempts/apply")

    answer = built.call("GET", "/sync")

    now = built.workspace.clock.now()
    assert int(answer.headers["X-RateLimit-Reset"]) == int((now + timedelta(seconds=60)).timestamp())


def test_the_vendors_own_refusal_can_be_ordered_in_any_words(built):
    built.order({"status": 302, "message": "Quote not found"}, times=2)

    answers = [built.call("DELETE", "/sync/transaction/1", accept=accept) for accept in ("application/json", "*/*")]

    assert [(answer.status, answer.text, answer.headers.get("Location")) for answer in answers] == [
        (302, '"Quote not found"', None)
    ] * 2


def test_a_plain_422_stays_the_frameworks_own(built):
    built.order({"status": 422})

    assert built.call("POST", "/sync/1", {}).text == '{\n    "message": ""\n}'


def test_problems_can_be_ordered_of_nested_fields_too(built):
    told = [{"path": "items/1/amount", "message": "First."}, {"path": "items/1/amount", "message": "Second."}]
    built.order({"problems": told})

    answer = built.call("POST", "/sync/1", {})

    assert (answer.status, answer.body) == (
        422,
        {"message": "The given data was invalid.", "errors": {"items.1.amount": ["First.", "Second."]}},
    )


def test_a_fault_can_be_about_the_business_of_a_key(built):
    built.order({"status": 503}, match={"company": "2"}, times=None)

    statuses = [built.call("GET", path, key=key).status for path in ("/sync", "/nowhere") for key in KEYS]

    assert statuses == [200, 503, 401, 404, 503, 404]
    assert [each.company for each in built.application.host.journal(built.workspace).search()] == [
        "1",
        "2",
        None,
    ] * 2


KEYS = ("built-demo", "built-demo-2", "unknown")
