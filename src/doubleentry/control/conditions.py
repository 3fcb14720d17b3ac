"""What can be waited for: each is a look at the workspace, with its lock held."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from doubleentry.control import sinks
from doubleentry.control.packing import delivery_document, sync_document
from doubleentry.control.patterns import misses, named, told
from doubleentry.engine.clock import ClockMode
from doubleentry.engine.documents import Document
from doubleentry.engine.webhooks import DeliveryStatus
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.journal import Journal

Condition = Mapping[str, Any]
ENDED_DELIVERIES: Final = tuple(status.value for status in DeliveryStatus if status is not DeliveryStatus.PENDING)


class Seen(Struct, frozen=True):
    """What a look found.

    Attributes:
        sought: What was looked for, in plain words.
        nearest: What there is instead, in plain words.
        found: The answer when it is so; None when it is not.
    """

    sought: str
    nearest: str
    found: Document | None


def look(workspace: Workspace, journal: Journal, condition: Condition) -> Seen:
    """Say whether a condition holds now.

    Args:
        workspace: Its lock is held by the caller.
        journal: The workspace's.
        condition: As `ConditionSchema` loads it.

    Raises:
        NotFound: The sync that is named is not in the workspace.
    """
    if "sync" in condition:
        return _look_at_sync(workspace, condition)
    if "deliveries" in condition:
        return _look_at_deliveries(workspace, condition)
    if "exchange" in condition:
        return _look_at_exchanges(journal, condition)
    if "sink" in condition:
        return _look_at_sink(workspace, condition)
    return _look_at_tasks(workspace)


def _look_at_sync(workspace: Workspace, condition: Condition) -> Seen:
    sync = workspace.syncs.get(condition["sync"])
    wanted = condition.get("status")
    reason = workspace.waits_for(sync.id)
    is_so = sync.has_ended if wanted is None else sync.status in wanted
    return Seen(
        sought=f"sync {sync.id} to be {'ended' if wanted is None else ' or '.join(wanted)}",
        nearest=f"it is {sync.status}" + ("" if reason is None else f": {reason.rstrip('.')}"),
        found={"sync": sync_document(workspace, sync)} if is_so else None,
    )


def _look_at_tasks(workspace: Workspace) -> Seen:
    pending = workspace.scheduler.pending()
    nearest = "nothing is pending"
    if pending:
        nearest = (
            f"{len(pending)} task(s) are pending, the next a {pending[0].kind} due at {pending[0].due.isoformat()}"
            f"{_standing(workspace)}"
        )
    return Seen("nothing to be pending", nearest, None if pending else {})


def _look_at_deliveries(workspace: Workspace, condition: Condition) -> Seen:
    wanted = condition.get("status", ENDED_DELIVERIES)
    deliveries = workspace.webhooks.deliveries()
    found = [delivery for delivery in deliveries if delivery.status in wanted]
    counts = Counter(delivery.status.value for delivery in deliveries)
    there = ", ".join(f"{count} {status}" for status, count in counts.items()) or "no deliveries at all"
    return Seen(
        sought=f"{condition['deliveries']} deliveries to be {' or '.join(wanted)}",
        nearest=f"there are {there}{_standing(workspace)}",
        found=(
            {"deliveries": [delivery_document(workspace, delivery) for delivery in found]}
            if len(found) >= condition["deliveries"]
            else None
        ),
    )


def _look_at_exchanges(journal: Journal, condition: Condition) -> Seen:
    sought, count = condition["exchange"], condition.get("count", 1)
    exchanges = journal.search()
    wrong = {exchange.id: len(misses(exchange, sought)) for exchange in exchanges}
    found = [exchange for exchange in exchanges if not wrong[exchange.id]]
    nearest = f"{len(found)} are in the journal"
    if not found and exchanges:
        # The newest of those that have most in common.
        nearest += f"; the nearest is {named(min(reversed(exchanges), key=lambda exchange: wrong[exchange.id]))}"
    return Seen(
        sought=f"{count} exchange(s) with {told(sought)}",
        nearest=nearest,
        found={"exchanges": [exchange.document() for exchange in found]} if len(found) >= count else None,
    )


def _look_at_sink(workspace: Workspace, condition: Condition) -> Seen:
    name, count = condition["sink"], condition.get("count", 1)
    received = sinks.state(workspace, name)["received"]
    return Seen(
        sought=f"sink {name} to be sent {count} request(s)",
        nearest=f"it was sent {received}{_standing(workspace)}",
        found={"requests": sinks.shown(workspace, name)} if received >= count else None,
    )


def _standing(workspace: Workspace) -> str:
    """Return what to add where only the tester could end the wait."""
    if workspace.holds_sending and workspace.scheduler.lanes():
        return " (sending is held: release the webhooks)"
    if workspace.clock.state.mode is ClockMode.FROZEN and workspace.scheduler.pending():
        return " (the clock is frozen: what is due later runs when it is advanced)"
    return ""
