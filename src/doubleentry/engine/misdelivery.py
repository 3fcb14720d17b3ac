"""Webhooks that go wrong on purpose: what a fault does to one attempt."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import convert
from msgspec.structs import replace

from doubleentry.engine.documents import NotJson, decode
from doubleentry.engine.faults import Facts, Layer, Mishap, Rule
from doubleentry.engine.ports import Outgoing, Reply, WebhookFormat

if TYPE_CHECKING:
    from doubleentry.engine.scheduler import Task
    from doubleentry.engine.webhooks import Delivery
    from doubleentry.engine.workspaces import Workspace

SPARED: Final = "spared attempts"
"""The collection of what the rules have had their turn with: an attempt that is late, all of a copy."""

STALE_BY: Final = timedelta(minutes=10)
"""How old a stale time stamp is; receivers refuse one that is more than five minutes off."""


def befalls(workspace: "Workspace", delivery: "Delivery") -> Rule | None:
    """Return the rule that fires on an attempt that is due, if one does."""
    if not workspace.faults.exist or _is_spared(workspace, delivery):
        return None
    event = workspace.webhooks.event(delivery.event)
    try:
        body = decode(delivery.request.body)
    except NotJson:
        body = None
    facts = Facts(
        delivery.dialect,
        company=event.company,
        headers=delivery.request.headers,
        body=body,
        event=event.name,
        endpoint=delivery.endpoint,
    )
    rule = workspace.faults.consult(Layer.WEBHOOK, facts)
    if rule is not None:
        workspace.timeline.add("attempt.spoiled", delivery.id, fault=rule.id, how=rule.effect["webhook"])
    return rule


def withholds(workspace: "Workspace", task: "Task", delivery: "Delivery", rule: Rule | None) -> bool:
    """Carry out what keeps an attempt from being sent now, and return whether it does; a copy is made beside it."""
    how = None if rule is None else rule.effect["webhook"]
    if rule is not None and how == Mishap.DROP:
        reply = Reply(error=f"no answer: the fault {rule.id} dropped it")
        workspace.webhooks.answered(task, delivery.request, reply, workspace.clock.now())
        return True
    if rule is not None and how == Mishap.DELAY:
        workspace.store.put(SPARED, _attempt(delivery), {})
        workspace.webhooks.postpone(delivery, convert(rule.effect["by"], timedelta))
        return True
    if how == Mishap.DUPLICATE:
        workspace.store.put(SPARED, workspace.webhooks.resend(delivery.id).id, {})
    return False


def stamped(at: datetime, rule: Rule | None) -> datetime:
    """Return the instant that an attempt is stamped with."""
    return at - STALE_BY if rule is not None and rule.effect["webhook"] == Mishap.STALE_STAMP else at


def tampered(form: WebhookFormat, request: Outgoing, rule: Rule | None) -> Outgoing:
    """Return a request as it is sent: with a bad signature one character of the good one is another."""
    good = request.headers.get(form.signature or "")
    if rule is None or rule.effect["webhook"] != Mishap.BAD_SIGNATURE or good is None:
        return request
    middle = len(good) // 2
    bad = good[:middle] + ("1" if good[middle] == "0" else "0") + good[middle + 1 :]
    return replace(request, headers={**request.headers, str(form.signature): bad})


def _is_spared(workspace: "Workspace", delivery: "Delivery") -> bool:
    return any(workspace.store.get(SPARED, key) is not None for key in (delivery.id, _attempt(delivery)))


def _attempt(delivery: "Delivery") -> str:
    return f"{delivery.id} {delivery.attempts + 1}"
