"""How each kind of setting is read: text, or a TOML value, to what the program uses.

Each function raises ValueError with what it expected; the caller says what came, and where.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """How the clock of a new workspace starts."""

    mode: Literal["real", "frozen", "scaled"] = "real"
    instant: datetime | None = None
    """Where a frozen clock stands, in UTC; None means the moment at which the server starts."""
    factor: float = 1.0
    """Emulated seconds in one real second."""


def parse_yes_or_no(value: object) -> bool:
    """Read a yes or no."""
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    raise ValueError("expected true or false")


def parse_text(value: object) -> str:
    """Read a text that is not blank."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise ValueError("expected a text that is not empty")


def parse_seed(value: object) -> str:
    """Read a seed; a number is as good as its digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return parse_text(value)


def _whole_number(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,9}\s*", value):
        return int(value)
    return -1


def parse_port(value: object) -> int:
    """Read a port, or 0."""
    number = _whole_number(value)
    if 0 <= number <= 65535:  # noqa: PLR2004 - the largest port
        return number
    raise ValueError("expected a port: 0 (any free one) to 65535")


def parse_seconds(value: object) -> int:
    """Read a whole number of seconds, 0 or more."""
    number = _whole_number(value)
    if 0 <= number <= 10**9:
        return number
    raise ValueError("expected a whole number of seconds, 0 to 1000000000")


def parse_size(value: object) -> int:
    """Read a whole number of MiB, 0 or more."""
    number = _whole_number(value)
    if 0 <= number <= 2**20:
        return number
    raise ValueError("expected a whole number of MiB, 0 to 1048576")


def parse_dialect_port(value: object) -> int:
    """Read a port that is known beforehand."""
    number = _whole_number(value)
    if 0 < number <= 65535:  # noqa: PLR2004 - the largest port
        return number
    raise ValueError("expected a port: 1 to 65535")


def parse_url(value: object) -> str:
    """Read a base URL, and take the slash off its end."""
    text = parse_text(value).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("expected a URL such as https://emulator.example.test")
    return text


def parse_directory(value: object) -> Path:
    """Read a folder that exists."""
    path = Path(parse_text(value))
    if not path.is_dir():
        raise ValueError("expected a folder that exists")
    return path


def parse_path(value: object) -> Path:
    """Read the path of a file that need not exist, in a folder that does."""
    path = Path(parse_text(value))
    if not path.parent.is_dir():
        raise ValueError("expected a file in a folder that exists")
    return path


def parse_certificates(value: object) -> Path:
    """Read the path of a file of certificates in PEM."""
    path = Path(parse_text(value))
    try:
        if b"-----BEGIN CERTIFICATE-----" in path.read_bytes():
            return path
    except OSError as error:
        raise ValueError("expected a file that can be read") from error
    raise ValueError("expected a file of certificates in PEM, with a line -----BEGIN CERTIFICATE-----")


def choice_of(words: tuple[str, ...]) -> Callable[[object], str]:
    """Return a parser that takes one of some words."""

    def parse(value: object) -> str:
        if isinstance(value, str) and value.strip().lower() in words:
            return value.strip().lower()
        raise ValueError(f"expected {' or '.join(words)}")

    return parse


def parse_words(value: object) -> tuple[str, ...]:
    """Read texts: a list of them, or one text that separates them by commas."""
    parts: list[object] = []
    for part in [value] if isinstance(value, str) else _items(value, "expected a list of texts"):
        parts += part.split(",") if isinstance(part, str) else [part]
    return tuple(parse_text(part) for part in parts)


def _items(value: object, complaint: str) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    raise ValueError(complaint)


def parse_clock(value: object) -> ClockSetting:
    """Read how the clock starts."""
    complaint = "expected real, frozen, an instant such as 2022-08-03T01:30:09Z, or scale:N such as scale:60"
    if isinstance(value, datetime):
        value = value.isoformat()
    text = parse_text(value)
    if text in {"real", "frozen"}:
        return ClockSetting(mode="real" if text == "real" else "frozen")
    if scale := re.fullmatch(r"scale:(\d{1,9}(?:\.\d{1,9})?)", text):
        factor = float(scale[1])
        if factor == 0:
            raise ValueError("expected scale:N with N above 0; a clock that stands is `frozen`")
        return ClockSetting(mode="scaled", factor=factor)
    try:
        instant = datetime.fromisoformat(text)
        instant_utc = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(complaint) from None
    if instant.tzinfo is None:
        raise ValueError("expected an instant with its offset: add Z for UTC")
    return ClockSetting(mode="frozen", instant=instant_utc)


def parse_quirks(value: object) -> Mapping[str, str]:
    """Read `name=value` pairs or a TOML table, whose dotted keys arrive as tables in tables."""
    if isinstance(value, Mapping):
        return dict(_flattened(value))
    pairs = {}
    for word in parse_words(value):
        name, equals, chosen = word.partition("=")
        if not (equals and name.strip() and chosen.strip()):
            raise ValueError("expected NAME=VALUE, such as codat.link=auto")
        pairs[name.strip()] = chosen.strip()
    return pairs


def _flattened(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flattened(value, f"{prefix}{name}.")
        elif isinstance(value, bool):
            yield prefix + name, str(value).lower()
        elif isinstance(value, str | int):
            yield prefix + name, str(value)
        else:
            raise ValueError(f"expected one value for {prefix}{name}")  # noqa: TRY004 - a bad setting, not a bug
