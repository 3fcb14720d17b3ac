"""Many callers at once in one workspace: nothing is lost, nothing is doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from doubleentry.engine.pace import PRESETS
from tests.dialects.sync2books.caller import COMPANY, CONNECTION, Sync2Books
from tests.dialects.sync2books.sending import expense, ledger, outcomes, send, sent, wrong

CALLERS = 16
EACH = 3


@pytest.fixture
def at_once(s2b):
    """Return a function that runs another with a client of its own in many threads, and returns what each returned."""
    s2b.choose("rate-limit", "off")

    def at_once(call):
        barrier = threading.Barrier(CALLERS)

        def run(number):
            client = Sync2Books(s2b.application, s2b.name)
            barrier.wait(10)
            return call(client, number)

        with ThreadPoolExecutor(CALLERS) as pool:
            return list(pool.map(run, range(CALLERS)))

    return at_once


@pytest.mark.parametrize("pace", ["instant", "quick"])
def test_every_batch_and_every_expense_is_there_once(s2b, at_once, pace):
    s2b.workspace.paces.set(PRESETS[pace])

    def call(client, caller):
        return [
            (send(client, expense(f"{caller}-{place}"), wrong(f"bad-{caller}-{place}")), f"{caller}-{place}")
            for place in range(EACH)
        ]

    made = [each for some in at_once(call) for each in some]
    s2b.settle()

    assert len({batch for batch, _ in made}) == CALLERS * EACH
    for batch, id in made:
        word, items = outcomes(s2b, batch)
        assert (word, [(item, status) for item, status, _ in items]) == (
            "completed",
            [(id, "success"), (f"bad-{id}", "failed")],
        )
    assert sorted(each.entry.reference for each in ledger(s2b).postings()) == sorted(id for _, id in made)
    assert [each.number for each in ledger(s2b).postings()] == list(range(1, CALLERS * EACH + 1))
    listed = s2b.ok("GET", f"/sync/companies/{COMPANY}/batches?limit=100")
    assert {row["id"] for row in listed["batches"]} == {batch for batch, _ in made}
    assert s2b.ok("GET", f"/expenses/connection/{CONNECTION}")["pagination"]["total"] == 2 * CALLERS * EACH


def test_one_expense_is_written_once_however_many_send_it(s2b, at_once):
    batches = at_once(lambda client, _: send(client, expense()))
    s2b.settle()

    assert sorted(outcomes(s2b, batch)[1][0][1] for batch in batches) == ["skipped"] * (CALLERS - 1) + ["success"]
    assert len(ledger(s2b).postings()) == 1


def test_a_batch_is_tried_again_in_place_once_however_many_ask(s2b, at_once):
    batch_id = sent(s2b, wrong())

    answers = at_once(lambda client, _: client.call("POST", f"/sync/batches/{batch_id}/retry-failed").status)
    s2b.settle()

    assert sorted(answers) == [200] + [400] * (CALLERS - 1)
    assert outcomes(s2b, batch_id)[0] == "completed"
