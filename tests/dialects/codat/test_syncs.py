"""Syncs: starting them, how they queue and move, and reading how they stand."""

from datetime import timedelta

import pytest

from doubleentry.engine.pace import PRESETS, Hold, Pace, PaceMode
from tests.dialects.codat.caller import (
    DYNAMICS,
    NETSUITE,
    PENDING,
    QUICKBOOKS,
    XERO,
    books_of,
    card_of,
    expense,
    expenses,
    transaction_id,
)
from tests.dialects.codat.refusals import UNKNOWN, assert_answered, assert_invalid, assert_refused
from tests.dialects.codat.statuses import assert_rows, assert_status, row

UNSYNCABLE = "The company does not have a valid set of data connections."
DEMO_SYNCS = ["50000000-0000-4000-8000-000000000012", "50000000-0000-4000-8000-000000000011"]


def initiate(codat, *dataset_ids, company=XERO):
    return codat.call("POST", f"{expenses(company)}/syncs", {"datasetIds": list(dataset_ids)})


def listed(codat, company=XERO):
    return [each["syncId"] for each in codat.ok("GET", f"{expenses(company)}/syncs/list/status")]


def test_a_sync_is_answered_at_once_and_pushes_later(codat):
    dataset = codat.dataset(expense())

    answer = initiate(codat, dataset)

    (queued,) = codat.workspace.syncs.all({"status": "queued"})
    assert_answered(answer, {"syncId": queued.id}, 202)
    assert codat.workspace.ledgers.get(books_of(XERO)).postings() == []


def test_a_sync_can_be_answered_with_200(codat):
    codat.steer("PUT", "/quirks/codat.initiate-status", {"value": "200"})

    answer = initiate(codat, codat.dataset(expense()))

    (queued,) = codat.workspace.syncs.all({"status": "queued"})
    assert_answered(answer, {"syncId": queued.id}, 200)


def test_several_datasets_go_in_one_sync_in_the_order_given(codat):
    first, second = expense(1), expense(2)
    datasets = codat.dataset(first), codat.dataset(second)

    sync = codat.initiate(*reversed(datasets))
    codat.settle()

    assert_rows(codat, sync, row(second), row(first))


def test_an_unknown_dataset_is_told_by_its_place(codat):
    known, other = codat.dataset(expense()), codat.dataset(expense(company=QUICKBOOKS), company=QUICKBOOKS)

    answer = initiate(codat, known, UNKNOWN, other)

    assert_invalid(
        answer,
        ("DatasetIds[1]", f"No dataset was found with ID {UNKNOWN}"),
        ("DatasetIds[2]", f"No dataset was found with ID {other}"),
    )
    assert codat.workspace.syncs.all({"status": "queued"}) == []


@pytest.mark.parametrize("path", ["syncs", "syncs/list/status", "syncs/latest/status", "syncs/lastSuccessful/status"])
def test_an_unknown_company_has_no_syncs(codat, path):
    method, body = ("POST", {"datasetIds": [UNKNOWN]}) if path == "syncs" else ("GET", None)

    assert_refused(codat.call(method, f"{expenses(UNKNOWN)}/{path}", body), 404, "NotFound")


@pytest.mark.parametrize(
    "happens",
    [
        lambda codat: codat.steer("POST", f"/connections/codat/{books_of(XERO)}/unlink"),
        lambda codat: codat.steer("POST", f"/connections/codat/{books_of(XERO)}/deauthorise"),
        lambda codat: codat.steer("POST", f"/connections/codat/{card_of(XERO)}/unlink"),
        lambda codat: codat.call("DELETE", f"/companies/{XERO}/connections/{books_of(XERO)}"),
        lambda codat: codat.call("DELETE", f"/companies/{XERO}/connections/{card_of(XERO)}"),
    ],
)
def test_both_connections_must_be_linked_to_start_a_sync(codat, happens):
    dataset = codat.dataset(expense())

    happens(codat)

    assert_refused(initiate(codat, dataset), 422, UNSYNCABLE)
    assert listed(codat) == DEMO_SYNCS


def test_a_connection_that_waits_for_consent_starts_no_sync(codat):
    dataset = codat.dataset(expense(), company=PENDING)

    assert_refused(initiate(codat, dataset, company=PENDING), 422, UNSYNCABLE)


def test_codats_sandbox_is_no_place_to_sync_to(codat):
    new = codat.ok("POST", f"/companies/{XERO}/connections", {"platformKey": "mqjo"})
    codat.steer("POST", f"/connections/codat/{new['id']}/link")

    assert_refused(initiate(codat, codat.dataset(expense())), 422, UNSYNCABLE)


def test_a_bare_array_starts_a_sync_by_itself_on_both_paths(codat):
    first, second = expense(1), expense(2)

    answers = [
        codat.call("POST", f"{expenses(XERO)}/{path}expense-transactions", [sent])
        for path, sent in (("", first), ("data/", second))
    ]
    codat.settle()

    newest, older = listed(codat)[:2]
    assert_answered(answers[0], {"syncId": older})
    assert_answered(answers[1], {"syncId": newest})
    assert_rows(codat, older, row(first))
    assert_rows(codat, newest, row(second))


def test_a_bare_array_for_a_company_that_cannot_be_synced_is_refused(codat):
    assert_refused(codat.call("POST", f"{expenses(PENDING)}/expense-transactions", [expense()]), 422, UNSYNCABLE)


def test_datasets_can_be_stored_while_a_sync_runs(codat):
    sync = codat.sync(expense(1))
    codat.workspace.advance(by=timedelta(seconds=1))

    dataset = codat.dataset(expense(2))

    assert_status(codat, sync, 1000, "Started")
    second = codat.initiate(dataset)
    codat.settle()
    assert [codat.status(each)["syncStatusCode"] for each in (sync, second)] == [2000, 2000]


def test_a_second_sync_of_a_company_waits_for_the_first(codat):
    first, second = codat.sync(expense(1)), codat.sync(expense(2))

    codat.workspace.advance(by=timedelta(seconds=1))
    assert [codat.status(each)["syncStatus"] for each in (first, second)] == ["Started", "NotStarted"]
    codat.workspace.advance(by=timedelta(milliseconds=500))
    assert [codat.status(each)["syncStatus"] for each in (first, second)] == ["Complete", "Started"]
    codat.settle()

    assert_status(codat, second, 2000, "Complete", at="2023-05-03T12:58:00.1576090Z", pushed=True)


def test_companies_do_not_wait_for_each_other(codat):
    syncs = {company: codat.sync(expense(company=company), company=company) for company in (XERO, QUICKBOOKS)}

    codat.workspace.advance(by=timedelta(seconds=1))

    assert [codat.status(sync, company)["syncStatus"] for company, sync in syncs.items()] == ["Started", "Started"]


def test_a_second_sync_is_refused_while_one_is_under_way_if_the_workspace_says_so(codat):
    codat.steer("PUT", "/quirks/codat.concurrent-syncs", {"value": "reject"})
    datasets = [codat.dataset(expense(number)) for number in (1, 2)]
    first = codat.initiate(datasets[0])
    refusal = f"A sync is already in progress for this company: {first}"

    assert_refused(initiate(codat, datasets[1]), 422, refusal)
    codat.workspace.advance(by=timedelta(seconds=1))
    assert_refused(initiate(codat, datasets[1]), 422, refusal)
    other = codat.sync(expense(company=QUICKBOOKS), company=QUICKBOOKS)
    codat.settle()
    second = codat.initiate(datasets[1])
    codat.settle()

    assert [codat.status(each)["syncStatusCode"] for each in (first, second)] == [2000, 2000]
    assert codat.status(other, QUICKBOOKS)["syncStatusCode"] == 2000


def test_what_failed_is_tried_again_in_a_new_dataset(codat):
    codat.at_once()
    good, bad = expense(1), expense(2, line={"accountRef": {"id": "nowhere"}})
    dataset = codat.dataset(good, bad)
    failed = codat.initiate(dataset)
    mended = expense(2)

    again, retried = codat.initiate(dataset), codat.sync(mended)

    assert [codat.status(each)["syncStatusCode"] for each in (failed, again, retried)] == [5130, 5080, 2000]
    assert_rows(codat, retried, row(mended))
    postings = codat.workspace.ledgers.get(books_of(XERO)).postings()
    assert [posting.entry.reference for posting in postings] == [good["id"], mended["id"]]


def test_duplicates_can_be_refused_at_once(codat):
    codat.at_once()
    codat.steer("PUT", "/quirks/codat.duplicate", {"value": "400"})
    codat.sync(expense(1))

    answer = initiate(codat, codat.dataset(expense(2), expense(1)))

    told = f"One or more transactions have previously been processed: {transaction_id(1)}"
    assert_refused(answer, 400, told)


def test_a_held_sync_stays_started_until_it_is_released(codat):
    codat.workspace.paces.set(Pace(PaceMode.HOLD, hold=Hold.PUSH))
    sync = codat.sync(expense())
    codat.settle()
    at = "2023-05-03T12:57:58.7576090Z"

    assert_status(codat, sync, 1000, "Started", at=at)
    assert_rows(codat, sync, row(expense(), "Pending"))
    codat.steer("POST", f"/syncs/{sync}/release")
    assert_status(codat, sync, 2000, "Complete", at=at, pushed=True)


def test_a_sync_ends_after_so_many_reads_of_whichever_status(codat):
    codat.steer("PUT", "/pace", {"mode": "polls", "polls": 3, "wait": 0})
    sync = codat.sync(expense())
    codat.settle()
    base = f"{expenses(XERO)}/syncs"

    codes = [codat.ok("GET", f"{base}/{sync}/status")["syncStatusCode"]]
    codes += [codat.ok("GET", f"{base}/latest/status")["syncStatusCode"]]
    codes += [codat.ok("GET", f"{base}/list/status")[0]["syncStatusCode"]]
    codat.transactions(sync)
    codes += [codat.ok("GET", f"{base}/{sync}/status")["syncStatusCode"]]

    assert codes == [1000, 1000, 1000, 2000]


def test_an_immediate_sync_has_ended_when_it_is_answered(codat):
    codat.workspace.paces.set(PRESETS["instant"])

    sync = codat.sync(expense())

    assert_status(codat, sync, 2000, "Complete", at="2023-05-03T12:57:58.7576090Z", pushed=True)


def test_who_polls_a_frozen_clock_is_told_what_would_help(codat):
    sync = codat.sync(expense())
    codat.status(sync)

    (exchange,) = codat.steer("GET", "/journal?operation=get-sync-by-id")["exchanges"]

    (warning,) = exchange["warnings"]
    assert warning.startswith(f"Sync {sync} waits for time to pass, and the clock is frozen at 2023-05-03T12:57:58")


def test_the_newest_is_listed_first_and_is_the_latest(codat):
    codat.at_once()
    first, second = codat.sync(expense(1)), codat.sync(expense(2, lines=...))
    base = f"{expenses(XERO)}/syncs"

    every = codat.ok("GET", f"{base}/list/status")

    assert [each["syncId"] for each in every] == [second, first, *DEMO_SYNCS]
    assert_answered(codat.call("GET", f"{base}/latest/status"), every[0])
    assert_answered(codat.call("GET", f"{base}/lastSuccessful/status"), every[1])
    assert [codat.status(each["syncId"]) for each in every] == every


def test_success_with_nothing_pushed_is_a_success(codat):
    codat.at_once()

    sync = codat.sync(expense(line={"netAmount": 0, "taxAmount": 0}))

    assert codat.ok("GET", f"{expenses(XERO)}/syncs/lastSuccessful/status")["syncId"] == sync


def test_a_company_that_was_never_synced_has_an_empty_list_and_no_latest(codat):
    base = f"{expenses(DYNAMICS)}/syncs"

    assert_answered(codat.call("GET", f"{base}/list/status"), [])
    assert_refused(codat.call("GET", f"{base}/latest/status"), 404, "NotFound")
    assert_refused(codat.call("GET", f"{base}/lastSuccessful/status"), 404, "NotFound")


def test_a_company_without_success_has_no_last_successful_sync(codat):
    # Its one sync of the fixture pushed one of two.
    assert_refused(codat.call("GET", f"{expenses(QUICKBOOKS)}/syncs/lastSuccessful/status"), 404, "NotFound")


@pytest.mark.parametrize("tail", ["status", "transactions", f"transactions/{transaction_id(1)}"])
def test_a_sync_of_another_company_is_not_found(codat, tail):
    sync = codat.sync(expense())

    assert codat.call("GET", f"{expenses(XERO)}/syncs/{sync}/{tail}").status == 200
    for company, wanted in ((QUICKBOOKS, sync), (XERO, UNKNOWN), (NETSUITE, sync)):
        assert_refused(codat.call("GET", f"{expenses(company)}/syncs/{wanted}/{tail}"), 404, "NotFound")


def test_of_a_deleted_company_only_a_sync_that_was_under_way_can_be_read(codat):
    ended = codat.sync(expense(1))
    codat.settle()
    under_way = codat.sync(expense(2))
    base = f"{expenses(XERO)}/syncs"

    codat.call("DELETE", f"/companies/{XERO}")

    assert_status(codat, under_way, 1000, "NotStarted", at="2023-05-03T12:57:59.9576090Z")
    assert_rows(codat, under_way, row(expense(2), "Pending"))
    assert codat.ok("GET", f"{base}/{under_way}/transactions/{transaction_id(2)}") == [row(expense(2), "Pending")]
    for path in (f"{ended}/status", f"{ended}/transactions", "list/status", "latest/status", "lastSuccessful/status"):
        assert_refused(codat.call("GET", f"{base}/{path}"), 404, "NotFound")
    assert_refused(initiate(codat, UNKNOWN), 404, "NotFound")
    path = f"{base}/{under_way}/transactions/{transaction_id(2)}/attachments"
    assert_refused(codat.call("POST", path, data={"file": "text"}, content_type="multipart/form-data"), 404, "NotFound")


@pytest.mark.parametrize("agent", ["speakeasy-sdk/python 8.0.1", "codat-sdk/python 9.0.0", "python-requests/2.34"])
def test_official_clients_read_expenses_and_all_others_expense(codat, agent):
    codat.at_once()
    sync = codat.sync(expense())
    path = f"{expenses(XERO)}/syncs/{sync}/transactions"
    word = "expense" if agent.startswith("python") else "expenses"

    listed_rows = codat.ok("GET", path, headers={"User-Agent": agent})["results"]
    one = codat.ok("GET", f"{path}/{transaction_id(1)}", headers={"User-Agent": agent})

    assert listed_rows == one == [{"transactionId": transaction_id(1), "status": "Completed", "integrationType": word}]


@pytest.mark.parametrize("word", ["expense", "expenses"])
def test_the_integration_types_word_can_be_set(codat, word):
    codat.at_once()
    codat.steer("PUT", "/quirks/codat.integration-type", {"value": word})
    sync = codat.sync(expense())

    assert [each["integrationType"] for each in codat.transactions(sync)] == [word]


def test_rows_are_paged_in_the_order_in_which_they_were_sent(codat):
    codat.at_once()
    sync = codat.sync(*(expense(number) for number in range(1, 6)))
    path = f"{expenses(XERO)}/syncs/{sync}/transactions"
    href = f"/companies/{XERO}/syncs/{sync}/transactions"

    answer = codat.call("GET", path, query_string={"page": 2, "pageSize": 2})

    expected = {
        "results": [row(expense(3)), row(expense(4))],
        "pageNumber": 2,
        "pageSize": 2,
        "totalResults": 5,
        "_links": {
            "current": {"href": f"{href}?page=2&pageSize=2"},
            "self": {"href": href},
            "next": {"href": f"{href}?page=3&pageSize=2"},
            "previous": {"href": f"{href}?page=1&pageSize=2"},
        },
    }
    assert_answered(answer, expected)
    assert codat.ok("GET", path, query_string={"page": 4, "pageSize": 2})["results"] == []


def test_links_can_be_printed_in_full(codat):
    codat.steer("PUT", "/quirks/codat.sync-links", {"value": "full"})
    sync = codat.sync(expense())
    path = f"{expenses(XERO)}/syncs/{sync}/transactions"

    assert codat.ok("GET", path)["_links"]["self"] == {"href": path}


def test_an_unknown_transaction_of_a_sync_is_not_found(codat):
    sync = codat.sync(expense())

    path = f"{expenses(XERO)}/syncs/{sync}/transactions/{transaction_id(9)}"
    assert_refused(codat.call("GET", path), 404, "NotFound")
