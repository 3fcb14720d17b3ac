def test_each_can_be_set_to_its_values_in_one_workspace(server, api):
    row = {
        "name": "fake.greeting",
        "dialect": "fake",
        "value": "hello",
        "default": "hello",
        "values": ["hello", "hi"],
        "why": "Both are polite.",
        "sources": ["`hello`: page 1", "`hi`: page 2"],
    }
    listed = api.ok("GET", "/quirks")["quirks"]
    assert (listed[0], [quirk["name"] for quirk in listed]) == (row, ["fake.greeting", "emulator.magic-values"])

    assert api.ok("PUT", "/quirks/fake.greeting", {"value": "hi"}) == {**row, "value": "hi"}

    assert server.workspace.setting("fake.greeting") == "hi"
    assert server.host.workspaces.open("second").setting("fake.greeting") == "hello"


def test_a_value_that_it_cannot_have_is_told_with_those_that_it_can(api):
    answer = api.put("/quirks/fake.greeting", {"value": "bye"})

    assert answer.status == 422
    assert "hello, hi" in answer.body["error"]["problems"][0]["message"]


def test_one_that_is_not_there_is_not_found(api):
    assert api.put("/quirks/fake.parting", {"value": "bye"}).status == 404
