"""The daily quota, told in headers on every answer, and the promise of idempotency keys.

Source: guides "Rate limits" and "Idempotency". Inferred: the form of the date in ``X-Rate-Limit-Reset``.
"""

import math
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final

from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import TooManyRequests
from doubleentry.web.idempotency import Idempotency
from doubleentry.web.limits import Window, count_in_window, standing_in_window

QUOTA: Final = 1000
CONCERN: Final = "codat client"
ACTIVE: Final = "Linked"

IDEMPOTENCY: Final = Idempotency(
    header="Idempotency-Key",
    methods=frozenset({"POST", "PATCH"}),
    lifetime=timedelta(minutes=90),
    unkept=frozenset({429}),
)


class DailyQuota:
    """As many calls a day as the quirk ``codat.rate-limit`` says; a day ends at midnight UTC."""

    def count(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Count a call, and return the headers that tell how many are left.

        Raises:
            TooManyRequests: None is left.
        """
        del key  # The quota is the client's, whichever of its keys is shown.
        most = _most(workspace)
        if most is None:
            return {}
        window = count_in_window(workspace, CONCERN, most, _left_of_the_day(workspace))
        headers = _headers(window, most)
        if window.exceeded:
            wait = math.ceil((window.ends - workspace.clock.now()).total_seconds())
            raise TooManyRequests("No call is left today.", {**headers, "Retry-After": str(wait)})
        return headers

    def standing(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Return the same headers without counting."""
        del key
        most = _most(workspace)
        if most is None:
            return {}
        return _headers(standing_in_window(workspace, CONCERN, most, _left_of_the_day(workspace)), most)


def _most(workspace: Workspace) -> int | None:
    setting = workspace.setting("codat.rate-limit")
    if setting == "off":
        return None
    if setting != "documented":
        return int(setting)
    linked = workspace.store.find("codat connections", {"status": ACTIVE})
    return QUOTA * (1 + len({connection["companyId"] for connection in linked}))


def _left_of_the_day(workspace: Workspace) -> timedelta:
    now = workspace.clock.now()
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo) - now


def _headers(window: Window, most: int) -> dict[str, str]:
    return {
        "X-Rate-Limit-Limit": str(most),
        "X-Rate-Limit-Remaining": str(max(0, window.remaining)),
        "X-Rate-Limit-Reset": window.ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
