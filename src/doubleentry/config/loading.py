"""Where settings come from: flags over environment over file over defaults.

This module alone reads the environment and the settings file.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from doubleentry.config.options import ENVIRONMENT_PREFIX, OPTIONS, Config

SETTINGS_FILE = "doubleentry.toml"
SETTINGS_FILE_VARIABLE = "DOUBLEENTRY_CONFIG"

# What an orchestrator puts into the environment of a container when a service of its own is called `doubleentry`
# (Kubernetes service links): nobody wrote these as settings.
_SERVICE_LINK = re.compile(r"DOUBLEENTRY_(?:SERVICE_.*|PORT_\d+_.*)")


class ConfigError(Exception):
    """The settings are not usable; the text holds all problems, one a line."""

    def __init__(self, problems: Iterable[str]) -> None:
        """Keep the problems, in the order in which they were found."""
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def load(
    flags: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    file: Path | None = None,
    known_quirks: Mapping[str, tuple[str, ...]] | None = None,
) -> Config:
    """Read all settings.

    Args:
        flags: What the command line said, by field name; None as a value means that it said nothing.
        environment: Instead of the process's own.
        directory: Where to look for the settings file, instead of the current one.
        file: The settings file, which must then exist; else `DOUBLEENTRY_CONFIG`, else the directory's
            `doubleentry.toml`, else the table `tool.doubleentry` of its `pyproject.toml`.
        known_quirks: The values that each quirk takes; None leaves quirks unchecked.

    Returns:
        The settings, complete.

    Raises:
        ConfigError: A name is unknown or a value not usable; all problems at once.
    """
    environment = os.environ if environment is None else environment
    problems: list[str] = []
    values: dict[str, Any] = {}
    quirks: dict[str, str] = {}
    named = file if file is not None else _named_file(environment)
    sources = (
        _from_file(named, directory or Path(), problems),
        _from_environment(environment, problems),
        _from_flags(flags or {}),
    )
    for source in sources:
        for name, (where, value) in source.items():
            try:
                parsed = OPTIONS[name].parse(value)
            except ValueError as error:
                hint = _did_you_mean(str(value), OPTIONS[name].words)
                problems.append(f"{where}: {error}, got {_shown(name, value)}{hint}")
                continue
            if name == "quirks":
                problems += _quirk_problems(where, parsed, known_quirks)
                quirks |= parsed
            else:
                values[name] = parsed
    problems += _clashes(values)
    if problems:
        raise ConfigError(problems)
    if "fixtures_dir" not in values and Path("/fixtures").is_dir():
        values["fixtures_dir"] = Path("/fixtures")
    return Config(**values, quirks=MappingProxyType(quirks))


Source = dict[str, tuple[str, object]]
"""Values by field name, each with the name under which its user gave it."""


def _from_flags(flags: Mapping[str, object]) -> Source:
    # An option that may be repeated arrives as an empty tuple when it was not given.
    return {name: (OPTIONS[name].flag, value) for name, value in flags.items() if value is not None and value != ()}


def _from_environment(environment: Mapping[str, str], problems: list[str]) -> Source:
    variables = {option.variable: name for name, option in OPTIONS.items()}
    source: Source = {}
    for variable, value in environment.items():
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable == SETTINGS_FILE_VARIABLE:
            continue
        if _SERVICE_LINK.fullmatch(variable) or (variable == "DOUBLEENTRY_PORT" and value.startswith("tcp://")):
            continue
        if variable in variables:
            source[variables[variable]] = (variable, value)
        else:
            # Compared without what all of them begin with, which would make any two of them alike.
            hint = _did_you_mean(variable.removeprefix(ENVIRONMENT_PREFIX), [name.upper() for name in OPTIONS])
            problems.append(f"{variable}: no such setting{hint.replace('mean ', f'mean {ENVIRONMENT_PREFIX}')}")
    return source


def _named_file(environment: Mapping[str, str]) -> Path | None:
    name = environment.get(SETTINGS_FILE_VARIABLE)
    return Path(name) if name else None


def _from_file(named: Path | None, directory: Path, problems: list[str]) -> Source:
    candidates = [named] if named else [directory / SETTINGS_FILE, directory / "pyproject.toml"]
    for path in candidates:
        if named or path.is_file():
            table = _table(path, problems)
            if table is not None:
                return _from_table(path, table, problems)
    return {}


def _table(path: Path, problems: list[str]) -> Mapping[str, object] | None:
    """Return the settings in a file; None where a pyproject.toml has none for us, or the file cannot be read."""
    import tomllib  # noqa: PLC0415 - most starts read no settings file

    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
        return None
    except (ValueError, RecursionError) as error:
        # Somebody else's broken pyproject.toml is theirs to find, unless it speaks of us.
        if path.name != "pyproject.toml" or "tool.doubleentry" in path.read_text(encoding="utf-8", errors="replace"):
            problems.append(f"{path}: not TOML: {error}")
        return None
    if path.name != "pyproject.toml":
        return document
    tool = document.get("tool")
    table = tool.get("doubleentry") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _from_table(path: Path, table: Mapping[str, object], problems: list[str]) -> Source:
    source: Source = {}
    for key, value in table.items():
        name = key.replace("-", "_")
        if name in OPTIONS:
            source[name] = (f"{path}: {key}", value)
        else:
            problems.append(f"{path}: {key}: no such setting{_did_you_mean(name, OPTIONS)}")
    return source


def _quirk_problems(
    where: str, chosen: Mapping[str, str], known: Mapping[str, tuple[str, ...]] | None
) -> Iterator[str]:
    if known is None:
        return
    for name, value in chosen.items():
        if name not in known:
            yield f"{where}: {name}: no such quirk{_did_you_mean(name, known)}"
        elif value not in known[name]:
            expected = " or ".join(known[name])
            yield f"{where}: {name}: expected {expected}, got {value!r}{_did_you_mean(value, known[name])}"


def _clashes(values: Mapping[str, Any]) -> Iterator[str]:
    """Find ports that are asked for twice."""
    taken: dict[int, str] = {}
    for name in ("port", "codat_port", "sync2books_port", "built_port"):
        port = values.get(name, OPTIONS[name].default)
        if port and port in taken:
            yield f"{OPTIONS[name].flag}: {port} is the port of {taken[port]} already"
        elif port:
            taken[port] = OPTIONS[name].flag


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - only for somebody who mistyped

    nearest = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {nearest[0]}?" if nearest else ""


def _shown(name: str, value: object) -> str:
    if name == "token":
        return "what is not shown here"
    # A flag that may be repeated comes as a tuple of what was typed.
    return ", ".join(map(repr, value)) if isinstance(value, tuple) else repr(value)
