"""Each recipe of Sync2Books' does exactly what its explanation promises, and leaves nothing behind."""

from datetime import timedelta

import pytest

from doubleentry.dialects.sync2books.recipes import ONE_FAILS, RECIPES
from tests.dialects.sync2books.caller import CONNECTION
from tests.dialects.sync2books.sending import expense, read, send, sent, subscribe, wrong
from tests.promises import assert_answer_keeps, assert_keeps

OF_REQUESTS = [recipe.name for recipe in RECIPES if recipe.timing == "at once"]
OF_BATCHES = [recipe.name for recipe in RECIPES if recipe.timing != "at once"]

PACE = {"at pace": timedelta(seconds=3), "never ends": timedelta(days=1)}
"""How long it takes at the default pace until all is seen."""

# Operation → what calls it.
CALLS = {
    "list-companies": ("GET", "/companies"),
    "upload-attachment": ("POST", f"/connections/{CONNECTION}/syncs/none/transactions/exp-001/attachments"),
}


def promised(recipe, where):
    return [promise["body"] for promise in recipe["promises"] if promise["seen"] == where]


@pytest.mark.parametrize("name", OF_REQUESTS)
def test_a_request_is_answered_as_promised(s2b, name):
    promises = s2b.steer("GET", f"/recipes/{name}").body["promises"]
    s2b.steer("POST", f"/recipes/{name}/apply", {"times": None})

    for promise in promises:
        assert_answer_keeps(promise, s2b.call(*CALLS[promise.get("operation", "list-companies")]))

    s2b.steer("DELETE", f"/recipes/{name}")
    assert s2b.call("GET", "/companies").status == 200
    assert s2b.steer("GET", "/faults").body == {"faults": []}


@pytest.mark.parametrize("name", OF_BATCHES)
def test_a_batch_goes_as_promised(s2b, receiver, name):
    recipe = s2b.steer("GET", f"/recipes/{name}").body
    subscribe(s2b, "*", url=receiver.url)
    s2b.steer("POST", f"/recipes/{name}/apply")

    batch = send(s2b, expense("exp-001"), expense(ONE_FAILS))
    s2b.workspace.advance(by=PACE[recipe["timing"]])

    shown, items = read(s2b, batch)
    (of_batch,), (of_item,) = promised(recipe, "sync"), promised(recipe, "item")
    assert_keeps(of_batch, shown)
    told = [item for item in items if of_item.get("entityId", item["entityId"]) == item["entityId"]]
    assert_keeps([of_item] * len(told), told)
    assert len(told) == of_batch["failedItems"] or recipe["timing"] == "never ends"
    assert_keeps(promised(recipe, "webhook"), receiver.bodies, whole=True)


@pytest.mark.parametrize("name", OF_BATCHES)
def test_a_batch_goes_as_ever_once_the_recipe_is_taken_out(s2b, name):
    s2b.steer("POST", f"/recipes/{name}/apply", {"times": None})
    s2b.steer("DELETE", f"/recipes/{name}")

    batch = send(s2b, expense("exp-001"), expense(ONE_FAILS))
    s2b.settle()

    assert read(s2b, batch)[0]["successfulItems"] == 2
    assert s2b.steer("GET", "/faults").body == {"faults": []}


def test_each_documented_status_and_each_documented_text_of_an_item_has_a_recipe():
    answered = {name.split(".")[1] for name in OF_REQUESTS}
    told = {recipe.rules[0].effect.get("message") for recipe in RECIPES if recipe.name in OF_BATCHES}

    assert answered == {"400", "401", "403", "404", "409", "413", "429", "500", "501"}
    for text in ("Invalid account ID", "Invalid tax rate ID", "Connection expired", "Rate limit exceeded"):
        assert any((message or "").startswith(text) for message in told), text
    assert "Validation error" in told


def test_what_a_recipe_lets_fail_is_told_as_what_the_books_refuse(s2b):
    refused = sent(s2b, wrong("exp-refused"))
    s2b.steer("POST", "/recipes/sync2books.invalid-account/apply")
    ordered = sent(s2b, expense("exp-ordered"))

    (by_books, (its_item,)), (by_recipe, (that_item,)) = read(s2b, refused), read(s2b, ordered)

    own = {"id", "entityId", "createdAt", "startedAt", "updatedAt", "completedAt"}
    for natural, other in ((by_books, by_recipe), (its_item, that_item)):
        assert {name: value for name, value in other.items() if name not in own} == {
            name: value for name, value in natural.items() if name not in own
        }
    assert (by_recipe["status"], by_recipe["failedItems"], by_recipe["syncErrorMessage"]) == ("completed", 1, None)
