"""What the real framework answered, request by request, to the byte.

`tests/data/laravel/laravel-http.jsonl` holds what a probe application answered. Its routes are ours where the vendor
documents them; of what the probe has beside them, the same condition is brought about here on a route of ours. What it
decided otherwise than we do is listed with the reason.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from doubleentry.dialects.built.routes import declaring
from doubleentry.engine.documents import encode
from doubleentry.engine.faults import Layer, Match

FILE = Path(__file__).parents[2] / "data" / "laravel" / "laravel-http.jsonl"
ROWS = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()][1:]
PUBLIC = "https://web.builtaccounting.com"
MEASURED_AT = datetime(2026, 11, 21, 1, 15, 5, tzinfo=UTC)

OTHERWISE = {
    "appended-query": "no list of the sync module appends its query",
    "token-in-query": "the vendor documents the header alone",
    "model-not-found-binding": "the answer of model-not-found, by another way",
    "json-null": "no operation of the sync module answers null",
    "raw-string": "no operation of the sync module answers a text",
    "json-string": "played by delete-missing",
    "floats": "no record holds such values; see test_php.py",
    "model-returned-directly": "the record of a batch alone, which nothing of ours answers",
    "validation-integer-json-float": "the probe answers with what it was sent; see test_updates.py",
    **{f"abort-{status}": "a bare abort, which nothing of ours does" for status in (400, 401, 403, 404, 419, 422)},
    **{f"abort-{status}": "a bare abort, which nothing of ours does" for status in (429, 500, 503)},
}

MISSING = {"/api/v3/orfail/": "/api/v3/sync/expense/transaction/"}
PLAYED_ELSEWHERE = {"/api/v3/boom": 500, "/api/v3/forbid": 403}


def probe():
    """Return the probe's seven batches of each kind, and its transactions, as a scenario."""
    at = "2024-06-13T01:40:01.000000Z"
    common = {"business_id": 1, "created_at": at}
    account = {"income_accountID": 39, "bank_accountID": 2, "from": "2024-06-01", "to": "2024-06-13"}
    row = {"sync_id": 1, "amount": 110, "narration": "KALAIT  D/S", "expenseAccountID": 13703, "created_at": at}
    return {
        "built": {
            "businesses": [{"id": 1, "tokens": ["tok"]}],
            "sync_incomes": [
                {"id": n, **account, "description": f"batch {n}", "record_count": 0, **common} for n in range(1, 8)
            ],
            "sync_expenses": [
                {"id": n, "total_amount": 100 * n, "description": f"batch {n}", "record_count": 0, **common}
                for n in range(1, 8)
            ],
            "sync_expense_transactions": [
                {"id": n, **row, "paymentAccountID": 124477, "date": "2024-06-05"} for n in (1, 2, 3)
            ],
        }
    }


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    fixture = tmp_path_factory.mktemp("probe") / "probe.yaml"
    fixture.write_bytes(encode(probe()))
    application = Application(
        Config(
            fixture=str(fixture),
            clock=ClockSetting("frozen", MEASURED_AT),
            public_url=PUBLIC,
            quirks={"built.update-validation": "strict"},
            access_log=False,
        ),
        testing=True,
    )
    yield application
    application.close()


@pytest.fixture
def workspace(application):
    return application.workspaces.reset("default")


@pytest.fixture
def client(application, workspace, monkeypatch):  # noqa: ARG001 - reset before it is called
    """Return a client of a server as the probe was: its lists of incomes had three rows a page."""
    monkeypatch.setattr(declaring, "PER_PAGE", 3)
    return Client(application.dialect_wsgi("built"))


def send(client, row):
    asked = row["request"]
    path = asked["path"]
    for probed, ours in MISSING.items():
        path = path.replace(probed, ours)
    method = "DELETE" if path != asked["path"] else asked["method"]
    path = "/api/v3/sync" if path in PLAYED_ELSEWHERE else path
    body = urlencode(asked["form"]) if "form" in asked else asked.get("body")
    return client.open(path, method=method, headers=asked["headers"], data=body)


def prepare(client, workspace, row, monkeypatch):
    """Bring about what the probe had when it answered a row."""
    name, path = row["name"], row["request"]["path"]
    before = [earlier for earlier in ROWS[: ROWS.index(row)] if earlier["name"] not in OTHERWISE]
    for earlier in before:
        if earlier["status"] == 200 and earlier["request"]["method"] == "POST":
            send(client, earlier)
    if path.startswith("/api/v3/sync/expenses"):
        monkeypatch.setattr(declaring, "PER_PAGE", 50)
    if name.startswith("model-not-found"):
        workspace.change_setting("built.missing", "404")
    if name.startswith("maintenance"):
        workspace.faults.add(Layer.HTTP, Match(), {"status": 503, "headers": {"Retry-After": "60"}})
    if path in PLAYED_ELSEWHERE:
        workspace.faults.add(Layer.HTTP, Match(), {"status": PLAYED_ELSEWHERE[path]})
    if name.startswith("throttle"):
        workspace.change_setting("built.rate-limit", "3")
        for earlier in before:
            if earlier["name"].startswith("throttle"):
                send(client, earlier)


def test_every_row_is_played_or_has_a_reason():
    assert {row["name"] for row in ROWS} > set(OTHERWISE)
    assert len(ROWS) == 111


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row["name"] not in OTHERWISE],
    ids=lambda row: f"{row['name']} {row['request']['method']} {row['request']['path']}",
)
def test_a_request_is_answered_as_the_framework_answers_it(client, workspace, monkeypatch, row):
    prepare(client, workspace, row, monkeypatch)

    answer = send(client, row)

    assert answer.status_code == row["status"]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    expected = dict(row["headers"])
    if str(expected.get("x-ratelimit-reset", "")).startswith("<"):
        expected["x-ratelimit-reset"] = str(int(MEASURED_AT.timestamp()) + 60)
    assert {name: headers.get(name) for name in expected} == expected
    assert ("location" in headers) == ("location" in expected)
    assert ("x-ratelimit-limit" in headers) == ("x-ratelimit-limit" in expected)
    text = answer.get_data(as_text=True)
    if "json_subset" in row:
        page = json.loads(text)
        page["ids"] = [each["id"] for each in page["data"]]
        assert {name: page[name] for name in row["json_subset"]} == row["json_subset"]
    elif row.get("body_is_html"):
        assert text.startswith("<!DOCTYPE html>")
    else:
        assert text == row["body"]
