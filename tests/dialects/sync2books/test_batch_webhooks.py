"""Webhooks about batches: one event for each that ended, in the words of the profile."""

import hashlib
import hmac

from tests.dialects.sync2books.caller import COMPANY, CONNECTION, OTHER_KEY
from tests.dialects.sync2books.sending import WRONG_TEXT, expense, move, read, send, subscribe, wrong

SECRET = "whsec_development_demo"
SUCCESSFUL, UNSUCCESSFUL = "expense.write.successful", "expense.write.unsuccessful"


def test_a_batch_that_ended_is_told_once_signed_over_the_bytes_that_are_sent(s2b, receiver):
    subscribe(s2b, SUCCESSFUL, url=receiver.url)

    batch = send(s2b, expense("exp-1"), expense("exp-2"))
    s2b.settle()

    (request,) = receiver.requests
    items = [
        {"entityId": f"exp-{number}", "entityType": "Expense", "status": "success", "syncErrorMessage": None}
        for number in (1, 2)
    ]
    assert request.body == {
        "id": request.body["id"],
        "eventType": SUCCESSFUL,
        "generatedDate": read(s2b, batch)[0]["completedAt"],
        "payload": {
            "companyId": COMPANY,
            "connectionId": CONNECTION,
            "integrationKey": "QUICKBOOKS",
            "syncBatchId": batch,
            "status": "completed",
            "totalItems": 2,
            "successfulItems": 2,
            "failedItems": 0,
            "items": items,
        },
    }
    signature = hmac.new(SECRET.encode(), request.text.encode(), hashlib.sha256).hexdigest()
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
    assert request.headers["X-Webhook-Signature"] == signature


def test_a_batch_with_a_failure_is_unsuccessful_and_each_retry_is_told_again(s2b, receiver):
    subscribe(s2b, UNSUCCESSFUL, url=receiver.url)

    batch = send(s2b, expense("exp-1"), wrong("exp-2"))
    s2b.settle()
    apart = s2b.ok("POST", f"/sync/batches/{batch}/retry", {})["newBatchId"]
    s2b.settle()
    s2b.ok("POST", f"/sync/batches/{batch}/retry-failed")
    s2b.settle()

    payloads = [body["payload"] for body in receiver.bodies]
    assert [payload["syncBatchId"] for payload in payloads] == [batch, apart, batch]
    assert [(payload["successfulItems"], payload["failedItems"]) for payload in payloads] == [(1, 1), (0, 1), (1, 1)]
    assert payloads[0]["items"][1]["syncErrorMessage"] == WRONG_TEXT
    assert len({body["id"] for body in receiver.bodies}) == 3


def test_a_batch_that_failed_as_a_whole_is_unsuccessful(s2b, receiver):
    subscribe(s2b, "*", url=receiver.url)
    move(s2b, "expire")

    send(s2b, expense())
    s2b.settle()

    assert [body["eventType"] for body in receiver.bodies] == ["connection.failed", UNSUCCESSFUL]
    assert (receiver.bodies[1]["payload"]["status"], receiver.bodies[1]["payload"]["failedItems"]) == ("failed", 1)


def test_words_of_a_batch_are_those_of_the_profile(s2b, receiver):
    s2b.choose("profile", "openapi")
    subscribe(s2b, "*", url=receiver.url)

    send(s2b, expense("exp-1"), wrong("exp-2"))
    s2b.settle()

    (payload,) = (body["payload"] for body in receiver.bodies)
    assert (payload["status"], [item["status"] for item in payload["items"]]) == (
        "partially_completed",
        ["synced", "failed"],
    )
    assert payload["items"][0]["entityType"] == "expense"


def test_nobody_is_told_anything_who_has_not_asked(s2b, receiver):
    subscribe(s2b, SUCCESSFUL, url=receiver.url)
    subscribe(s2b, "*", url=receiver.url, key=OTHER_KEY)

    send(s2b, wrong())
    s2b.settle()

    assert receiver.requests == []
