"""A run where a tenth of everything goes wrong is the same run again, and a request can ask for a fault itself."""

import pytest

from doubleentry.dialects.codat.messages import sign
from tests.chaos import run_of, wreak
from tests.dialects.codat.caller import XERO, expense, expenses
from tests.promises import assert_answer_keeps


def chaotic(codat, receiver, seed=None):
    codat.steer("POST", "/reset", {} if seed is None else {"seed": seed})
    codat.ok("POST", "/rules", {"type": "sync-complete", "notifiers": {"webhook": receiver.url}})
    codat.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {"webhook": receiver.url}})
    wreak(codat.steer, "codat", {"code": "5130"})

    def play():
        for number in range(1, 31):
            body = {"items": [expense(number)]}
            created = codat.call("POST", f"{expenses(XERO)}/expense-transactions", body)
            yield created
            if created.status == 200:
                yield codat.call("POST", f"{expenses(XERO)}/syncs", {"datasetIds": [created.body["datasetId"]]})

    return run_of(codat, codat.steer, play)


def test_the_same_seed_gives_the_same_faults_in_the_same_order(codat, receiver):
    first = chaotic(codat, receiver)

    assert first["layers"] == {"http", "latency", "transport", "sync", "webhook"}
    assert chaotic(codat, receiver) == first


def test_another_seed_gives_others(codat, receiver):
    assert chaotic(codat, receiver, "1")["answers"] != chaotic(codat, receiver, "2")["answers"]


def test_one_request_asks_for_its_own_failure(codat):
    (promise,) = codat.steer("GET", "/recipes/codat.402.company-limit")["promises"]
    name = {"name": "fault:codat.402.company-limit"}

    by_header = codat.call("POST", "/companies", {"name": "a"}, headers={"Emulator-Fault": "codat.402.company-limit"})
    by_name = codat.call("POST", "/companies", name)

    for answer in (by_header, by_name):
        assert_answer_keeps(promise, answer)
    assert codat.call("POST", "/companies", {"name": "a"}).status == 200


def test_one_request_asks_for_the_failure_of_the_sync_that_it_starts(codat):
    codat.at_once()
    datasets = [codat.dataset(expense(number)) for number in (1, 2)]
    path = f"{expenses(XERO)}/syncs"

    asking = codat.ok("POST", path, {"datasetIds": datasets[:1]}, headers={"Emulator-Fault": "codat.5130.push-error"})
    other = codat.ok("POST", path, {"datasetIds": datasets[1:]})

    assert [codat.status(each["syncId"])["syncStatusCode"] for each in (asking, other)] == [5130, 2000]


@pytest.mark.parametrize("member", ["merchantName", "notes"])
def test_a_transaction_asks_for_the_failure_of_its_sync(codat, member):
    codat.at_once()

    sync = codat.sync(expense(1), expense(2, **{member: "fault:codat.4260.billing"}))

    assert codat.status(sync)["syncStatusCode"] == 4260


def test_a_recipe_of_another_dialect_cannot_be_asked_for(codat):
    answer = codat.call("GET", "/companies", headers={"Emulator-Fault": "built.503.maintenance"})

    assert (answer.status, answer.body["error"]["kind"]) == (422, "UnknownRecipe")
    assert answer.body["error"]["message"].endswith("Did you mean codat.503.maintenance?")


def test_a_message_is_signed_badly_or_long_ago(codat, receiver):
    codat.at_once()
    types = ["expenses.sync.successful"]
    codat.ok("POST", "/webhooks", {"url": receiver.url, "eventTypes": types})
    for how in ("bad-signature", "stale-stamp"):
        codat.steer("POST", "/faults", {"match": {"dialect": "codat"}, "effect": {"webhook": how}, "times": 1})
    (secret,) = [endpoint["secret"] for endpoint in codat.steer("GET", "/webhooks/endpoints")["endpoints"]]

    for number in (1, 2, 3):
        codat.sync(expense(number))
        codat.settle()

    sent = [({name.lower(): value for name, value in each.headers.items()}, each.text) for each in receiver.requests]
    assert [signed(secret, headers, body) for headers, body in sent] == [False, True, True]
    (bad, _), (stale, _), _ = sent
    assert int(bad["webhook-timestamp"]) - int(stale["webhook-timestamp"]) == 600


def signed(secret, headers, body):
    return sign(secret, headers["webhook-id"], headers["webhook-timestamp"], body) == headers["webhook-signature"]
