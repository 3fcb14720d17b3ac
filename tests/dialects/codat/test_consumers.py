"""Webhook consumers: created, listed, deleted."""

import pytest

from tests.dialects.codat.refusals import (
    UNKNOWN,
    assert_answered,
    assert_invalid,
    assert_not_authenticated,
    assert_not_found,
    assert_refused,
)

URL = "http://127.0.0.1:9/codat"
LONGER = (
    "The field CompanyTags must be a string or collection type with a minimum length of '0' and maximum length of '{}'."
)


def consumer(**changes):
    body = {"url": URL, "eventTypes": ["expenses.sync.successful"], **changes}
    return {name: value for name, value in body.items() if value is not ...}


def shown(id, **changes):
    return {
        "id": id,
        "url": URL,
        "eventTypes": ["expenses.sync.successful"],
        "disabled": False,
        "companyTags": [],
        **changes,
    }


@pytest.mark.parametrize(
    ("sent", "change"),
    [
        ({}, {}),
        ({"disabled": None, "companyTags": None}, {}),
        ({"disabled": True}, {"disabled": True}),
        ({"companyTags": ["region:uk", "a b:c:d"]}, {"companyTags": ["region:uk", "a b:c:d"]}),
        ({"companyTags": ["k:" + "v" * 126] * 10}, {"companyTags": ["k:" + "v" * 126] * 10}),
        ({"eventTypes": ["Dataset data changed"]}, {"eventTypes": ["DatasetDataChanged"]}),
        (
            {"eventTypes": ["DataSyncCompleted", "read.completed"]},
            {"eventTypes": ["DataSyncCompleted", "read.completed"]},
        ),
        ({"eventTypes": ["read.completed", " read.completed"]}, {"eventTypes": ["read.completed"]}),
        ({"Url": URL + "/x", "url": ...}, {"url": URL + "/x"}),
        ({"id": UNKNOWN, "secret": "mine"}, {}),
    ],
)
def test_a_consumer_is_answered_with_an_id_and_listed_alike(codat, sent, change):
    answer = codat.call("POST", "/webhooks", consumer(**sent))

    assert_answered(answer, shown(answer.body["id"], **change), 201)
    assert_answered(codat.call("GET", "/webhooks"), {"results": [answer.body]})


def test_consumers_are_listed_oldest_first_without_pages_and_without_rules(codat):
    codat.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {"webhook": URL}})

    made = [codat.ok("POST", "/webhooks", consumer()) for _ in range(3)]

    assert_answered(codat.call("GET", "/webhooks?page=2&pageSize=1"), {"results": made})


def test_there_are_fifty_consumers_at_most_until_one_is_deleted(codat):
    made = [codat.ok("POST", "/webhooks", consumer())["id"] for _ in range(50)]

    answer = codat.call("POST", "/webhooks", consumer())
    assert_refused(answer, 400, "The number of webhook consumers is limited to 50.", "PublicApi")
    codat.ok("DELETE", f"/webhooks/{made[0]}")

    assert codat.call("POST", "/webhooks", consumer()).status == 201


@pytest.mark.parametrize(
    ("change", "where", "told"),
    [
        ({"url": ...}, "Url", "The Url field is required."),
        ({"url": None}, "Url", "The Url field is required."),
        ({"url": "hook"}, "Url", "The JSON value could not be converted to System.Uri."),
        ({"url": 7}, "Url", "The JSON value could not be converted to System.Uri."),
        ({"eventTypes": ...}, "EventTypes", "The EventTypes field is required."),
        (
            {"eventTypes": []},
            "EventTypes",
            "The field EventTypes must be a string or array type with a minimum length of '1'.",
        ),
        ({"eventTypes": [" "]}, "EventTypes[0]", "The EventTypes field is required."),
        (
            {"eventTypes": "x"},
            "EventTypes",
            "The JSON value could not be converted to System.Collections.Generic.List.",
        ),
        ({"disabled": "yes"}, "Disabled", "The JSON value could not be converted to System.Boolean."),
        ({"companyTags": ["uk"]}, "CompanyTags[0]", "The value 'uk' is not valid for CompanyTags."),
        (
            {"companyTags": ["k:" + "v" * 127]},
            "CompanyTags[0]",
            LONGER.format(128),
        ),
        (
            {"companyTags": ["a:b"] * 11},
            "CompanyTags",
            LONGER.format(10),
        ),
    ],
)
def test_what_is_wrong_with_a_consumer_is_told_by_its_property(codat, change, where, told):
    assert_invalid(codat.call("POST", "/webhooks", consumer(**change)), (where, told), service="PublicApi")
    assert codat.ok("GET", "/webhooks") == {"results": []}


def test_a_consumer_of_what_does_not_happen_here_is_kept_and_the_journal_says_so(codat):
    codat.ok("POST", "/webhooks", consumer(eventTypes=["company.created", "read.completed"]))

    assert codat.application.host.journal(codat.workspace).search()[-1].warnings == [
        "No event of type 'read.completed' is emulated: this consumer is kept, and is not told of any."
    ]


def test_a_consumer_is_deleted_once(codat):
    id = codat.ok("POST", "/webhooks", consumer())["id"]

    answer = codat.call("DELETE", f"/webhooks/{id.upper()}")

    assert (answer.status, answer.text) == (204, "")
    assert codat.ok("GET", "/webhooks") == {"results": []}
    assert_not_found(codat.call("DELETE", f"/webhooks/{id}"), "PublicApi")


def test_a_rule_is_no_consumer(codat):
    rule = codat.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {"webhook": URL}})["id"]

    assert_not_found(codat.call("DELETE", f"/webhooks/{rule}"), "PublicApi")
    assert_not_found(codat.call("DELETE", "/webhooks/not-an-id"), "PublicApi")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("DELETE", f"/{UNKNOWN}")])
def test_a_key_is_asked_for(codat, method, path):
    assert_not_authenticated(codat.call(method, f"/webhooks{path}", consumer() if method == "POST" else None, key=None))


@pytest.mark.parametrize("body", ["", "[]", "{", '"x"', "null"])
def test_what_is_no_object_is_refused(codat, body):
    answer = codat.call("POST", "/webhooks", body)

    assert (answer.status, answer.body["statusCode"]) == (400, 400)
