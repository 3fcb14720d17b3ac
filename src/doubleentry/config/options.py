"""The table of settings.

The fields of `Config` are the table: the name, the type, the default, the help and how a value is read stand together,
and both `load` and the flags of `doubleentry serve` are made from it. A field `public_url` is the flag `--public-url`,
the variable `DOUBLEENTRY_PUBLIC_URL` and the key `public_url` or `public-url` of the settings file.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from doubleentry.config import values

ENVIRONMENT_PREFIX = "DOUBLEENTRY_"

Workspaces = Literal["auto", "declared"]
Pace = Literal["quick", "instant", "realistic"]
WebhookStamp = Literal["wall", "workspace"]
LogLevel = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Option:
    """What is known of one setting beside its name and default."""

    parse: Callable[[Any], Any]
    """Text (from a flag or the environment) or a TOML value to the field's type; ValueError says what was expected."""
    help: str
    metavar: str = "TEXT"
    words: tuple[str, ...] = ()
    """The words that can be chosen from; empty where it is no choice."""
    name: str = ""
    default: Any = None
    many: bool = False
    """Whether the flag may be repeated; the environment then separates the values by commas."""

    @property
    def is_flag(self) -> bool:
        """Whether the setting is a yes or no, so that its flag takes no value."""
        return self.parse is values.parse_yes_or_no

    @property
    def flag(self) -> str:
        """The name on the command line; one that may be repeated is in the singular there."""
        word = "quirk" if self.name == "quirks" else self.name
        return "--" + word.replace("_", "-")

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return ENVIRONMENT_PREFIX + self.name.upper()


def _about(
    parse: Callable[[Any], Any], description: str, *, metavar: str = "TEXT", many: bool = False
) -> dict[str, Option]:
    return {"option": Option(parse, description, metavar, many=many)}


def _about_choice(kind: object, description: str) -> dict[str, Option]:
    words: tuple[str, ...] = get_args(kind)
    return {"option": Option(values.choice_of(words), description, f"[{'|'.join(words)}]", words)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that may be set, validated and converted."""

    host: str = field(
        default="localhost",
        metadata=_about(
            values.parse_text, "Address to listen on; localhost means 127.0.0.1 and ::1.", metavar="ADDRESS"
        ),
    )
    port: int = field(
        default=14940,
        metadata=_about(
            values.parse_port, "Port of all APIs, each under its prefix; 0 takes a free one.", metavar="PORT"
        ),
    )
    codat_port: int | None = field(
        default=None,
        metadata=_about(values.parse_dialect_port, "Serve Codat at the root of this port too.", metavar="PORT"),
    )
    sync2books_port: int | None = field(
        default=None,
        metadata=_about(values.parse_dialect_port, "Serve Sync2Books at the root of this port too.", metavar="PORT"),
    )
    built_port: int | None = field(
        default=None,
        metadata=_about(values.parse_dialect_port, "Serve Built at the root of this port too.", metavar="PORT"),
    )
    public_url: str | None = field(
        default=None,
        metadata=_about(
            values.parse_url, "How clients reach the server, where a proxy stands before it.", metavar="URL"
        ),
    )
    fixture: str = field(
        default="demo",
        metadata=_about(
            values.parse_text,
            "Scenario every workspace starts from: a name (`doubleentry fixtures list`) or a file.",
            metavar="NAME",
        ),
    )
    fixtures_dir: Path | None = field(
        default=None,
        metadata=_about(
            values.parse_directory,
            "Folder with more scenarios; /fixtures is taken where it exists.",
            metavar="DIRECTORY",
        ),
    )
    seed: str = field(
        default="doubleentry",
        metadata=_about(
            values.parse_seed, "What ids and draws are made from: the same seed gives the same answers.", metavar="SEED"
        ),
    )
    any_key: bool = field(
        default=False,
        metadata=_about(values.parse_yes_or_no, "Take any API key, not just those that the fixture knows."),
    )
    workspaces: Workspaces = field(
        default="auto",
        metadata=_about_choice(
            Workspaces, "Open a workspace when a request first names it (auto), or only by the control API (declared)."
        ),
    )
    workspace_idle: int = field(
        default=0,
        metadata=_about(
            values.parse_seconds,
            "Forget a workspace other than the default one that nobody has named for so many seconds; 0 for never.",
            metavar="SECONDS",
        ),
    )
    workspace_size: int = field(
        default=256,
        metadata=_about(
            values.parse_size,
            "How many MiB of documents a workspace may hold before nothing more is let in; 0 for any number.",
            metavar="MIB",
        ),
    )
    token: str | None = field(
        default=None,
        repr=False,
        metadata=_about(
            values.parse_text, "What the control API wants as a bearer token; needed off loopback.", metavar="TOKEN"
        ),
    )
    webhook_allow: tuple[str, ...] = field(
        default=(),
        metadata=_about(
            values.parse_words,
            "Let webhooks go to this host too, such as example.com or *.example.com; loopback and private addresses are"
            " always let through.",
            metavar="PATTERN",
            many=True,
        ),
    )
    webhook_ca: Path | None = field(
        default=None,
        metadata=_about(
            values.parse_certificates,
            "Certificates (PEM) that webhook receivers' own may come from, beside those that the machine knows.",
            metavar="FILE",
        ),
    )
    webhook_stamp: WebhookStamp = field(
        default="wall",
        metadata=_about_choice(
            WebhookStamp,
            "Whose time is in the time stamps of webhooks: the machine's, which receivers compare with, or the"
            " workspace's.",
        ),
    )
    clock: values.ClockSetting = field(
        default=values.ClockSetting(),
        metadata=_about(
            values.parse_clock,
            "real, frozen (now), an instant at which it stands, or scale:N for N seconds a second.",
            metavar="[real|frozen|INSTANT|scale:N]",
        ),
    )
    pace: Pace = field(
        default="quick",
        metadata=_about_choice(Pace, "How long a sync takes: a moment, no time, or as long as the vendors say."),
    )
    quirks: Mapping[str, str] = field(
        default_factory=dict,
        metadata=_about(
            values.parse_quirks,
            "Which of the vendor's documents to follow where they disagree (`doubleentry quirks`).",
            metavar="NAME=VALUE",
            many=True,
        ),
    )
    ready_file: Path | None = field(
        default=None,
        metadata=_about(values.parse_path, "Write the ready line to this file too, once ready.", metavar="FILE"),
    )
    log_level: LogLevel = field(
        default="info", metadata=_about_choice(LogLevel, "What is logged to stderr: this and what is graver.")
    )
    access_log: bool = field(
        default=True, metadata=_about(values.parse_yes_or_no, "Log a line for each request to stderr.")
    )

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host.lower() in {"localhost", "::1"} or re.fullmatch(r"127(\.\d{1,3}){3}", self.host) is not None

    @property
    def dialect_ports(self) -> Mapping[str, int]:
        """The dialects that have a port of their own, with that port."""
        ports = {"codat": self.codat_port, "sync2books": self.sync2books_port, "built": self.built_port}
        return {name: port for name, port in ports.items() if port is not None}


def _options() -> Iterator[Option]:
    for entry in fields(Config):
        known: Option = entry.metadata["option"]
        default = None if entry.default is MISSING else entry.default
        yield replace(known, name=entry.name, default=default)


OPTIONS: Mapping[str, Option] = MappingProxyType({option.name: option for option in _options()})
"""Every setting by its name, in the order of `Config`."""
