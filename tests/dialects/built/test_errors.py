"""Refusals: JSON or a page, on every path of the API, with every status."""

import pytest

HTML = "text/html; charset=UTF-8"
JSON_ACCEPTS = [
    "application/json",
    "application/json, text/plain, */*",
    "application/vnd.api+json",
    "text/html;q=0.5,application/json",
    "text/html;q=x, application/json",
    "APPLICATION/JSON",
]
OTHER_ACCEPTS = [None, "", "*/*", "*", "text/html", "text/html, application/json", "application/json;q=0.5, text/html"]


@pytest.mark.parametrize("accept", JSON_ACCEPTS)
def test_who_asks_for_json_first_gets_json(built, accept):
    answer = built.call("GET", "/sync", key=None, accept=accept)

    assert (answer.status, answer.text) == (401, '{"message":"Unauthenticated."}')
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("accept", OTHER_ACCEPTS)
def test_who_does_not_is_sent_to_log_in(built, accept):
    answer = built.call("GET", "/sync", key=None, accept=accept)

    assert (answer.status, answer.type) == (302, "text/html; charset=utf-8")
    assert answer.headers["Location"] == f"http://localhost/w/{built.name}/built/login"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Requested-With": "XMLHttpRequest"}, 401),
        ({"X-Requested-With": "XMLHttpRequest", "X-PJAX": "true"}, 302),
        ({"X-Requested-With": "XMLHttpRequest", "X-PJAX": "false"}, 302),
        ({"X-Requested-With": "XMLHttpRequest", "X-PJAX": "0"}, 401),
        ({"X-Requested-With": "fetch"}, 302),
    ],
)
def test_a_pages_script_that_takes_anything_gets_json(built, headers, status):
    assert built.call("GET", "/sync", key=None, accept="*/*", headers=headers).status == status


def test_json_can_be_forced(built):
    built.choose("force-json", "on")

    assert built.call("GET", "/sync", key=None, accept=None).text == '{"message":"Unauthenticated."}'
    assert built.call("POST", "/sync/1", {}, accept="text/html").status == 422
    assert built.call("GET", "/nope", accept=None).text == '{\n    "message": ""\n}'


@pytest.mark.parametrize(
    "authorization", ["", "bearer built-demo", "Basic built-demo", "Bearer", "Bearer ", "Bearer no", "built-demo"]
)
def test_a_key_is_shown_as_it_is_documented_or_not_at_all(built, authorization):
    answer = built.call("GET", "/sync", key=None, headers={"Authorization": authorization})

    assert (answer.status, answer.text) == (401, '{"message":"Unauthenticated."}')


def test_a_key_can_name_its_workspace(built):
    built.ok("DELETE", "/sync/transaction/1")

    def batch(key):
        rows = built.ok("GET", "/sync", key=key, prefix="")["data"]
        return next(row["record_count"] for row in rows if row["id"] == 5)

    assert (batch(f"built-demo@{built.name}"), batch("built-demo")) == (3, 4)


ORDERED = {
    401: '{"message":"Unauthenticated."}',
    403: '{\n    "message": "This action is unauthorized."\n}',
    404: '{\n    "message": ""\n}',
    413: '{\n    "message": ""\n}',
    419: '{\n    "message": ""\n}',
    429: '{\n    "message": "Too Many Attempts."\n}',
    500: '{\n    "message": "Server Error"\n}',
    503: '{\n    "message": "Service Unavailable"\n}',
    599: '{\n    "message": ""\n}',
}


@pytest.mark.parametrize("status", ORDERED)
@pytest.mark.parametrize("path", ["GET /sync", "GET /sync/expenses", "DELETE /sync/transaction/1", "POST /sync/1"])
def test_any_status_can_be_ordered_in_the_frameworks_words(built, path, status):
    built.order({"status": status, "headers": {"Retry-After": "7"}}, times=2)

    answer = built.call(*path.split())
    page = built.call(*path.split(), accept="text/html")

    assert (answer.status, answer.text, answer.type) == (status, ORDERED[status], "application/json")
    assert (answer.headers["Cache-Control"]) == "no-cache, private"
    if status == 401:
        assert (page.status, "Location" in page.headers) == (302, True)
    else:
        assert (page.status, page.type, page.headers["Retry-After"]) == (status, HTML, "7")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/sync", "GET, HEAD"),
        ("POST", "/sync", "GET, HEAD"),
        ("GET", "/sync/5", "POST"),
        ("PUT", "/sync/expenses", "GET, HEAD, POST"),
        ("PATCH", "/sync/transaction/5", "DELETE"),
        ("GET", "/sync/expense/transaction/5", "POST, DELETE"),
    ],
)
@pytest.mark.parametrize("mount", ["/built/api/v3", "/built/api", "/built"])
def test_another_method_is_told_which_there_are_without_a_key(built, method, path, allowed, mount):
    answer = built.call(method, path, key=None, mount=mount)

    message = f"The {method} method is not supported for this route. Supported methods: {allowed}."
    assert (answer.status, answer.headers["Allow"]) == (405, allowed)
    assert answer.text == f'{{\n    "message": "{message}"\n}}'
    options = built.call("OPTIONS", path, key=None, mount=mount)
    assert (options.status, options.headers["Allow"], options.type, options.text) == (
        200,
        allowed.replace(", ", ","),
        HTML,
        "",
    )


@pytest.mark.parametrize(
    "path", ["/Sync", "//sync", "/sync/expense", "/sync/1/2", "/sync/expenses/1", "/sync/transaction/1/2"]
)
def test_a_path_that_is_not_there_is_404_without_a_key(built, path):
    method = "GET" if path != "/sync/expense" else "DELETE"
    answer = built.call(method, path, key=None)

    if path == "/sync/expense":
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    else:
        assert (answer.status, answer.text) == (404, '{\n    "message": ""\n}')


def test_the_prefixes_lead_to_the_same_rows_and_links_echo_what_was_called(built):
    pages = {
        mount: built.ok("GET", "/sync/expenses/", mount=mount) for mount in ("/built/api/v3", "/built/api", "/built")
    }

    assert {mount: page["path"] for mount, page in pages.items()} == {
        mount: f"http://localhost/w/{built.name}{mount}/sync/expenses" for mount in pages
    }
    assert len({str(page["data"]) for page in pages.values()}) == 1


@pytest.mark.parametrize("slashes", ["/", "//", "///"])
def test_slashes_at_the_end_of_a_path_mean_nothing(built, slashes):
    page = built.ok("GET", f"/sync{slashes}?page=2")

    assert page["path"] == f"http://localhost/w/{built.name}/built/api/v3/sync"
    assert built.call("POST", f"/sync{slashes}").headers["Allow"] == "GET, HEAD"


def test_head_has_the_headers_alone(built):
    head = built.call("HEAD", "/sync")

    assert (head.status, head.text, head.type) == (200, "", "application/json")


@pytest.mark.parametrize("limit", [3, 60])
def test_a_limit_is_counted_by_the_minute_and_by_the_key(built, limit):
    built.choose("rate-limit", str(limit))

    answers = [built.call("GET", "/sync") for _ in range(limit + 1)]

    assert [answer.status for answer in answers] == [200] * limit + [429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == [*map(str, reversed(range(limit))), "0"]
    assert answers[-1].headers["Retry-After"] == "60"
    assert built.call("GET", "/sync", key="built-demo-2").status == 200
    built.advance(61)
    again = built.call("DELETE", "/sync/transaction/99")
    assert (again.status, again.headers["X-RateLimit-Remaining"]) == (302, str(limit - 1))
    assert "X-RateLimit-Limit" in built.call("POST", "/sync/1", {}).headers
    assert "X-RateLimit-Limit" not in built.call("GET", "/sync", key=None).headers
    assert "X-RateLimit-Limit" not in built.call("GET", "/nope").headers


def test_what_is_not_emulated_says_so_in_our_envelope(built):
    answer = built.call("GET", "/invoices")

    assert (answer.status, answer.body["error"]["kind"]) == (501, "Unsupported")
    assert answer.body["error"]["gap"] == "the operation invoices.get-invoices (GET /api/v3/invoices)"


def test_a_body_that_is_too_large_is_refused(built):
    answer = built.call("POST", "/sync/1", b" " * (10 * 1024 * 1024 + 1))

    assert (answer.status, answer.text) == (413, '{\n    "message": ""\n}')


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ("Bearer built-demo, Basic x", 200),
        ("Basic x, Bearer built-demo", 200),
        ("Bearer  built-demo", 401),
        ("Bearer\tbuilt-demo", 401),
        ("Bearer ,built-demo", 401),
    ],
)
def test_a_key_is_what_the_framework_takes_for_it(built, shown, status):
    assert built.call("GET", "/sync", key=None, headers={"Authorization": shown}).status == status


@pytest.mark.parametrize(
    ("referrer", "place"),
    [
        ("https://client.example/form", "https://client.example/form"),
        ("android-app://com.example/", "android-app://com.example/"),
        ("/form/?id=1", "{root}/form?id=1"),
        ("javascript:alert(1)", "{root}/javascript:alert(1)"),
        ("/", "{root}"),
        ("", "{root}"),
    ],
)
def test_who_sends_what_does_not_fit_is_sent_back_to_where_it_came_from(built, referrer, place):
    root = f"http://localhost/w/{built.name}/built"

    answer = built.call("POST", "/sync/1", {}, accept="text/html", headers={"Referer": referrer})

    assert (answer.status, answer.headers["Location"]) == (302, place.format(root=root))


def test_a_page_quotes_as_php_does(built):
    place = "https://client.example/'é".encode().decode("latin-1")

    answer = built.call("POST", "/sync/1", {}, accept="text/html", headers={"Referer": place})

    assert "<title>Redirecting to https://client.example/&#039;é</title>" in answer.text
