"""The daily quota, told in headers on every answer and in two events, and the promise of idempotency keys.

Source: guides "Rate limits" and "Idempotency"; Expenses API (current), webhooks ``client.rateLimit.reached`` and
``client.rateLimit.reset``. Inferred: the form of the date in ``X-Rate-Limit-Reset``; that the quota is reached with the
first call that is refused (the webhook's words are "surpasses"), once a day; and that a reset is told only after that.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Final

from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import TooManyRequests
from doubleentry.web.idempotency import Idempotency
from doubleentry.web.limits import Window, count_in_window, standing_in_window

QUOTA: Final = 1000
GENEROUS: Final = 1_000_000
CONCERN: Final = "codat client"
ACTIVE: Final = "Linked"
DIALECT: Final = "codat"
REACHED: Final = "client.rateLimit.reached"
RESET: Final = "client.rateLimit.reset"
EVENTS: Final = frozenset({REACHED, RESET})
"""What is told of the client, and of no company."""

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
        window = count_in_window(workspace, CONCERN, most, _midnight)
        if window.exceeded:
            with workspace.transaction():
                _tell(workspace, window)
        headers = _headers(window, most)
        if window.exceeded:
            wait = window.seconds_left(workspace.clock.now())
            raise TooManyRequests("No call is left today.", {**headers, "Retry-After": str(wait)})
        return headers

    def standing(self, workspace: Workspace, key: str) -> Mapping[str, str]:
        """Return the same headers without counting."""
        del key
        most = _most(workspace)
        return {} if most is None else _headers(_standing(workspace, most), most)


def payload(workspace: Workspace) -> Document | None:
    """Return what an event says of the quota as it stands; None where no calls are counted."""
    most = _most(workspace)
    if most is None:
        return None
    window = _standing(workspace, most)
    return {"dailyQuota": most, "quotaRemaining": max(0, window.remaining), "expiryDate": _shown(window.ends)}


def _tell(workspace: Workspace, window: Window) -> None:
    """Let the quota be told reached, once until it starts anew, and then let that be told."""
    client = workspace.chance.derived_uuid("codat client")
    if workspace.webhooks.emit_at(window.ends, RESET, DIALECT, "", client):
        workspace.webhooks.emit(REACHED, DIALECT, "", client)


def _standing(workspace: Workspace, most: int) -> Window:
    return standing_in_window(workspace, CONCERN, most, _midnight)


def _most(workspace: Workspace) -> int | None:
    setting = workspace.setting("codat.rate-limit")
    if setting == "off":
        return None
    if setting == "generous":
        return GENEROUS
    if setting != "documented":
        return int(setting)
    linked = workspace.store.find("codat connections", {"status": ACTIVE})
    return QUOTA * (1 + len({connection["companyId"] for connection in linked}))


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)


def _headers(window: Window, most: int) -> dict[str, str]:
    return {
        "X-Rate-Limit-Limit": str(most),
        "X-Rate-Limit-Remaining": str(max(0, window.remaining)),
        "X-Rate-Limit-Reset": _shown(window.ends),
    }


@lru_cache(maxsize=64)
def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
