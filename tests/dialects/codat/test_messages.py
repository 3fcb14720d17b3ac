"""Consumers told over real HTTP: the messages, their signature, the schedule, and when an endpoint is given up."""

import re
import time
from datetime import datetime, timedelta

import pytest
import standardwebhooks
import svix

from doubleentry.dialects.codat.messages import SCHEDULE, sign
from doubleentry.engine.ports import StampClock
from tests.dialects.codat.caller import PENDING, QUICKBOOKS, XERO, books_of, expense, expenses, transaction_id
from tests.dialects.codat.conftest import START
from tests.dialects.codat.statuses import GUID

FAILING = expense(line={"accountRef": {"id": "nowhere"}})
SYNCS = ["expenses.sync.successful", "expenses.sync.unsuccessful"]
ENDED = START + timedelta(seconds=1.2)
NIGHTLY = "2023-05-03T12:57:59.9576090Z"

AFTER = [
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5, seconds=5),
    timedelta(minutes=35, seconds=5),
    timedelta(hours=2, minutes=35, seconds=5),
    timedelta(hours=7, minutes=35, seconds=5),
    timedelta(hours=17, minutes=35, seconds=5),
    timedelta(hours=27, minutes=35, seconds=5),
]
"""When the eight attempts are made, from the first."""


def listen(codat, url, *types, **more):
    return codat.ok("POST", "/webhooks", {"url": url, "eventTypes": list(types or SYNCS), **more})["id"]


def endpoint(codat, id):
    (found,) = [each for each in codat.steer("GET", "/webhooks/endpoints")["endpoints"] if each["id"] == id]
    return found


def deliveries(codat):
    return codat.steer("GET", "/webhooks/deliveries")["deliveries"]


def attempts(codat, delivery):
    return codat.steer("GET", f"/webhooks/deliveries/{delivery['id']}")["attempts"]


def told(receiver, codat):
    """Let everything happen, and return type and payload of each message."""
    codat.settle()
    return [(body["eventType"], body["payload"]) for body in receiver.bodies]


def corner_cafe(codat, company=XERO):
    shown = codat.ok("GET", f"/companies/{company}")
    return {
        "id": company,
        "name": shown["name"],
        "description": shown["description"] or None,
        "links": {"portal": f"https://app.codat.io/companies/{company}/summary"},
        "tags": shown["tags"],
    }


# --- What is told


def test_a_sync_without_failure_is_told_as_successful_in_the_documented_envelope(codat, receiver):
    listen(codat, receiver.url)

    sync = codat.sync(expense(1), expense(2))
    codat.settle()

    (request,) = receiver.requests
    assert request.body == {
        "id": request.body["id"],
        "eventType": "expenses.sync.successful",
        "generatedDate": NIGHTLY,
        "payload": {
            "referenceCompany": corner_cafe(codat),
            "syncId": sync,
            "transactions": [
                {"id": transaction_id(number), "status": "Completed", "errorMessage": None} for number in (1, 2)
            ],
        },
    }
    assert list(request.body) == ["id", "eventType", "generatedDate", "payload"]
    assert request.headers["Content-Type"] == "application/json"
    assert re.fullmatch(GUID, request.body["id"])


def test_a_sync_with_one_failure_is_told_as_unsuccessful_with_each_transaction(codat, receiver):
    listen(codat, receiver.url)

    codat.sync(expense(2), FAILING, expense(3, lines=...))
    ((kind, payload),) = told(receiver, codat)

    rows = {row["transactionId"]: row for row in codat.transactions(payload["syncId"])}
    assert kind == "expenses.sync.unsuccessful"
    assert payload["transactions"] == [
        {"id": transaction_id(2), "status": "Completed", "errorMessage": None},
        {"id": transaction_id(1), "status": "PushError", "errorMessage": rows[transaction_id(1)]["message"]},
        {"id": transaction_id(3), "status": "Failed", "errorMessage": rows[transaction_id(3)]["message"]},
    ]


def test_a_sync_that_was_turned_down_as_a_whole_is_unsuccessful(codat, receiver):
    listen(codat, receiver.url)
    codat.dataset(expense())
    sync = codat.sync(expense())

    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/deauthorise")
    ((kind, payload),) = told(receiver, codat)

    assert (kind, codat.status(sync)["syncStatusCode"]) == ("expenses.sync.unsuccessful", 4220)
    assert payload["transactions"] == [{"id": transaction_id(1), "status": "Unknown", "errorMessage": None}]


def test_rules_and_consumers_are_told_of_the_same_sync(codat, receiver):
    codat.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {"webhook": f"{receiver.url}/rule"}})
    listen(codat, f"{receiver.url}/consumer")

    sync = codat.sync(FAILING)
    codat.settle()

    assert [
        (request.path, request.body.get("Data", request.body.get("payload"))["syncId"]) for request in receiver.requests
    ] == [
        ("/rule", sync),
        ("/consumer", sync),
    ]
    assert "webhook-signature" not in receiver.requests[0].headers


def test_a_company_is_told_when_it_is_created_and_deleted_without_its_connections(codat, receiver):
    listen(codat, receiver.url, "company.created", "company.deleted")

    company = codat.ok("POST", "/companies", {"name": "New", "tags": {"region": "uk"}})
    codat.ok("DELETE", f"/companies/{company['id']}")

    events = told(receiver, codat)
    details = {name: value for name, value in company.items() if name != "dataConnections"}
    for _, payload in events:
        # Ours, under the name by which the server knows itself.
        assert payload.pop("redirect").endswith(f"/codat/link/company/{company['id']}")
    del details["redirect"]
    assert events == [("company.created", details), ("company.deleted", details)]


def test_every_move_of_a_connection_is_told(codat, receiver):
    listen(
        codat,
        receiver.url,
        *(
            f"connection.{name}"
            for name in ("created", "connected", "disconnected", "reconnected", "failed", "deleted")
        ),
    )
    path = f"/companies/{PENDING}/connections"

    made = codat.ok("POST", path, {"platformKey": "gbol"})["id"]
    for move in ("link", "unlink", "unlink", "link", "link", "deauthorise", "link"):
        codat.steer("POST", f"/connections/codat/{made}/{move}")
    codat.ok("DELETE", f"{path}/{made}")

    events = told(receiver, codat)
    assert [(kind, payload["connection"]["status"]) for kind, payload in events] == [
        ("connection.created", "PendingAuth"),
        ("connection.connected", "Linked"),
        ("connection.disconnected", "Unlinked"),
        ("connection.reconnected", "Linked"),
        ("connection.disconnected", "Deauthorized"),
        ("connection.reconnected", "Linked"),
        ("connection.deleted", "Linked"),
    ]
    assert {payload["connection"]["id"] for _, payload in events} == {made}
    assert all(payload["referenceCompany"] == corner_cafe(codat, PENDING) for _, payload in events)


def test_a_connection_in_an_event_is_the_one_that_the_api_shows(codat, receiver):
    listen(codat, receiver.url, "connection.disconnected")

    codat.ok("PATCH", f"/companies/{XERO}/connections/{books_of(XERO)}", {"status": "Unlinked"})
    ((_, payload),) = told(receiver, codat)

    shown = codat.ok("GET", f"/companies/{XERO}/connections/{books_of(XERO)}")
    assert (
        payload["connection"].pop("linkUrl").rpartition("/codat/")[2] == shown.pop("linkUrl").rpartition("/codat/")[2]
    )
    assert payload["connection"] == shown


def test_the_partner_expense_connection_is_told_as_created_and_connected(codat, receiver):
    listen(codat, receiver.url, "connection.created", "connection.connected")
    company = codat.ok("POST", "/companies", {"name": "New"})["id"]

    for _ in range(2):
        codat.ok("POST", f"{expenses(company)}/connections/partnerExpense")

    assert [kind for kind, _ in told(receiver, codat)] == ["connection.created", "connection.connected"]


# --- Who is told


def test_a_consumer_is_told_of_the_types_that_it_asked_for_alone(codat, receiver):
    listen(codat, f"{receiver.url}/good", "expenses.sync.successful")
    listen(codat, f"{receiver.url}/bad", "expenses.sync.unsuccessful")
    listen(codat, f"{receiver.url}/other", "read.completed")

    codat.sync(FAILING)
    codat.settle()

    assert [request.path for request in receiver.requests] == ["/bad"]


@pytest.mark.parametrize(
    ("tags", "is_told"),
    [
        ([], True),
        (["region:uk"], True),
        (["team:sales", "region:uk"], True),
        (["team:sales"], False),
        (["Region:uk"], False),
        (["region:UK"], False),
    ],
)
def test_a_consumer_with_tags_is_told_of_companies_that_have_any_of_them(codat, receiver, tags, is_told):
    codat.ok("PATCH", f"/companies/{XERO}", {"tags": {"region": "uk", "size": "small"}})
    listen(codat, receiver.url, companyTags=tags)

    codat.sync(expense())

    assert len(told(receiver, codat)) == int(is_told)


def test_a_disabled_consumer_is_told_nothing(codat, receiver):
    id = listen(codat, receiver.url, disabled=True)

    codat.sync(expense())

    assert told(receiver, codat) == []
    assert endpoint(codat, id)["disabled"]


# --- The signature


def test_a_message_is_verified_by_both_libraries_with_the_secret_that_the_control_api_shows(codat, receiver):
    secret = endpoint(codat, listen(codat, receiver.url))["secret"]

    codat.sync(expense())
    codat.settle()

    (request,) = receiver.requests
    assert secret.startswith("whsec_")
    assert standardwebhooks.Webhook(secret).verify(request.text, request.headers) == request.body
    svix.Webhook(secret).verify(request.text, request.headers)
    for forged in (request.text.replace("Completed", "Failed"), f"{request.text} "):
        with pytest.raises(svix.WebhookVerificationError):
            svix.Webhook(secret).verify(forged, request.headers)


def test_the_guides_sample_has_the_signature_that_it_prints():
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "1614265330",
        '{"test": 2432232314}',
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_known_from_the_seed_and_the_address(open_codat, receiver):
    def secret(url):
        codat = open_codat()
        return endpoint(codat, listen(codat, url))["secret"]

    first, again, other = secret(f"{receiver.url}/a"), secret(f"{receiver.url}/a"), secret(f"{receiver.url}/b")

    assert first == again != other


def test_the_id_of_a_message_is_the_same_at_every_attempt_and_another_for_every_event(codat, receiver):
    listen(codat, receiver.url)
    receiver.answers = [(500, {}), (500, {})]

    codat.sync(expense(1))
    codat.settle()
    codat.sync(expense(2))
    codat.settle()

    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert len(ids) == 4
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert all(re.fullmatch("msg_[0-9A-Za-z]{24}", id) for id in ids)


def test_every_attempt_is_stamped_with_the_machines_time_and_signed_anew(codat, receiver):
    secret = endpoint(codat, listen(codat, receiver.url))["secret"]
    receiver.answers = [(500, {})] * 8

    codat.sync(expense())
    codat.settle()

    for request in receiver.requests:
        # It refuses a stamp that is five minutes off the machine's time.
        svix.Webhook(secret).verify(request.text, request.headers)
    logged = attempts(codat, deliveries(codat)[0])
    assert {made["request"]["stamp"]["clock"] for made in logged} == {"wall"}
    assert [made["request"]["headers"]["webhook-signature"] for made in logged] == [
        request.headers["webhook-signature"] for request in receiver.requests
    ]


def test_the_stamp_can_be_the_workspaces_time(codat, receiver):
    codat.workspace.webhooks.stamp_by(StampClock.WORKSPACE)
    listen(codat, receiver.url)

    codat.sync(expense())
    codat.settle()

    assert receiver.requests[0].headers["webhook-timestamp"] == str(int(ENDED.timestamp()))


# --- When it is not taken


def test_the_whole_schedule_is_played_to_exhaustion_in_less_than_a_second(codat, receiver):
    listen(codat, receiver.url)
    receiver.answers = [(500, {})] * 9
    codat.sync(expense())
    began = time.monotonic()

    advanced = codat.steer("POST", "/clock/advance", {"until": "webhooks-exhausted"})

    assert time.monotonic() - began < 1
    (delivery,) = deliveries(codat)
    made = attempts(codat, delivery)
    assert [datetime.fromisoformat(each["at"]) - ENDED for each in made] == AFTER
    assert (delivery["status"], delivery["attempts"], delivery["next_at"]) == ("failed", 8, None)
    assert datetime.fromisoformat(advanced["now"]) == ENDED + AFTER[-1]
    assert len(receiver.requests) == 8
    assert len({request.text for request in receiver.requests}) == 1


def test_an_event_that_fails_three_times_is_taken_half_an_hour_later_as_the_guide_says(codat, receiver):
    listen(codat, receiver.url)
    receiver.answers = [(500, {})] * 3

    codat.sync(expense())
    codat.settle()

    (delivery,) = deliveries(codat)
    assert delivery["status"] == "delivered"
    assert datetime.fromisoformat(attempts(codat, delivery)[-1]["at"]) - ENDED == timedelta(minutes=35, seconds=5)


@pytest.mark.parametrize("status", [300, 301, 308, 400, 404, 410, 429, 500, 503])
def test_whatever_is_no_2xx_is_tried_again_on_schedule_and_redirects_are_not_followed(codat, receiver, status):
    listen(codat, receiver.url)
    receiver.answers = [(status, {"Location": "/elsewhere", "Retry-After": "3600"})]

    codat.sync(expense())
    codat.settle()

    (delivery,) = deliveries(codat)
    first, second = attempts(codat, delivery)
    assert (first["reply"]["status"], second["reply"]["status"]) == (status, 200)
    assert datetime.fromisoformat(second["at"]) - datetime.fromisoformat(first["at"]) == SCHEDULE[0]
    assert first["note"].startswith(f"answered {status}: ")
    assert {request.path for request in receiver.requests} == {"/"}


def test_the_receiver_has_fifteen_seconds(codat, receiver):
    listen(codat, receiver.url)

    codat.sync(expense())
    codat.settle()

    assert deliveries(codat)[0]["request"]["timeout"] == "PT15S"


def test_a_consumer_that_fails_for_five_days_is_disabled_until_somebody_enables_it(codat, receiver):
    id = listen(codat, receiver.url)
    receiver.answers = [(500, {})] * 100
    for day in range(6):
        codat.sync(expense(day + 1))
        codat.workspace.advance(by=timedelta(days=1))
        assert endpoint(codat, id)["disabled"] is (day == 5)

    failing_since = datetime.fromisoformat(endpoint(codat, id)["failing_since"])
    assert failing_since == ENDED
    assert endpoint(codat, id)["note"] == f"every attempt has failed since {ENDED.isoformat()}"
    assert codat.ok("GET", "/webhooks")["results"][0]["disabled"] is True
    count = len(receiver.requests)
    codat.sync(expense(10))
    codat.settle()
    assert len(receiver.requests) == count

    receiver.answers = []
    codat.workspace.webhooks.enable(id)
    codat.sync(expense(11))
    codat.settle()

    assert len(receiver.requests) == count + 1
    assert endpoint(codat, id)["failing_since"] is None


def test_one_success_in_five_days_keeps_a_consumer(codat, receiver):
    id = listen(codat, receiver.url)
    for day in range(8):
        receiver.answers = [] if day == 3 else [(500, {})] * 8
        codat.sync(expense(day + 1))
        codat.workspace.advance(by=timedelta(days=1.2))

    assert not endpoint(codat, id)["disabled"]


def test_a_consumer_that_is_disabled_and_enabled_again_has_the_rest_of_its_schedule_as_the_guide_says(codat, receiver):
    id = listen(codat, receiver.url)
    receiver.answers = [(500, {})] * 8
    codat.sync(expense())
    codat.workspace.advance(to=ENDED + AFTER[2])

    codat.workspace.webhooks.disable(id)
    codat.workspace.advance(by=timedelta(hours=3))
    codat.workspace.webhooks.enable(id)
    codat.settle()

    (delivery,) = deliveries(codat)
    made = [datetime.fromisoformat(each["at"]) - ENDED for each in attempts(codat, delivery)]
    assert made == AFTER[:3] + AFTER[5:]
    assert (delivery["status"], delivery["attempts"], delivery["skipped"]) == ("failed", 6, 2)


def test_a_consumer_that_is_deleted_is_sent_nothing_more(codat, receiver):
    id = listen(codat, receiver.url)
    receiver.answers = [(500, {})]
    codat.sync(expense())
    codat.workspace.advance(to=ENDED)

    codat.ok("DELETE", f"/webhooks/{id}")
    codat.settle()

    assert len(receiver.requests) == 1
    assert [(each["status"], each["note"]) for each in deliveries(codat)] == [("cancelled", "the endpoint was removed")]


def test_a_receiver_may_read_back_what_an_event_names(codat, receiver):
    listen(codat, receiver.url)
    seen = []

    def hook(request):
        payload = request.body["payload"]
        company, sync = payload["referenceCompany"]["id"], payload["syncId"]
        seen.append(codat.status(sync, company)["syncStatus"])
        seen.append([row["transactionId"] for row in codat.transactions(sync, company)])

    receiver.hook = hook
    codat.sync(expense(1, QUICKBOOKS), company=QUICKBOOKS)
    codat.settle()

    assert seen == ["Complete", [transaction_id(1)]]
