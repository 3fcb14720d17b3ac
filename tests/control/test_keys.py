import pytest


def test_a_key_is_accepted_from_the_moment_it_is_known(server, api):
    body = {"items": [{}]}
    assert server.vendor("POST", "/companies/acme/syncs", body, key="another-key").status_code == 401

    for _ in range(2):
        assert api.post("/keys", {"dialect": "fake", "key": "another-key"}).status == 201
    assert server.vendor("POST", "/companies/acme/syncs", body, key="another-key").status_code == 202
    assert [row["key"] for row in api.ok("GET", "/keys")["keys"]] == ["demo", "another-key"]

    api.ok("DELETE", "/keys/fake/another-key")
    assert server.vendor("POST", "/companies/acme/syncs", body, key="another-key").status_code == 401
    assert api.delete("/keys/fake/another-key").status == 404


@pytest.mark.parametrize(
    "body", [{}, {"dialect": "fake"}, {"dialect": "none", "key": "a"}, {"dialect": "fake", "key": "a@b"}]
)
def test_nothing_else_is_taken(api, body):
    assert api.post("/keys", body).status == 422
