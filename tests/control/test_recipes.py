"""Recipes over a dialect without a vendor: listed, explained, put in and taken out."""

import pytest

LISTED = {
    "name": "fake.503.down",
    "dialect": "fake",
    "summary": "All is down.",
    "source": "page 3",
    "fidelity": "documented",
    "applied": 0,
}


def test_they_are_listed_with_how_often_each_is_in(api):
    api.ok("POST", "/recipes/fake.503.down/apply")

    listed = api.ok("GET", "/recipes", dialect="fake")["recipes"]

    assert [(recipe["name"], recipe["applied"]) for recipe in listed] == [("fake.503.down", 1), ("fake.billing", 0)]
    assert listed[0] == {**LISTED, "applied": 1}
    assert api.ok("GET", "/recipes", dialect="other") == {"recipes": []}


def test_one_is_explained(api):
    assert api.ok("GET", "/recipes/fake.503.down") == {
        **LISTED,
        "timing": "at once",
        "rules": [{"layer": "http", "match": {}, "effect": {"status": 503}}],
        "promises": [
            {"seen": "answer", "status": 503, "body": {"error": {"kind": "Ordered", "message": "A fault orders 503."}}}
        ],
    }


def test_one_is_put_in_where_and_for_as_long_as_is_asked(server, api):
    asked = {"match": {"company": "acme"}, "times": None, "for": "PT1M"}

    (rule,) = api.ok("POST", "/recipes/fake.503.down/apply", asked)["faults"]

    assert rule["match"] == {"dialect": "fake", "company": "acme"}
    assert (rule["recipe"], rule["times"], rule["until"]) == ("fake.503.down", None, "2022-08-03T01:31:09Z")
    statuses = [server.vendor("POST", f"/companies/{name}/syncs", {}).status_code for name in ("acme", "zenith")]
    assert statuses == [503, 202]


def test_one_is_taken_out_with_all_that_it_put_in_and_nothing_else(server, api):
    own = api.ok("POST", "/faults", {"effect": {"status": 500}, "match": {"headers": {"x-never": "sent"}}})
    for _ in range(2):
        api.ok("POST", "/recipes/fake.503.down/apply", {"times": None})

    api.ok("DELETE", "/recipes/fake.503.down")

    assert [rule["id"] for rule in api.ok("GET", "/faults")["faults"]] == [own["id"]]
    assert server.vendor("POST", "/companies/acme/syncs", {}).status_code == 202
    api.ok("DELETE", "/recipes/fake.503.down")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", "/apply"), ("DELETE", "")], ids=["explain", "apply", "remove"]
)
def test_of_an_unknown_one_the_nearest_is_told(api, method, path):
    answer = api.call(method, f"/recipes/fake.503.dwon{path}")

    assert (answer.status, answer.body["error"]) == (
        404,
        {"kind": "NotFound", "message": "There is no recipe 'fake.503.dwon' here. Did you mean fake.503.down?"},
    )


@pytest.mark.parametrize(
    ("recipe", "body", "path"),
    [
        ("fake.503.down", {"match": {"operation": "sumbit"}}, "match/operation"),
        ("fake.503.down", {"match": {"dialect": "fake"}}, "match/dialect"),
        ("fake.503.down", {"times": 0}, "times"),
        ("fake.503.down", {"effect": {"status": 500}}, "effect"),
        ("fake.billing", {"match": {"operation": "submit"}}, "match/operation"),
        ("fake.billing", {"match": {"headers": {"x-mark": "1"}}}, "match/headers"),
    ],
)
def test_nothing_else_is_taken(api, recipe, body, path):
    answer = api.post(f"/recipes/{recipe}/apply", body)

    assert (answer.status, [problem["path"] for problem in answer.body["error"]["problems"]]) == (422, [path])
    assert api.ok("GET", "/faults") == {"faults": []}


def test_a_body_is_refused_as_if_it_did_not_fit(server, api):
    problems = [{"path": "items/0/net", "message": "Too much."}, {"path": "", "message": "Too little."}]
    api.ok("POST", "/faults", {"effect": {"problems": problems}, "match": {"operation": "submit"}})

    answer = server.vendor("POST", "/companies/acme/syncs", {})

    assert (answer.status_code, answer.json["error"]["problems"]) == (422, problems)


def test_a_status_is_told_in_the_words_that_are_ordered(server, api):
    api.ok("POST", "/faults", {"effect": {"status": 409, "message": "Not while it rains."}})

    answer = server.vendor("POST", "/companies/acme/syncs", {})

    assert (answer.status_code, answer.json["error"]["message"]) == (409, "Not while it rains.")
