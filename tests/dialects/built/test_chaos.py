"""A run where a tenth of everything goes wrong is the same run again, and a request can ask for a fault itself."""

from tests.chaos import run_of, wreak
from tests.promises import assert_answer_keeps

FORM = "application/x-www-form-urlencoded"
UNHEARD = "http://127.0.0.1:9/"


def chaotic(built, seed):
    def steer(method, path, body=None):
        answer = built.steer(method, path, body)
        assert answer.status < 300, answer.text
        return answer.body

    steer("POST", "/reset", {"seed": seed})
    steer("POST", "/webhooks/endpoints", {"dialect": "built", "url": UNHEARD, "topics": ["journals"]})
    wreak(steer, "built", {"code": "failed"})

    def play():
        for number in range(1, 21):
            yield built.call("GET", "/sync/expenses")
            yield built.call("DELETE", f"/sync/transaction/{number}")
            steer("POST", "/imports", {"dialect": "built", "kind": "expense", "count": 1})
            steer("POST", "/webhooks/events", {"dialect": "built", "event": "journals.updated", "record": {"id": 1}})

    return run_of(built, steer, play)


def test_the_same_seed_gives_the_same_faults_in_the_same_order(built):
    first = chaotic(built, "7")

    assert first["layers"] == {"http", "latency", "transport", "sync", "webhook"}
    assert chaotic(built, "7") == first
    assert chaotic(built, "8")["answers"] != first["answers"]


def test_one_request_asks_for_its_own_failure(built):
    promise, _ = built.steer("GET", "/recipes/built.422.validation").body["promises"]

    by_header = built.call("POST", "/sync/1", {}, headers={"Emulator-Fault": "built.422.validation"})
    by_text = built.call("POST", "/sync/1", {"description": "fault:built.422.validation"})
    by_field = built.call("POST", "/sync/1", "description=fault%3Abuilt.422.validation&to=", content_type=FORM)
    by_plain_field = built.call("POST", "/sync/1", "description=fault:built.422.validation", content_type=FORM)

    for answer in (by_header, by_text, by_field, by_plain_field):
        assert_answer_keeps(promise, answer)
    assert built.call("GET", "/sync").status == 200


def test_a_rule_looks_at_the_fields_of_a_form(built):
    rule = {
        "match": {"operation": "update-sync-income", "pointers": {"/description": "a b"}},
        "effect": {"status": 503},
    }
    fault = built.steer("POST", "/faults", rule).body["id"]

    statuses = [built.call("POST", "/sync/1", f"description={text}", content_type=FORM).status for text in ("c", "a+b")]

    assert statuses == [422, 503]
    assert built.steer("GET", f"/faults/{fault}").body["matched"] == 1


def test_a_transaction_asks_for_the_failure_of_its_import(built):
    failed = built.imported(items=[{"amount": 1}, {"amount": 2, "narration": "fault:built.import.failed"}])

    assert (failed["status"], failed["message"]) == ("aborted", "The import failed.")
    assert built.imported()["status"] == "finished"
