from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doubleentry.config import OPTIONS, ClockSetting, Config, ConfigError, load

CERTIFICATE = Path(__file__).parents[1] / "data" / "tls" / "certificate.pem"
KEY = CERTIFICATE.with_name("key.pem")

QUIRKS = {
    "codat.link": ("page", "auto"),
    "codat.concurrent-syncs": ("queue", "reject"),
    "built.missing": ("302", "404"),
}


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Load settings from an empty folder and an empty environment, unless a test gives them."""
    monkeypatch.setattr(Path, "is_dir", lambda self: str(self) != "/fixtures" and self.exists())

    def read(flags=None, *, environment=None, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return load(flags, environment=environment or {}, directory=tmp_path, known_quirks=QUIRKS)

    return read


def problems_of(read, *arguments, **keywords):
    with pytest.raises(ConfigError) as caught:
        read(*arguments, **keywords)
    return caught.value.problems


def test_without_any_setting_the_defaults_hold(read):
    assert read() == Config()


def test_every_field_of_the_settings_is_an_option_with_help():
    assert [option.name for option in OPTIONS.values()] == [entry.name for entry in fields(Config)]
    assert all(option.help.endswith(".") for option in OPTIONS.values())


def test_a_flag_wins_over_the_environment_and_that_over_the_file(read):
    settings = read(
        {"port": "1001"},
        environment={"DOUBLEENTRY_PORT": "1002", "DOUBLEENTRY_SEED": "from the environment"},
        doubleentry='port = 1003\nseed = "from the file"\nfixture = "empty"',
    )

    assert settings == Config(port=1001, seed="from the environment", fixture="empty")


def test_a_flag_that_was_not_given_says_nothing(read):
    assert read({"port": None, "quirks": (), "webhook_allow": ()}) == Config()


def test_the_environment_is_read_without_being_asked_for(monkeypatch, tmp_path):
    monkeypatch.setenv("DOUBLEENTRY_PORT", "1002")

    assert load(directory=tmp_path).port == 1002


def test_the_table_of_a_pyproject_is_read(read):
    assert read(pyproject="[tool.doubleentry]\nport = 1003").port == 1003


def test_a_settings_file_of_our_own_wins_over_a_pyproject(read):
    assert read(doubleentry="port = 1001", pyproject="[tool.doubleentry]\nport = 1003").port == 1001


@pytest.mark.parametrize("text", ["[tool.other]\nport = 1", "tool = 3", "[tool]\ndoubleentry = 1", "broken = ["])
def test_a_pyproject_that_does_not_speak_of_us_is_left_alone(read, text):
    assert read(pyproject=text) == Config()


def test_a_named_file_is_read_instead(read, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text("port = 1005", encoding="utf-8")

    by_variable = read(environment={"DOUBLEENTRY_CONFIG": str(other)}, doubleentry="port = 1001")
    by_flag = load(file=other, environment={"DOUBLEENTRY_CONFIG": "nowhere.toml"}, directory=tmp_path)

    assert (by_variable.port, by_flag.port) == (1005, 1005)


def test_a_named_file_must_exist(read):
    problems = problems_of(read, environment={"DOUBLEENTRY_CONFIG": "nowhere.toml"})

    assert problems == ("nowhere.toml: cannot be read: No such file or directory",)


def test_a_broken_file_is_told_with_its_place(read, tmp_path):
    (problem,) = problems_of(read, doubleentry="port = ")

    assert problem == f"{tmp_path / 'doubleentry.toml'}: not TOML: Invalid value (at end of document)"


def test_keys_of_a_file_may_be_spelled_as_the_flags_are(read):
    assert read(doubleentry="any-key = true\ncodat_port = 1005") == Config(any_key=True, codat_port=1005)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("any_key", "yes", True),
        ("access_log", "0", False),
        ("seed", "42", "42"),
        ("public_url", "https://emulator.example.test/", "https://emulator.example.test"),
        ("pace", "Instant", "instant"),
        ("webhook_allow", "example.com, *.example.org", ("example.com", "*.example.org")),
        ("quirks", "codat.link=auto,built.missing=404", {"codat.link": "auto", "built.missing": "404"}),
        ("webhook_ca", str(CERTIFICATE), CERTIFICATE),
        ("webhook_stamp", "Workspace", "workspace"),
        ("workspace_idle", "3600", 3600),
        ("workspace_size", "64", 64),
        ("ready_file", "ready.json", Path("ready.json")),
        ("clock", "frozen", ClockSetting("frozen")),
        ("clock", "scale:60", ClockSetting("scaled", factor=60.0)),
        ("clock", "scale:0.5", ClockSetting("scaled", factor=0.5)),
        ("clock", "2022-08-03T01:30:09Z", ClockSetting("frozen", datetime(2022, 8, 3, 1, 30, 9, tzinfo=UTC))),
        ("clock", "2022-08-03T02:30:09+01:00", ClockSetting("frozen", datetime(2022, 8, 3, 1, 30, 9, tzinfo=UTC))),
    ],
)
def test_text_becomes_the_type_of_its_field(read, name, text, value):
    assert getattr(read(environment={f"DOUBLEENTRY_{name.upper()}": text}), name) == value


@pytest.mark.parametrize(
    ("toml", "name", "value"),
    [
        ("seed = 42", "seed", "42"),
        ('webhook_allow = ["example.com"]', "webhook_allow", ("example.com",)),
        ('quirks = ["codat.link=auto"]', "quirks", {"codat.link": "auto"}),
        ('[quirks]\n"codat.link" = "auto"', "quirks", {"codat.link": "auto"}),
        (
            '[quirks]\ncodat.link = "auto"\nbuilt.missing = 404',
            "quirks",
            {"codat.link": "auto", "built.missing": "404"},
        ),
        ("clock = 2022-08-03T01:30:09Z", "clock", ClockSetting("frozen", datetime(2022, 8, 3, 1, 30, 9, tzinfo=UTC))),
    ],
)
def test_a_file_may_use_the_types_of_toml(read, toml, name, value):
    assert getattr(read(doubleentry=toml), name) == value


def test_quirks_of_all_sources_add_up(read):
    settings = read(
        {"quirks": ("codat.link=auto",)},
        environment={"DOUBLEENTRY_QUIRKS": "built.missing=404"},
        doubleentry='quirks = ["codat.link=page", "codat.concurrent-syncs=reject"]',
    )

    assert settings.quirks == {"codat.link": "auto", "built.missing": "404", "codat.concurrent-syncs": "reject"}


def test_quirks_are_taken_unchecked_by_who_does_not_know_them(tmp_path):
    settings = load({"quirks": ("no.such=thing",)}, environment={}, directory=tmp_path)

    assert settings.quirks == {"no.such": "thing"}


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        ({"port": "abc"}, "--port: expected a port: 0 (any free one) to 65535, got 'abc'"),
        ({"port": "65536"}, "--port: expected a port: 0 (any free one) to 65535, got '65536'"),
        ({"workspace_size": "-1"}, "--workspace-size: expected a whole number of MiB, 0 to 1048576, got '-1'"),
        ({"workspace_idle": "-1"}, "--workspace-idle: expected a whole number of seconds, 0 to 1000000000, got '-1'"),
        ({"port": True}, "--port: expected a port: 0 (any free one) to 65535, got True"),
        ({"codat_port": "0"}, "--codat-port: expected a port: 1 to 65535, got '0'"),
        ({"codat_port": "14940"}, "--codat-port: 14940 is the port of --port already"),
        ({"pace": "quik"}, "--pace: expected quick or instant or realistic, got 'quik'; did you mean quick?"),
        ({"host": " "}, "--host: expected a text that is not empty, got ' '"),
        ({"any_key": "perhaps"}, "--any-key: expected true or false, got 'perhaps'"),
        (
            {"public_url": "emulator:80"},
            "--public-url: expected a URL such as https://emulator.example.test, got 'emulator:80'",
        ),
        ({"fixtures_dir": "/no/such"}, "--fixtures-dir: expected a folder that exists, got '/no/such'"),
        (
            {"clock": "tomorrow"},
            (
                "--clock: expected real, frozen, an instant such as 2022-08-03T01:30:09Z, or scale:N such as scale:60,"
                " got 'tomorrow'"
            ),
        ),
        (
            {"clock": "0001-01-01T00:00:00+05:00"},
            (
                "--clock: expected real, frozen, an instant such as 2022-08-03T01:30:09Z, or scale:N such as scale:60,"
                " got '0001-01-01T00:00:00+05:00'"
            ),
        ),
        (
            {"clock": "2022-08-03T01:30:09"},
            "--clock: expected an instant with its offset: add Z for UTC, got '2022-08-03T01:30:09'",
        ),
        (
            {"clock": "scale:0"},
            "--clock: expected scale:N with N above 0; a clock that stands is `frozen`, got 'scale:0'",
        ),
        ({"webhook_allow": 3}, "--webhook-allow: expected a list of texts, got 3"),
        ({"webhook_ca": "none.pem"}, "--webhook-ca: expected a file that can be read, got 'none.pem'"),
        (
            {"webhook_ca": str(KEY)},
            (
                "--webhook-ca: expected a file of certificates in PEM, with a line -----BEGIN CERTIFICATE-----, got "
                f"{str(KEY)!r}"
            ),
        ),
        ({"quirks": ("codat.link",)}, "--quirk: expected NAME=VALUE, such as codat.link=auto, got 'codat.link'"),
        ({"quirks": ("codat.lnk=auto",)}, "--quirk: codat.lnk: no such quirk; did you mean codat.link?"),
        (
            {"quirks": ("codat.link=aut",)},
            "--quirk: codat.link: expected page or auto, got 'aut'; did you mean auto?",
        ),
        ({"quirks": {"codat.link": 1.5}}, "--quirk: expected one value for codat.link, got {'codat.link': 1.5}"),
    ],
)
def test_a_bad_value_is_refused_with_what_was_expected(read, flags, problem):
    assert problems_of(read, flags) == (problem,)


def test_a_token_is_never_shown(read):
    (problem,) = problems_of(read, {"token": 12345})

    assert "12345" not in problem
    assert "secret" not in repr(Config(token="secret"))


def test_an_unknown_variable_is_refused_with_the_nearest_name(read):
    problems = problems_of(read, environment={"DOUBLEENTRY_PRT": "1"})

    assert problems == ("DOUBLEENTRY_PRT: no such setting; did you mean DOUBLEENTRY_PORT?",)


def test_an_unknown_key_is_refused_with_the_nearest_name(read, tmp_path):
    problems = problems_of(read, doubleentry="webhook-alow = []")

    assert problems == (f"{tmp_path / 'doubleentry.toml'}: webhook-alow: no such setting; did you mean webhook_allow?",)


def test_all_problems_are_told_at_once(read):
    problems = problems_of(
        read,
        {"pace": "slow", "quirks": ("no.such=thing",)},
        environment={"DOUBLEENTRY_PORT": "x", "DOUBLEENTRY_ZZZ": ""},
        doubleentry="nonsense = 1\nany-key = 3",
    )

    assert [problem.rpartition("/")[2] for problem in problems] == [
        "doubleentry.toml: nonsense: no such setting",
        "DOUBLEENTRY_ZZZ: no such setting",
        "doubleentry.toml: any-key: expected true or false, got 3",
        "DOUBLEENTRY_PORT: expected a port: 0 (any free one) to 65535, got 'x'",
        "--pace: expected quick or instant or realistic, got 'slow'",
        "--quirk: no.such: no such quirk",
    ]


def test_what_kubernetes_says_of_a_service_named_like_us_is_no_setting(read):
    links = {
        "DOUBLEENTRY_SERVICE_HOST": "10.0.0.1",
        "DOUBLEENTRY_SERVICE_PORT_HTTP": "80",
        "DOUBLEENTRY_PORT": "tcp://10.0.0.1:80",
        "DOUBLEENTRY_PORT_80_TCP_ADDR": "10.0.0.1",
    }

    assert read(environment=links) == Config()


def test_a_mounted_fixtures_folder_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "is_dir", lambda self: str(self) == "/fixtures")

    assert load(environment={}, directory=tmp_path).fixtures_dir == Path("/fixtures")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.0.1.1", True), ("::1", True), ("0.0.0.0", False), ("::", False)],  # noqa: S104 - compared, not bound
)
def test_a_server_on_loopback_is_known_as_such(host, expected):
    assert Config(host=host).is_loopback is expected


def test_dialects_with_a_port_of_their_own_are_listed():
    assert Config(codat_port=1001, built_port=1002).dialect_ports == {"codat": 1001, "built": 1002}
