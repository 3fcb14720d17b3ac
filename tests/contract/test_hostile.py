"""What no client should send, to every operation of every surface: told in the API's own words, at no cost."""

import gzip
import json
import zlib
from itertools import count
from urllib.parse import unquote

import pytest

from tests.contract.hostility import Attacker, places, targets, with_text
from tests.functional.talking import ask, served

TARGETS = targets()
DEEP = 3_000
JSON = "application/json"

BODIES = {
    "nothing": b"",
    "half an object": b'{"a":',
    "deep brackets": b"[" * DEEP,
    "deep brackets, closed": b"[" * DEEP + b"]" * DEEP,
    "deep braces": b'{"a":' * DEEP,
    **{
        f"{opening.decode()} {depth} deep": opening * depth + b"1" + closing * depth
        for opening, closing in ((b"[", b"]"), (b'{"name":', b"}"), (b'{"":[', b"]}"))
        for depth in (300, 450, 510, 950)
    },
    "a member twice": b'{"name":"a","name":{"name":[]},"name":1}',
    "a lone surrogate": b'{"name":"\\ud800","\\udfff":1}',
    "surrogates in UTF-8": b'{"name":"\xed\xa0\x80"}',
    "NaN": b'{"name":NaN,"amount":-Infinity}',
    "a huge integer": b'{"name":' + b"9" * 5_000 + b"}",
    "a huge exponent": b'{"name":1e999999999,"amount":-1E+99999999999999999999}',
    "a tiny exponent": b'{"name":1e-999999999}',
    "UTF-16": '{"name":"a"}'.encode("utf-16"),
    "Latin-1": '{"name":"é"}'.encode("latin-1"),
    "a byte order mark": b'\xef\xbb\xbf{"name":"a"}',
    "gzip": gzip.compress(b'{"name":"a"}', mtime=0),
    "deflate": zlib.compress(b'{"name":"a"}'),
    "zeros": b"\x00" * 1_000,
    "a long text": b'{"name":"' + b"x" * 100_000 + b'"}',
    "many members": b"{" + b",".join(b'"%d":0' % number for number in range(5_000)) + b"}",
    "an odd member": b'{"__proto__":{"a":1},"constructor":{},"__class__":"x","":"","\\u0000":0}',
    "a list": b"[[],{},null,1]",
    "a text": b'"x"',
    "a number": b"-0.0e-0",
    "null": b"null",
}
VALUES = (
    "null",
    "[]",
    "{}",
    "true",
    "-0",
    "1e-400",
    "1e400",
    "-1E+99999999",
    "9" * 400,
    "9" * 5_000,
    "123456789012345678901234567890.12345678901234567890",
    '""',
    '" "',
    '"\\u0000"',
    '"\\r\\nX-Evil: 1"',
    '"../../etc/passwd"',
    '"9999-12-31T23:59:59.999999999+23:59"',
    '"0001-01-01T00:00:00-23:59"',
    '"2024-02-30"',
    '"http://[::1"',
    '"http://\\u0000/"',
    '"\\ud83d\\ude00\\u202e\\ufeff"',
    '"<script>{{7*7}}%n%s${x}"',
    '"' + "x" * 70_000 + '"',
    "[" * 100 + "]" * 100,
    '{"a":' * 100 + "1" + "}" * 100,
    "[" + ",".join(["null"] * 1_000) + "]",
)
QUERY_VALUES = (
    "",
    "%00",
    "%0d%0aX-Evil:1",
    "%FF%FE",
    "%ED%A0%80",
    "%zz%",
    "-1",
    "1e9",
    "9" * 400,
    "%D9%A3",
    "NaN",
    "null",
    "a" * 5_000,
    "%7B%7B%7B%7B%7B%7B" * 20,
    "id%3D%3D%3D%26%26%7C%7C",
    "created%3E0000-00-00",
    "2024-13-45T99:99:99",
    "..%2F..%2Fetc",
    "%2Fa~2",
    "%F0%9F%98%80",
)
QUERIES = ("?" * 100, "&" * 10_000, "=" * 1_000, "a=b&" * 5_000, "a" * 60_000, "a[b][c]=1&a[b]=2&a=3", "%" * 100, ";")


@pytest.fixture(scope="module")
def attacker():
    return Attacker()


@pytest.fixture(autouse=True)
def begun(attacker):
    attacker.world.begin()


def each(*wanted):
    return pytest.mark.parametrize("target", wanted, ids=lambda target: f"{target.surface} {target.operation.id}")


@each(*(target for target in TARGETS if target.operation.method != "GET"))
def test_a_body_that_cannot_be_read_is_refused_and_nothing_is_lost(attacker, target):
    for what, body in BODIES.items():
        before = attacker.stored()
        headers = {"Content-Encoding": what} if what in {"gzip", "deflate"} else {}

        answer = attacker.call(target, data=body, content_type=JSON, headers=headers)

        if answer.status_code >= 400:
            assert attacker.stored() == before, what
        else:
            attacker.world.begin()


@each(*(target for target in TARGETS if target.operation.body is not None))
def test_no_value_anywhere_in_a_body_breaks_an_operation(attacker, target):
    """Of the values, five at each place: all of them come to each operation that has six places or more."""
    value, turn = target.sample, count()

    for place in places(value):
        for _ in range(5):
            body = with_text(value, place, VALUES[next(turn) % len(VALUES)])
            attacker.call(target, data=body, content_type=JSON)


@each(*(target for target in TARGETS if target.operation.method == "GET"))
def test_no_query_breaks_an_operation(attacker, target):
    turn = count()

    for query in QUERIES:
        attacker.call(target, query=query)
    for name in target.parameters:
        attacker.call(target, query="&".join(f"{name}={value}" for value in QUERY_VALUES))
        for _ in range(len(QUERY_VALUES) if len(target.parameters) < 4 else 7):
            attacker.call(target, query=f"{name}={QUERY_VALUES[next(turn) % len(QUERY_VALUES)]}")


@each(*{target.surface: target for target in TARGETS if target.operation.body is not None}.values())
@pytest.mark.parametrize("deep", [b"[", b'{"a":', b'{"a":[', b"[{"])
def test_a_hundred_thousand_brackets_are_refused(attacker, target, deep):
    answer = attacker.call(target, data=deep * 100_000, content_type=JSON)

    assert answer.status_code in {400, 422}


HEAD = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="'
TAIL = b'"\r\n\r\n%PDF-1.7\r\n--cut--\r\n'
MULTIPART = "multipart/form-data; boundary=cut"
FORM = "application/x-www-form-urlencoded"
FORMS = {
    "no boundary": ("multipart/form-data", HEAD + b"a.pdf" + TAIL),
    "an empty boundary": ("multipart/form-data; boundary=", HEAD + b"a.pdf" + TAIL),
    "another boundary": ("multipart/form-data; boundary=other", HEAD + b"a.pdf" + TAIL),
    "a long boundary": (f"multipart/form-data; boundary={'x' * 5_000}", HEAD + b"a.pdf" + TAIL),
    "a boundary with a line break": ('multipart/form-data; boundary="a\tb"', HEAD + b"a.pdf" + TAIL),
    "truncated in a header": (MULTIPART, HEAD),
    "truncated in a file": (MULTIPART, HEAD + b'a.pdf"\r\n\r\n%PDF'),
    "a thousand parts": (MULTIPART, (HEAD + b'a.pdf"\r\n\r\nx\r\n') * 1_000 + b"--cut--"),
    "a part without a name": (MULTIPART, b"--cut\r\nContent-Disposition: form-data\r\n\r\nx\r\n--cut--"),
    "a part without a header": (MULTIPART, b"--cut\r\n\r\nx\r\n--cut--"),
    "another disposition": (MULTIPART, b"--cut\r\nContent-Disposition: attachment\r\n\r\nx\r\n--cut--"),
    "a flood of headers": (MULTIPART, b"--cut\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\nx\r\n--cut--"),
    "a long header": (MULTIPART, HEAD + b"x" * 500_000 + TAIL),
    "line breaks alone": (MULTIPART, b"\r\n" * 100_000),
    "dashes alone": (MULTIPART, b"--cut" * 50_000),
    "a form within": (MULTIPART, b"--cut\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n" + HEAD + b"x" + TAIL),
    "an encoding of its own": (MULTIPART, HEAD + b'a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@\r\n--cut--'),
    "an unknown charset": (MULTIPART, HEAD + b'a"\r\nContent-Type: text/plain; charset=no\r\n\r\n\xff\r\n--cut--'),
    "an odd name by RFC 2231": (
        MULTIPART,
        b"--cut\r\nContent-Disposition: form-data; name=file; filename*=no'x'%ff%fe%zz\r\n\r\nx\r\n--cut--",
    ),
    "deep names": (FORM, b"a" + b"[b]" * 10_000 + b"=1"),
    "open brackets": (FORM, b"a[[[[[=1&[]=2&]=3&a[=4&a]b=5&[[[]]]=6"),
    "many values": (FORM, b"a[]=1&" * 20_000),
    "one name in three ways": (FORM, b"a=1&a[]=2&a[b]=3&a[b][c]=4"),
    "garbage": (FORM, b"%zz%00%ff=%ed%a0%80&&&===&\xff\xfe"),
    "a method that is none": (FORM, b"_method[]=x&_method=%0d%0aX-Evil:1"),
}


@each(*(target for target in TARGETS if target.operation.form is not None or target.surface == "built"))
def test_a_form_that_cannot_be_read_breaks_nothing(attacker, target):
    for content_type, body in FORMS.values():
        attacker.call(target, data=body, content_type=content_type)


NAMES = (
    b"../../../../etc/passwd.pdf",
    b"..\\..\\windows\\win.pdf",
    b"/etc/passwd.pdf",
    b"C:\\a.pdf",
    b"a\x00.pdf",
    b"a\tb\x7f.pdf",
    b"a%0d%0aX-Evil: 1.pdf",
    b"\xff\xfe.pdf",
    "\u202efdp.a.pdf".encode(),
    b".pdf",
    b"..",
    b"x" * 10_000 + b".pdf",
)


@each(*(target for target in TARGETS if target.operation.id == "upload-attachment"))
def test_of_the_name_of_a_file_no_folder_and_no_control_character_is_kept(attacker, target):
    for name in NAMES:
        answer = attacker.call(target, data=HEAD + name + TAIL, content_type=MULTIPART)

        assert answer.status_code in {200, 201, 400, 404}
    collections = attacker.stored()
    kept = json.dumps([rows for name, rows in collections.items() if "attachment" in name], default=str)
    assert not [part for part in ("../", "etc/", "windows", "C:", "\\u0000", "\\t", "\\u202e") if part in kept]


HEADERS = {
    "Accept": ("", "*", ",,,;q=", "a/b;q=nan", "*/*;q=1e999", "application/json;q=-1", "x" * 60_000, "\xff", "/json,"),
    "Authorization": (
        "",
        "Basic",
        "Basic !!!!",
        "Basic " + "A" * 60_000,
        "Basic /////w==",
        "Basic QEBAQEA=",
        "Bearer",
        "Bearer @",
        "Bearer a@" + "../" * 100,
        "Bearer Bearer Bearer",
        "Bearer \xff",
        "Negotiate x",
    ),
    "X-API-Key": (
        "",
        " ",
        "@",
        "a@b@c",
        "sk_live_",
        "sk_development_demo@../x",
        "sk_development_demo@\xff",
        "x" * 60_000,
    ),
    "X-Signature": ("", "0" * 64, "\xff", "z" * 60_000),
    "X-Timestamp": ("", "-1", "9" * 15, "9" * 5_000, "1e9", "NaN", "\xb2"),
    "Content-Type": (
        "",
        "/",
        ";;;",
        "application/json;charset=utf-16",
        "application/json; charset=" + "x" * 5_000,
        "multipart/form-data",
        "text/json\t",
        "\xff/\xfe",
    ),
    "Content-Length": ("-1", "abc", "1e3", "9" * 30),
    "Content-Encoding": ("gzip", "br", "x" * 1_000),
    "Host": ("", "[", "[::1", "a:b:c", "evil.example\t", "\xff", "x" * 60_000, "localhost:99999"),
    "X-Forwarded-Host": ("evil.example",),
    "X-Forwarded-Proto": ("javascript",),
    "X-HTTP-Method-Override": ("", "TRACE", "get", "DELETE\t", "\xff", "x" * 10_000, "__class__"),
    "Emulator-Workspace": ("..", "../x", "A", "%2e", "\xff", "x" * 65, "a/b", " "),
    "Emulator-Fault": ("", "none", "codat.5130.push-error,", "\xff", "x" * 10_000),
    "Origin": ("null", "http://[", "\xff"),
    "Idempotency-Key": ("", " ", "\xff", "../..", "x" * 60_000),
    "Range": ("bytes=0-0,-1", "x"),
    "If-None-Match": ('"', "*", "W/"),
    "Cookie": ("a=b;" * 5_000, "\xff"),
    "User-Agent": ("speakeasy-sdk/\xff", "codat-sdk/" + "x" * 10_000),
}


def a_read_and_a_write(surface):
    ours = [target for target in TARGETS if target.surface == surface and target.operation.authenticated]
    return [next(each for each in ours if each.operation.method == method) for method in ("GET", "POST")]


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("surface", ["codat", "built", "sync2books", "control"])
def test_no_header_breaks_an_operation(attacker, surface, name):
    for target in a_read_and_a_write(surface):
        for value in HEADERS[name]:
            attacker.call(target, headers={"Content-Type": JSON, name: value}, data=b"{}")

    assert len(list(attacker.world.application.workspaces)) == 1


LOCATIONS = (
    "http://[::1",
    "http://[x]/",
    "http://a:99999999/",
    "http://a:b/",
    "//[",
    "x",
    "%0d%0aX-Evil:1",
    "javascript:alert(1)",
    '"><script>',
    "http://a.example/" + "x" * 50_000,
)


@pytest.mark.parametrize("location", LOCATIONS)
def test_no_place_that_an_answer_leads_to_breaks_it(attacker, location):
    by_id = {target.operation.id: target for target in TARGETS}
    back = {"Accept": "text/html", "Referer": location}
    assert attacker.call(by_id["update-sync-expense-transaction"], headers=back, data=b"{}").status_code == 302

    headers = {"Location": location[:900], "Content-Location": location[:900]}
    body = {"effect": {"status": 409, "headers": headers}, "match": {"dialect": "sync2books"}}
    assert attacker.call(by_id["addFault"], data=json.dumps(body), content_type=JSON).status_code == 201
    answer = attacker.call(by_id["list-companies"])

    assert (answer.status_code, unquote(answer.headers["Location"])) == (409, unquote(location[:900]))


PATHS = (
    "//",
    "/./",
    "/..",
    "/%2e%2e/",
    "/%2F",
    "/%2E%2E%2F%2E%2E%2Fetc%2Fpasswd",
    "/%00",
    "/%0d%0aX-Evil:1",
    "/%0d%0a%0d%0a<html>",
    "/%ff%fe",
    "/%ED%A0%80",
    "/%",
    "/%zz",
    "/;a=b",
    "/\\..\\",
    "/<script>",
    "/%F0%9F%98%80",
    "/*",
    "/" + "a" * 50_000,
    "/a" * 20_000,
    "?" + "a" * 50_000,
    "/docs",
    "/docs//x",
    "/docs/../../etc/passwd",
    "/docs/%2e%2e/%2e%2e/etc/passwd",
    "/docs/%00",
    "/docs/%0d%0aX-Evil:1",
    "/openapi.json/",
    "/openapi.json?%0d%0a",
)
ORDINARY = "Host: localhost\r\nAccept: application/json\r\nContent-Length: 0\r\n"
WORKSPACES = (
    "%0d%0aX-Evil:1",
    "..",
    "%2e%2e",
    "",
    "A",
    "%00",
    "a" * 65,
    "%C3%A9",
    "a%2fb",
    "%2f%2fevil.example",
    "-",
    "%25",
)


@pytest.mark.parametrize("mount", ["", "/codat", "/built", "/built/api/v3", "/sync2books", "/_emulator/v1"])
def test_no_path_breaks_the_server_or_opens_a_workspace(attacker, mount):
    paths = [mount + path for path in PATHS]
    paths += [f"/w/{name}{mount}{end}" for name in WORKSPACES for end in ("", "/", "/docs", "/x")]
    with served(attacker.world.application.wsgi) as server:
        for path in paths:
            for method in ("GET", "POST"):
                lines = f"{method} {path or '/'} HTTP/1.1\r\n{ORDINARY}\r\n"
                answer = ask(server.port, lines.encode(), method)

                assert answer.status < 500 or answer.status == 501, (path, answer.body)
                assert not {"X-Evil", "Set-Cookie"} & set(answer.headers)
                assert answer.headers.get("Location", "/").startswith("/")
                if answer.headers.get("Content-Type") == JSON and answer.body:
                    answer.json  # noqa: B018 - that it can be read

    assert [workspace.name for workspace in attacker.world.application.workspaces] == ["default"]


@pytest.mark.parametrize("depth", [100, 400, 490, 511, 700])
@pytest.mark.parametrize("deep", ["[", '{"a":'])
def test_however_deep_a_value_is_it_is_matched_compared_and_saved_or_refused(attacker, deep, depth):
    value = deep * depth + "1" + {"[": "]", '{"a":': "}"}[deep] * depth
    steps = (
        ("addFault", f'{{"effect":{{"status":429}},"match":{{"pointers":{{"/a":{value}}}}}}}'),
        ("create-company", f'{{"a":{value}}}'),
        ("verify", f'{{"expect":[{{"exchange":{{"body":{{"/a":{value}}}}}}}]}}'),
        ("wait", f'{{"for":{{"exchange":{{"body":{{"/a":{value}}}}}}},"timeout":0}}'),
        ("saveSnapshot", '{"name":"none"}'),
        ("getSnapshot", None),
        ("listFaults", None),
        ("searchJournal", None),
    )
    by_id = {target.operation.id: target for target in TARGETS if target.surface in {"codat", "control"}}

    for id, body in steps:
        attacker.call(by_id[id], data=body, content_type=JSON)
