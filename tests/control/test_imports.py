"""Imports and endpoints that are made from here, over a dialect without a vendor."""

import pytest

HOOK = {"dialect": "fake", "url": "http://127.0.0.1:9/hook", "topics": ["bill.changed"]}


def test_an_import_is_a_sync_at_the_pace_that_is_set(api):
    api.ok("PUT", "/pace", {"mode": "hold", "wait": 0})
    body = {"dialect": "fake", "kind": "statement", "company": "acme", "items": [{"take": True}]}

    made = api.post("/imports", body)
    api.ok("POST", "/clock/advance", {"by": 0})

    assert (made.status, made.body["status"], made.body["item_count"]) == (201, "running", 1)
    released = api.ok("POST", f"/syncs/{made.body['id']}/release")
    assert (released["status"], released["company"]) == ("finished", "acme")


def test_parts_that_are_counted_are_made_up(api):
    api.ok("PUT", "/pace", {"preset": "instant"})

    made = api.ok("POST", "/imports", {"dialect": "fake", "kind": "statement", "count": 3})

    assert (made["item_count"], made["status"], made["company"]) == (3, "finished", "first")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "invoice"},
        {"dialect": "none"},
        {"count": 0},
        {"count": 10_001},
        {"count": ...},
        {"items": [{}]},
        {"count": ..., "items": []},
        {"record": 1},
        {"more": 1},
    ],
)
def test_nothing_else_is_imported(api, change):
    body = {"dialect": "fake", "kind": "statement", "count": 1, **change}

    assert api.post("/imports", {name: value for name, value in body.items() if value is not ...}).status == 422


def test_an_endpoint_is_made_told_and_forgotten(api):
    made = api.post("/webhooks/endpoints", HOOK)
    event = api.post("/webhooks/events", {"dialect": "fake", "event": "bill.changed", "record": {"bill": 7}})

    assert (made.status, made.body["record"]) == (201, {"events": ["bill.changed"]})
    assert (event.status, event.body["name"], event.body["record"]) == (201, "bill.changed", {"bill": 7})
    (delivery,) = api.ok("GET", "/webhooks/deliveries")["deliveries"]
    assert (delivery["event"], delivery["endpoint"]) == (event.body, made.body["id"])
    assert '"bill":7' in delivery["request"]["body"]
    assert api.delete(f"/webhooks/endpoints/{made.body['id']}").status == 204
    assert api.delete(f"/webhooks/endpoints/{made.body['id']}").status == 404
    assert api.ok("GET", "/webhooks/endpoints")["endpoints"] == []


@pytest.mark.parametrize(
    "change",
    [
        {"url": "ftp://x"},
        {"url": "http://"},
        {"url": "http://a b"},
        {"topics": []},
        {"topics": ["bill.lost"]},
        {"dialect": "none"},
        {"company": ""},
    ],
)
def test_nothing_else_is_an_endpoint(api, change):
    assert api.post("/webhooks/endpoints", {**HOOK, **change}).status == 422


def test_a_key_can_have_an_owner(api):
    made = api.post("/keys", {"dialect": "fake", "key": "theirs", "owner": "2"})

    assert (made.status, made.body) == (201, {"dialect": "fake", "key": "theirs", "owner": "2"})
    assert api.ok("GET", "/keys")["keys"][-1] == made.body
