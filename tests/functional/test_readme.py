"""The commands of the README and of the pages under docs, pasted into a shell as a new user would paste them."""

import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from doubleentry.dialects.registry import DIALECTS
from tests.functional.serving import serving

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
FAILURE = ROOT / "docs" / "failure.md"
CALLBACKS = ROOT / "docs" / "callbacks.md"
NEEDED = ("bash", "curl", "base64")


@pytest.fixture
def shell(tmp_path):
    """Return a function that runs commands of the README in one shell, against a server of this test."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"the README's commands need {', '.join(missing)}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        receiver_port = free.getsockname()[1]

    with serving(cwd=tmp_path) as server:

        def run(script):
            script = script.replace(":14940", f":{server.ready['port']}").replace("9099", str(receiver_port))
            return subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", script],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )

        yield run


def blocks(page=README):
    """Return a page's shell blocks, in order."""
    return re.findall(r"^```bash\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def test_the_quickstart_shows_a_sync_complete_a_webhook_arrive_and_a_balanced_posting(shell, tmp_path):
    quickstart = blocks()[0]

    ran = shell(quickstart.replace("curl -s", "curl -sf"))

    assert ran.returncode == 0, ran.stderr
    assert '"syncStatusCode":2000,"syncStatus":"Complete"' in ran.stdout
    assert '"status":"Completed","integrationType":"expense"' in ran.stdout
    (alert,) = map(json.loads, (tmp_path / "webhooks.jsonl").read_text().splitlines())
    assert alert["RuleType"] == "Sync Completed"
    assert re.search(r'"id":"\d{19}","transactionId":"4d7c6929-7770-412b-91bb-44d3bc71d111"', ran.stdout)
    movements = re.findall(r'"amount":(-?[\d.]+)', ran.stdout)
    assert sorted(map(float, movements)) == [-12, 2, 10]


def test_the_commands_for_built_show_pages_removals_an_import_and_an_event(shell):
    first_lines = "\n".join(blocks()[0].splitlines()[:3])

    ran = shell(f"{first_lines}\n" + blocks()[2].replace("curl -s", "curl -sf"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert '"per_page":50' in ran.stdout
    assert '"Record not found"' in ran.stdout
    assert '"status":"queued"' in ran.stdout
    assert '"name":"journals.updated"' in ran.stdout


def test_the_commands_for_sync2books_show_a_batch_a_retry_and_a_receipt(shell):
    first_lines = "\n".join(blocks()[0].splitlines()[:4])

    ran = shell(f"{first_lines}\n" + blocks()[3].replace("curl -s", "curl -sf"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert '"status":"completed","totalItems":2,"successfulItems":1,"failedItems":1' in ran.stdout
    assert '"syncErrorMessage":"Invalid account ID: account-xyz does not exist"' in ran.stdout
    assert '"retriedItems":1' in ran.stdout
    assert '"fileName":"receipt.pdf"' in ran.stdout


def test_the_commands_that_steer_are_all_taken(shell):
    first_lines = "\n".join(blocks()[0].splitlines()[:3])

    ran = shell(f"{first_lines}\n" + blocks()[1].replace("curl -s", "curl -sf"))

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_commands_about_failure_show_what_they_say(shell):
    ran = shell("\n".join(blocks(FAILURE)))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "HTTP/1.1 429" in ran.stdout
    assert "Retry-After: 60" in ran.stdout
    assert "You are using an outdated API key" in ran.stdout
    assert "Company limit exceeded" in ran.stdout
    assert "should have fired at least 1 times, and fired 0" in ran.stdout
    assert '"statusCode":402' in ran.stdout
    assert '"InvalidInput"' not in ran.stdout


def test_the_commands_about_callbacks_show_what_they_say(shell):
    page = CALLBACKS.read_text("utf-8")
    found = re.findall(r"^```(bash|python)\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    commands = [code if kind == "bash" else f"python3 - <<'PY'\n{code}PY\n" for kind, code in found]
    script = "\n".join(commands).replace("curl -s", "curl -sf").replace("python3", sys.executable)

    ran = shell(script.replace("doubleentry webhooks", f"{sys.executable} -m doubleentry webhooks"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert '"eventType\\":\\"expenses.sync.successful' in ran.stdout
    secrets = re.findall(r"whsec_[A-Za-z0-9+/=]+", ran.stdout)
    assert len(secrets) > 1
    assert len(set(secrets)) == 1
    shown = _objects(ran.stdout)
    (attempts,) = [each["attempts"] for each in shown if isinstance(each.get("attempts"), list)]
    assert [attempt["reply"]["status"] for attempt in attempts] == [500, None, 404, 503, 200]
    assert [(attempt["note"] or "").partition(":")[0] for attempt in attempts][::2] == [
        "answered 500",
        "answered 404",
        "",
    ]
    received = [each["requests"] for each in shown if "requests" in each][-1]
    assert [request["answer"].get("spoil") or request["answer"]["status"] for request in received] == [
        *(500, "reset", 404, 503, 200),
        *(200, 200),
    ]
    assert len({request["headers"]["Webhook-Id"] for request in received}) == 1


def _objects(output):
    """Return the JSON objects that one curl after another printed without a line between them."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while (at := output.find("{", at)) >= 0:
        value, at = decoder.raw_decode(output, at)
        found.append(value)
    return found


def test_the_page_about_failure_names_every_recipe():
    page = FAILURE.read_text("utf-8")

    assert [name for dialect in DIALECTS.values() for name in recipes_of(dialect) if f"`{name}`" not in page] == []


def recipes_of(dialect):
    return [recipe.name for recipe in dialect.recipes]
