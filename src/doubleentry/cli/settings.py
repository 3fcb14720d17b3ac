"""What the commands share: settings as click options, and how a problem with them ends a command."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click

from doubleentry import config

EXIT_FAILURE = 1
EXIT_USAGE = 2
EXIT_FIXTURE = 4
EXIT_VERIFICATION = 5
EXIT_TIMED_OUT = 124

Command = Callable[..., Any]


def setting_options(*names: str) -> Callable[[Command], Command]:
    """Return a decorator that gives a command the flags of settings; all of them if none are named."""

    def decorate(command: Command) -> Command:
        # Decorators apply from the last to the first, and help lists them in the order of the table.
        for option in reversed(tuple(config.OPTIONS.values())):
            if not names or option.name in names:
                command = _click_option(option)(command)
        return click.option(
            "--config",
            "settings_file",
            metavar="FILE",
            type=click.Path(path_type=Path),
            help="Settings file, instead of doubleentry.toml or [tool.doubleentry] in pyproject.toml.",
        )(command)

    return decorate


def load(
    flags: Mapping[str, object],
    settings_file: Path | None,
    known_quirks: Mapping[str, tuple[str, ...]] | None = None,
) -> config.Config:
    """Return the settings, or end the command with each problem on its line."""
    try:
        return config.load(flags, file=settings_file, known_quirks=known_quirks)
    except config.ConfigError as error:
        fail(error.problems, EXIT_USAGE)


def served_at(settings: config.Config) -> str:
    """Return the URL that `doubleentry serve` would serve at with these settings, or end the command."""
    if settings.port == 0:
        fail(("port 0 is known only to the server: give its URL, which is in its ready line",), EXIT_USAGE)
    return f"http://{_reachable(settings.host)}:{settings.port}"


def refuse_no_url(text: str) -> None:
    """End the command with what was expected, unless a text is a URL."""
    try:
        parts = urlsplit(text)
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # of what looks like an address or a port and is none
        is_url = False
    if not is_url:
        fail((f"expected a URL such as http://127.0.0.1:14940, got {text!r}",), EXIT_USAGE)


def fail(messages: tuple[str, ...], code: int) -> NoReturn:
    """Print each message to stderr and exit."""
    for message in messages:
        click.echo(f"doubleentry: {message}", err=True)
    sys.exit(code)


def _reachable(host: str) -> str:
    """Return where to reach a server that listens on an address: one that stands for all is reached by loopback."""
    host = {"0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked for, not bound
    return f"[{host}]" if ":" in host else host


def _click_option(option: config.Option) -> Callable[[Command], Command]:
    # Values stay as they were typed: doubleentry.config reads them, so that all problems are told at once.
    text = f"{option.help}  [{option.variable}{_default(option)}]"
    if option.is_flag:
        return click.option(
            f"{option.flag}/--no-{option.flag.removeprefix('--')}", option.name, default=None, help=text
        )
    return click.option(option.flag, option.name, metavar=option.metavar, multiple=option.many, help=text)


def _default(option: config.Option) -> str:
    if isinstance(option.default, bool):
        return f"; default: {'yes' if option.default else 'no'}"
    if isinstance(option.default, config.ClockSetting):
        return f"; default: {option.default.mode}"
    return f"; default: {option.default}" if isinstance(option.default, str | int) else ""
