"""Rules called back over real HTTP: the alerts, who gets them, and what happens when they are not taken."""

import json
import re
import shlex
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from doubleentry.engine.pace import Hold, Pace, PaceMode
from tests.dialects.codat.caller import PENDING, QUICKBOOKS, XERO, books_of, expense, expenses
from tests.dialects.codat.conftest import START
from tests.dialects.codat.statuses import GUID

CURLS = Path(__file__).parents[2] / "data" / "seeds" / "001-codat-syncing-expenses"
FAILING = expense(line={"accountRef": {"id": "nowhere"}})

ENDED = START + timedelta(seconds=1.2)
"""When a sync ends that is started as a test begins, at the default pace."""
SECOND = timedelta(seconds=1)

STARTS = ("sync-started", "Sync Started", "SyncStarted")
FAILURES = (
    "sync-failed",
    "Sync Failed",
    "sync failed",
    "Expenses sync failed",
    "SyncFailed",
    "expenses.sync.unsuccessful",
)
COMPLETIONS = (
    "sync-complete",
    "Sync Completed",
    "Sync Complete",
    "sync completed",
    "Expenses sync completed",
    "SyncCompleted",
    "expenses.sync.successful",
)


def printed(name):
    """Return the body of a printed curl command."""
    words = shlex.split((CURLS / name).read_text("utf-8"))
    return json.loads(words[words.index("-d") + 1])


def add_rule(codat, url, kind="sync-complete", **more):
    return codat.ok("POST", "/rules", {"type": kind, "notifiers": {"webhook": url}, **more})["id"]


def deliveries(codat):
    return codat.steer("GET", "/webhooks/deliveries")["deliveries"]


def attempts(codat):
    """Return instant and answer of each attempt of the one delivery."""
    (delivery,) = deliveries(codat)
    logged = codat.steer("GET", f"/webhooks/deliveries/{delivery['id']}")["attempts"]
    assert [each["number"] for each in logged] == list(range(1, len(logged) + 1))
    return [
        (datetime.fromisoformat(each["at"]) - ENDED, each["reply"]["status"] or each["reply"]["error"])
        for each in logged
    ]


def seconds(*waits):
    return [wait * SECOND for wait in waits]


def test_rules_made_of_the_printed_curl_commands_are_called_back(codat, receiver):
    paths = []
    for name in ("02-rule-sync-failed.curl", "03-rule-sync-complete.curl"):
        body = printed(name)
        paths.append(urlsplit(body["notifiers"]["webhook"]).path)
        body["notifiers"]["webhook"] = receiver.url + paths[-1]
        codat.ok("POST", "/rules", body)

    codat.sync(FAILING)
    codat.settle()
    codat.sync(expense(2))
    codat.settle()

    assert [(request.method, request.path, request.body["RuleType"]) for request in receiver.requests] == [
        ("POST", "/api/codat/callback/sync-error", "Sync Failed"),
        ("POST", "/api/codat/callback/sync-complete", "Sync Completed"),
    ]
    assert paths == [request.path for request in receiver.requests]


def test_the_printed_addresses_are_public_and_nothing_is_sent_there(codat):
    codat.ok("POST", "/rules", printed("03-rule-sync-complete.curl"))

    sync = codat.sync(expense())
    codat.settle()

    told = (
        "not sent: 'api.dev.v2.infinnitytest.com' is a public name, and only local ones are resolved; "
        "allow it with --webhook-allow api.dev.v2.infinnitytest.com"
    )
    assert attempts(codat) == [(timedelta(0), told)]
    (delivery,) = deliveries(codat)
    assert (delivery["status"], delivery["note"]) == ("failed", told)
    assert codat.status(sync)["syncStatusCode"] == 2000


@pytest.mark.parametrize(
    ("kind", "sent", "stage"),
    [
        ("sync-started", expense(), None),
        ("sync-complete", expense(), None),
        ("sync-failed", FAILING, "Pushing"),
        ("sync-failed", expense(lines=...), "Validating"),
    ],
)
def test_an_alert_is_the_documented_envelope(codat, receiver, kind, sent, stage):
    rule_type, ending = {
        "sync-started": ("Sync Started", "has started."),
        "sync-complete": ("Sync Completed", "completed successfully."),
        "sync-failed": ("Sync Failed", f"has failed at step {stage}."),
    }[kind]
    rule = add_rule(codat, f"{receiver.url}/hook", kind)

    sync = codat.sync(sent)
    codat.settle()

    (request,) = receiver.requests
    expected = {
        "AlertId": request.body["AlertId"],
        "ClientId": request.headers["X-Codat-ClientId"],
        "ClientName": "Expense Sync",
        "CompanyId": XERO,
        "RuleId": rule,
        "RuleType": rule_type,
        "Message": f"Sync {sync} for company {XERO} of type Expense {ending}",
        "Data": {
            "syncId": sync,
            "syncType": "Expense",
            "SyncDateRangeStartUtc": "2023-05-03T12:57:58.9576090Z",
            "SyncDateRangeFinishUtc": "2023-05-03T12:57:59.9576090Z",
            **({} if stage is None else {"FailureStage": stage}),
        },
    }
    assert json.dumps(request.body) == json.dumps(expected)
    assert re.fullmatch(GUID, request.body["AlertId"])
    assert re.fullmatch(GUID, request.body["ClientId"])
    assert (request.method, request.path, request.headers["Content-Type"]) == ("POST", "/hook", "application/json")


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        (4000, "Fetching"),
        (4040, "Fetching"),
        (4220, "Fetching"),
        (4260, "Fetching"),
        (5000, "Fetching"),
        (5080, "Validating"),
        (5120, "Validating"),
        (5130, "Pushing"),
    ],
)
def test_every_failure_is_told_with_its_stage(codat, receiver, code, stage):
    add_rule(codat, receiver.url, "sync-failed")
    codat.steer("POST", "/faults", {"effect": {"code": code}})

    codat.sync(expense())
    codat.settle()

    (alert,) = receiver.bodies
    assert alert["Message"].endswith(f"has failed at step {stage}.")
    assert alert["Data"]["FailureStage"] == stage


def test_success_with_nothing_pushed_is_told_as_completed(codat, receiver):
    for kind in ("sync-complete", "sync-failed"):
        add_rule(codat, receiver.url, kind)

    codat.sync(expense(line={"netAmount": 0, "taxAmount": 0}))
    codat.settle()

    assert [alert["RuleType"] for alert in receiver.bodies] == ["Sync Completed"]


@pytest.mark.parametrize(
    ("kind", "is_bad", "told"),
    [
        *((kind, is_bad, "Sync Started") for kind in STARTS for is_bad in (True, False)),
        *((kind, True, "Sync Failed") for kind in FAILURES),
        *((kind, False, None) for kind in FAILURES),
        *((kind, False, "Sync Completed") for kind in COMPLETIONS),
        *((kind, True, None) for kind in COMPLETIONS),
        ("DataConnectionStatusChanged", True, None),
    ],
)
def test_rules_are_understood_in_every_spelling(codat, receiver, kind, is_bad, told):
    add_rule(codat, receiver.url, kind)

    codat.sync(FAILING if is_bad else expense())
    codat.settle()

    assert [alert["RuleType"] for alert in receiver.bodies] == ([] if told is None else [told])


def test_a_rule_of_a_company_is_told_of_no_other(codat, receiver):
    add_rule(codat, f"{receiver.url}/xero", companyId=XERO)
    add_rule(codat, f"{receiver.url}/all")

    for company in (XERO, QUICKBOOKS):
        codat.sync(expense(company=company), company=company)
        codat.settle()

    assert [(request.path, request.body["CompanyId"]) for request in receiver.requests] == [
        ("/xero", XERO),
        ("/all", XERO),
        ("/all", QUICKBOOKS),
    ]


def test_two_rules_get_an_alert_each(codat, receiver):
    rules = [add_rule(codat, f"{receiver.url}/{name}") for name in ("one", "two")]

    codat.sync(expense())
    codat.settle()

    one, two = receiver.bodies
    assert [one["RuleId"], two["RuleId"]] == rules
    assert one["AlertId"] != two["AlertId"]
    assert one["ClientId"] == two["ClientId"]
    assert [delivery["status"] for delivery in deliveries(codat)] == ["delivered", "delivered"]


def test_a_rule_with_addresses_alone_sends_nothing(codat):
    codat.ok("POST", "/rules", {"type": "sync-complete", "notifiers": {"emails": ["ops@example.com"]}})

    codat.sync(expense())
    codat.settle()

    assert deliveries(codat) == []


def test_a_rule_is_told_only_of_what_happens_after_it_was_made(codat, receiver):
    codat.sync(expense())
    codat.settle()

    add_rule(codat, receiver.url)
    codat.settle()

    assert receiver.requests == []


def test_a_busy_receiver_is_tried_three_times_more_within_two_minutes(codat, receiver):
    add_rule(codat, receiver.url)
    receiver.answers = [(503, {})] * 9

    sync = codat.sync(expense())
    before = codat.settle()

    assert attempts(codat) == [(wait, 503) for wait in seconds(0, 10, 40, 100)]
    assert len({request.text for request in receiver.requests}) == 1
    (delivery,) = deliveries(codat)
    assert (delivery["status"], delivery["attempts"], delivery["next_at"]) == ("failed", 4, None)
    assert [entry["kind"] for entry in before][-1] == "delivery.failed"
    # A failed delivery leaves the sync untouched.
    assert codat.status(sync)["syncStatusCode"] == 2000
    assert [each["status"] for each in codat.transactions(sync)] == ["Completed"]


@pytest.mark.parametrize("status", [408, 420, 429, 460, 502, 503, 504, 522, 524])
def test_an_answer_that_may_pass_is_tried_again(codat, receiver, status):
    add_rule(codat, receiver.url)
    receiver.answers = [(status, {})]

    codat.sync(expense())
    codat.settle()

    assert attempts(codat) == [(timedelta(0), status), (10 * SECOND, 200)]
    assert deliveries(codat)[0]["status"] == "delivered"


@pytest.mark.parametrize("status", [400, 401, 404, 409, 410, 418, 500, 501, 505])
def test_any_other_answer_is_final(codat, receiver, status):
    add_rule(codat, receiver.url)
    receiver.answers = [(status, {})]

    codat.sync(expense())
    codat.settle()

    assert attempts(codat) == [(timedelta(0), status)]
    (delivery,) = deliveries(codat)
    assert delivery["status"] == "failed"
    assert delivery["note"].startswith(f"answered {status}: ")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_every_success_is_one(codat, receiver, status):
    add_rule(codat, receiver.url)
    receiver.answers = [(status, {})]

    codat.sync(expense())
    codat.settle()

    assert attempts(codat) == [(timedelta(0), status)]
    assert deliveries(codat)[0]["status"] == "delivered"


def test_a_receiver_that_is_not_there_is_tried_again(codat, receiver):
    add_rule(codat, "http://127.0.0.1:9/nobody")

    codat.sync(expense())
    codat.settle()

    made = attempts(codat)
    assert [wait for wait, _ in made] == seconds(0, 10, 40, 100)
    # What to do depends on whether the tests run in a container.
    told = "nothing listens at 127.0.0.1:9: the connection was refused; "
    assert all(error.startswith(told) for _, error in made)
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("asked", "instants"),
    [
        ("25", seconds(0, 25)),
        ("0", seconds(0, 0)),
        (" 300 ", seconds(0, 300)),
        (format_datetime(ENDED + 90 * SECOND, usegmt=False), seconds(0, 89.042391)),
        (format_datetime(ENDED - 90 * SECOND), seconds(0, 0)),
        ("soon", seconds(0, 10)),
        ("-5", seconds(0, 10)),
        ("9" * 4000, seconds(0, 864_000)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", seconds(0, 864_000)),
    ],
)
def test_a_receiver_says_when_to_try_again_in_seconds_or_by_a_date(codat, receiver, asked, instants):
    add_rule(codat, receiver.url)
    receiver.answers = [(503, {"Retry-After": asked})]

    codat.sync(expense())
    codat.settle()

    assert [instant for instant, _ in attempts(codat)] == instants
    assert deliveries(codat)[0]["status"] == "delivered"


def test_who_asked_for_more_than_two_minutes_is_not_waited_for_a_second_time(codat, receiver):
    add_rule(codat, receiver.url)
    receiver.answers = [(503, {"Retry-After": "300"}), (503, {})]

    codat.sync(expense())
    codat.settle()

    assert attempts(codat) == [(wait, 503) for wait in seconds(0, 300)]
    assert deliveries(codat)[0]["status"] == "failed"


def test_asking_for_another_time_wins_no_more_than_three_retries(codat, receiver):
    add_rule(codat, receiver.url)
    receiver.answers = [(429, {"Retry-After": "5"})] * 9

    codat.sync(expense())
    codat.settle()

    assert attempts(codat) == [(wait, 429) for wait in seconds(0, 5, 10, 15)]


@pytest.mark.parametrize(("status", "method"), [(307, "POST"), (308, "POST"), (302, "GET"), (303, "GET")])
def test_a_redirect_is_followed_and_not_remembered(codat, receiver, status, method):
    add_rule(codat, f"{receiver.url}/old")
    receiver.answers = [(status, {"Location": "/new"}), (200, {})] * 2

    for number in (1, 2):
        codat.sync(expense(number))
        codat.settle()

    assert [(request.method, request.path) for request in receiver.requests] == [("POST", "/old"), (method, "/new")] * 2
    assert [delivery["attempts"] for delivery in deliveries(codat)] == [1, 1]


def test_a_redirect_to_a_public_address_is_not_followed(codat, receiver):
    add_rule(codat, receiver.url)
    receiver.answers = [(307, {"Location": "https://hooks.example.com/"})]

    codat.sync(expense())
    codat.settle()

    ((_, told),) = attempts(codat)
    assert told.startswith("redirected to https://hooks.example.com/: not sent: 'hooks.example.com' is a public name")


def test_a_receiver_may_call_the_api_from_inside_the_callback(codat, receiver):
    add_rule(codat, receiver.url)
    seen = []

    def hook(request):
        sync = request.body["Data"]["syncId"]
        seen.append(codat.status(sync)["syncStatus"])
        if len(seen) == 1:
            seen.append(codat.sync(expense(2)))

    receiver.hook = hook
    codat.sync(expense(1))
    codat.settle()

    assert seen == ["Complete", seen[1], "Complete"]
    assert receiver.bodies[1]["Data"]["syncId"] == seen[1]


def test_a_sync_can_be_held_between_its_push_and_its_alert(codat, receiver):
    codat.workspace.paces.set(Pace(PaceMode.HOLD, hold=Hold.WEBHOOK))
    for kind in ("sync-started", "sync-complete"):
        add_rule(codat, receiver.url, kind)
    sync = codat.sync(expense())

    codat.settle()
    assert codat.status(sync)["syncStatusCode"] == 2000
    assert [alert["RuleType"] for alert in receiver.bodies] == ["Sync Started"]
    codat.steer("POST", f"/syncs/{sync}/release")
    codat.settle()

    assert [alert["RuleType"] for alert in receiver.bodies] == ["Sync Started", "Sync Completed"]


def test_an_alert_can_be_sent_again_as_it_was(codat, receiver):
    add_rule(codat, receiver.url)
    codat.sync(expense())
    codat.settle()

    codat.steer("POST", f"/webhooks/deliveries/{deliveries(codat)[0]['id']}/resend")
    codat.settle()

    first, second = receiver.requests
    assert first.text == second.text
    assert [delivery["status"] for delivery in deliveries(codat)] == ["delivered", "delivered"]


def test_an_update_is_told_like_any_other_sync(codat, receiver):
    codat.sync(expense())
    codat.settle()
    add_rule(codat, receiver.url)

    path = f"{expenses(XERO)}/expense-transactions/{expense()['id']}"
    sync = codat.call("PUT", path, expense(id=..., notes="two lunches")).body["syncId"]
    codat.settle()

    assert [alert["Data"]["syncId"] for alert in receiver.bodies] == [sync]


@pytest.mark.parametrize(
    "kind", ["DataConnectionStatusChanged", "Data connection status changed", "data-connection-status-changed"]
)
def test_a_rule_is_told_when_a_connection_changes_its_status_in_the_documented_envelope(codat, receiver, kind):
    rule = add_rule(codat, receiver.url, kind)
    books = books_of(XERO)

    codat.ok("PATCH", f"/companies/{XERO}/connections/{books}", {"status": "Unlinked"})
    codat.settle()

    (request,) = receiver.requests
    assert request.body == {
        "AlertId": request.body["AlertId"],
        "ClientId": request.headers["X-Codat-ClientId"],
        "ClientName": "Expense Sync",
        "CompanyId": XERO,
        "RuleId": rule,
        "RuleType": "DataConnectionStatusChanged",
        "DataConnectionId": books,
        "Message": "Data connection for Xero status changed from Linked to Unlinked",
        "Data": {"dataConnectionId": books, "newStatus": "Unlinked", "oldStatus": "Linked", "platformKey": "gbol"},
    }


def test_a_rule_about_connections_is_told_of_changes_alone(codat, receiver):
    add_rule(codat, receiver.url, "DataConnectionStatusChanged")

    made = codat.ok("POST", f"/companies/{PENDING}/connections", {"platformKey": "gbol"})["id"]
    for move in ("link", "link", "deauthorise"):
        codat.steer("POST", f"/connections/codat/{made}/{move}")
    codat.ok("DELETE", f"/companies/{PENDING}/connections/{made}")
    codat.sync(expense())
    codat.settle()

    assert [(alert["Data"]["oldStatus"], alert["Data"]["newStatus"]) for alert in receiver.bodies] == [
        ("PendingAuth", "Linked"),
        ("Linked", "Deauthorized"),
    ]
