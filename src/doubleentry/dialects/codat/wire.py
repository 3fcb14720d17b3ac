"""How Codat prints an instant: UTC, mostly with the seven fractional digits of .NET."""

import re
from datetime import datetime
from typing import Final

_SHORT: Final = re.compile(r"(\.[0-9]{1,6})(?![0-9])")


def ticks(instant: datetime) -> str:
    """Return an instant with seven fractional digits and ``Z``: ``2022-08-03T01:30:09.0797210Z``."""
    return f"{instant:%Y-%m-%dT%H:%M:%S.%f}0Z"


def parsed(text: str) -> datetime:
    """Return an instant that was printed so; the seventh digit is beyond a datetime."""
    return datetime.fromisoformat(text)


def filled_up(text: str) -> str:
    """Return an instant from a fixture as .NET would print it: a fraction of fewer than seven digits is filled up.

    Whole seconds stay, as samples have those too.
    """
    return _SHORT.sub(lambda found: found[1].ljust(8, "0"), text)
