"""Webhooks: channels, envelope, and silence about syncs unless asked otherwise."""

import json
import re

import pytest

from doubleentry.dialects.built.webhooks import CHANNELS, message

HOOK = "http://127.0.0.1:9/hook"
EXPENSE = {"amount": 300, "expenseAccountID": 1, "paymentAccountID": 8, "date": "2024-06-06"}


def subscribe(built, *topics, **more):
    return built.steer("POST", "/webhooks/endpoints", {"dialect": "built", "url": HOOK, "topics": topics, **more})


def sent(built):
    """Return the bodies that are on their way."""
    rows = built.steer("GET", "/webhooks/deliveries").body["deliveries"]
    return [json.loads(row["request"]["body"]) for row in rows]


def trigger(built, event, **more):
    return built.steer("POST", "/webhooks/events", {"dialect": "built", "event": event, **more})


def test_an_event_comes_in_the_documented_envelope(built):
    assert subscribe(built, "journals").status == 201

    assert trigger(built, "journals.updated", record={"id": 7, "memo": "a/b"}).status == 201

    (body,) = sent(built)
    assert list(body) == ["event", "message", "idempotency_key", "environment", "data"]
    assert body | {"idempotency_key": ""} == {
        "event": "journals.updated",
        "message": "Journal updated successfully.",
        "idempotency_key": "",
        "environment": "staging",
        "data": {"id": 7, "memo": "a/b"},
    }
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", body["idempotency_key"])
    (delivery,) = built.steer("GET", "/webhooks/deliveries").body["deliveries"]
    assert delivery["request"]["headers"] == {"Content-Type": "application/json"}
    assert '"memo":"a\\/b"' in delivery["request"]["body"]


def test_the_environment_is_that_of_the_business_and_each_request_has_its_key(built):
    subscribe(built, "journals")
    subscribe(built, "journals", company="2")

    trigger(built, "journals.created", company="2")

    bodies = sent(built)
    assert [body["environment"] for body in bodies] == ["production", "production"]
    assert len({body["idempotency_key"] for body in bodies}) == 2
    trigger(built, "journals.created")
    assert len(sent(built)) == 3


def test_what_was_sent_again_keeps_its_key_and_nothing_is_tried_twice(built):
    subscribe(built, "journals")
    trigger(built, "journals.deleted")
    built.settle()

    (delivery,) = built.steer("GET", "/webhooks/deliveries").body["deliveries"]
    assert (delivery["status"], delivery["attempts"]) == ("failed", 1)
    built.steer("POST", f"/webhooks/deliveries/{delivery['id']}/resend")
    first, second = sent(built)
    assert first == second


def test_ledgers_goes_with_no_other_channel(built):
    assert subscribe(built, "ledgers", "journals").status == 422
    assert subscribe(built, "ledgers").status == 201
    assert subscribe(built, *(set(CHANNELS) - {"ledgers"})).status == 201
    assert subscribe(built, "syncs").status == 422


def test_an_endpoint_can_be_forgotten(built):
    id = subscribe(built, "journals").body["id"]

    assert built.steer("DELETE", f"/webhooks/endpoints/{id}").status == 204
    assert built.steer("DELETE", f"/webhooks/endpoints/{id}").status == 404
    trigger(built, "journals.created")
    assert sent(built) == []


@pytest.mark.parametrize("event", ["journals.archived", "business.created", "nothing.created", "journals", ""])
def test_only_what_a_channel_has_can_happen(built, event):
    assert trigger(built, event).status == 422


def test_an_event_about_a_number_that_cannot_be_printed_does_not_happen(built):
    answer = built.steer(
        "POST", "/webhooks/events", b'{"dialect":"built","event":"journals.created","record":{"a":1e400}}'
    )

    assert (answer.status, answer.body["error"]["problems"]) == (
        422,
        [{"path": "record", "message": "A number is beyond all that PHP prints."}],
    )


def test_an_event_can_be_about_a_record_of_any_depth(built):
    deep = []
    for _ in range(500):
        deep = [deep]
    subscribe(built, "journals")

    trigger(built, "journals.created", record={"a": deep})

    assert sent(built)[0]["data"] == {"a": deep}


def test_there_are_the_31_documented_channels():
    assert len(CHANNELS) == 31
    assert sum(events == ("created", "updated", "deleted") for events in CHANNELS.values()) == 19


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ("business_loans.deleted", "Business_Loan deleted successfully."),
        ("journals.updated", "Journal updated successfully."),
        ("business.updated", "Business updated successfully."),
        ("products_services.created", "Products_Service created successfully."),
        ("wallet_transactions.created", "Wallet_Transaction created successfully."),
        ("payrun_tier1_payments.deleted", "Payrun_Tier1_Payment deleted successfully."),
    ],
)
def test_the_message_names_the_channel_in_the_singular(event, told):
    assert message(event) == told


CHANGES = [
    ("POST", "/sync/expense/transaction/1", EXPENSE, "sync_expense_transactions.updated"),
    ("DELETE", "/sync/expense/transaction/1", None, "sync_expense_transactions.deleted"),
    ("DELETE", "/sync/transaction/1", None, "sync_income_transactions.deleted"),
    (
        "POST",
        "/sync/5",
        {"from": "2024-02-01", "to": "2024-02-01", "income_accountID": 4, "bank_accountID": 3},
        "sync_incomes.updated",
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "event"), CHANGES)
def test_changes_of_synced_rows_are_told_only_where_a_quirk_says_so(built, method, path, body, event):
    channels = ("sync_incomes", "sync_income_transactions", "sync_expense_transactions")
    subscribe(built, *channels)
    subscribe(built, *(set(CHANNELS) - {"ledgers"}))
    subscribe(built, "ledgers")
    built.imported()
    assert sent(built) == []

    built.choose("sync-webhooks", "on")
    row = built.ok(method, path, body)

    (told,) = sent(built)
    assert (told["event"], told["data"]) == (event, row)
