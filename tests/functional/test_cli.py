import json
import signal
import socket
import sys

import click
import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from doubleentry import __version__
from doubleentry.app import Application
from doubleentry.cli import main
from doubleentry.config import Config
from tests.functional.serving import run, serving

HEALTH = "/_emulator/v1/health"


def commands(group, *path):
    """Yield the words of every command below a group."""
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def invoke():
    return lambda *arguments: CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("words", [(), *commands(main)], ids=lambda words: " ".join(words) or "doubleentry")
def test_every_command_shows_examples_of_itself(invoke, words):
    result = invoke(*words, "--help")

    assert result.exit_code == 0
    assert f"Examples:\n  {' ' * 2}doubleentry {' '.join(words)}".rstrip() in result.output


def test_the_version_is_printed_without_loading_the_server(tmp_path):
    program = (
        "import sys; from doubleentry.cli import main; main(['--version'], standalone_mode=False);"
        "print([name for name in ('flask', 'waitress', 'marshmallow', 'tinydb', 'msgspec') if name in sys.modules])"
    )

    result = run("-c", program, cwd=tmp_path, command=(sys.executable,))

    assert result.stdout == f"doubleentry {__version__}\n[]\n"


def test_an_unknown_flag_is_refused_with_the_nearest_one(invoke):
    result = invoke("serve", "--prt", "1")

    assert result.exit_code == 2
    assert "Did you mean '--port'?" in result.output


def test_bad_settings_stop_the_start_with_all_problems(tmp_path):
    (tmp_path / "doubleentry.toml").write_text("prt = 1")

    result = run("serve", "--pace", "quik", "--quirk", "codat.lnk=auto", cwd=tmp_path)

    assert (result.returncode, result.stdout, result.stderr.splitlines()) == (
        2,
        "",
        [
            "doubleentry: doubleentry.toml: prt: no such setting; did you mean port?",
            "doubleentry: --pace: expected quick or instant or realistic, got 'quik'; did you mean quick?",
            "doubleentry: --quirk: codat.lnk: no such quirk; did you mean codat.link?",
        ],
    )


def test_a_busy_port_is_told_at_once(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("serve", "--port", str(port), cwd=tmp_path)

    assert (result.returncode, result.stdout, result.stderr) == (
        3,
        "",
        (
            f"doubleentry: port {port} on 127.0.0.1 is in use; stop what listens there or choose another"
            " (0 takes a free one)\n"
        ),
    )


def test_a_fixture_that_is_not_there_stops_the_start(tmp_path):
    result = run("serve", "--port", "0", "--fixture", "no-such-scenario", cwd=tmp_path)

    assert (result.returncode, result.stdout) == (4, "")
    assert "no-such-scenario" in result.stderr


def test_the_first_line_tells_programs_how_to_call(tmp_path):
    with serving(cwd=tmp_path) as server:
        ready = server.ready
        status, _ = server.get(HEALTH)

    assert status == 200
    assert ready["event"] == "ready"
    assert ready["pid"] == server.process.pid
    assert ready["url"] == f"http://127.0.0.1:{ready['port']}"
    assert ready["dialects"]["codat"]["url"] == f"{ready['url']}/codat"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_without_complaint(tmp_path, number):
    with serving("--no-access-log", cwd=tmp_path) as server:
        server.get(HEALTH)
        code, output, errors = server.stop(number)

    assert (code, output) == (0, "")
    assert "Traceback" not in errors


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_both_loopbacks_answer(tmp_path):
    with serving(cwd=tmp_path) as server:
        answers = [server.get(HEALTH, host=host)[0] for host in ("127.0.0.1", "::1", "localhost")]

    assert answers == [200, 200, 200]


def test_a_dialect_can_have_a_port_of_its_own(tmp_path):
    port = free_port()

    with serving("--codat-port", str(port), cwd=tmp_path) as server:
        common = server.get("/codat/companies")
        own = server.get("/companies", port=port)

    assert (common[0], own[0]) == (401, 401)
    assert json.loads(own[1]).keys() == json.loads(common[1]).keys()


def test_the_ready_file_is_there_while_the_server_is(tmp_path):
    path = tmp_path / "ready.json"
    path.write_text("left by a server that was killed")

    with serving("--ready-file", str(path), cwd=tmp_path) as server:
        assert run("ready", server.ready["url"], cwd=tmp_path).returncode == 0
        written = json.loads(path.read_text())
        server.stop()

    assert written == server.ready
    assert list(tmp_path.iterdir()) == []


def test_ready_waits_no_longer_than_it_may(tmp_path):
    url = f"http://127.0.0.1:{free_port()}"

    result = run("ready", url, "--timeout", "0.2", cwd=tmp_path)

    assert (result.returncode, result.stdout) == (124, "")
    assert result.stderr.startswith(f"doubleentry: {url} was not ready after 0.2 s: ")


def test_ready_asks_where_the_same_settings_would_serve(tmp_path):
    port = free_port()
    (tmp_path / "doubleentry.toml").write_text(f'host = "127.0.0.1"\nport = {port}')

    result = run("ready", "--timeout", "0", cwd=tmp_path)

    assert result.stderr.startswith(f"doubleentry: http://127.0.0.1:{port} was not ready after 0 s: ")


def test_ready_cannot_know_a_port_that_the_server_will_choose(invoke):
    result = invoke("ready", "--port", "0")

    assert (result.exit_code, "give its URL" in result.output) == (2, True)


def test_a_ready_file_in_a_folder_that_is_not_there_stops_the_start(tmp_path):
    stopped = run("serve", "--port", "0", "--ready-file", str(tmp_path / "none" / "ready.json"), cwd=tmp_path)

    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert "expected a file in a folder that exists" in stopped.stderr


def test_ready_wants_a_url(invoke):
    result = invoke("ready", "localhost:14940")

    assert result.exit_code == 2
    assert result.output == "doubleentry: expected a URL such as http://127.0.0.1:14940, got 'localhost:14940'\n"


def test_fixtures_are_listed_with_what_they_are(invoke):
    result = invoke("fixtures", "list")

    assert result.exit_code == 0
    assert {"demo", "documents", "empty"} <= {line.split()[0] for line in result.output.splitlines()}


def test_a_fixture_without_a_problem_passes(invoke, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("description: Nothing at all.\n")

    result = invoke("fixtures", "check", str(path))

    assert (result.exit_code, result.output) == (0, "1 file without a problem\n")


def test_a_problem_in_a_fixture_is_told_with_its_line(invoke, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("description: A misspelled key.\ncodatt:\n  companies: []\n")

    result = invoke("fixtures", "check", str(path))

    assert result.exit_code == 4
    assert result.output.startswith(f"{path}:2: ")
    assert result.output.endswith("doubleentry: 1 problem in 1 file\n")


def test_documents_just_written_are_current(invoke, tmp_path):
    directory = str(tmp_path / "openapi")

    written = invoke("openapi", "write", "--directory", directory)
    checked = invoke("openapi", "check", "--directory", directory)

    assert (written.exit_code, checked.exit_code) == (0, 0)
    assert checked.output.endswith(" documents are current\n")


def test_documents_that_are_stale_missing_or_left_over_are_told(invoke, tmp_path):
    invoke("openapi", "write", "--directory", str(tmp_path))
    (tmp_path / "codat.yaml").write_text("openapi: 3.0.0\n")
    (tmp_path / "coverage.md").unlink()
    (tmp_path / "old.yaml").touch()

    result = invoke("openapi", "check", "--directory", str(tmp_path))

    assert result.exit_code == 1
    assert sorted(result.output.splitlines()) == [
        f"doubleentry: {tmp_path / 'codat.yaml'} is not current; run `doubleentry openapi write`",
        f"doubleentry: {tmp_path / 'coverage.md'} is missing; run `doubleentry openapi write`",
        f"doubleentry: {tmp_path / 'old.yaml'} describes nothing that is served; remove it",
    ]


def test_quirks_are_listed_with_default_and_sources(invoke):
    result = invoke("quirks")

    assert result.exit_code == 0
    assert "codat.link\n  values   page (default), auto\n" in result.output


def test_a_scenario_of_any_size_is_the_same_for_a_seed(tmp_path):
    def made(*more):
        ran = run("fixtures", "generate", "built", "--size", "20", *more, cwd=tmp_path)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    assert made() == made()
    assert made() != made("--seed", "another")
    (tmp_path / "many.yaml").write_text(made("--items", "0"), encoding="utf-8")
    assert run("fixtures", "check", "many.yaml", cwd=tmp_path).stdout == "1 file without a problem\n"


def test_only_what_generates_is_generated(tmp_path):
    ran = run("fixtures", "generate", "codat", cwd=tmp_path)

    assert (ran.returncode, ran.stderr) == (2, "doubleentry: expected a dialect that generates (built), got 'codat'\n")


def test_a_secret_is_told_before_the_server_starts(invoke):
    url = "http://127.0.0.1:9000/hook"

    told, again = (invoke("webhooks", "secret", url).output for _ in range(2))
    other = invoke("webhooks", "secret", url, "--seed", "42").output

    assert told == again != other
    application = Application(Config(access_log=False), testing=True)
    client = Client(application.wsgi)
    key = application.ready_document(0)["dialects"]["codat"]["headers"]
    client.post("/codat/webhooks", json={"url": url, "eventTypes": ["company.created"]}, headers=key)
    (endpoint,) = client.get("/_emulator/v1/webhooks/endpoints").json["endpoints"]
    assert told == endpoint["secret"] + "\n"


@pytest.mark.parametrize("dialect", ["built", "nobody"])
def test_a_dialect_without_secrets_says_so(invoke, dialect):
    answer = invoke("webhooks", "secret", "http://127.0.0.1:9000/", "--dialect", dialect)

    assert (answer.exit_code, answer.output) == (
        2,
        f"doubleentry: {dialect} has no secrets that follow from the seed\n",
    )
