"""The link page, as a person meets it in a browser."""

import http.client
import json

import pytest

from tests.functional.browsing import BROWSER, browsing
from tests.functional.serving import serving

COMPANY = "c0000000-0000-4000-8000-000000000005"
CONNECTION = "a0000000-0000-4000-8000-000000000005"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine (apt-get install chromium)")


def connection(server):
    """What Codat tells of the connection."""
    client = http.client.HTTPConnection("127.0.0.1", server.ready["port"], timeout=10)
    try:
        path = f"/codat/companies/{COMPANY}/connections/{CONNECTION}"
        client.request("GET", path, headers=server.ready["dialects"]["codat"]["headers"])
        return json.loads(client.getresponse().read())
    finally:
        client.close()


@pytest.mark.slow
def test_a_person_denies_and_then_approves_a_connection(tmp_path):
    with serving(cwd=tmp_path) as server, browsing(tmp_path / "profile") as tab:
        link = connection(server)["linkUrl"]

        tab.open(link)
        tab.screenshot(tmp_path / "consent.png")
        asked = tab.evaluate("document.querySelector('h1').innerText")
        tab.click("button:not(.yes)")
        tab.screenshot(tmp_path / "denied.png")
        denied = tab.evaluate("document.querySelector('h1').innerText"), connection(server)["status"]
        tab.open(link)
        tab.click("button.yes")
        approved = tab.evaluate("document.querySelector('h1').innerText"), connection(server)["status"]
        tab.open(connection(server)["linkUrl"].partition("/link/")[0] + f"/link/company/{COMPANY}")
        tab.screenshot(tmp_path / "company.png")
        listed = tab.evaluate("document.querySelector('li').innerText")

    assert asked == "Connect Old Harbour Bakery to Xero?"
    assert denied == ("Not linked", "PendingAuth")
    assert approved == ("Linked", "Linked")
    assert listed == "Xero: Linked"
