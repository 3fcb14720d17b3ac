"""What no client should send: always refused in Codat's envelope, and never at the cost of what is stored."""

import io

import pytest

from doubleentry.dialects.codat.routes import load
from doubleentry.web.operation import DEFAULT_BODY_LIMIT
from tests.dialects.codat.caller import QUICKBOOKS, XERO, books_of, expense, expenses, stored
from tests.dialects.codat.refusals import CORRELATION, assert_invalid, assert_not_valid, assert_refused

IDS = {
    "{companyId}": XERO,
    "{connectionId}": books_of(XERO),
    "{syncId}": "50000000-0000-4000-8000-000000000011",
    "{transactionId}": "70000000-0000-4000-8000-000000000011",
    "{ruleId}": "99999999-9999-4999-8999-999999999999",
}
OPERATIONS = load()
WITH_BODY = [operation for operation in OPERATIONS if operation.body is not None]
MEMBERS = ["statusCode", "service", "error", "correlationId", "validation", "canBeRetried", "detailedErrorCode"]

each_body = pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)


def path_of(template):
    return "/".join(IDS.get(segment, segment) for segment in template.split("/"))


def assert_enveloped(answer, *statuses):
    """Hold an answer against the form of a refusal."""
    assert answer.status in statuses, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert (list(answer.body), answer.body["statusCode"]) == (MEMBERS, answer.status)
    assert CORRELATION.fullmatch(answer.body["correlationId"])


BROKEN = {
    "nothing": b"",
    "a blank": b" ",
    "an open brace": b"{",
    "an open array": b"[1,",
    "half a word": b"nul",
    "single quotes": b"{'name':'a'}",
    "a last comma": b'{"name":"a",}',
    "two values": b'{"name":"a"} {}',
    "a comment": b'{"name":"a"} // no',
    "NaN": b'{"name":NaN}',
    "Infinity": b"[-Infinity]",
    "a lone surrogate": b'{"name":"\\ud800"}',
    "half a pair": b'{"name":"\\ud83d x"}',
    "broken UTF-8": b'{"name":"\xff"}',
    "an overlong slash": b'{"name":"\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"name":"\xed\xa0\x80"}',
    "UTF-16": '{"name":"a"}'.encode("utf-16"),
    "UTF-32": '{"name":"a"}'.encode("utf-32"),
    "a byte order mark": b'\xef\xbb\xbf{"name":"a"}',
    "a NUL": b"\x00",
    "a control character": b'{"name":"a\x01"}',
    "too many brackets": b"[" * 100_000,
    "too many brackets, closed": b"[" * 100_000 + b"]" * 100_000,
    "too many braces": b'{"a":' * 100_000,
    "a number beyond all bounds": b'{"name":1e99999999999999999999}',
    "a number with a leading zero": b"[01]",
    "a form": b"name=a&description=b",
    "a page": b"<html></html>",
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
@each_body
def test_a_body_that_is_no_json_is_not_valid(codat, operation, body):
    before = stored(codat)

    assert_not_valid(codat.call(operation.method, path_of(operation.path), body))
    assert stored(codat) == before


WRONG = {
    "null": "null",
    "true": "true",
    "a number": "5",
    "a huge number": "9" * 400,
    "a number with a large exponent": "1e999999",
    "a text": '"name"',
    "an array of null": "[null]",
    "an array of arrays": "[[[]]]",
    "an array of numbers": f"[{'9' * 400}]",
    "a deep array": "[" * 500 + "]" * 500,
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
@each_body
def test_json_of_another_kind_is_told_to_be_wrong(codat, operation, body):
    before = stored(codat)

    answer = codat.call(operation.method, path_of(operation.path), body)

    assert_enveloped(answer, 400)
    assert answer.body["validation"]["errors"]
    assert stored(codat) == before


@pytest.mark.parametrize("value", ["null", "[]", "{}", "true", "-1", "1e400", '"\\u0000"', "[" * 300 + "]" * 300])
@each_body
def test_no_value_of_any_member_breaks_an_operation(codat, operation, value):
    fields = operation.body.fields
    names = [fields[name].data_key for name in fields]

    for name in names:
        answer = codat.call(operation.method, path_of(operation.path), f'{{"{name}":{value}}}')

        assert answer.status < 500
        if answer.status >= 400:
            assert_enveloped(answer, 400, 404)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/html",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/octet-stream",
        "nonsense",
        "",
    ],
)
@each_body
def test_a_body_of_another_type_is_unsupported(codat, operation, content_type):
    before = stored(codat)

    answer = codat.call(operation.method, path_of(operation.path), b'{"name":"a"}', content_type=content_type)

    assert_refused(answer, 415, "Unsupported Media Type", "PublicApi")
    assert stored(codat) == before


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; charset=bogus",
        "application/json;;;",
        "application/vnd.api+json",
        "text/json",
    ],
)
def test_json_is_taken_under_each_of_its_names(codat, content_type):
    body = '{"name":"Caf\u00e9"}'.encode()

    answer = codat.call("POST", "/companies", body, content_type=content_type)

    assert (answer.status, answer.body["name"]) == (200, "Caf")


@each_body
def test_an_announced_body_that_is_too_large_is_refused_unread(codat, operation):
    size = {"CONTENT_LENGTH": str(DEFAULT_BODY_LIMIT + 1)}

    answer = codat.call(operation.method, path_of(operation.path), b"{}", environ_overrides=size)

    assert_refused(answer, 413, "Payload Too Large", "PublicApi")


def test_an_unannounced_body_that_is_too_large_is_refused_too(codat):
    endless = {
        "CONTENT_LENGTH": "",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input_terminated": True,
        "wsgi.input": io.BytesIO(b" " * (DEFAULT_BODY_LIMIT + 1)),
    }

    answer = codat.call("POST", "/companies", b"{}", environ_overrides=endless)

    assert_refused(answer, 413, "Payload Too Large", "PublicApi")


def test_a_body_of_the_greatest_size_is_read(codat):
    body = b'{"name":"a","padding":"' + b"x" * (DEFAULT_BODY_LIMIT - 25) + b'"}'

    assert len(body) == DEFAULT_BODY_LIMIT
    assert codat.call("POST", "/companies", body).status == 200
    assert_refused(codat.call("POST", "/companies", body + b" "), 413, "Payload Too Large", "PublicApi")


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", ""])
def test_a_length_that_is_none_counts_as_no_body(codat, length):
    answer = codat.call("POST", "/companies", b'{"name":"a"}', environ_overrides={"CONTENT_LENGTH": length})

    assert_not_valid(answer)


def test_of_a_member_that_comes_twice_the_last_counts(codat):
    assert codat.ok("POST", "/companies", '{"name":"first","name":"last"}')["name"] == "last"
    assert codat.ok("POST", "/companies", '{"NAME":"odd","name":"declared","Name":"other"}')["name"] == "declared"


def test_a_member_that_is_not_known_may_be_as_deep_as_can_be_read(codat):
    deep = "[" * 400 + "]" * 400

    assert codat.call("POST", "/companies", f'{{"name":"a","more":{deep}}}').status == 200


def test_text_outside_of_ascii_comes_back_as_it_was_sent(codat):
    told = "\u65e5\u672c \U0001f600 \u0000 \u202e"

    made = codat.ok("POST", "/companies", {"name": "a", "description": told, "tags": {"\U0001f600": told}})

    assert codat.ok("GET", f"/companies/{made['id']}")["description"] == told
    assert made["tags"] == {"\U0001f600": told}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_each_path_refuses_the_methods_that_it_does_not_have(codat, method):
    for path in {path for operation in OPERATIONS for path in operation.paths}:
        there = {operation.method for operation in OPERATIONS if path in operation.paths}
        there |= {"HEAD"} if "GET" in there else set()
        if method in there or path_of(path).endswith("/connections/partnerExpense"):
            continue

        answer = codat.call(method, path_of(path))

        assert answer.status == 405, path
        assert set(answer.headers["Allow"].split(", ")) >= there
        if method != "HEAD":
            assert_refused(answer, 405, "Method Not Allowed", "PublicApi")


def test_a_head_has_the_status_and_headers_of_a_get_and_no_body(codat):
    for path in ("/companies", f"/companies/{XERO}", f"{expenses(XERO)}/config", "/companies/x", "/nowhere"):
        get, head = codat.call("GET", path), codat.call("HEAD", path)

        assert (head.status, head.headers["Content-Type"]) == (get.status, get.headers["Content-Type"])
        assert head.headers["Content-Length"] == get.headers["Content-Length"]


def test_a_get_may_have_a_body_which_is_passed_over(codat):
    assert codat.call("GET", "/companies", b"{", content_type="text/plain").status == 200


def test_browsers_of_any_origin_are_answered(codat):
    origin = {"Origin": "http://app.example"}

    answer = codat.call("GET", "/companies", headers=origin)
    refused = codat.call("GET", "/companies/x", headers=origin)
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    preflight = codat.call("OPTIONS", "/companies", key=None, headers={**origin, **asked})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert (preflight.status, preflight.text, preflight.headers.get("Content-Type")) == (204, "", None)
    assert {name: value for name, value in preflight.headers.items() if name.startswith("Access-")} == {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": "authorization,content-type",
        "Access-Control-Max-Age": "600",
    }


def test_an_options_that_is_no_preflight_is_refused(codat):
    assert_refused(codat.call("OPTIONS", "/companies"), 405, "Method Not Allowed", "PublicApi")


@pytest.mark.parametrize(
    "path",
    [
        "//companies//",
        f"/companies//{XERO}",
        "/companies/%2F",
        f"/companies%2F{XERO}%2Fx",
        "/companies/..",
        "/./companies/x/y/z",
        "/companies/\u00e9\u00e9",
        "/companies;a=b",
        "/%00",
        "/%FF%FE",
        "/" + "a" * 100_000,
        "/a" * 50_000,
        "/companies/" + "9" * 100_000,
        "/<script>",
        "/companies%0A",
    ],
)
def test_a_path_that_leads_nowhere_is_not_found(codat, path):
    assert_enveloped(codat.call("GET", path), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/companies/",
        "//companies",
        "/Companies",
        "/COMPANIES",
        f"/companies/{XERO.upper()}/",
        f"/Companies/{XERO}/Sync/Expenses/MappingOptions",
        f"/companies/{XERO}/sync/expenses/syncs/LASTSUCCESSFUL/status",
        f"/companies/{XERO}/sync/expenses/syncs/lastsuccessful/STATUS",
        f"/companies/{XERO}/syncs/Latest/status",
        f"/companies/{XERO}/SYNCS/LIST/status",
        f"/companies/{XERO}/Sync/expenses/syncs/50000000-0000-4000-8000-000000000011/Transactions",
    ],
)
def test_words_of_a_path_are_read_in_any_case_and_a_last_slash_is_passed_over(codat, path):
    assert codat.call("GET", path).status == 200


def test_an_id_that_is_a_word_of_some_path_stays_as_it_was_spelled(codat):
    codat.at_once()
    sync_id = codat.initiate(codat.dataset(expense(id="ATTACHMENTS"), expense(id="Status")))

    for word in ("ATTACHMENTS", "Status"):
        rows = codat.ok("GET", f"{expenses(XERO)}/syncs/{sync_id}/transactions/{word}")
        assert [row["transactionId"] for row in rows] == [word]
    assert codat.call("GET", f"{expenses(XERO)}/syncs/{sync_id}/transactions/status").status == 404


@pytest.mark.parametrize("query", ["?" + "a" * 100_000, "?" + "a=b&" * 10_000, "?%FF=%FE", "?page=%00", "?=&&=&", "?;"])
def test_no_query_string_breaks_a_list(codat, query):
    for path in ("/companies", f"/companies/{QUICKBOOKS}/connections", "/rules"):
        assert codat.call("GET", path + query).status in {200, 400}


@pytest.mark.parametrize("host", ["bad host<>", "", "[::1", "a:b:c", "\u00e9"])
def test_a_link_stays_whole_where_the_host_is_no_name(codat, host):
    answer = codat.call("GET", f"/companies/{XERO}", headers={"Host": host})

    assert answer.status == 200
    assert answer.body["redirect"] == f"http://localhost:80/w/{codat.name}/codat/link/company/{XERO}"


def test_a_link_leads_to_the_name_that_was_called_with_an_underscore_too(codat):
    answer = codat.call("GET", f"/companies/{XERO}", headers={"Host": "accounting_emulator:14940"})

    assert answer.body["redirect"] == f"http://accounting_emulator:14940/w/{codat.name}/codat/link/company/{XERO}"


def test_all_that_is_wrong_is_told_at_once(codat):
    body = {"items": [expense(currency=..., type="x"), expense(line={"netAmount": -1})]}

    answer = codat.call("POST", f"{expenses(XERO)}/expense-transactions", body)

    assert_invalid(
        answer,
        ("Items[0].Type", "The value 'x' is not valid for Type."),
        ("Items[0].Currency", "The Currency field is required."),
        ("Items[1].Lines[0].NetAmount", "The field NetAmount must be between 0 and 5000000."),
    )


def test_a_body_that_breaks_off_is_not_valid(codat):
    path = f"{expenses(XERO)}/syncs/x/transactions/y/attachments"
    promised = {"CONTENT_LENGTH": "1000"}

    assert_not_valid(codat.call("POST", "/companies", b'{"name":"a"}', environ_overrides=promised))
    form = b'--cut\r\nContent-Disposition: form-data; name="file"\r\n\r\nx'
    kind = "multipart/form-data; boundary=cut"
    assert_not_valid(codat.call("POST", path, form, content_type=kind, environ_overrides=promised))
