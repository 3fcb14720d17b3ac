"""The framework's throttle: so many calls a minute, told in headers.

Source: laravel/framework 8.83.26, ``Routing/Middleware/ThrottleRequests.php`` (observed); the vendor names no limit.
"""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import TooManyRequests
from doubleentry.web.limits import count_in_window

MINUTE: Final = timedelta(minutes=1)


class Throttle:
    """As many calls a minute as the quirk ``built.rate-limit`` says."""

    def count(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Count a call, and return the headers that tell how many are left.

        Raises:
            TooManyRequests: None is left.
        """
        most = workspace.setting("built.rate-limit")
        if most == "off":
            return {}
        window = count_in_window(workspace, f"built {key}", int(most), _in_a_minute)
        headers = {"X-RateLimit-Limit": most, "X-RateLimit-Remaining": str(window.remaining)}
        if not window.exceeded:
            return headers
        wait = window.seconds_left(workspace.clock.now())
        ends = math.ceil(window.ends.timestamp())
        more = {"Retry-After": str(wait), "X-RateLimit-Reset": str(ends)}
        raise TooManyRequests("No call is left in this minute.", {**headers, **more})

    def standing(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Return nothing: the framework throttles its routes, and who reaches none is not told of it."""
        del workspace, key
        return {}


def _in_a_minute(now: datetime) -> datetime:
    return now + MINUTE
