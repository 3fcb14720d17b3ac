"""The tests play the attacker: against steering, consent, webhooks, workspaces and keys, over all surfaces."""

import hmac
import json
import logging
import re
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from doubleentry.adapters.http import HttpTransport, addresses
from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.engine.ports import Outgoing
from tests.contract.hostility import CHANGING_BY_THEMSELVES, IDS, KEYS

CONTROL = "/_emulator/v1"
CODAT = f"/codat/companies/{IDS['codat']['companyId']}"
READS = {"codat": "/codat/companies", "built": "/built/api/v3/sync", "sync2books": "/sync2books/companies"}
TOKEN = "a-token-of-this-test"
EVIL = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}


class Server:
    """An application, called as whoever one likes."""

    def __init__(self, **settings):
        self.application = Application(Config(**{"access_log": False, **settings}), testing=True)
        self.client = Client(self.application.wsgi, Response, use_cookies=False)

    def call(self, method, path, headers=(), **sent):
        return self.client.open(path, method=method, headers=dict(headers), **sent)

    def steer(self, method, path, body=None, token=None):
        shown = {} if token is None else {"Emulator-Token": token}
        answer = self.call(method, CONTROL + path, shown, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json

    @property
    def workspaces(self):
        return [workspace.name for workspace in self.application.workspaces]

    def stored(self):
        """Everything but what every answer changes."""
        dump = self.application.workspaces.open("default").dump()
        return {name: rows for name, rows in dump.items() if name not in CHANGING_BY_THEMSELVES}


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def public():
    """Return a server that others can reach: it asks for a token."""
    return Server(host="0.0.0.0", token=TOKEN)  # noqa: S104 - nothing is bound


# --- Steering


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]
)
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_no_form_of_a_page_steers(server, content_type, origin):
    """A browser sends forms to anywhere, and says from where."""
    before = server.stored()

    for path, body in (("/reset", "{}"), ("/faults", '{"effect":{"status":500},"match":{}}'), ("/keys", '{"a":"="}')):
        for method in ("POST", "PUT", "DELETE"):
            answer = server.call(method, CONTROL + path, {"Origin": origin, "Content-Type": content_type}, data=body)
            assert answer.status_code == 403

    assert server.stored() == before


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]
)
def test_what_a_form_can_send_is_no_body_even_without_an_origin(server, content_type):
    answer = server.call("POST", f"{CONTROL}/faults", {"Content-Type": content_type}, data='{"effect":{"status":500}}')

    assert (answer.status_code, server.steer("GET", "/faults")) == (415, {"faults": []})


def test_a_name_that_was_made_to_lead_here_steers_nothing_whatever_it_forwards(server):
    for headers in ({"Host": "evil.example"}, {"Host": "evil.example", "X-Forwarded-Host": "localhost"}):
        answer = server.call("POST", f"{CONTROL}/reset", {**headers, "X-Forwarded-For": "127.0.0.1"})

        assert answer.status_code == 403


def test_the_token_is_compared_in_constant_time_and_guesses_lead_nowhere(public, monkeypatch):
    compared = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: compared.append(one) or compare(one, other))

    for guess in ("", "a", TOKEN[:-1], TOKEN + "a", TOKEN.upper(), "\xff"):
        for headers in ({"Emulator-Token": guess}, {"Authorization": f"Bearer {guess}"}):
            assert public.call("GET", f"{CONTROL}/clock", headers).status_code == 401

    assert len(compared) == 12
    assert public.call("GET", f"{CONTROL}/clock", {"Emulator-Token": TOKEN}).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/sinks/x"])
def test_what_needs_no_token_opens_no_workspace(public, path):
    """Or anybody could open so many that all others had to go."""
    for prefix, headers in (("/w/planted", {}), ("", {"Emulator-Workspace": "planted"})):
        method = "GET" if path == "/health" else "POST"

        assert public.call(method, f"{prefix}{CONTROL}{path}", headers).status_code == 401

    assert public.call(method, CONTROL + path).status_code == 200
    assert public.workspaces == ["default"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_of_what_a_sink_was_sent_nothing_is_told_without_the_token(public, method):
    assert public.call(method, f"{CONTROL}/sinks/x").status_code == 401


# --- Consent


def consent_to_codat(server):
    company = "/codat/companies/c0000000-0000-4000-8000-000000000005"
    connection = "a0000000-0000-4000-8000-000000000005"
    page = f"{company.replace('/codat', '/codat/link')}/connections/{connection}/start"
    return page, lambda: server.call("GET", f"{company}/connections/{connection}", KEYS["codat"]).json["status"]


def consent_to_sync2books(server):
    made = server.call("POST", "/sync2books/companies", KEYS["sync2books"], json={"name": "A"}).json
    url = urlsplit(made["authUrl"])
    connections = f"/sync2books/companies/{made['company']['id']}/connections"
    return f"{url.path}?{url.query}", lambda: server.call("GET", connections, KEYS["sync2books"]).json


@pytest.mark.parametrize("consent", [consent_to_codat, consent_to_sync2books])
def test_a_consent_page_acts_on_one_post_with_its_newest_one_time_value_alone(server, consent):
    page, state = consent(server)
    before = state()

    shown = server.call("GET", page)
    server.call("HEAD", page)
    newest = server.call("GET", page)
    first, token = (re.search(r'name="token" value="([^"]+)"', each.text)[1] for each in (shown, newest))
    get = server.call("GET", f"{page}{'&' if '?' in page else '?'}answer=approve&token={token}")
    assert get.status_code == 200
    token = re.search(r'name="token" value="([^"]+)"', get.text)[1]

    for forged in ({"answer": "approve"}, {"answer": "approve", "token": first}, {"answer": "approve", "token": ""}):
        assert server.call("POST", page, {"Origin": "https://evil.example"}, data=forged).status_code == 403
    assert state() == before
    taken = server.call("POST", page, data={"answer": "deny", "token": token})
    assert taken.status_code in {200, 302}
    assert server.call("POST", page, data={"answer": "approve", "token": token}).status_code in {400, 403}


@pytest.mark.parametrize("consent", [consent_to_codat, consent_to_sync2books])
def test_a_consent_page_is_framed_read_and_kept_by_nobody(server, consent):
    page, _ = consent(server)

    headers = server.call("GET", page, {"Origin": "https://evil.example"}).headers

    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("consent", [consent_to_codat, consent_to_sync2books])
def test_a_consent_page_is_not_shown_under_a_name_that_was_made_to_lead_here(server, consent):
    """A page elsewhere could read the one-time value by such a name, and answer."""
    page, _ = consent(server)

    foreign = server.call("GET", page, {"Host": "evil.example", "X-Forwarded-Host": "localhost"})

    assert (foreign.status_code, foreign.mimetype, 'name="token"' in foreign.text) == (403, "text/html", False)
    for name in ("localhost:14940", "127.0.0.1", "[::1]:14940", "ours.localhost"):
        assert 'name="token"' in server.call("GET", page, {"Host": name}).text


def test_where_consent_leads_is_registered_and_not_what_a_caller_says(server):
    page, _ = consent_to_sync2books(server)
    forged = re.sub(r"redirect_uri=[^&]+", "redirect_uri=https://evil.example/", page)
    token = re.search(r'name="token" value="([^"]+)"', server.call("GET", forged).text)[1]

    answer = server.call("POST", forged, data={"answer": "approve", "token": token})

    while answer.status_code == 302 and answer.headers["Location"].startswith("http://localhost/"):
        url = urlsplit(answer.headers["Location"])
        answer = server.call("GET", f"{url.path}?{url.query}&redirect_uri=https://evil.example/")
    assert "evil.example" not in answer.headers.get("Location", "")


# --- Webhooks

NOWHERE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::169.254.169.254]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/",
    "http://[fe80::1%25lo]/",
    "http://[fd00:ec2::254]/",
    "http://user:secret@169.254.169.254/",
    "http://169.254.169.254\\@127.0.0.1/",
    "http://169.254.169.254#@127.0.0.1/",
)


@pytest.mark.parametrize("url", NOWHERE)
@pytest.mark.parametrize("allowed", [(), ("*",)])
def test_no_spelling_of_an_address_leads_to_where_clouds_hand_out_credentials(url, allowed):
    transport = HttpTransport(
        allowed, resolve=addresses if re.search(r"//[0-9x\[]", url) else lambda *_: ["169.254.169.254"]
    )

    reply = transport.send(Outgoing(url, {}, ""))

    assert (reply.status, reply.refused or "not a valid" in (reply.error or "")) == (None, True), reply


@pytest.mark.parametrize("url", ["http://evil.example\\@127.0.0.1:9/", "http://127.0.0.1:9\\@evil.example/"])
def test_a_url_that_is_read_in_two_ways_resolves_no_public_name(url):
    asked = []

    reply = HttpTransport(resolve=lambda host, _: asked.append(host) or ["127.0.0.1"]).send(Outgoing(url, {}, ""))

    assert (reply.refused, asked) == (True, [])


def test_what_a_name_is_checked_as_is_what_is_connected_to():
    """A name that is private when it is looked at, and public when it is called, is looked up once."""
    answers = iter([["127.0.0.1"], ["203.0.113.1"]])
    asked = []

    reply = HttpTransport(resolve=lambda host, _: asked.append(host) or next(answers)).send(
        Outgoing("http://rebound.test:9/", {}, "")
    )

    assert asked == ["rebound.test"]
    assert reply.error.startswith("nothing listens at rebound.test:9")


# --- Workspaces, keys and names


@pytest.mark.parametrize(
    "name", ["..", ".", "-", "A", "a" * 65, "a%2f..%2fb", "%2e%2e", "%00", "%0a", "é", "a b", "__class__", "(none)", ""]
)
def test_a_name_that_climbs_opens_nothing(server, name):
    for surface, path in {**READS, "control": f"{CONTROL}/clock"}.items():
        assert server.call("GET", f"/w/{name}{path}", KEYS[surface]).status_code in {404, 422}, surface

    assert server.workspaces == ["default"]


@pytest.mark.parametrize("dialect", READS)
def test_the_key_of_another_workspace_opens_nothing(server, dialect):
    shown = json.loads(json.dumps(KEYS[dialect]).replace("codat-demo", "x").replace("demo", "elsewhere"))
    if dialect == "codat":
        shown = {"Authorization": "Basic Y29kYXQtZWxzZXdoZXJl"}
    key = {"codat": "codat-elsewhere", "built": "built-elsewhere", "sync2books": "sk_development_elsewhere"}[dialect]
    assert server.call("POST", f"/w/other{CONTROL}/keys", json={"dialect": dialect, "key": key}).status_code == 201

    assert server.call("GET", f"/w/other{READS[dialect]}", shown).status_code == 200
    assert server.call("GET", READS[dialect], shown).status_code == 401
    assert server.call("GET", f"/w/third{READS[dialect]}", shown).status_code == 401
    assert server.workspaces == ["default", "other"]


@pytest.mark.parametrize("path", ["/built/api/v3/sync/1", "/built/api/v3/sync/transaction/1"])
def test_what_is_of_another_business_cannot_be_changed(server, path):
    method = "POST" if path.endswith("sync/1") else "DELETE"
    other = {"Authorization": "Bearer built-demo-2", "Accept": "application/json"}
    before = server.stored()["built sync incomes"], server.stored()["built sync income transactions"]

    assert server.call(method, path, other, json={"description": "taken"}).status_code in {302, 404, 422}

    assert (server.stored()["built sync incomes"], server.stored()["built sync income transactions"]) == before


@pytest.mark.parametrize("dialect", READS)
@pytest.mark.parametrize("form", ["{}", "Bearer {}", "basic {} x", "{} Bearer x", "Bearer x, Bearer {}", "X {}"])
def test_no_key_is_told_by_the_journal_the_timeline_or_an_export(server, dialect, form):
    secret = "sk_development_a-secret-that-nobody-tells"
    names = ("Authorization", "X-API-Key", "Cookie", "Proxy-Authorization", "Emulator-Token")

    for name in names:
        server.call("GET", READS[dialect], {**KEYS[dialect], name: form.format(secret)})

    told = [server.call("GET", f"{CONTROL}{path}").text for path in ("/journal", "/timeline", "/export")]
    assert secret[:-4] not in "".join(told)


def test_a_forged_host_changes_no_url_that_others_are_given(server):
    ours = server.call("GET", CODAT, KEYS["codat"]).json["redirect"]

    forged = server.call("GET", CODAT, {**KEYS["codat"], **EVIL}).json["redirect"]
    server.call("GET", CODAT, {**KEYS["codat"], "Host": "evil.example"})

    assert forged == ours == server.call("GET", CODAT, KEYS["codat"]).json["redirect"]


def test_no_path_forges_a_line_of_the_log_or_steers_the_terminal(caplog):
    caplog.set_level(logging.INFO)
    server = Server(access_log=True)

    for path in ("/codat/%0Adefault codat list-companies 200%1B[2J", "/codat/%ED%A0%80%FF"):
        assert server.call("GET", path, KEYS["codat"]).status_code == 404

    assert [message.rpartition(")")[0] for message in caplog.messages] == [
        "default codat GET /%0Adefault%20codat%20list-companies%20200%1B%5B2J (no operation",
        "default codat GET /%EF%BF%BD%EF%BF%BD%EF%BF%BD%EF%BF%BD (no operation",
    ]


# --- Snapshots


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"format":1}',
        b'{"format":1,"documents":[]}',
        b"\x80\x04\x95cos\nsystem\n",
        b"!!python/object/apply:os.system [id]",
        b'{"name":"../../etc/passwd"}',
        b'{"documents":' * 1_000,
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("name", ["fine", "..%2f..%2fetc", "A", "%00"])
def test_what_is_no_snapshot_is_refused_and_nothing_is_lost(server, name, content):
    before = server.stored()

    answer = server.call("PUT", f"{CONTROL}/snapshots/{name}", {"Content-Type": "application/json"}, data=content)

    assert answer.status_code in {400, 404, 422}
    assert (server.stored(), server.steer("GET", "/snapshots")) == (before, {"snapshots": []})
