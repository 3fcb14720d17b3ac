import pytest


@pytest.fixture
def calls(server):
    server.submit({"net": 7, "reference": "7"})
    server.vendor("GET", "/syncs/none")
    server.vendor("GET", "/companies/Other Company/nothing?page=7")


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, [1, 2, 3]),
        ({"dialect": "fake"}, [1, 2, 3]),
        ({"dialect": "control"}, []),
        ({"operation": "read"}, [2]),
        ({"status": "404"}, [2, 3]),
        ({"company": "acme"}, [1]),
        ({"unmatched": "true"}, [3]),
        ({"unmatched": "false"}, [1, 2]),
        ({"text": "other comp"}, [3]),
        ({"text": "ITEMS"}, [1]),
        ({"text": "page=7"}, [3]),
        ({"after": "1"}, [2, 3]),
        ({"limit": "1"}, [3]),
        ({"pointer": "/items"}, [1]),
        ({"pointer": "/items/0/net", "value": "7"}, [1]),
        ({"pointer": "/items/0/net", "value": "7.0"}, [1]),
        ({"pointer": "/items/0/net", "value": "8"}, []),
        ({"pointer": "/items/0/reference", "value": "7"}, [1]),
        ({"pointer": "/error/kind", "value": "NotFound"}, [2]),
        ({"pointer": "/error/kind", "value": "RouteNotFound"}, [3]),
        ({"since": "2022-08-03T01:30:09Z"}, [1, 2, 3]),
        ({"since": "2022-08-03T01:30:09.5Z"}, []),
        ({"status": "404", "operation": "read"}, [2]),
    ],
)
@pytest.mark.usefixtures("calls")
def test_it_is_searched(api, query, ids):
    assert [row["id"] for row in api.ok("GET", "/journal", **query)["exchanges"]] == ids


def test_what_matched_nothing_is_told_with_the_nearest(server, api):
    server.vendor("POST", "/company/acme/syncs", {})

    row = api.ok("GET", "/journal", unmatched="true")["exchanges"][0]

    assert row["nearest"] == "POST /companies/{company}/syncs"
    assert (row["request"]["body"], row["truncated"]) == ("{}", False)
    assert row["answer"]["status"] == 404


def test_of_what_matched_nothing_a_body_that_is_not_read_is_said_to_be_cut(server, api):
    server.vendor("POST", "/nowhere", {"text": "x" * 70_000})

    row = api.ok("GET", "/journal", unmatched="true")["exchanges"][0]

    assert (row["request"]["body"], row["truncated"]) == ("", True)


def test_control_calls_are_not_in_it(api):
    api.ok("GET", "/clock")
    assert api.ok("GET", "/journal") == {"exchanges": [], "dropped": 0}


@pytest.mark.usefixtures("calls")
def test_it_is_forgotten(api):
    api.ok("DELETE", "/journal")
    assert api.ok("GET", "/journal")["exchanges"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"status": "4xx"},
        {"status": "99"},
        {"unmatched": "yes"},
        {"limit": "0"},
        {"after": "-1"},
        {"opration": "x"},
        {"pointer": "a"},
        {"since": "now"},
    ],
)
def test_nothing_else_is_taken(api, query):
    answer = api.get("/journal", **query)

    assert answer.status == 422
    assert answer.body["error"]["location"] == "query"
