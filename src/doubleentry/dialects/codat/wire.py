"""How Codat prints an instant: UTC, mostly with the seven fractional digits of .NET."""

from datetime import datetime


def ticks(instant: datetime) -> str:
    """Return an instant with seven fractional digits and ``Z``: ``2022-08-03T01:30:09.0797210Z``."""
    return f"{instant:%Y-%m-%dT%H:%M:%S.%f}0Z"


def parsed(text: str) -> datetime:
    """Return an instant that was printed so; the seventh digit is beyond a datetime."""
    return datetime.fromisoformat(text)
