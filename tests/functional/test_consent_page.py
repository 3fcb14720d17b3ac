"""Sync2Books' consent page, as a person meets it in a browser: denied, approved, and not to be answered again."""

import http.client
import json

import pytest

from tests.functional.browsing import BROWSER, browsing
from tests.functional.serving import serving

NAME = "Café <b>& Co"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (apt-get install chromium)")


def call(server, path, body=None):
    """Ask Sync2Books, and return the body of its answer."""
    client = http.client.HTTPConnection("127.0.0.1", server.ready["port"], timeout=10)
    headers = {**server.ready["dialects"]["sync2books"]["headers"], "Content-Type": "application/json"}
    try:
        client.request("GET" if body is None else "POST", f"/sync2books{path}", body and json.dumps(body), headers)
        return json.loads(client.getresponse().read())
    finally:
        client.close()


def title(tab):
    return tab.evaluate("document.querySelector('h1').innerText")


@pytest.mark.slow
def test_a_person_denies_one_connection_and_approves_another(tmp_path):
    with serving(cwd=tmp_path) as server, browsing(tmp_path / "profile") as tab:
        made = call(server, "/companies", {"name": NAME})
        company = f"/companies/{made['company']['id']}"

        tab.open(made["authUrl"])
        asked = title(tab)
        tab.click("button:not(.yes)")
        denied = title(tab), call(server, f"{company}/connections")
        link = call(server, f"{company}/auth-url?integrationKey=XERO")["authUrl"]
        tab.open(link)
        tab.click("button.yes")
        approved = title(tab)
        (connection,) = call(server, f"{company}/connections")["connections"]
        tab.open(link)
        again = title(tab)

    assert asked == f"Connect {NAME} to QuickBooks Online?"
    assert denied == ("Not connected", {"connections": []})
    assert (approved, connection["integrationKey"], connection["status"]) == ("Connected", "XERO", "CONNECTED")
    assert again == "Nothing to consent to"
