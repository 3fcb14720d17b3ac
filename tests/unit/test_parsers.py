"""Whatever text comes, each of our parsers reads it or refuses it as it says: nothing else ever comes out of one."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError
from waitress.adjustments import Adjustments

from doubleentry.adapters.http import HttpTransport
from doubleentry.config import ConfigError, load
from doubleentry.config.options import OPTIONS
from doubleentry.control.guard import ForeignCaller, guard
from doubleentry.dialects.built import accepts, dates, php, validation
from doubleentry.dialects.codat import alerts, querying
from doubleentry.dialects.codat.errors import Refused
from doubleentry.dialects.registry import DIALECTS
from doubleentry.dialects.sync2books import v8
from doubleentry.dialects.sync2books.validation import whole
from doubleentry.engine.documents import NotJson, at_pointer, decode
from doubleentry.engine.ports import Outgoing, Reply
from doubleentry.fixtures import FixtureError
from doubleentry.fixtures.instants import read_clock
from doubleentry.fixtures.reading import parse
from doubleentry.server.requests import Request
from doubleentry.web.fields import Instant, duration
from doubleentry.web.host import Host
from doubleentry.web.uploads import base_name

PIECES = (
    *"{}[]()<>&|=!~,.;:@/\\%+-*#?'\"^$ \t\r\n\0",
    *("0", "1", "9" * 30, "e", "E9", "NaN", "null", "true", "now", "T", "Z", "P", "D", "S", "Basic ", "Bearer ", "sk_"),
    *("2024-02-29", "23:59:60", "+24:00", "http://", "[::1]", "q=", "application/json", "*/*", "id", "name", "created"),
    *("GET ", "POST /a", " HTTP/1.1\r\n", "Content-Length: ", "Transfer-Encoding: chunked", "\r\n", "\r\n\r\n", "ff"),
    *("Mon, 01 Jan ", " 00:00:00 GMT", "+9999", "~0", "~1", "/0/", "port = ", "[tool]", '"""'),
    *(
        "\ud800",
        "\U0001f600",
        "\u0663",
        "\xa0",
        "\u2028",
        "\ufeff",
        "&a ",
        "*a",
        "<<: ",
        "- ",
        "? ",
        "!!python/",
        "|\n ",
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
NOW = datetime(2024, 2, 29, tzinfo=UTC)
EVERYTHING = "required|string|numeric|integer|date|email|url|max:3|min:1|boolean"
RULES = dict.fromkeys(("a", "b.*", "c.*.d"), EVERYTHING)


def query(text):
    row = {"id": "a", "name": "b", "created": "2024-02-29T00:00:00Z", "tags": [{"name": 1}, None]}
    querying.matching(text, ["id", "name", "created", "tags.name"], "Company")(row)


def tags(text):
    querying.tagged(text)({"a": "b"})


def order(text):
    querying.ordering(text, ["id", "created"], "Company")([{"id": "a"}, {"created": "x"}])


def keys(text):
    for dialect in DIALECTS.values():
        for name in ("Authorization", "X-API-Key"):
            shown = dialect.surface.auth.shown({name: text})
            assert shown is None or shown.key


def form(text):
    value = php.trimmed(php.form_input(text))
    php.to_json(value)
    validation.check(RULES, value, date(2024, 2, 29))


def body(text):
    value = php.trimmed(php.json_input(text.encode("utf-8", "surrogatepass")))
    validation.check(RULES, value, date(2024, 2, 29))


def numbers(text):
    php.whole(text)
    whole(text)
    if php.is_numeric(text):
        php.number(text)


def yaml(text):
    parse(text.encode("utf-8", "replace").decode(), "file")


def setting(text):
    load(environment={option.variable: text for option in OPTIONS.values()})


def settings_file(text):
    with TemporaryDirectory() as folder:
        file = Path(folder, "doubleentry.toml")
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        load(environment={}, file=file)


def request(text):
    """As it comes: in pieces, and with something after it."""
    reading = Request(Adjustments(max_request_header_size=65536, max_request_body_size=1000))
    data = text.encode("utf-8", "surrogatepass")
    while data and not reading.completed:
        data = data[reading.received(data[:3]) :]
    assert reading.refusal is None or 400 <= reading.refusal.code < 600


def pointer(text):
    at_pointer({"a": [{"": 1}, "x"], "0": {"~": 2}}, text)


def retry_after(text):
    delivery = SimpleNamespace(due_attempts=1, first_at=NOW)
    assert alerts.Alerts().retry_after(None, delivery, Reply(503, {"retry-after": text}), NOW) >= timedelta(0)


def origin(text):
    guard(SimpleNamespace(headers={"Host": text, "Origin": text}, path="/"), Host(workspaces=None))


def name_of_a_file(text):
    name = base_name(text)
    assert name.isprintable()
    assert not set(name) & {"/", "\\"}


def webhook(text):
    HttpTransport(resolve=lambda *_: ["203.0.113.1"]).send(Outgoing(text, {}, ""))


PARSERS = {
    "JSON": (decode, NotJson),
    "what the engine says of JSON": (v8.complaint, ()),
    "PHP's forms": (form, ()),
    "PHP's JSON": (body, ()),
    "numbers in text": (numbers, ()),
    "PHP's dates": (dates.parsed, ()),
    "Accept": (accepts.acceptable, ()),
    "keys": (keys, ()),
    "queries": (query, Refused),
    "tags": (tags, Refused),
    "orders": (order, Refused),
    "YAML": (yaml, FixtureError),
    "clocks": (lambda text: read_clock(text, NOW), ValueError),
    "settings": (setting, ConfigError),
    "settings files": (settings_file, ConfigError),
    "requests": (request, ()),
    "JSON pointers": (pointer, ()),
    "Retry-After": (retry_after, ()),
    "instants": (Instant().deserialize, ValidationError),
    "durations": (duration, ValidationError),
    "Host and Origin": (origin, ForeignCaller),
    "names of files": (name_of_a_file, ()),
    "addresses of webhooks": (webhook, ()),
}


@pytest.mark.parametrize("parser", PARSERS)
def test_a_text_is_read_or_refused(parser):
    read, refusal = PARSERS[parser]

    @settings(max_examples=60)
    @given(TEXTS)
    def attempt(text):
        with suppress(refusal):
            read(text)

    attempt()


@settings(max_examples=100)
@given(VALUES)
def test_any_value_is_validated(value):
    validation.check(RULES, {"a": value, "b": value, "c": [value]}, date(2024, 2, 29))
    at_pointer(value, "/0/a~1/x")


def test_a_settings_file_that_is_too_deep_is_refused(tmp_path):
    file = tmp_path / "doubleentry.toml"
    file.write_text("port = " + "[" * 10_000, encoding="utf-8")

    with pytest.raises(ConfigError, match="not TOML: maximum recursion depth"):
        load(environment={}, file=file)
