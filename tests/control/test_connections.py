import pytest


@pytest.mark.parametrize(
    ("verb", "status"),
    [("unlink", "unlinked"), ("deauthorise", "deauthorised"), ("expire", "expired")],
)
def test_they_are_moved_by_their_dialect(api, verb, status):
    moved = {"dialect": "fake", "connection": {"id": "connection", "status": status}}

    assert api.ok("POST", f"/connections/fake/connection/{verb}") == moved
    assert api.ok("GET", "/connections")["connections"] == [moved]
    assert api.post(f"/connections/fake/connection/{verb}").status == 409
    assert api.ok("POST", "/connections/fake/connection/link")["connection"]["status"] == "linked"


def test_what_is_not_there_is_not_found(api):
    for path in ("/connections/fake/none/link", "/connections/none/connection/link"):
        assert api.post(path).status == 404
