"""Whether what was expected has happened: yes, no with the nearest miss, or nobody can know."""

import pytest

from doubleentry.web.journal import KEPT_BODY, Journal
from tests.builders import make_endpoint


def verify(api, *expect, **more):
    return api.ok("POST", "/verify", {"expect": list(expect), **more})


def verified(api, *expect, **more):
    answer = verify(api, *expect, **more)
    return answer["verified"]


def told(api, *expect, **more):
    """Return the messages of what was not as expected."""
    answer = verify(api, *expect, **more)
    assert answer["verified"] is False
    return [difference["message"] for difference in answer["differences"]]


def exchange(**pattern):
    return {"exchange": pattern}


def entry(**pattern):
    return {"entry": pattern}


def test_an_operation_that_is_none_is_never_as_expected_not_even_when_it_should_not_have_come(api):
    assert told(api, exchange(operation="submt"), times=0) == ["No operation has the id submt. Did you mean submit?"]
    assert told(api, exchange(operation="zzz"), times=0) == ["No operation has the id zzz."]


@pytest.fixture
def sync(server, api):
    """Return a sync that was submitted, read, run and read again."""
    server.workspace.webhooks.subscribe(make_endpoint(events=["sync.finished"]))
    id = server.submit({"reference": "a", "net": 5})
    server.vendor("GET", f"/syncs/{id}")
    api.ok("POST", "/clock/advance", {"until": "idle"})
    server.vendor("GET", f"/syncs/{id}")
    return id


@pytest.mark.parametrize(
    "expect",
    [
        exchange(operation="submit", status=202, company="acme", dialect="fake"),
        exchange(body={"/items/0/net": 5.0, "/items/0/gross": None}),
        exchange(answer={"/status": "finished"}),
        exchange(method="GET") | {"times": 2},
        exchange(method="DELETE") | {"times": 0},
        exchange(),
        entry(kind="sync.finished", facts={"reason": None}),
        entry(kind="attempt.made", facts={"number": 1, "answer": "answered 200"}) | {"times": 1},
        entry(cause="request 1"),
    ],
)
@pytest.mark.usefixtures("sync")
def test_what_happened_is_verified(api, expect):
    assert verify(api, expect) == {"verified": True, "known": True, "differences": []}


def test_what_did_not_happen_is_told_with_the_nearest_to_it(api, sync):
    answer = verify(api, entry(kind="sync.queued"), exchange(operation="read", status=404))

    assert (answer["verified"], answer["known"]) == (False, True)
    (difference,) = answer["differences"]
    assert (difference["expect"], difference["known"], difference["nearest"]["id"]) == (1, True, 4)
    assert difference["message"] == (
        "Expected an exchange with operation read, status 404 at least once; it came 0 times. "
        f"The nearest is number 4, GET /syncs/{sync} on fake, operation read, answered 200: its status is 200, not 404."
    )


def test_each_member_that_does_not_fit_is_told(api, sync):
    assert told(
        api, exchange(operation="submit", body={"/items/0/net": "5"}, answer={"/id": "x"}, company="other")
    ) == [
        (
            'Expected an exchange with operation submit, company other, /items/0/net "5" in its body, /id "x" in its '
            "answer at least once; it came 0 times. The nearest is number 1, POST /companies/acme/syncs on fake, "
            "operation submit, answered 202: its company is acme, not other, its body at /items/0/net is 5, not "
            f'"5", its answer at /id is "{sync}", not "x".'
        )
    ]
    assert told(api, entry(kind="sync.finished", facts={"reason": "billing"}, cause="c")) == [
        (
            'Expected an entry with kind sync.finished, cause c, reason "billing" at least once; it came 0 times. The '
            f"nearest is entry 7, sync.finished of {sync}, caused by time alone: its cause is missing, not c, its "
            'reason is null, not "billing".'
        )
    ]


@pytest.mark.usefixtures("sync")
def test_what_has_no_json_fits_no_pointer(api):
    assert told(api, exchange(operation="read", body={"/a": 1}))[0].endswith("its body is not JSON.")


@pytest.mark.usefixtures("sync")
def test_how_often_is_exact(api):
    assert told(api, exchange(operation="read"), times=1) == [
        "Expected an exchange with operation read exactly once; it came 2 times."
    ]
    assert told(api, exchange(operation="read"), exchange(operation="submit") | {"times": 1}, times=3)[0].startswith(
        "Expected an exchange with operation read exactly 3 times; it came 2 times. The nearest is number 1, "
    )
    assert told(api, exchange(operation="read") | {"times": 0}) == [
        "Expected an exchange with operation read exactly 0 times; it came 2 times."
    ]


@pytest.mark.usefixtures("sync")
def test_in_strict_order_each_comes_after_the_one_before_whatever_is_between(api):
    ordered = [
        exchange(operation="submit"),
        entry(kind="sync.queued"),
        exchange(operation="read", answer={"/status": "queued"}),
        entry(kind="sync.finished"),
        entry(kind="delivery.delivered"),
        exchange(operation="read"),
    ]

    assert verified(api, *ordered, order="strict")
    assert verified(api, *reversed(ordered))
    assert verified(api, exchange(operation="read") | {"times": 2}, entry(kind="x") | {"times": 0}, order="strict")
    message = told(api, entry(kind="sync.finished"), entry(kind="sync.started"), order="strict")[0]
    assert message.startswith("Expected an entry with kind sync.started after entry 7, sync.finished of ")
    assert message.endswith("; it came before.")


def test_nobody_can_know_what_the_journal_has_dropped(server, api):
    server.host._journals[server.workspace] = Journal(most=1)  # noqa: SLF001 - a small one
    server.submit()
    server.vendor("GET", "/syncs/none")

    answer = verify(api, exchange(operation="submit"), exchange(operation="read"))

    assert (answer["verified"], answer["known"]) == (False, False)
    assert [difference["message"] for difference in answer["differences"]] == [
        (
            "Expected an exchange with operation submit at least once; it came 0 times. The nearest is number 2, "
            "GET /syncs/none on fake, operation read, answered 404: its operation is read, not submit. Cannot know: "
            "the journal has dropped the 1 oldest, among which it may be."
        )
    ]
    assert verify(api, exchange(operation="read") | {"times": 1})["known"] is False
    assert verify(api, exchange(operation="read") | {"times": 0})["known"] is True
    assert verify(api, entry(kind="sync.queued") | {"times": 1})["verified"] is True


def test_nobody_can_know_the_order_of_what_is_gone(server, api):
    server.host._journals[server.workspace] = Journal(most=2)  # noqa: SLF001 - a small one
    server.submit()
    server.vendor("GET", "/syncs/none")
    server.submit()

    answer = verify(api, exchange(operation="submit"), exchange(operation="read"), order="strict")

    assert (answer["verified"], answer["known"]) == (False, False)
    assert answer["differences"][0]["message"].endswith(
        "it came before. Cannot know: the oldest of the record are gone."
    )


def test_nobody_can_know_what_was_in_a_body_that_was_too_large_to_keep(server, api):
    server.submit({"reference": "a", "text": "x" * KEPT_BODY})

    answer = verify(api, exchange(operation="submit", body={"/items/0/reference": "a"}))

    assert (answer["verified"], answer["known"]) == (False, False)
    assert answer["differences"][0]["message"].endswith(
        "its body was too large to keep. Cannot know: 1 may be it, but the body was too large to keep whole."
    )


def test_of_nothing_nothing_is_near(api):
    assert verify(api, exchange(operation="read")) == {
        "verified": False,
        "known": True,
        "differences": [
            {
                "expect": 0,
                "message": "Expected an exchange with operation read at least once; it came 0 times.",
                "known": True,
                "nearest": None,
            }
        ],
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"expect": []},
        {"expect": [{}]},
        {"expect": [{"exchange": {}, "entry": {}}]},
        {"expect": [{"exchange": {"status": 99}}]},
        {"expect": [{"exchange": {"staus": 200}}]},
        {"expect": [{"exchange": {"body": {"a": 1}}}]},
        {"expect": [{"exchange": {}, "times": -1}]},
        {"expect": [{"exchange": {}}], "order": "loose"},
    ],
)
def test_nothing_else_is_taken(api, body):
    assert api.post("/verify", body).status == 422
