"""What a tester can bring about: every event, truly, and an example of every type."""

import pytest
import standardwebhooks

from doubleentry.dialects.codat import SURFACE
from doubleentry.dialects.codat.console import CONSOLE
from doubleentry.dialects.codat.events import EMITTED, SAMPLES
from doubleentry.dialects.codat.messages import secret
from doubleentry.dialects.codat.rules.triggering import FLOWS
from doubleentry.engine.pace import Hold, Pace, PaceMode
from tests.dialects.codat.caller import NETSUITE, PENDING, QUICKBOOKS, XERO, books_of, expenses
from tests.dialects.codat.refusals import UNKNOWN


def listen(codat, url, *types):
    return codat.ok("POST", "/webhooks", {"url": url, "eventTypes": list(types or FLOWS)})["id"]


def control(codat, path, body):
    return codat.call("POST", f"/webhooks/{path}", body, mount="/_emulator/v1", key=None)


def trigger(codat, event, **more):
    return control(codat, "events", {"dialect": "codat", "event": event, **more})


@pytest.mark.parametrize("event", FLOWS)
def test_every_event_can_be_made_to_happen_and_is_told(codat, receiver, event):
    listen(codat, receiver.url, event)

    answer = trigger(codat, event)
    codat.settle()

    assert answer.status == 201, answer.text
    assert [body["eventType"] for body in receiver.bodies] == [event]
    assert receiver.bodies[0]["id"] == answer.body["id"]


@pytest.mark.parametrize("event", ["expenses.sync.successful", "expenses.sync.unsuccessful"])
@pytest.mark.parametrize("company", [None, XERO, QUICKBOOKS, NETSUITE])
def test_what_a_sync_that_was_made_to_happen_names_can_be_read_back(codat, receiver, event, company):
    word, status = ("Complete", "Completed") if event.endswith(".successful") else ("PushError", "PushError")
    listen(codat, receiver.url, event)

    assert trigger(codat, event, **({} if company is None else {"company": company})).status == 201
    codat.settle()

    payload = receiver.bodies[0]["payload"]
    told = payload["referenceCompany"]["id"]
    assert company in {None, told}
    assert codat.ok("GET", f"/companies/{told}")["name"] == payload["referenceCompany"]["name"]
    assert codat.status(payload["syncId"], told)["syncStatus"] == word
    (row,) = codat.transactions(payload["syncId"], told)
    assert (row["transactionId"], row["status"]) == (payload["transactions"][0]["id"], status)
    assert [each["status"] for each in payload["transactions"]] == [status]
    assert codat.ok("GET", f"{expenses(told)}/config")["bankAccount"]["id"]


@pytest.mark.parametrize("hold", list(Hold))
def test_a_sync_is_made_to_end_at_once_whatever_the_pace(codat, receiver, hold):
    listen(codat, receiver.url)
    codat.workspace.paces.set(Pace(PaceMode.HOLD, hold=hold))

    trigger(codat, "expenses.sync.successful", company=XERO)
    codat.settle()

    assert [body["eventType"] for body in receiver.bodies] == ["expenses.sync.successful"]


def test_a_sync_that_ends_by_itself_is_no_trouble(codat, receiver):
    listen(codat, receiver.url, "expenses.sync.successful")
    codat.at_once()

    assert trigger(codat, "expenses.sync.successful").status == 201
    codat.settle()

    assert len(receiver.requests) == 1


def test_a_rule_is_told_of_a_sync_that_was_made_to_happen_too(codat, receiver):
    codat.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {"webhook": receiver.url}})

    trigger(codat, "expenses.sync.unsuccessful")
    codat.settle()

    assert [body["RuleType"] for body in receiver.bodies] == ["Sync Failed"]


@pytest.mark.parametrize(
    ("event", "more", "status", "part"),
    [
        ("expenses.sync.successful", {"company": UNKNOWN}, 404, UNKNOWN),
        ("connection.created", {"company": UNKNOWN}, 404, UNKNOWN),
        ("expenses.sync.successful", {"company": PENDING}, 422, "not both linked"),
        ("company.created", {"company": XERO}, 422, "made for it"),
        ("company.created", {"record": {"id": 1}}, 422, "takes no record"),
        ("read.completed", {}, 422, "Must be one of"),
        ("invoices.created", {}, 422, "This vendor has none of that name"),
    ],
)
def test_what_cannot_be_made_to_happen_is_refused_in_our_words(codat, event, more, status, part):
    answer = trigger(codat, event, **more)

    assert answer.status == status
    assert part in answer.text


def test_a_company_without_configuration_is_given_one_if_its_books_have_what_it_takes(codat):
    codat.workspace.store.remove("codat configurations", XERO)
    ledger = codat.workspace.ledgers.get(f"a{XERO[1:]}")

    assert trigger(codat, "expenses.sync.successful", company=XERO).status == 201

    assert codat.ok("GET", f"{expenses(XERO)}/config")["bankAccount"]["id"] == ledger.first_bank_account().id


def test_a_company_that_is_cut_off_cannot_be_synced(codat):
    codat.steer("POST", f"/connections/codat/{books_of(XERO)}/deauthorise")

    answer = trigger(codat, "expenses.sync.successful", company=XERO)

    assert (answer.status, "not both linked" in answer.text) == (422, True)


@pytest.mark.parametrize("event", SAMPLES)
def test_there_is_an_example_of_every_type_signed_like_any_message(codat, receiver, event):
    id = listen(codat, receiver.url, "company.created")

    answer = control(codat, "examples", {"dialect": "codat", "event": event, "endpoint": id})
    codat.settle()

    assert answer.status == 201, answer.text
    (request,) = receiver.requests
    assert (request.body["eventType"], request.body["payload"]) == (event, SAMPLES[event])
    known = secret(codat.workspace.chance.seed, receiver.url)
    assert standardwebhooks.Webhook(known).verify(request.text, request.headers) == request.body


def test_a_rule_gets_no_examples(codat):
    rule = codat.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {"webhook": "http://127.0.0.1:9/"}})["id"]

    answer = control(codat, "examples", {"dialect": "codat", "event": "company.created", "endpoint": rule})

    assert (answer.status, "alert rule" in answer.text) == (422, True)


def test_the_console_knows_the_catalog():
    assert set(CONSOLE.events) < set(EMITTED) < set(CONSOLE.examples)


@pytest.mark.parametrize("event", [name for name in SAMPLES if name not in EMITTED])
def test_what_never_happens_is_told_by_an_example_alone_and_listed_as_such(codat, event):
    codat.ok("POST", "/webhooks", {"url": "http://127.0.0.1:9/", "eventTypes": [event]})

    assert trigger(codat, event).status == 422
    assert codat.application.host.journal(codat.workspace).search()[-1].warnings == [
        f"No event of type {event!r} is emulated: this consumer is kept, and is not told of any."
    ]
    assert event in SURFACE.untold
