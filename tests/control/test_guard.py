"""Who may steer: the tests play the attacker."""

import pytest

from tests.control.conftest import Caller

OURS = [
    "localhost",
    "localhost:14940",
    "LOCALHOST",
    "localhost.",
    "app.localhost:1",
    "127.0.0.1",
    "127.8.9.10:80",
    "[::1]:14940",
]
FOREIGN = [
    "evil.example",
    "evil.example:14940",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "notlocalhost",
    "localhost@evil.example",
    "evil.example#localhost",
    "evil.example/localhost",
    "localhost:evil",
    "0.0.0.0",  # noqa: S104 - called, not bound
    "192.168.0.7:14940",
    "128.0.0.1",
    "[::2]",
    "[::ffff:8.8.8.8]",
    "[::1",
    "",
    " ",
]
TOKEN = "a-long-enough-token"


def call(server, path="/clock", method="GET", **headers):
    return Caller(server.control_app).call(
        method, path, headers={name.replace("_", "-"): v for name, v in headers.items()}
    )


@pytest.mark.parametrize("host", OURS)
def test_a_host_of_this_machine_passes(server, host):
    assert call(server, Host=host).status == 200


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("path", ["/clock", "/health"])
def test_a_name_that_was_made_to_lead_here_is_refused(server, host, path):
    answer = call(server, path, Host=host)

    assert answer.status == 403
    assert answer.body["error"]["kind"] == "ForeignCaller"


@pytest.mark.parametrize(
    "origin", ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080", "http://a.localhost"]
)
def test_a_page_of_this_machine_passes(server, origin):
    assert call(server, Origin=origin).status == 200


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "http://localhost.evil.example",
        "http://localhost@evil.example",
        "file://localhost",
    ],
)
def test_a_page_from_elsewhere_is_refused(server, origin):
    answer = call(server, "/journal", "DELETE", Origin=origin)

    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_is_not_granted(server):
    answer = call(server, "/journal", "OPTIONS", Origin="http://localhost:1", Access_Control_Request_Method="DELETE")

    assert answer.status == 405
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_public_name_passes(server):
    server.host.public_url = "https://books.example:8443/emulator"

    assert call(server, Host="books.example").status == 200
    assert call(server, Origin="https://books.example:8443").status == 200
    assert call(server, Host="example").status == 403


def test_who_is_refused_changes_nothing(server):
    answer = call(server, "/reset", "POST", Host="evil.example", Emulator_Workspace="planted")

    assert answer.status == 403
    assert server.host.workspaces.find("planted") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": f"Bearer {TOKEN}"},
        {"Authorization": f"bearer  {TOKEN} "},
        {"Emulator_Token": TOKEN},
        {"Emulator_Token": TOKEN, "Authorization": "Basic eDp5"},
        {"Emulator_Token": TOKEN, "Host": "emulator.ci.example", "Origin": "https://ci.example"},
    ],
)
def test_with_a_token_whoever_shows_it_passes_from_anywhere(server, headers):
    server.host.token = TOKEN

    assert call(server, **headers).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": TOKEN},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN.upper()}"},
        {"Emulator_Token": ""},
        {"Emulator_Token": TOKEN[:4]},
        {"Emulator_Token": "schlüssel"},
    ],
)
def test_with_a_token_nobody_else_passes(server, headers):
    server.host.token = TOKEN

    answer = call(server, **headers)

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert TOKEN not in str(answer.body)


@pytest.mark.parametrize("path", ["/health/", "//health", "/HEALTH", "/clock?x=/health"])
def test_only_health_itself_needs_no_token(server, path):
    server.host.token = TOKEN

    assert call(server, "/health", Host="anything.example").status == 200
    assert server.control_app.test_client().get(path).status_code == 401
