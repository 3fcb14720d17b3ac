"""The pages that stand in for Codat's: where the customer consents."""

import re
from html.parser import HTMLParser

import pytest

from doubleentry.engine.documents import decode
from tests.dialects.codat.caller import PENDING, XERO, books_of
from tests.dialects.codat.refusals import UNKNOWN, assert_not_authenticated, assert_refused

PAGE = f"/link/companies/{PENDING}/connections/{books_of(PENDING)}/start"
FORM = "application/x-www-form-urlencoded"
FORBIDDEN = "This page has been answered already, or is not the newest. Open the link again."


class Reader(HTMLParser):
    """Gathers a page's tags and the text of its main part."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if data.strip():
            self.words.append(" ".join(data.split()))


def browse(codat, path=PAGE, method="GET", **more):
    answer = codat.call(method, path, key=None, **more)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer


def one_time(codat, path=PAGE):
    return re.search(r'name="token" value="([^"]+)"', browse(codat, path).text)[1]


def send(codat, path=PAGE, **fields):
    return browse(codat, path, "POST", data=fields)


def connection(codat, company=PENDING):
    return codat.ok("GET", f"/companies/{company}/connections/{books_of(company)}")


def test_the_link_of_a_connection_asks_for_consent(codat):
    link = connection(codat)["linkUrl"]
    assert link == f"http://localhost/w/{codat.name}/codat{PAGE}"

    page = browse(codat)

    reader = Reader(page.text)
    assert page.status == 200
    assert "Connect Old Harbour Bakery to Xero?" in reader.words
    assert ("form", {"method": "post"}) in reader.tags
    buttons = [(each["name"], each["value"]) for tag, each in reader.tags if tag == "button"]
    assert buttons == [("answer", "approve"), ("answer", "deny")]
    assert not [tag for tag, _ in reader.tags if tag in {"script", "img", "iframe", "link"}]


def test_the_page_may_be_framed_read_and_kept_by_nobody(codat):
    headers = browse(codat, headers={"Origin": "http://evil.example"}).headers

    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    assert headers["Content-Security-Policy"] == policy


def test_looking_at_the_page_links_nothing(codat):
    before = connection(codat)

    for method in ("GET", "HEAD", "GET"):
        codat.call(method, f"{PAGE}?answer=approve&token={'x' * 32}", key=None)

    assert connection(codat) == before


def test_approving_links_the_connection_and_opens_its_books(codat):
    page = send(codat, token=one_time(codat), answer="approve")

    assert (page.status, Reader(page.text).words[2:4]) == (200, ["Linked", "Xero is linked. You can close this page."])
    assert (connection(codat)["status"], connection(codat)["lastSync"]) == ("Linked", "2023-05-03T12:57:58.7576090Z")
    assert codat.call("GET", f"/companies/{PENDING}/mappingOptions").status == 200


def test_denying_leaves_the_connection_pending_and_says_so(codat):
    before = connection(codat)

    page = send(codat, token=one_time(codat), answer="deny")

    assert Reader(page.text).words[2:4] == ["Not linked", "You have denied access. You can close this page."]
    error = {
        "statusCode": "403",
        "statusText": "Forbidden",
        "errorMessage": "The user denied access.",
        "erroredOnUtc": "2023-05-03T12:57:58.7576090Z",
    }
    assert connection(codat) == before | {"dataConnectionErrors": [error]}


@pytest.mark.parametrize("answer", ["approve", "deny"])
def test_an_answer_cannot_be_given_twice(codat, answer):
    token = one_time(codat)
    send(codat, token=token, answer=answer)
    before = codat.workspace.dump()

    page = send(codat, token=token, answer="approve")

    assert (page.status, Reader(page.text).words[2:4]) == (403, ["Not taken", FORBIDDEN])
    assert codat.workspace.dump() == before


@pytest.mark.parametrize(
    "fields", [{}, {"token": ""}, {"token": "wrong"}, {"token": "\u00e9"}, {"token": "x" * 100_000}]
)
def test_a_wrong_one_time_value_is_refused(codat, fields):
    one_time(codat)
    before = codat.workspace.dump()

    assert send(codat, answer="approve", **fields).status == 403
    assert codat.workspace.dump() == before


def test_no_answer_is_taken_before_the_page_was_opened(codat):
    assert send(codat, token="", answer="approve").status == 403
    assert connection(codat)["status"] == "PendingAuth"


def test_only_the_newest_page_is_taken(codat):
    older, newest = one_time(codat), one_time(codat)

    assert send(codat, token=older, answer="approve").status == 403
    assert send(codat, token=newest, answer="approve").status == 200


def test_the_one_time_value_of_another_connection_is_refused(codat):
    other = f"/link/companies/{XERO}/connections/{books_of(XERO)}/start"
    one_time(codat)

    assert send(codat, token=one_time(codat, other), answer="approve").status == 403


@pytest.mark.parametrize("fields", [{}, {"answer": "maybe"}])
def test_an_answer_that_is_neither_changes_nothing_and_spends_nothing(codat, fields):
    token = one_time(codat)

    assert send(codat, token=token, **fields).status == 400
    assert connection(codat)["status"] == "PendingAuth"
    assert send(codat, token=token, answer="approve").status == 200


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"junk", "multipart/form-data", 403),
        (b"--cut", "multipart/form-data; boundary=cut", 403),
        (b'{"token":"x"}', "application/json", 403),
        (b"token=%FF%FE&answer=approve", FORM, 403),
        (b"", None, 403),
    ],
)
def test_a_form_that_cannot_be_read_answers_nothing(codat, body, content_type, status):
    one_time(codat)

    assert browse(codat, PAGE, "POST", data=body, content_type=content_type).status == status
    assert connection(codat)["status"] == "PendingAuth"


def test_a_form_that_is_too_large_is_refused_in_the_envelope(codat):
    parts = "".join(f'--cut\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n' for n in range(1000))

    answers = [
        codat.call("POST", PAGE, body, key=None, content_type=content_type)
        for body, content_type in (
            (f"{parts}--cut--", "multipart/form-data; boundary=cut"),
            (b"token=" + b"x" * 11 * 1024 * 1024, FORM),
        )
    ]

    for answer in answers:
        assert_refused(answer, 413, "Payload Too Large", "PublicApi")


def test_what_is_shown_is_escaped(codat):
    with codat.workspace.transaction():
        stored = codat.workspace.store.get("codat companies", PENDING)
        codat.workspace.store.put("codat companies", PENDING, {**stored, "name": "<script>alert(1)</script>\"'&"})

    pages = [browse(codat).text, browse(codat, f"/link/company/{PENDING}").text]

    for page in pages:
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_of_a_company_leads_to_its_connections(codat):
    company = codat.ok("GET", f"/companies/{PENDING}")

    reader = Reader(browse(codat, f"/link/company/{PENDING}").text)

    links = [each["href"] for tag, each in reader.tags if tag == "a"]
    assert company["redirect"] == f"http://localhost/w/{codat.name}/codat/link/company/{PENDING}"
    assert links == [each["linkUrl"] for each in company["dataConnections"]]


def test_the_page_of_a_company_without_connections_says_so(codat):
    company = codat.ok("POST", "/companies", {"name": "Corner Cafe"})["id"]

    assert "This company has no connections yet." in browse(codat, f"/link/company/{company}").text


@pytest.mark.parametrize(
    "path",
    [
        f"/link/company/{UNKNOWN}",
        f"/link/companies/{UNKNOWN}/connections/{books_of(PENDING)}/start",
        f"/link/companies/{PENDING}/connections/{UNKNOWN}/start",
        f"/link/companies/{PENDING}/connections/{books_of(XERO)}/start",
        "/link/companies/%3Cb%3E/connections/%00/start",
    ],
)
def test_a_link_that_leads_nowhere_is_told_so_on_a_page(codat, path):
    page = browse(codat, path)

    assert page.status == 404
    assert "This link leads to no" in page.text
    if path.startswith("/link/companies"):
        assert send(codat, path, token="x", answer="approve").status == 404


def test_the_link_of_a_deleted_company_leads_nowhere(codat):
    token = one_time(codat)
    codat.call("DELETE", f"/companies/{PENDING}")

    assert send(codat, token=token, answer="approve").status == 404


def test_a_linked_connection_can_be_approved_again(codat):
    path = f"/link/companies/{XERO}/connections/{books_of(XERO)}/start"

    assert send(codat, path, token=one_time(codat, path), answer="approve").status == 200
    assert connection(codat, XERO)["status"] == "Linked"


def test_the_control_api_approves_without_a_page(codat):
    linked = codat.steer("POST", f"/connections/codat/{books_of(PENDING)}/link")

    assert linked["connection"]["status"] == "Linked"
    assert connection(codat)["status"] == "Linked"


def test_a_page_of_a_workspace_that_is_not_open_opens_none(codat):
    codat.application.workspaces.delete(codat.name)

    answer = codat.call("GET", PAGE, key=None)

    assert_not_authenticated(answer)
    assert codat.application.workspaces.find(codat.name) is None
    assert decode(answer.text)["statusCode"] == 401
    codat.application.workspaces.open(codat.name)
