"""Every refusal in the framework's shape, and what is not the vendor's in ours."""

import pytest
from werkzeug.test import Client

from doubleentry.dialects.sync2books.errors import MISSING, Forbidden, NestErrors, Refused
from doubleentry.dialects.sync2books.gaps import GAPS
from doubleentry.dialects.sync2books.routes import load
from doubleentry.engine.errors import EngineError, InvalidInput, NotFound, Problem
from doubleentry.web.errors import RequestRefused
from tests.dialects.sync2books.caller import COMPANY, CONNECTION, JSON, KEY, OTHERS_COMPANY, assert_refused, error
from tests.errors import ASKED, EXAMPLES, kinds

OPERATIONS = load()
EXAMPLES_HERE = {**EXAMPLES, Refused: Refused(409, "No."), Forbidden: Forbidden()}
NAMES = {"{companyId}": COMPANY, "{connectionId}": CONNECTION}


def path_of(template):
    """Return a path that fits a template."""
    steps = template.split("/")
    return "/".join(NAMES.get(step, "x") if step.startswith("{") else step for step in steps)


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/nowhere", "/nowhere"),
        ("GET", "/", "/"),
        ("GET", "", "/"),
        ("PUT", "/companies?a=b%20c&d", "/companies?a=b%20c&d"),
        ("DELETE", "/companies", "/companies"),
        ("POST", f"/companies/{COMPANY}", f"/companies/{COMPANY}"),
        ("GET", "/v1/nowhere", "/v1/nowhere"),
        ("GET", "/caf\u00e9 au lait", "/caf%C3%A9%20au%20lait"),
        ("GET", "/%3Cb%3E", "/%3Cb%3E"),
        ("PUT", "/expenses/exp-001", "/expenses/exp-001"),
        ("POST", "/expense-transactions", "/expense-transactions"),
        ("POST", "/transfer-transactions", "/transfer-transactions"),
        ("OPTIONS", "/companies", "/companies"),
    ],
)
@pytest.mark.parametrize("key", ["sk_development_demo", None])
def test_a_path_or_method_that_is_not_there_is_not_found_in_the_frameworks_words(s2b, method, path, told, key):
    answer = s2b.call(method, path, key=key)

    assert_refused(answer, 404, f"Cannot {method} {told}", "Not Found")
    assert "Allow" not in answer.headers


def test_a_head_request_is_answered_as_a_get_without_a_body(s2b):
    answer = s2b.call("HEAD", "/companies")

    assert (answer.status, answer.text) == (200, "")


@pytest.mark.parametrize("path", ["/companies/", "/COMPANIES", "/v1/companies", "/V1/Companies/"])
def test_case_a_final_slash_and_the_old_version_do_not_matter(s2b, path):
    assert s2b.call("GET", path).status == 200


@pytest.mark.parametrize("path", ["//companies", "/companies//", "/v1//companies", f"/companies//{COMPANY}"])
def test_two_slashes_lead_nowhere(s2b, path):
    assert_refused(s2b.call("GET", path), 404, f"Cannot GET {path}", "Not Found")


@pytest.mark.parametrize(("sent", "status"), [("/companies", 200), ("//companies", 404), ("//v1/companies", 404)])
def test_at_the_root_of_a_port_two_slashes_lead_nowhere_though_the_server_leaves_one(s2b, sent, status):
    client = Client(s2b.application.dialect_wsgi("sync2books"))
    seen = {"PATH_INFO": f"/{sent.lstrip('/')}", "REQUEST_URI": sent}

    answer = client.get(headers=s2b.authorization(f"{KEY}@{s2b.name}"), environ_overrides=seen)

    assert (answer.status_code, answer.mimetype) == (status, JSON)


def test_the_old_version_can_be_refused_and_stands_in_the_journal(s2b):
    s2b.call("GET", "/v1/companies")
    [*_, exchange] = s2b.steer("GET", "/journal").body["exchanges"]
    s2b.choose("version-prefix", "refuse")

    assert exchange["warnings"] == ["Served as /companies."]
    assert_refused(s2b.call("GET", "/v1/companies"), 404, "Cannot GET /v1/companies", "Not Found")


def test_an_oversized_body_is_refused_without_the_phrase(s2b):
    body = b'{"name":"' + b"x" * (1024 * 1024) + b'"}'

    answers = [s2b.call("POST", "/companies", body, key=key) for key in ("sk_development_demo", None)]

    for answer in answers:
        assert (answer.status, answer.type) == (413, JSON)
        assert answer.body == {"statusCode": 413, "message": "request entity too large"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", None])
def test_a_body_of_another_type_counts_as_an_empty_object(s2b, content_type):
    answer = s2b.call("POST", "/companies", b'{"name":"Acme"', content_type=content_type)

    assert_refused(answer, 400, ["name should not be empty", "name must be a string"], "Bad Request")


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])
def test_json_is_known_by_its_type_whatever_its_parameters(s2b, content_type):
    assert s2b.call("POST", "/companies", b'{"name":"Acme"}', content_type=content_type).status == 201


def test_a_body_is_validated_before_it_is_seen_what_the_path_names(s2b):
    answer = s2b.call("PUT", f"/companies/{OTHERS_COMPANY}", {"isActive": "no"})

    assert_refused(answer, 400, ["isActive must be a boolean value"], "Bad Request")


def test_a_key_is_asked_for_before_a_body_is_validated(s2b):
    assert s2b.call("POST", "/companies", {}, key="unknown").status == 401


@pytest.mark.parametrize(
    ("status", "message", "phrase"),
    [
        (400, "Bad Request", "Bad Request"),
        (401, "Invalid API key", "Unauthorized"),
        (403, "Access to this resource is not allowed", "Forbidden"),
        (404, "Not Found", "Not Found"),
        (409, "Conflict", "Conflict"),
        (413, "Payload Too Large", "Payload Too Large"),
        (429, "Rate limit exceeded", "Too Many Requests"),
        (501, "Not Implemented", "Not Implemented"),
        (503, "Service Unavailable", "Service Unavailable"),
        (599, "Error", "Error"),
    ],
)
def test_an_ordered_status_has_the_vendors_words(s2b, status, message, phrase):
    s2b.order({"status": status})

    assert_refused(s2b.call("GET", "/companies"), status, message, phrase)


def test_an_ordered_500_has_no_phrase(s2b):
    s2b.order({"status": 500})

    answer = s2b.call("GET", "/companies")

    assert (answer.status, answer.body) == (500, {"statusCode": 500, "message": "Internal server error"})


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: f"{gap.method} {gap.path}")
def test_what_is_not_emulated_says_so_in_our_words(s2b, gap):
    told = f"the operation {gap.id} ({gap.method} {gap.path})"

    answer = s2b.call(gap.method, path_of(gap.path))

    message = f"Not emulated: {told} (described in {gap.source})."
    body = {"error": {"kind": "Unsupported", "message": message, "gap": told, "source": gap.source}}
    assert (answer.status, answer.body) == (501, body)


def test_no_gap_hides_an_operation_and_no_operation_a_gap(s2b):
    app = s2b.application.surface_app("sync2books")

    for target in [*OPERATIONS, *GAPS]:
        for template in getattr(target, "paths", None) or (target.path,):
            assert app.matched(target.method, path_of(template))[0].id == target.id, template


def test_there_is_an_example_of_each_error():
    assert set(EXAMPLES_HERE) == kinds(EngineError, "sync2books") | kinds(RequestRefused, "sync2books")


@pytest.mark.parametrize("kind", EXAMPLES_HERE, ids=lambda kind: kind.__name__)
def test_each_error_is_answered_in_an_envelope(kind):
    answer = NestErrors().refusal(EXAMPLES_HERE[kind], ASKED)

    assert 400 <= answer.status <= 599
    assert isinstance(answer.body, dict)
    if issubclass(kind, (RequestRefused, Refused, InvalidInput)):
        assert answer.body["statusCode"] == answer.status
    else:
        assert answer.body["error"]["kind"] == kind.__name__


@pytest.mark.parametrize(("kind", "text"), MISSING.items())
def test_what_is_missing_is_named(kind, text):
    answer = NestErrors().refusal(NotFound(kind, "x"), ASKED)

    assert (answer.status, answer.body) == (404, error(404, text, "Not Found"))


def test_all_messages_are_told_in_their_order():
    problems = [Problem(("a",), "a must be a string"), Problem(("b",), "b should not be empty")]

    answer = NestErrors().refusal(InvalidInput(problems), ASKED)

    assert answer.body == error(400, ["a must be a string", "b should not be empty"], "Bad Request")


def test_browsers_may_call_with_all_headers_of_the_vendor(s2b):
    asked = "x-api-key,x-signature,x-timestamp,content-type"
    preflight = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": asked,
    }

    before = s2b.call("OPTIONS", "/companies", key=None, headers=preflight)
    after = s2b.call("GET", "/companies", key=None, headers={"Origin": "https://app.example"})

    assert (before.status, before.headers["Access-Control-Allow-Headers"]) == (204, asked)
    assert after.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/api-json", "/openapi.json"])
def test_the_document_is_where_the_vendor_has_it_and_where_we_have_it(s2b, path):
    answer = s2b.call("GET", path, key=None)

    assert answer.body["info"]["title"] == "Sync2Books: expenses, emulated"
    assert answer.body["servers"] == [{"url": f"/w/{s2b.name}/sync2books"}]


@pytest.mark.parametrize("path", ["/api", "/docs"])
def test_the_viewer_is_where_the_vendor_has_it(s2b, path):
    answer = s2b.call("GET", path, key=None)

    assert (answer.status, answer.headers["Location"]) == (302, f"/w/{s2b.name}/sync2books/docs/")


@pytest.mark.parametrize("path", ["/api", "/docs", "/api-json", "/openapi.json"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_document_and_its_viewer_are_only_there_to_be_read(s2b, method, path):
    answer = s2b.call(method, path)

    assert (answer.status, answer.body["message"]) == (404, f"Cannot {method} {path}")
