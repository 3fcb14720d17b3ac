"""Alert rules: created, listed, read."""

import pytest

from tests.dialects.codat.caller import XERO
from tests.dialects.codat.refusals import UNKNOWN, assert_answered, assert_invalid, assert_not_found, assert_refused

HOOK = "http://127.0.0.1:9/codat"


def rule(**changes):
    return {"type": "sync-failed", "notifiers": {"webhook": HOOK}, **changes}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (rule(), {"type": "sync-failed", "notifiers": {"emails": [], "webhook": HOOK}}),
        (
            rule(companyId=XERO.upper()),
            {"companyId": XERO, "type": "sync-failed", "notifiers": {"emails": [], "webhook": HOOK}},
        ),
        (
            rule(type="Sync Completed", companyId=None, notifiers={"emails": ["a@b.example"], "webhook": None}),
            {"type": "Sync Completed", "notifiers": {"emails": ["a@b.example"]}},
        ),
        (rule(notifiers={}), {"type": "sync-failed", "notifiers": {"emails": []}}),
        (
            rule(notifiers={"EMAILS": None, "Webhook": HOOK}),
            {"type": "sync-failed", "notifiers": {"emails": [], "webhook": HOOK}},
        ),
    ],
)
def test_a_rule_is_answered_as_it_was_sent_with_an_id_and_read_alike(codat, sent, shown):
    answer = codat.call("POST", "/rules", sent)

    assert_answered(answer, {"id": answer.body["id"], **shown})
    assert_answered(codat.call("GET", f"/rules/{answer.body['id'].upper()}"), answer.body)


def test_a_rule_of_a_type_that_is_not_emulated_is_kept_and_the_journal_says_so(codat):
    codat.ok("POST", "/rules", rule(type="Push Operation Timed Out"))

    exchange = codat.application.host.journal(codat.workspace).search()[-1]
    assert exchange.warnings == [
        "No event of type 'Push Operation Timed Out' is emulated: this rule is kept, and never fires."
    ]


@pytest.mark.parametrize(
    ("change", "where", "told"),
    [
        ({"type": ...}, "Type", "The Type field is required."),
        ({"type": " "}, "Type", "The Type field is required."),
        ({"type": 1}, "Type", "The JSON value could not be converted to System.String."),
        ({"notifiers": ...}, "Notifiers", "The Notifiers field is required."),
        ({"notifiers": []}, "Notifiers", "The JSON value could not be converted to System.Object."),
        ({"companyId": "x"}, "CompanyId", "The JSON value could not be converted to System.Guid."),
        ({"companyId": 5}, "CompanyId", "The JSON value could not be converted to System.Guid."),
        (
            {"notifiers": {"webhook": "ftp://a"}},
            "Notifiers.Webhook",
            "The JSON value could not be converted to System.Uri.",
        ),
        (
            {"notifiers": {"webhook": "/relative"}},
            "Notifiers.Webhook",
            "The JSON value could not be converted to System.Uri.",
        ),
        (
            {"notifiers": {"webhook": "http://a:99999/"}},
            "Notifiers.Webhook",
            "The JSON value could not be converted to System.Uri.",
        ),
        (
            {"notifiers": {"webhook": "http://a/\r\nX: y"}},
            "Notifiers.Webhook",
            "The JSON value could not be converted to System.Uri.",
        ),
        (
            {"notifiers": {"emails": "a@b.example"}},
            "Notifiers.Emails",
            "The JSON value could not be converted to System.Collections.Generic.List.",
        ),
        (
            {"notifiers": {"emails": [1]}},
            "Notifiers.Emails[0]",
            "The JSON value could not be converted to System.String.",
        ),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_by_its_property(codat, change, where, told):
    body = {name: value for name, value in {**rule(), **change}.items() if value is not ...}

    assert_invalid(codat.call("POST", "/rules", body), (where, told), service="PublicApi")
    assert codat.ok("GET", "/rules")["totalResults"] == 0


def test_an_unknown_rule_is_not_found(codat):
    assert_not_found(codat.call("GET", f"/rules/{UNKNOWN}"), "PublicApi")


def test_rules_are_listed_filtered_ordered_and_paged(codat):
    made = [codat.ok("POST", "/rules", rule(type=kind)) for kind in ("sync-failed", "sync-complete", "sync-started")]

    answer = codat.call("GET", "/rules?pageSize=2&query=type~sync&orderBy=type")

    filters = "query=type~sync&orderBy=type"
    page = {
        "results": [made[1], made[0]],
        "pageNumber": 1,
        "pageSize": 2,
        "totalResults": 3,
        "_links": {
            "current": {"href": f"/rules?page=1&pageSize=2&{filters}"},
            "self": {"href": "/rules"},
            "next": {"href": f"/rules?page=2&pageSize=2&{filters}"},
        },
    }
    assert_answered(answer, page)
    assert codat.ok("GET", "/rules")["results"] == made


def test_a_list_of_rules_refuses_properties_that_it_does_not_have(codat):
    told = "Error parsing query - Could not resolve property notifiers on Rule"

    assert_refused(codat.call("GET", "/rules?query=notifiers%3Dx"), 400, told, "ClientsApi")
