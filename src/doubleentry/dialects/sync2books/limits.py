"""So many calls a minute, told in headers on every answer. Source: guide "Errors and rate limits".

Inferred: the window is fixed and begins with the first call; the calls between the limit and twice as many, the burst,
pass with nothing remaining; the end is told in seconds.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from doubleentry.dialects.sync2books import applications
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import TooManyRequests
from doubleentry.web.limits import Window, count_in_window, standing_in_window

MINUTE: Final = timedelta(minutes=1)
BURST: Final = 2
"""How many times the limit a window really has."""


class RateLimit:
    """As many calls a minute as the quirk ``sync2books.rate-limit`` says, and as many again in a burst."""

    def count(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Count a call, and return the headers that tell how many are left.

        Raises:
            TooManyRequests: None is left, not even in a burst.
        """
        most = _most(workspace)
        if most is None:
            return {}
        window = count_in_window(workspace, _concern(workspace, key), most * BURST, _in_a_minute)
        headers = _headers(window, most)
        if window.exceeded:
            wait = window.seconds_left(workspace.clock.now())
            raise TooManyRequests("No call is left in this minute.", {**headers, "Retry-After": str(wait)})
        return headers

    def standing(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Return the same headers without counting."""
        most = _most(workspace)
        if most is None:
            return {}
        return _headers(standing_in_window(workspace, _concern(workspace, key), most * BURST, _in_a_minute), most)


def _most(workspace: Workspace) -> int | None:
    setting = workspace.setting("sync2books.rate-limit")
    return None if setting == "off" else int(setting)


def _concern(workspace: Workspace, key: str) -> str:
    if workspace.setting("sync2books.rate-limit-scope") == "key":
        return f"{applications.DIALECT} key {key}"
    return f"{applications.DIALECT} application {applications.caller(workspace, key).application}"


def _headers(window: Window, most: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(max(0, window.remaining - most * (BURST - 1))),
        "X-RateLimit-Reset": str(math.ceil(window.ends.timestamp())),
    }


def _in_a_minute(now: datetime) -> datetime:
    return now + MINUTE
