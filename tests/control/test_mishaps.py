"""What goes wrong with answers on their way, and what a request asks for itself."""

import pytest

from doubleentry.engine.documents import NotJson, decode
from doubleentry.web.spoiling import DELAY, SPOIL, Spoil

SYNCS = "/companies/acme/syncs"
DOWN = {"error": {"kind": "Ordered", "message": "A fault orders 503."}}


def add(api, effect, **more):
    return api.ok("POST", "/faults", {"effect": effect, **more})["id"]


def journal(api):
    return api.ok("GET", "/journal")["exchanges"]


@pytest.mark.parametrize(
    ("effect", "spoil"),
    [
        ({"transport": "reset"}, Spoil("reset", 0.0)),
        ({"transport": "empty"}, Spoil("empty", 0.0)),
        ({"transport": "truncate"}, Spoil("truncate", 0.0)),
        ({"transport": "drip", "seconds": 1.5}, Spoil("drip", 1.5)),
        ({"transport": "hang"}, Spoil("hang", 0.0)),
        ({"transport": "hang", "seconds": 2}, Spoil("hang", 2.0)),
    ],
)
def test_the_server_is_told_how_an_answer_is_spoiled(server, api, effect, spoil):
    fault = add(api, effect)

    answer, told = server.environ("POST", SYNCS, {})
    _, after = server.environ("POST", SYNCS, {})

    assert (answer.status_code, told, after) == (202, {SPOIL: spoil}, {})
    (exchange, _) = journal(api)
    assert (exchange["fault"], exchange["warnings"]) == (
        fault,
        [f"The fault {fault} spoils the answer: {spoil.how}."],
    )


def test_a_malformed_answer_has_the_right_length_and_is_no_json(server, api):
    add(api, {"transport": "malform"})

    answer, told = server.environ("POST", SYNCS, {})

    assert (answer.status_code, told, answer.content_length) == (202, {}, len(answer.data))
    with pytest.raises(NotJson):
        decode(answer.data)
    assert journal(api)[0]["answer"]["body"] == answer.text


def test_an_answer_is_held_for_a_while(server, api):
    fault = add(api, {"delay": "PT1.5S"})

    answer, told = server.environ("POST", SYNCS, {})

    assert (answer.status_code, told) == (202, {DELAY: 1.5})
    assert journal(api)[0]["warnings"] == [f"The fault {fault} holds the answer for 1.5 s."]


def test_how_long_it_is_held_is_drawn_from_the_seed(server, api):
    def delays():
        api.ok("POST", "/reset")
        add(api, {"delay": {"least": 1, "most": 2}}, times=None)
        return [server.environ("GET", "/syncs/none")[1][DELAY] for _ in range(10)]

    first = delays()

    assert delays() == first
    assert len(set(first)) == 10
    assert all(1 <= delay <= 2 for delay in first)


def test_a_refusal_can_be_slow_and_cut_off_as_well(server, api):
    status, _, _ = add(api, {"status": 503}), add(api, {"delay": 1}), add(api, {"transport": "truncate"})

    answer, told = server.environ("GET", "/no/such/path")

    assert (answer.status_code, told) == (503, {DELAY: 1.0, SPOIL: Spoil("truncate")})
    assert journal(api)[0]["fault"] == status


@pytest.mark.parametrize("effect", [{"status": 503}, {"delay": 1}, {"transport": "reset"}])
@pytest.mark.parametrize(
    ("match", "fires"),
    [
        ({"operation": "submit"}, True),
        ({"operation": "read"}, False),
        ({"company": "acme"}, True),
        ({"company": "zenith"}, False),
        ({"dialect": "fake"}, True),
        ({"headers": {"x-mark": "1"}}, True),
        ({"headers": {"x-mark": "2"}}, False),
        ({"pointers": {"/items/0/net": 1.5}}, True),
        ({"pointers": {"/items/0/net": 2}}, False),
        ({"nth": 2}, False),
    ],
)
def test_a_rule_of_each_layer_looks_at_the_request(server, api, effect, match, fires):
    fault = add(api, effect, match=match)

    server.environ("POST", SYNCS, {"items": [{"net": 1.5}]}, **{"X-Mark": "1"})

    shown = api.ok("GET", f"/faults/{fault}")
    assert (shown["evaluated"], shown["fired"]) == (1, int(fires))


def test_a_request_asks_for_a_fault_by_a_header(server, api):
    answer = server.vendor("GET", "/syncs/none", **{"Emulator-Fault": "fake.503.down"})

    assert (answer.status_code, answer.json) == (503, DOWN)
    assert journal(api)[0]["fault"] == "fake.503.down"
    assert server.vendor("GET", "/syncs/none").status_code == 404
    assert api.ok("GET", "/faults") == {"faults": []}


@pytest.mark.parametrize(
    ("name", "hint"), [("fake.503.dwon", "Did you mean fake.503.down?"), ("zzz", "GET /recipes lists them.")]
)
def test_a_header_that_names_no_recipe_is_refused_in_our_words(server, name, hint):
    answer = server.vendor("POST", SYNCS, {}, **{"Emulator-Fault": name})

    told = f"Emulator-Fault: There is no recipe {name!r} here. {hint}"
    assert (answer.status_code, answer.json) == (422, {"error": {"kind": "UnknownRecipe", "message": told}})


def test_the_sync_that_a_request_starts_goes_as_its_header_asks(server, api):
    first = server.submit()
    asking = server.vendor("POST", SYNCS, {"items": [{}]}, **{"Emulator-Fault": "fake.billing"})
    last = server.submit()

    api.ok("POST", "/clock/advance", {"until": "idle"})

    ended = [api.ok("GET", f"/syncs/{id}") for id in (first, asking.json["id"], last)]
    assert [sync["status"] for sync in ended] == ["finished", "aborted", "finished"]
    (started,) = [each for each in api.ok("GET", "/timeline", kind="sync.started")["entries"] if each["facts"]["fault"]]
    assert (started["subject"], started["facts"]["fault"]) == (asking.json["id"], "fake.billing")


def test_a_header_about_syncs_on_a_request_that_starts_none_is_told_in_the_journal(server, api):
    sync = server.submit()

    answer = server.vendor("GET", f"/syncs/{sync}", **{"Emulator-Fault": "fake.billing"})

    assert answer.status_code == 200
    assert journal(api)[1]["warnings"] == ["fake.billing is about syncs, and this request started none."]


def test_a_text_in_a_body_asks_for_a_fault(server, api):
    answer = server.vendor("POST", SYNCS, {"items": [{"merchant": {"name": "fault:fake.503.down"}}]})

    assert (answer.status_code, answer.json) == (503, DOWN)
    api.ok("PUT", "/quirks/emulator.magic-values", {"value": "off"})
    assert server.vendor("POST", SYNCS, {"items": [{"name": "fault:fake.503.down"}]}).status_code == 202


def test_a_text_in_what_is_pushed_decides_how_the_sync_goes(server, api):
    sync = server.submit({"reference": "one"}, {"reference": "two", "merchant": "fault:fake.billing"})

    api.ok("POST", "/clock/advance", {"until": "idle"})

    assert api.ok("GET", f"/syncs/{sync}")["status"] == "aborted"


@pytest.mark.parametrize("text", ["fault:fake.503.dwon", "fault: none of mine", "no fault:fake.503.down", "fault:"])
def test_any_other_text_is_just_a_text(server, api, text):
    assert server.vendor("POST", SYNCS, {"items": [{"merchant": text}]}).status_code == 202
    (exchange,) = journal(api)
    told = [f"{text!r} names no recipe, and is just a text."] if text.startswith("fault:") else []
    assert (exchange["fault"], exchange["warnings"]) == (None, told)
