"""The pages that show the documents: wherever a surface is mounted, and from this machine alone."""

import json
import re
import shutil
import subprocess

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from doubleentry.app import SURFACES, Application
from doubleentry.config import Config
from tests.functional.serving import serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=15000",
)
MOUNTS = [prefix + surface.mount for surface in SURFACES for prefix in ("", "/w/other")]


@pytest.fixture(scope="module")
def application():
    return Application(Config(access_log=False), testing=True)


@pytest.fixture(scope="module", params=[*MOUNTS, "", "/w/other at a port of its own"])
def at(request, application):
    """Return a client, and where a surface is mounted for it."""
    mount, _, own_port = request.param.partition(" ")
    wsgi = application.dialect_wsgi("codat") if own_port or not mount else application.wsgi
    return Client(wsgi, Response), mount


def test_all_that_the_page_names_is_beside_it(at):
    client, mount = at

    page = client.get(f"{mount}/docs/").text

    named = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert len(named) == 6
    assert [name for name in named if not name.startswith("./")] == []
    assert [client.get(f"{mount}/docs/{name}", buffered=True).status_code for name in named] == [200] * 6
    assert "//" not in page.replace("// User config", "").replace("// Build a system", "")


def test_the_page_shows_the_document_of_where_it_is(at):
    client, mount = at

    page = client.get(f"{mount}/docs/").text
    document = client.get(f"{mount}/openapi.json").json

    assert '"url": "../openapi.json"' in page
    assert document["servers"] == [{"url": mount or "/"}]


def test_a_browser_is_told_to_ask_nobody_else(at):
    client, mount = at

    policy = client.get(f"{mount}/docs/").headers["Content-Security-Policy"]

    sources = {word for part in policy.split(";") for word in part.split()[1:]}
    assert sources == {"'none'", "'self'", "'unsafe-inline'", "data:"}


def test_the_address_without_its_slash_leads_to_the_page(at):
    client, mount = at

    answer = client.get(f"{mount}/docs")

    assert answer.status_code == 302
    assert (answer.headers["Location"], answer.data) == (f"{mount}/docs/", b"")


@pytest.mark.parametrize("prefix", ["", "/w/other"])
@pytest.mark.parametrize("path", ["/", "/_emulator/", "/_emulator/v1", "/_emulator/v1/"])
def test_the_addresses_that_are_printed_first_lead_to_the_page_of_the_control_api(application, prefix, path):
    answer = Client(application.wsgi, Response).get(prefix + path)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{prefix}/_emulator/v1/docs/")


def test_what_the_viewer_does_not_have_is_told_in_our_envelope(at):
    client, mount = at

    missing = client.get(f"{mount}/docs/nothing.js")
    wrong = client.post(f"{mount}/docs/")

    assert (missing.status_code, missing.json["error"]["kind"]) == (404, "NotFound")
    assert (wrong.status_code, wrong.json["error"]["kind"]) == (405, "MethodNotAllowed")
    assert "GET" in wrong.headers["Allow"]


def test_behind_a_proxy_the_document_names_the_public_url():
    application = Application(Config(access_log=False, public_url="https://emulator.test/de"), testing=True)

    document = Client(application.wsgi, Response).get("/w/other/codat/openapi.json").json

    assert document["servers"] == [{"url": "https://emulator.test/de/w/other/codat"}]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_shows_every_operation_and_asks_only_this_server(tmp_path):
    with serving("--no-access-log", cwd=tmp_path) as server:
        for mount in MOUNTS:
            shown, asked = _look(server.ready["url"] + mount + "/docs/", tmp_path / mount.replace("/", "_"))

            document = json.loads(server.get(mount + "/openapi.json")[1])
            count = sum(len(methods) for methods in document["paths"].values())
            assert shown.count('class="opblock-summary-path"') == count
            assert document["info"]["title"] in shown
            assert f"{server.ready['url']}{mount}/openapi.json" in asked
            assert [url for url in asked if not url.startswith(f"{server.ready['url']}/")] == []


def _look(url, folder):
    """Return the page as it then is, and all that was asked for by it."""
    log = folder / "network.json"
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", f"--log-net-log={log}", "--dump-dom", url]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    origin = "/".join(url.split("/")[:3])
    events = [event.get("params", {}) for event in json.loads(log.read_text("utf-8"))["events"]]
    # The browser asks its maker for updates, whatever page is shown; those requests have no page that began them.
    return shown, {event["url"] for event in events if "url" in event and event.get("initiator") == origin}
