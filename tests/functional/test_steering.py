"""The commands that steer a running emulator, and the codes that they end with."""

import json

import pytest

from tests.functional.serving import run, serving


@pytest.fixture(scope="module")
def doubleentry(tmp_path_factory):
    """Return a function that runs a command against a server, and returns what came of it."""
    folder = tmp_path_factory.mktemp("steering")
    with serving("--clock", "frozen", cwd=folder) as server:
        (folder / "bad.json").write_text(json.dumps({"format": "doubleentry.snapshot", "version": 999}))
        (folder / "torn.json").write_text('{"format": "doubleentry.snapshot", "version"')
        (folder / "deep.json").write_text("[" * 100_000)
        (folder / "never.json").write_text(json.dumps({"expect": [{"exchange": {"operation": "nothing"}}]}))
        yield lambda *words, url=server.ready["url"]: run(*words, "--url", url, cwd=folder)
        server.stop()


def test_a_snapshot_is_saved_listed_loaded_and_deleted(doubleentry):
    saved = doubleentry("snapshot", "save", "before")
    listed = doubleentry("snapshot", "list")
    loaded = doubleentry("snapshot", "load", "before", "--workspace", "other")
    deleted = doubleentry("snapshot", "delete", "before")

    assert [each.returncode for each in (saved, listed, loaded, deleted)] == [0, 0, 0, 0]
    assert listed.stdout == "before\n"
    assert json.loads(loaded.stdout)["name"] == "other"
    assert doubleentry("snapshot", "list").stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("snapshot", "load", "nowhere"),
        ("snapshot", "delete", "nowhere"),
        ("snapshot", "load", "bad", "--file", "bad.json"),
        ("snapshot", "load", "torn", "--file", "torn.json"),
        ("snapshot", "load", "deep", "--file", "deep.json"),
    ],
)
def test_a_snapshot_that_cannot_be_used_is_4(doubleentry, words):
    ended = doubleentry(*words)

    assert ended.returncode == 4
    assert ended.stderr.startswith("doubleentry: ")
    assert "Traceback" not in ended.stderr


def test_what_did_not_happen_is_5(doubleentry):
    ended = doubleentry("verify", "never.json")

    assert ended.returncode == 5
    assert json.loads(ended.stdout)["verified"] is False


def test_a_wait_ends_with_0_or_with_124(doubleentry):
    assert doubleentry("wait", "idle", "--timeout", "5").returncode == 0

    late = doubleentry("wait", '{"deliveries":1}', "--timeout", "0")

    assert late.returncode == 124
    assert "waited for 1 deliveries" in late.stderr


def test_nobody_there_is_1_and_no_url_is_2(doubleentry):
    assert doubleentry("snapshot", "list", url="http://127.0.0.1:9").returncode == 1
    assert doubleentry("snapshot", "list", url="nowhere").returncode == 2
    assert doubleentry("wait", "something").returncode == 2


def test_the_settings_of_the_server_say_whom_to_ask_and_its_token(tmp_path, monkeypatch):
    monkeypatch.setenv("DOUBLEENTRY_TOKEN", "sesame")
    with serving(cwd=tmp_path) as server:
        monkeypatch.setenv("DOUBLEENTRY_PORT", str(server.ready["port"]))

        asked = run("wait", "idle", cwd=tmp_path)

        monkeypatch.delenv("DOUBLEENTRY_TOKEN")
        refused = run("snapshot", "list", cwd=tmp_path)
        server.stop()
    assert (asked.returncode, asked.stderr) == (0, "")
    assert refused.returncode == 1
    assert "wants its token: --token, or DOUBLEENTRY_TOKEN" in refused.stderr


def test_only_a_url_has_a_secret_or_is_asked(tmp_path):
    for words in (("webhooks", "secret", "hook"), ("ready", "http://[", "--timeout", "0")):
        ended = run(*words, cwd=tmp_path)

        assert ended.returncode == 2
        assert ended.stderr.startswith("doubleentry: expected a URL such as http://127.0.0.1:14940, got ")
