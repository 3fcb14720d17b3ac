"""How a customer consents, from the URL to the connection."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.dialects.sync2books.caller import (
    COMPANY,
    CONNECTION,
    OTHERS_COMPANY,
    OTHERS_CONNECTION,
    UNCONNECTED,
    UNKNOWN,
    assert_refused,
)

URI = "http://localhost:3000/done?step=2"
NO_STATE = (400, "Invalid or expired state", "Bad Request")


def url(s2b, company=UNCONNECTED, key="QUICKBOOKS", **more):
    query = "&".join(f"{name}={value}" for name, value in {"integrationKey": key, **more}.items())
    return s2b.ok("GET", f"/companies/{company}/auth-url?{query}")["authUrl"]


def local(s2b, link):
    """Return what of one of our URLs is below the mount."""
    return link.removeprefix(f"http://localhost/w/{s2b.name}/sync2books")


def browse(s2b, link, method="GET", **more):
    return s2b.call(method, local(s2b, link), key=None, **more)


def one_time(page):
    return re.search(r'name="token" value="([^"]+)"', page.text)[1]


def answer(s2b, link, given="approve"):
    """Answer the page, and return where that leads."""
    token = one_time(browse(s2b, link))
    sent = browse(s2b, link, "POST", data={"token": token, "answer": given})
    assert sent.status == 302, sent.text
    return sent.headers["Location"]


def connections(s2b, company=UNCONNECTED):
    return s2b.ok("GET", f"/companies/{company}/connections")["connections"]


def register(s2b, *uris):
    with s2b.workspace.transaction():
        [application, *_] = s2b.workspace.store.find("sync2books applications")
        changed = {**application, "redirectUris": list(uris)}
        s2b.workspace.store.put("sync2books applications", application["id"], changed)


def events(s2b):
    told = s2b.workspace.store.find("events")
    return [(event["name"], event["record"]) for event in told if event["name"].startswith("connection.")]


def test_the_url_has_what_an_authorisation_server_is_asked_with(s2b):
    parts = urlsplit(url(s2b))

    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    base = f"/w/{s2b.name}/sync2books"
    assert (parts.scheme, parts.netloc, parts.path) == ("http", "localhost", f"{base}/emulator/oauth/authorize")
    assert query == {
        "client_id": "client_demo",
        "response_type": "code",
        "scope": "com.intuit.quickbooks.accounting",
        "redirect_uri": f"http://localhost{base}/quickbooks/callback",
        "state": query["state"],
    }


@pytest.mark.parametrize("key", ["QUICKBOOKS_DESKTOP", "quickbooks-desktop", "Quickbooks_Desktop"])
def test_the_key_is_taken_in_either_spelling(s2b, key):
    assert "quickbooks-desktop%2Fcallback" in url(s2b, key=key)


@pytest.mark.parametrize("query", ["", "?integrationKey=", "?integrationKey=sap", "?integrationKey=%00"])
def test_an_unknown_key_is_refused_with_those_that_there_are(s2b, query):
    refused = s2b.call("GET", f"/companies/{COMPANY}/auth-url{query}")

    told = "integrationKey must be one of the following values: QUICKBOOKS, QUICKBOOKS_DESKTOP, XERO, SAGE"
    assert_refused(refused, 400, [told], "Bad Request")


def test_an_unknown_key_is_refused_with_those_of_the_later_edition_where_that_is_the_profile(s2b):
    s2b.choose("profile", "openapi")

    refused = s2b.call("GET", f"/companies/{COMPANY}/auth-url?integrationKey=sap")

    later = "quickbooks, xero, sage, microsoft-dynamics-365-business-central, odoo, etims, opera"
    assert_refused(refused, 400, [f"integrationKey must be one of the following values: {later}"], "Bad Request")
    assert "quickbooks-desktop%2Fcallback" in url(s2b, key="QUICKBOOKS_DESKTOP")


@pytest.mark.parametrize("key", ["odoo", "etims", "MICROSOFT_DYNAMICS_365_BUSINESS_CENTRAL"])
def test_a_software_that_is_not_emulated_is_a_gap(s2b, key):
    refused = s2b.call("GET", f"/companies/{COMPANY}/auth-url?integrationKey={key}")

    assert (refused.status, refused.body["error"]["kind"]) == (501, "Unsupported")


@pytest.mark.parametrize(
    ("company", "connection", "refusal"),
    [
        (UNKNOWN, None, (404, "Company not found", "Not Found")),
        (OTHERS_COMPANY, None, (403, "Access to this resource is not allowed", "Forbidden")),
        (COMPANY, UNKNOWN, (404, "Connection not found", "Not Found")),
        (UNCONNECTED, CONNECTION, (404, "Connection not found", "Not Found")),
        (COMPANY, OTHERS_CONNECTION, (403, "Access to this resource is not allowed", "Forbidden")),
    ],
)
def test_the_url_is_for_ones_own_company_and_its_connection(s2b, company, connection, refusal):
    more = "" if connection is None else f"&connectionId={connection}"

    assert_refused(s2b.call("GET", f"/companies/{company}/auth-url?integrationKey=QUICKBOOKS{more}"), *refusal)


def test_the_page_asks_and_looking_at_it_changes_nothing(s2b):
    link = url(s2b)

    page = browse(s2b, link)
    browse(s2b, link + "&answer=approve")

    assert (page.status, page.type) == (200, "text/html; charset=utf-8")
    assert "Connect Harbour Street Studio to QuickBooks Online?" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in page.headers
    assert "<script" not in page.text
    assert connections(s2b) == []


def test_approving_makes_a_connection_with_books_and_tells_so(s2b):
    callback = answer(s2b, url(s2b))
    assert connections(s2b) == []

    page = browse(s2b, callback)

    [connection] = connections(s2b)
    assert (page.status, "QuickBooks Online is connected." in page.text) == (200, True)
    assert (connection["integrationKey"], connection["status"]) == ("QUICKBOOKS", "CONNECTED")
    assert s2b.ok("GET", f"/connections/{connection['id']}/accounts")["accounts"]
    payload = {"integrationKey": "quickbooks", "companyId": UNCONNECTED, "connectionId": connection["id"]}
    assert events(s2b) == [("connection.created", payload), ("connection.connected", payload)]


def test_the_url_that_comes_with_a_new_company_leads_to_quickbooks(s2b):
    made = s2b.ok("POST", "/companies", {"name": "Corner Cafe"})

    browse(s2b, answer(s2b, made["authUrl"]))

    [connection] = connections(s2b, made["company"]["id"])
    assert connection["integrationKey"] == "QUICKBOOKS"


@pytest.mark.parametrize("key", ["XERO", "SAGE", "QUICKBOOKS_DESKTOP"])
def test_each_software_can_be_connected(s2b, key):
    browse(s2b, answer(s2b, url(s2b, key=key)))

    [connection] = connections(s2b)
    assert connection["integrationKey"] == key
    assert s2b.ok("GET", f"/connections/{connection['id']}/tax-rates")["taxRates"]


def test_consenting_again_reuses_the_connection(s2b):
    s2b.steer("POST", f"/connections/sync2books/{CONNECTION}/expire")

    browse(s2b, answer(s2b, url(s2b, COMPANY)))

    assert [(each["id"], each["status"]) for each in connections(s2b, COMPANY)] == [(CONNECTION, "CONNECTED")]
    assert [name for name, _ in events(s2b)] == ["connection.failed", "connection.reconnected"]


def test_a_named_connection_is_linked_anew(s2b):
    s2b.ok("POST", f"/connections/{CONNECTION}/disconnect")

    browse(s2b, answer(s2b, url(s2b, COMPANY, connectionId=CONNECTION)))

    assert s2b.ok("GET", f"/connections/{CONNECTION}")["status"] == "CONNECTED"


def test_denying_makes_no_connection_and_tells_so(s2b):
    callback = answer(s2b, url(s2b), "deny")

    page = browse(s2b, callback)

    assert "error=access_denied" in callback
    assert (page.status, "You have denied access." in page.text, connections(s2b)) == (200, True, [])
    payload = {"integrationKey": "quickbooks", "companyId": UNCONNECTED, "connectionId": None}
    assert events(s2b) == [("connection.failed", {**payload, "errorMessage": "access_denied"})]


def test_denying_leaves_a_connection_that_there_is(s2b):
    browse(s2b, answer(s2b, url(s2b, COMPANY), "deny"))

    assert connections(s2b, COMPANY)[0]["status"] == "CONNECTED"
    payload = {"integrationKey": "quickbooks", "companyId": COMPANY, "connectionId": CONNECTION}
    assert events(s2b) == [("connection.failed", {**payload, "errorMessage": "access_denied"})]


@pytest.mark.parametrize(
    ("given", "told"), [("approve", "connectionId={id}&integrationKey=quickbooks"), ("deny", "error=access_denied")]
)
def test_the_customer_is_sent_on_to_the_first_registered_uri(s2b, given, told):
    register(s2b, URI, "http://other.example/")
    link = url(s2b)
    policy = browse(s2b, link).headers["Content-Security-Policy"]

    sent_on = browse(s2b, answer(s2b, link, given))

    id = connections(s2b)[0]["id"] if given == "approve" else ""
    assert (sent_on.status, sent_on.headers["Location"]) == (302, f"{URI}&{told.format(id=id)}")
    assert "form-action 'self' http://localhost:3000 http://other.example;" in policy


@pytest.mark.parametrize("name", ["redirect_uri", "returnTo"])
def test_nobody_is_sent_to_what_a_query_says(s2b, name):
    callback = answer(s2b, f"{url(s2b)}&{name}=http://evil.example/")

    page = browse(s2b, f"{callback}&{name}=http://evil.example/")

    assert callback.startswith(f"http://localhost/w/{s2b.name}/sync2books/quickbooks/callback?")
    assert (page.status, "Location" in page.headers) == (200, False)


def test_a_state_is_good_for_one_answer(s2b):
    link = url(s2b)
    callback = answer(s2b, link)
    page_again = browse(s2b, link)
    browse(s2b, callback)

    assert (page_again.status, "answered already" in page_again.text) == (400, True)
    assert_refused(browse(s2b, callback), *NO_STATE)
    assert browse(s2b, link, "POST", data={"answer": "approve"}).status == 400
    assert len(connections(s2b)) == 1


@pytest.mark.parametrize(("later", "connected"), [("PT10M", 1), ("PT10M1S", 0)])
def test_a_code_is_good_for_ten_minutes_of_the_workspace(s2b, later, connected):
    callback = answer(s2b, url(s2b))

    s2b.advance(later)
    page = browse(s2b, callback)

    assert len(connections(s2b)) == connected
    if not connected:
        assert_refused(page, *NO_STATE)


@pytest.mark.parametrize("query", ["", "?state=unknown&code=x", "?code=x", "?error=access_denied&state=%00"])
def test_a_callback_of_nobody_is_refused(s2b, query):
    assert_refused(s2b.call("GET", f"/quickbooks/callback{query}", key=None), *NO_STATE)


def test_a_callback_before_any_answer_or_with_another_code_is_refused(s2b):
    link = url(s2b)
    state = parse_qs(urlsplit(link).query)["state"][0]

    early = s2b.call("GET", f"/quickbooks/callback?state={state}&code=", key=None)
    answer(s2b, link)
    wrong = s2b.call("GET", f"/quickbooks/callback?state={state}&code=caf%C3%A9", key=None)

    assert_refused(early, *NO_STATE)
    assert_refused(wrong, *NO_STATE)
    assert connections(s2b) == []


@pytest.mark.parametrize("fields", [{}, {"token": "wrong"}, {"token": ""}])
def test_an_answer_without_the_pages_own_value_is_not_taken(s2b, fields):
    link = url(s2b)
    browse(s2b, link)

    assert browse(s2b, link, "POST", data={**fields, "answer": "approve"}).status == 403
    assert browse(s2b, link).status == 200


def test_where_it_is_chosen_opening_the_url_consents_at_once(s2b):
    s2b.choose("link", "auto")
    link = url(s2b)

    looked = browse(s2b, link, "HEAD")
    sent_on = browse(s2b, link)
    page = browse(s2b, sent_on.headers["Location"])

    assert (looked.status, sent_on.status, page.status) == (200, 302, 200)
    assert [each["status"] for each in connections(s2b)] == ["CONNECTED"]


def test_a_link_whose_company_is_gone_leads_nowhere(s2b):
    link, other = url(s2b), url(s2b)
    callback = answer(s2b, other)
    with s2b.workspace.transaction():
        s2b.workspace.store.remove("sync2books companies", UNCONNECTED)

    assert browse(s2b, link).status == 400
    assert_refused(browse(s2b, callback), *NO_STATE)


def test_what_is_shown_is_escaped(s2b):
    made = s2b.ok("POST", "/companies", {"name": "<script>alert(1)</script>"})

    page = browse(s2b, made["authUrl"])

    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
