from doubleentry import __version__


def test_it_says_what_a_caller_needs_to_know(server, api):
    server.host.workspaces.open("second")

    assert api.ok("GET", "/health") == {
        "status": "ok",
        "version": __version__,
        "dialects": ["fake"],
        "workspaces": 2,
        "workspace": "default",
        "seed": "0",
        "mode": "frozen",
        "now": "2022-08-03T01:30:09+00:00",
    }
