"""Answers that go wrong on their way: what the server is told of it, and what can be done to one here."""

from enum import StrEnum
from typing import Final

from flask import Response
from msgspec import Struct

SPOIL: Final = "doubleentry.spoil"
"""The key in the WSGI environ of the `Spoil` of an answer."""
DELAY: Final = "doubleentry.delay"
"""The key in the WSGI environ of the seconds, in wall time, for which a finished answer is held."""


class How(StrEnum):
    """What becomes of an answer.

    ``reset``: the connection is reset, nothing is sent. ``empty``: it is closed, nothing is sent. ``truncate``: the
    whole head, half of the body, then closed. ``malform``: a body that is not JSON, of the right length. ``drip``: in
    small pieces over some time. ``hang``: nothing for some time, then closed.
    """

    RESET = "reset"
    EMPTY = "empty"
    TRUNCATE = "truncate"
    MALFORM = "malform"
    DRIP = "drip"
    HANG = "hang"


class Spoil(Struct, frozen=True):
    """How the server is to spoil an answer.

    Attributes:
        how: What becomes of it; never ``malform``, which is done before the server sees it.
        seconds: How long a drip takes, or a hang lasts, in wall time; 0 for a hang without end.
    """

    how: str
    seconds: float = 0.0


def malform(response: Response) -> None:
    """Take the last byte of a body away; one that is empty becomes a brace that is never closed."""
    body = response.get_data()
    response.set_data(body[:-1] if body else b"{")
