"""Webhooks: endpoints, events in their envelope, the signature, and deliveries that come again."""

import hashlib
import hmac
from datetime import timedelta
from itertools import pairwise

import pytest

from doubleentry.dialects.sync2books.schemas.webhooks import WebhookEndpointSchema
from tests.dialects.sync2books.caller import (
    COMPANY,
    CONNECTION,
    OTHER_KEY,
    PRODUCTION_KEY,
    UNKNOWN,
    assert_refused,
)
from tests.dialects.sync2books.sending import HOOK, subscribe

SECRET = "whsec_development_demo"
SUCCESSFUL = "expense.write.successful"


def test_an_endpoint_comes_with_the_secret_of_the_keys_environment(s2b):
    made = subscribe(s2b, SUCCESSFUL)
    live = subscribe(s2b, "*", key=PRODUCTION_KEY)

    shown = {"url": HOOK, "name": "Batches", "eventTypes": [SUCCESSFUL], "environment": "development"}
    assert (made.status, made.body) == (201, {"id": made.body["id"], **shown, "secret": SECRET})
    assert (live.body["environment"], live.body["secret"]) == ("production", "whsec_production_demo")
    assert s2b.ok("GET", f"/webhooks/endpoints/{made.body['id']}") == {"id": made.body["id"], **shown}
    assert [row["id"] for row in s2b.ok("GET", "/webhooks/endpoints")] == [made.body["id"], live.body["id"]]


def test_what_an_update_does_not_name_stays(s2b):
    made = subscribe(s2b, SUCCESSFUL).body
    path = f"/webhooks/endpoints/{made['id']}"

    moved = s2b.ok("PUT", path, {"url": HOOK + "/2", "name": None})
    freed = s2b.ok("PUT", path, {"environment": None})

    del made["secret"]
    assert moved == {**made, "url": HOOK + "/2"}
    assert freed == s2b.ok("GET", path) == {**moved, "environment": None}


def test_an_empty_environment_is_shown_as_it_was_given_and_as_the_document_has_it(s2b):
    path = f"/webhooks/endpoints/{subscribe(s2b, SUCCESSFUL).body['id']}"

    emptied = s2b.ok("PUT", path, {"environment": ""})

    assert emptied["environment"] == ""
    assert WebhookEndpointSchema().validate(emptied) == {}


def test_an_endpoint_that_was_deleted_is_gone(s2b):
    made = subscribe(s2b, "*").body
    path = f"/webhooks/endpoints/{made['id']}"

    assert s2b.call("DELETE", path).status == 200

    assert_refused(s2b.call("GET", path), 404, "Webhook endpoint not found", "Not Found")
    assert s2b.ok("GET", "/webhooks/endpoints") == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_endpoint_is_not_found_and_another_applications_is_forbidden(s2b, method):
    made = subscribe(s2b, "*").body

    unknown = s2b.call(method, f"/webhooks/endpoints/{UNKNOWN}")
    forbidden = s2b.call(method, f"/webhooks/endpoints/{made['id']}", key=OTHER_KEY)

    assert_refused(unknown, 404, "Webhook endpoint not found", "Not Found")
    assert_refused(forbidden, 403, "Access to this resource is not allowed", "Forbidden")
    assert s2b.ok("GET", "/webhooks/endpoints", key=OTHER_KEY) == []


def test_an_endpoint_that_does_not_fit_is_told_all_that_is_wrong(s2b):
    answer = s2b.call("POST", "/webhooks/endpoints", {"url": "nowhere", "eventTypes": []})

    told = [
        "name should not be empty",
        "name must be a string",
        "url must be a URL address",
        "eventTypes must contain at least 1 elements",
    ]
    assert_refused(answer, 400, told, "Bad Request")


def test_an_event_type_that_is_never_told_is_taken_with_a_warning(s2b):
    assert subscribe(s2b, "bill.write.successful").status == 201

    (exchange,) = s2b.application.host.journal(s2b.workspace).search()
    assert exchange.warnings == [
        "No event of type 'bill.write.successful' is emulated: this endpoint is kept, and never told of one."
    ]


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        (["unlink"], ["connection.disconnected"]),
        (["expire"], ["connection.failed"]),
        (["deauthorise", "link"], ["connection.disconnected", "connection.reconnected"]),
        (["expire", "link"], ["connection.failed", "connection.reconnected"]),
        (["link"], []),
    ],
)
def test_each_move_of_a_connection_is_told(s2b, receiver, moves, told):
    subscribe(s2b, "*", url=receiver.url)

    for move in moves:
        s2b.steer("POST", f"/connections/sync2books/{CONNECTION}/{move}")
    s2b.settle()

    assert [body["eventType"] for body in receiver.bodies] == told


def test_a_delivery_that_fails_comes_again_after_one_second_and_after_two_with_the_same_id(s2b, receiver):
    subscribe(s2b, "*", url=receiver.url)
    receiver.answers += [(500, {}), (404, {}), (503, {}), (200, {})]
    at = []
    receiver.hook = lambda _: at.append(s2b.workspace.clock.now())

    s2b.steer("POST", f"/connections/sync2books/{CONNECTION}/expire")
    s2b.settle()

    assert [after - before for before, after in pairwise(at)] == [timedelta(seconds=1), timedelta(seconds=2)]
    assert len({(request.text, request.headers["X-Webhook-Signature"]) for request in receiver.requests}) == 1
    (delivery,) = s2b.steer("GET", "/webhooks/deliveries").body["deliveries"]
    assert (delivery["status"], delivery["attempts"]) == ("failed", 3)


def test_an_event_comes_in_an_envelope_signed_over_the_bytes_that_are_sent(s2b, receiver):
    subscribe(s2b, "connection.failed", url=receiver.url)

    s2b.steer("POST", f"/connections/sync2books/{CONNECTION}/expire")
    s2b.settle()

    (request,) = receiver.requests
    keys = {"integrationKey": "quickbooks", "companyId": COMPANY, "connectionId": CONNECTION}
    assert request.body == {
        "id": request.body["id"],
        "eventType": "connection.failed",
        "generatedDate": "2026-01-05T09:00:00.123Z",
        "payload": {**keys, "errorMessage": "Connection expired"},
    }
    signature = hmac.new(SECRET.encode(), request.text.encode(), hashlib.sha256).hexdigest()
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
    assert request.headers["X-Webhook-Signature"] == signature
