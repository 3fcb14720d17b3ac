"""The daily quota. Source: guide "Rate limits"."""

from datetime import timedelta

import pytest

from tests.dialects.codat.caller import XERO, expense

HEADERS = ("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset", "Retry-After")


def told(answer):
    return tuple(answer.headers.get(name) for name in HEADERS)


def choose(codat, value):
    codat.steer("PUT", "/quirks/codat.rate-limit", {"value": value})


def ask(codat, path="/companies?page=1", **more):
    return codat.call("GET", path, **more)


def test_a_local_test_does_not_run_out_of_calls(codat):
    assert told(ask(codat)) == ("1000000", "999999", "2023-05-04T00:00:00Z", None)
    assert told(ask(codat)) == ("1000000", "999998", "2023-05-04T00:00:00Z", None)


def test_nothing_is_counted_or_told_when_that_is_off(codat):
    choose(codat, "off")

    assert told(ask(codat)) == (None,) * 4
    assert codat.workspace.store.count("limits") == 0


def test_the_quota_grows_with_the_companies_that_are_connected(codat):
    choose(codat, "documented")
    linked = codat.workspace.store.find("codat connections", {"status": "Linked"})
    most = 1000 * (1 + len({connection["companyId"] for connection in linked}))

    assert most > 1000
    assert told(ask(codat)) == (str(most), str(most - 1), "2023-05-04T00:00:00Z", None)
    assert told(ask(codat)) == (str(most), str(most - 2), "2023-05-04T00:00:00Z", None)


def test_every_answer_tells_it_also_one_to_nowhere(codat):
    choose(codat, "10")
    ask(codat)

    assert told(ask(codat, "/companies/nothing")) == ("10", "8", "2023-05-04T00:00:00Z", None)
    assert told(ask(codat, "/nowhere")) == ("10", "8", "2023-05-04T00:00:00Z", None)
    assert told(ask(codat, key=None)) == (None,) * 4


def test_a_call_too_many_is_refused_until_midnight(codat):
    choose(codat, "10")
    for _ in range(10):
        assert ask(codat).status == 200

    refused = ask(codat)
    codat.workspace.advance(by=timedelta(hours=11, minutes=2, seconds=1))
    still = ask(codat)
    codat.workspace.advance(by=timedelta(seconds=1))
    after = ask(codat)

    assert (refused.status, refused.body["error"]) == (
        429,
        "You have made too many requests in a given amount of time; please retry later.",
    )
    assert told(refused) == ("10", "0", "2023-05-04T00:00:00Z", "39722")
    assert (still.status, told(still)[3]) == (429, "1")
    assert (after.status, told(after)) == (200, ("10", "9", "2023-05-05T00:00:00Z", None))


@pytest.mark.parametrize("choice", ["documented", "10"])
def test_webhooks_and_syncs_use_nothing_up(codat, choice):
    choose(codat, choice)
    codat.sync(expense(1))
    before = int(told(ask(codat))[1])

    codat.settle()

    assert int(told(ask(codat))[1]) == before - 1


def listen(codat, receiver, **more):
    types = ["client.rateLimit.reached", "client.rateLimit.reset"]
    codat.ok("POST", "/webhooks", {"url": receiver.url, "eventTypes": types, **more})


def use_up(codat):
    choose(codat, "10")
    while ask(codat).status == 200:
        pass


def told_of(receiver):
    return [(body["eventType"], body["generatedDate"], body["payload"]) for body in receiver.bodies]


def test_that_the_quota_is_reached_and_starts_anew_is_told_once_each(codat, receiver):
    listen(codat, receiver)

    use_up(codat)
    ask(codat)
    codat.workspace.run_due()
    reached = told_of(receiver)
    codat.settle()

    assert reached == [
        (
            "client.rateLimit.reached",
            "2023-05-03T12:57:58.7576090Z",
            {"dailyQuota": 10, "quotaRemaining": 0, "expiryDate": "2023-05-04T00:00:00Z"},
        )
    ]
    assert told_of(receiver)[1:] == [
        (
            "client.rateLimit.reset",
            "2023-05-04T00:00:00.0000000Z",
            {"dailyQuota": 10, "quotaRemaining": 10, "expiryDate": "2023-05-05T00:00:00Z"},
        )
    ]
    assert ask(codat).status == 200


def test_each_day_whose_quota_is_reached_is_told(codat, receiver):
    listen(codat, receiver)

    for _ in range(2):
        use_up(codat)
        codat.settle()

    assert [name for name, _, _ in told_of(receiver)] == ["client.rateLimit.reached", "client.rateLimit.reset"] * 2


def test_a_quota_that_is_not_reached_is_not_told_to_start_anew(codat, receiver):
    listen(codat, receiver)
    choose(codat, "10")

    ask(codat)
    codat.workspace.advance(by=timedelta(days=2))

    assert told_of(receiver) == []


def test_a_reset_is_not_told_when_calls_are_no_longer_counted(codat, receiver):
    listen(codat, receiver)

    use_up(codat)
    choose(codat, "off")
    codat.settle()

    assert [name for name, _, _ in told_of(receiver)] == ["client.rateLimit.reached"]


@pytest.mark.parametrize(
    ("reached", "reset"),
    [
        ("Rate Limit Reached", "Rate Limit Reset"),
        ("rate-limit-reached", "RATE LIMIT RESET"),
        ("ClientRateLimitReached", "ClientRateLimitReset"),
    ],
)
def test_rules_are_alerted_of_the_quota_in_the_documented_envelope(codat, receiver, reached, reset):
    rules = [
        codat.ok("POST", "/rules", {"type": kind, "notifiers": {"webhook": receiver.url}})["id"]
        for kind in (reached, reset)
    ]

    use_up(codat)
    ask(codat)
    codat.settle()

    client = receiver.requests[0].headers["X-Codat-ClientId"]
    assert receiver.bodies == [
        {
            "AlertId": receiver.bodies[0]["AlertId"],
            "ClientId": client,
            "ClientName": "Expense Sync",
            "RuleId": rules[0],
            "RuleType": "Rate Limit Reached",
            "Message": f"The current daily rate limit quota of 10 requests for {client} has been reached.",
            "Data": {"DailyQuota": 10, "ExpiresUtc": "2023-05-04T00:00:00Z"},
        },
        {
            "AlertId": receiver.bodies[1]["AlertId"],
            "ClientId": client,
            "ClientName": "Expense Sync",
            "RuleId": rules[1],
            "RuleType": "Rate Limit Reset",
            "Message": f"The current daily rate limit quota for client {client} has been reset to 10 requests.",
            "Data": {
                "DailyQuota": 10,
                "ExpiresUtc": "2023-05-05T00:00:00Z",
                "ResetReason": "The quota was reset because it is a new day.",
                "QuotaRemaining": 10,
            },
        },
    ]


def test_a_rule_is_not_alerted_of_the_quota_for_one_company_nor_when_calls_are_no_longer_counted(codat, receiver):
    for more in ({"companyId": XERO, "type": "Rate Limit Reached"}, {"type": "Rate Limit Reset"}):
        codat.ok("POST", "/rules", {"notifiers": {"webhook": receiver.url}, **more})

    use_up(codat)
    choose(codat, "off")
    codat.settle()

    assert receiver.bodies == []


def test_a_consumer_for_some_companies_is_not_told_of_the_quota(codat, receiver):
    listen(codat, receiver, companyTags=["region:uk"])

    use_up(codat)
    codat.settle()

    assert told_of(receiver) == []
