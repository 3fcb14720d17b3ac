"""How the service that Codat had until 2025 calls back about syncs, connections and the quota: alert rules.

Source: Codat API (2023), webhooks Sync Started, Sync Failed and Sync Complete; Common API, Rule; guides
``core-rules-webhooks.md`` and, for the two alerts about the quota, "ClientRateLimitReached" and "ClientRateLimitReset"
of the guide on moving to the current service.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from doubleentry.dialects.codat import limits, statuses
from doubleentry.dialects.codat.wire import ticks
from doubleentry.engine.documents import Document, encode
from doubleentry.engine.ports import Outgoing, Reply
from doubleentry.engine.syncs import Sync
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace

STARTED: Final = "Sync Started"
COMPLETED: Final = "Sync Completed"
FAILED: Final = "Sync Failed"
CONNECTION_CHANGED: Final = "DataConnectionStatusChanged"
QUOTA_REACHED: Final = "Rate Limit Reached"
QUOTA_RESET: Final = "Rate Limit Reset"
QUOTA: Final = {limits.REACHED: QUOTA_REACHED, limits.RESET: QUOTA_RESET}

SPELLINGS: Final[dict[str, str]] = {
    "syncstarte": STARTED,
    "syncfaile": FAILED,
    "synccomplete": COMPLETED,
    "expensessyncfaile": FAILED,
    "expensessynccomplete": COMPLETED,
    "expenses.sync.successful": COMPLETED,
    "expenses.sync.unsuccessful": FAILED,
    "dataconnectionstatuschange": CONNECTION_CHANGED,
    "ratelimitreache": QUOTA_REACHED,
    "clientratelimitreache": QUOTA_REACHED,
    "client.ratelimit.reache": QUOTA_REACHED,
    "ratelimitreset": QUOTA_RESET,
    "clientratelimitreset": QUOTA_RESET,
    "client.ratelimit.reset": QUOTA_RESET,
}
"""Rule types as Codat has spelled them, less case, blanks, hyphens and a final d → the type in the alert."""

CLIENT_NAME: Final = "Expense Sync"

TRANSIENT: Final = frozenset({408, 420, 429, 460, 502, 503, 504, 522, 524})
"""Answers after which an alert is sent again; any other that is no success is final."""
WAITS: Final = (timedelta(seconds=10), timedelta(seconds=30), timedelta(seconds=60))
"""At most three retries within two minutes, growing, at most 60 s; the exact lengths are inferred."""
WINDOW: Final = timedelta(minutes=2)
LONGEST_ASKED: Final = timedelta(days=10)
"""The longest wait that a receiver can ask for (inferred)."""


def rule_type(spelling: str) -> str | None:
    """Return the alert's type that a rule's type means, or None for one of which nothing happens here."""
    return SPELLINGS.get(re.sub(r"[\s-]", "", spelling.casefold()).removesuffix("d"))


class Alerts:
    """Rules in, alerts out, unsigned."""

    signature = None
    stamped = False

    def wants(self, workspace: Workspace, endpoint: Endpoint, event: Event) -> bool:
        """Whether a rule is about this event of this company."""
        if endpoint.company not in {None, event.company}:
            return False
        if event.name in QUOTA and limits.payload(workspace) is None:
            # As for messages: there is no quota any more to tell of.
            return False
        kind = _type_of(workspace, event)
        return kind is not None and rule_type(endpoint.record["type"]) == kind

    def render(self, workspace: Workspace, event: Event, endpoint: Endpoint, delivery_id: str) -> Outgoing:
        """Return the alert: Pascal-case envelope, keys inside as mixed as Codat's."""
        kind = _type_of(workspace, event)
        client = workspace.chance.derived_uuid("codat client")
        alert: Document = {
            "AlertId": workspace.chance.derived_uuid("codat alert", delivery_id),
            "ClientId": client,
            "ClientName": CLIENT_NAME,
            **({} if event.name in QUOTA else {"CompanyId": event.company}),
            "RuleId": endpoint.id,
            "RuleType": kind,
            **_about(workspace, event, kind, client),
        }
        headers = {"Content-Type": "application/json", "X-Codat-ClientId": client}
        return Outgoing(endpoint.url, headers, encode(alert).decode(), follow_redirects=True)

    def seal(self, endpoint: Endpoint, request: Outgoing, at: datetime) -> Outgoing:
        """Return an alert as it is: it is neither stamped nor signed."""
        del endpoint, at
        return request

    def disables(self, endpoint: Endpoint, now: datetime) -> bool:
        """Return that a rule goes on, however often its receiver fails: no document says that it ends."""
        del endpoint, now
        return False

    def retry_after(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, now: datetime) -> timedelta | None:
        """Return the wait before the next of at most three retries.

        A receiver's ``Retry-After`` goes before our own waits, and before the two minutes that those stay within. One
        that does not answer at all is tried again like one that is busy (inferred).
        """
        del endpoint
        if delivery.due_attempts > len(WAITS) or (reply.status is not None and reply.status not in TRANSIENT):
            return None
        asked = _asked_for(reply.headers.get("retry-after"), now)
        if asked is not None:
            return asked
        wait = WAITS[delivery.due_attempts - 1]
        return None if now + wait - (delivery.first_at or now) > WINDOW else wait


def _type_of(workspace: Workspace, event: Event) -> str | None:
    """Return the alert's type for an event; None for one that this service does not tell of."""
    if event.name in QUOTA:
        return QUOTA[event.name]
    if not event.name.startswith("sync."):
        return CONNECTION_CHANGED if event.record.get("was") is not None else None
    if event.name == "sync.started":
        return STARTED
    sync = workspace.syncs.get(event.subject)
    return COMPLETED if sync.record["syncStatusCode"] in statuses.SUCCESSES else FAILED


def _about(workspace: Workspace, event: Event, kind: str | None, client: str) -> Document:
    """Return what an alert says of its event."""
    if event.name in QUOTA:
        return _of_quota(workspace, event, client)
    return _of_connection(event) if kind == CONNECTION_CHANGED else _of_sync(workspace, event, kind or STARTED)


def _of_quota(workspace: Workspace, event: Event, client: str) -> Document:
    quota = limits.payload(workspace)
    assert quota is not None, "nobody wants an alert about a quota that there is not"
    most = quota["dailyQuota"]
    data = {"DailyQuota": most, "ExpiresUtc": quota["expiryDate"]}
    if event.name == limits.REACHED:
        told = f"The current daily rate limit quota of {most} requests for {client} has been reached."
        return {"Message": told, "Data": data}
    told = f"The current daily rate limit quota for client {client} has been reset to {most} requests."
    reason = "The quota was reset because it is a new day."
    return {"Message": told, "Data": {**data, "ResetReason": reason, "QuotaRemaining": quota["quotaRemaining"]}}


def _of_connection(event: Event) -> Document:
    connection, was = event.record["payload"]["connection"], event.record["was"]
    changed = f"status changed from {was} to {connection['status']}"
    return {
        "DataConnectionId": connection["id"],
        "Message": f"Data connection for {connection['platformName']} {changed}",
        "Data": {
            "dataConnectionId": connection["id"],
            "newStatus": connection["status"],
            "oldStatus": was,
            "platformKey": connection["integrationKey"],
        },
    }


def _of_sync(workspace: Workspace, event: Event, kind: str) -> Document:
    sync = workspace.syncs.get(event.subject)
    return {
        "Message": f"Sync {sync.id} for company {event.company} of type Expense {_ending(sync, kind)}",
        "Data": _data(sync, kind),
    }


def _ending(sync: Sync, kind: str) -> str:
    if kind == STARTED:
        return "has started."
    return "completed successfully." if kind == COMPLETED else f"has failed at step {_stage(sync)}."


def _data(sync: Sync, kind: str) -> Document:
    began = sync.started_at or sync.created_at
    data = {
        "syncId": sync.id,
        "syncType": "Expense",
        "SyncDateRangeStartUtc": ticks(began),
        # In every sample the range ends one second after it starts.
        "SyncDateRangeFinishUtc": ticks(began + timedelta(seconds=1)),
    }
    return {**data, "FailureStage": _stage(sync)} if kind == FAILED else data


def _stage(sync: Sync) -> str:
    return statuses.FAILURE_STAGES.get(sync.record["syncStatusCode"], statuses.FIRST_STAGE)


def _asked_for(header: str | None, now: datetime) -> timedelta | None:
    """Return how long a ``Retry-After`` asks to wait, given in seconds or as a date; None when it cannot be read."""
    if header is None:
        return None
    if re.fullmatch(r"\s*[0-9]+\s*", header):
        # Leading digits will do: more than nine of them are years.
        return min(timedelta(seconds=int(header.strip()[:9])), LONGEST_ASKED)
    try:
        instant = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
    return min(max(timedelta(0), aware - now), LONGEST_ASKED)
