"""Many callers at once in one workspace: nothing is lost, nothing is doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from doubleentry.engine.pace import PRESETS
from tests.dialects.codat.caller import QUICKBOOKS, XERO, Codat, books_of, expense, expenses, transaction_id

CALLERS = 20
EACH = 3


@pytest.fixture
def at_once(codat):
    """Return a function that runs another with a client of its own in many threads, and returns what each returned."""

    def at_once(call):
        barrier = threading.Barrier(CALLERS)

        def run(number):
            client = Codat(codat.application, codat.name)
            barrier.wait(10)
            return call(client, number)

        with ThreadPoolExecutor(CALLERS) as pool:
            return list(pool.map(run, range(CALLERS)))

    return at_once


def own(caller):
    """Return the numbers of the transactions that a caller sends."""
    return [1 + caller * EACH + place for place in range(EACH)]


@pytest.mark.parametrize("pace", ["instant", "quick"])
def test_every_dataset_and_every_sync_is_there_once(codat, at_once, pace):
    codat.workspace.paces.set(PRESETS[pace])

    def call(client, caller):
        made = []
        for number in own(caller):
            dataset = client.dataset(expense(number))
            made.append((number, dataset, client.initiate(dataset)))
        return made

    made = [each for some in at_once(call) for each in some]
    codat.settle()

    count = CALLERS * EACH
    assert len({dataset for _, dataset, _ in made}) == len({sync for _, _, sync in made}) == count
    assert {number: codat.transactions(sync) for number, _, sync in made} == {
        number: [{"transactionId": transaction_id(number), "status": "Completed", "integrationType": "expense"}]
        for number in range(1, count + 1)
    }
    assert {codat.status(sync)["syncStatusCode"] for _, _, sync in made} == {2000}
    postings = codat.workspace.ledgers.get(books_of(XERO)).postings()
    assert sorted(posting.entry.reference for posting in postings) == sorted(transaction_id(n) for n, _, _ in made)


def test_one_dataset_is_pushed_once_however_many_start_it(codat, at_once):
    codat.at_once()
    dataset = codat.dataset(expense())

    syncs = at_once(lambda client, _: client.initiate(dataset))

    codes = sorted(codat.status(sync)["syncStatusCode"] for sync in syncs)
    assert codes == [2000] + [5080] * (CALLERS - 1)
    assert len(codat.workspace.ledgers.get(books_of(XERO)).postings()) == 1


def test_one_sync_is_taken_and_all_others_refused_where_only_one_may_run(codat, at_once):
    codat.steer("PUT", "/quirks/codat.concurrent-syncs", {"value": "reject"})
    dataset = codat.dataset(expense())
    body = {"datasetIds": [dataset]}

    answers = at_once(lambda client, _: client.call("POST", f"{expenses(XERO)}/syncs", body))

    assert sorted(answer.status for answer in answers) == [202] + [422] * (CALLERS - 1)
    (taken,) = (answer.body["syncId"] for answer in answers if answer.status == 202)
    told = f"A sync is already in progress for this company: {taken}"
    assert {answer.body["error"] for answer in answers if answer.status == 422} == {told}


def test_every_read_counts_once_where_reads_end_a_sync(codat, at_once):
    codat.steer("PUT", "/pace", {"mode": "polls", "polls": CALLERS - 1, "wait": 0})
    sync = codat.sync(expense())
    codat.settle()

    codes = at_once(lambda client, _: client.status(sync)["syncStatusCode"])

    assert sorted(codes) == [1000] * (CALLERS - 1) + [2000]


def test_callers_of_two_companies_and_one_who_lets_time_pass_do_not_disturb_each_other(codat, at_once):
    def call(client, caller):
        if caller == 0:
            for _ in range(10):
                client.settle()
            return []
        company = (XERO, QUICKBOOKS)[caller % 2]
        return [(company, client.sync(expense(number, company), company=company)) for number in own(caller)]

    syncs = [each for some in at_once(call) for each in some]
    codat.settle()

    assert len(set(syncs)) == (CALLERS - 1) * EACH
    assert {codat.status(sync, company)["syncStatusCode"] for company, sync in syncs} == {2000}
    for company in (XERO, QUICKBOOKS):
        postings = codat.workspace.ledgers.get(books_of(company)).postings()
        assert len(postings) == sum(each == company for each, _ in syncs)


def test_every_rule_is_told_of_every_sync_once(codat, at_once, receiver):
    codat.at_once()
    rule = {"type": "sync-complete", "notifiers": {"webhook": receiver.url}}
    rules = {answer["id"] for answer in at_once(lambda client, _: client.ok("POST", "/rules", rule))}

    syncs = [sync for sync in at_once(lambda client, caller: caller < 3 and client.sync(expense(caller + 1))) if sync]
    codat.settle()

    told = [(alert["RuleId"], alert["Data"]["syncId"]) for alert in receiver.bodies]
    assert (len(rules), len(set(syncs))) == (CALLERS, 3)
    assert sorted(told) == sorted((rule, sync) for rule in rules for sync in syncs)
