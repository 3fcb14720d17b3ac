"""What a tester can bring about: every event, truly, and an example of every type."""

import hashlib
import hmac

import pytest

from doubleentry.dialects.sync2books.rules.triggering import EVENTS
from doubleentry.engine.pace import Hold, Pace, PaceMode
from tests.dialects.sync2books.caller import COMPANY, OTHERS_COMPANY, UNKNOWN
from tests.dialects.sync2books.sending import move, read, subscribe

SECRET = "whsec_development_demo"
SUCCESSFUL, UNSUCCESSFUL = "expense.write.successful", "expense.write.unsuccessful"


def trigger(s2b, event, **more):
    return s2b.steer("POST", "/webhooks/events", {"dialect": "sync2books", "event": event, **more})


def example(s2b, event, endpoint):
    body = {"dialect": "sync2books", "event": event, "endpoint": endpoint}
    return s2b.steer("POST", "/webhooks/examples", body)


@pytest.mark.parametrize("profile", ["docs", "openapi"])
@pytest.mark.parametrize("company", [None, COMPANY])
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_can_be_made_to_happen_and_is_told(s2b, receiver, event, company, profile):
    s2b.choose("profile", profile)
    subscribe(s2b, event, url=receiver.url)

    answer = trigger(s2b, event, **({} if company is None else {"company": company}))
    s2b.settle()

    assert answer.status == 201, answer.text
    (told,) = receiver.bodies
    assert (told["eventType"], told["id"]) == (event, answer.body["id"])
    assert told["payload"]["companyId"] == company or company is None
    assert s2b.ok("GET", f"/companies/{told['payload']['companyId']}")


@pytest.mark.parametrize("event", [SUCCESSFUL, UNSUCCESSFUL])
def test_a_batch_that_was_made_to_happen_can_be_read_back(s2b, receiver, event):
    s2b.choose("profile", "openapi")
    subscribe(s2b, event, url=receiver.url)

    trigger(s2b, event)
    s2b.settle()

    payload = receiver.bodies[0]["payload"]
    batch, (item,) = read(s2b, payload["syncBatchId"])
    assert (batch["status"], batch["companyId"], batch["connectionId"]) == (
        payload["status"],
        payload["companyId"],
        payload["connectionId"],
    )
    assert (item["entityId"], item["status"], item["syncErrorMessage"]) == tuple(
        payload["items"][0][name] for name in ("entityId", "status", "syncErrorMessage")
    )
    assert (item["syncErrorMessage"] is None) == (event == SUCCESSFUL)
    assert s2b.ok("GET", f"/expenses/{item['entityId']}")["merchantName"] == "Webhook trigger"


@pytest.mark.parametrize("hold", list(Hold))
def test_a_batch_is_made_to_end_at_once_whatever_the_pace(s2b, receiver, hold):
    subscribe(s2b, "*", url=receiver.url)
    s2b.workspace.paces.set(Pace(PaceMode.HOLD, hold=hold))

    trigger(s2b, SUCCESSFUL, company=COMPANY)
    s2b.settle()

    assert [body["eventType"] for body in receiver.bodies] == [SUCCESSFUL]


def test_a_batch_that_is_started_by_hand_or_ends_by_itself_is_no_trouble(s2b, receiver):
    subscribe(s2b, SUCCESSFUL, url=receiver.url)

    s2b.choose("processing", "manual")
    trigger(s2b, SUCCESSFUL)
    s2b.choose("processing", "auto")
    s2b.workspace.paces.set(Pace(PaceMode.IMMEDIATE))
    trigger(s2b, SUCCESSFUL)
    s2b.settle()

    assert len(receiver.requests) == 2


def test_an_event_of_another_applications_company_is_told_to_nobody_here(s2b, receiver):
    subscribe(s2b, "*", url=receiver.url)

    assert trigger(s2b, SUCCESSFUL, company=OTHERS_COMPANY).status == 201
    s2b.settle()

    assert receiver.bodies == []


@pytest.mark.parametrize(
    ("event", "more", "status", "part"),
    [
        (SUCCESSFUL, {"company": UNKNOWN}, 404, UNKNOWN),
        ("connection.failed", {"company": UNKNOWN}, 404, UNKNOWN),
        (SUCCESSFUL, {"record": {"id": 1}}, 422, "takes no record"),
        ("connection.deleted", {}, 422, "event"),
    ],
)
def test_what_cannot_be_made_to_happen_is_refused_in_our_words(s2b, event, more, status, part):
    answer = trigger(s2b, event, **more)

    assert (answer.status, part in answer.text) == (status, True), answer.text


def test_what_does_not_suit_a_company_is_refused(s2b):
    move(s2b, "unlink")
    assert "is connected" in trigger(s2b, SUCCESSFUL, company=COMPANY).text

    answers = [trigger(s2b, "connection.created", company=COMPANY) for _ in range(4)]

    assert [answer.status for answer in answers] == [201, 201, 201, 422]
    assert "every accounting software" in answers[-1].text


@pytest.mark.parametrize("event", EVENTS)
def test_there_is_an_example_of_every_type_of_the_shape_of_the_true_one(s2b, receiver, event):
    subscribe(s2b, event, url=receiver.url)
    endpoint = subscribe(s2b, "none.of.these", url=receiver.url).body["id"]
    assert trigger(s2b, event).status == 201
    s2b.settle()

    answer = example(s2b, event, endpoint)
    s2b.settle()

    assert answer.status == 201, answer.text
    true, sent = receiver.requests
    assert (sent.body["eventType"], sorted(sent.body)) == (event, sorted(true.body))
    assert sorted(sent.body["payload"]) == sorted(true.body["payload"])
    assert sent.body["payload"].get("status") == true.body["payload"].get("status")
    signature = hmac.new(SECRET.encode(), sent.text.encode(), hashlib.sha256).hexdigest()
    assert sent.headers["X-Webhook-Signature"] == signature
