"""How the vendor calls back: channels, events and their envelope.

Source: guide "Webhooks". What it does not tell (headers, time-out, retries) is inferred: JSON, and never tried again.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from doubleentry.dialects.built import businesses, php
from doubleentry.dialects.built.businesses import DIALECT
from doubleentry.dialects.built.kinds import KINDS
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.ports import Outgoing, Reply
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace

_ALL: Final = ("created", "updated", "deleted")
_BOTH: Final = ("created", "deleted")
_ONCE: Final = ("created",)

CHANNELS: Final[Mapping[str, Sequence[str]]] = {
    "invoices": _ALL,
    "invoice_payments": _ALL,
    "sales": _ALL,
    "deposits": _ALL,
    "quotes": _ALL,
    "other_incomes": _ALL,
    "clients": _ALL,
    "expenses": _ALL,
    "bills": _ALL,
    "bill_payments": _ALL,
    "suppliers": _ALL,
    "employees": _ALL,
    "pay_runs": _ALL,
    "products_services": _ALL,
    "bank_transfers": _ALL,
    "accounts": _ALL,
    "journals": _ALL,
    "business_loans": _ALL,
    "ledgers": _ALL,
    "income_tax_payments": _BOTH,
    "withholding_tax_payments": _BOTH,
    "sales_tax_payments": _BOTH,
    "salary_payments": _BOTH,
    "payrun_tier1_payments": _BOTH,
    "payrun_tier2_payments": _BOTH,
    "payrun_tier3_payments": _BOTH,
    "payrun_income_tax_payments": _BOTH,
    "invoice_online_payments": _ONCE,
    "bill_online_payments": _ONCE,
    "wallet_transactions": _ONCE,
    "business": ("updated",),
}
"""Channel → what can happen on it."""

EXCLUSIVE: Final = "ledgers"
"""An endpoint asks for this channel alone, or for any others without it."""

EXTENSIONS: Final[Mapping[str, Sequence[str]]] = {
    **{kind.batch_channel: ("updated",) for kind in KINDS.values() if not kind.has_total},
    **{kind.transaction_channel: ("updated", "deleted") if kind.has_total else ("deleted",) for kind in KINDS.values()},
}
"""Ours: told only with the quirk ``built.sync-webhooks``."""

IRREGULAR: Final[Mapping[str, str]] = {"business": "Business"}
"""Channels that are singular already."""

SINGULARS: Final = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("s", ""))


class BuiltWebhooks:
    """The vendor's webhooks: unsigned, one request for each event and endpoint."""

    signature = None
    stamped = False

    def wants(self, workspace: Workspace, endpoint: Endpoint, event: Event) -> bool:
        """Whether the endpoint asked for the event's channel, and the event is of its business."""
        del workspace
        if endpoint.company not in {None, event.company}:
            return False
        return event.name.partition(".")[0] in endpoint.record["channels"]

    def render(self, workspace: Workspace, event: Event, endpoint: Endpoint, delivery_id: str) -> Outgoing:
        """Return the request: the envelope with a key of its own."""
        body = {
            "event": event.name,
            "message": message(event.name),
            "idempotency_key": workspace.chance.derived_uuid("built idempotency", delivery_id),
            "environment": businesses.environment(workspace, event.company),
            "data": event.record,
        }
        return Outgoing(endpoint.url, {"Content-Type": "application/json"}, php.to_json(body))

    def seal(self, endpoint: Endpoint, request: Outgoing, at: datetime) -> Outgoing:
        """Return the request as it is: it is neither stamped nor signed."""
        del endpoint, at
        return request

    def retry_after(self, endpoint: Endpoint, delivery: Delivery, reply: Reply, now: datetime) -> timedelta | None:
        """Return that nothing is tried again: no document says that it is."""
        del endpoint, delivery, reply, now
        return None

    def disables(self, endpoint: Endpoint, now: datetime) -> bool:
        """Return that an endpoint goes on, however often it fails: no document says that it ends."""
        del endpoint, now
        return False


class BuiltConsole:
    """What the vendor's developer console does: endpoints with channels, and test requests."""

    topics: Sequence[str] = (*CHANNELS, *EXTENSIONS)
    events: Sequence[str] = tuple(
        f"{channel}.{verb}" for channel, verbs in {**CHANNELS, **EXTENSIONS}.items() for verb in verbs
    )

    examples: Sequence[str] = events

    def subscribe(self, workspace: Workspace, url: str, company: str | None, topics: Sequence[str]) -> Endpoint:
        """Let an endpoint ask for channels.

        Raises:
            NotFound: There is no such business.
            InvalidInput: ``ledgers`` is not alone.
        """
        if EXCLUSIVE in topics and len(set(topics)) > 1:
            raise InvalidInput([Problem(("topics",), f"The channel {EXCLUSIVE} goes with no other.")])
        business = None if company is None else str(businesses.named(workspace, company))
        id = workspace.chance.uuid("built endpoint", url)
        endpoint = Endpoint(id, DIALECT, url, business, {"channels": list(dict.fromkeys(topics))})
        workspace.webhooks.subscribe(endpoint)
        return endpoint

    def trigger(self, workspace: Workspace, name: str, company: str | None, record: Document) -> Event:
        """Let an event happen.

        Raises:
            NotFound: There is no such business.
            InvalidInput: The record has a number that could not be printed.
        """
        business = str(businesses.named(workspace, company))
        try:
            php.to_json(record)
        except ValueError as error:
            raise InvalidInput([Problem(("record",), str(error))]) from error
        subject = str(record.get("id", workspace.chance.ordinal("built event", name)))
        return workspace.webhooks.emit(name, DIALECT, business, subject, record)

    def example(self, workspace: Workspace, name: str, endpoint: Endpoint) -> Delivery:
        """Send a test request: an event of the documented shape, about a record of which only the id is known."""
        business = endpoint.company or str(businesses.named(workspace, None))
        return workspace.webhooks.example(endpoint.id, name, business, "7", {"id": 7})


CONSOLE: Final = BuiltConsole()


def message(event: str) -> str:
    """Return what the envelope says: ``Business_Loan deleted successfully.`` (the pattern is inferred)."""
    channel, _, verb = event.partition(".")
    return f"{IRREGULAR.get(channel) or _singular(channel)} {verb} successfully."


def _singular(channel: str) -> str:
    for plural, ending in SINGULARS:
        if channel.endswith(plural):
            channel = channel.removesuffix(plural) + ending
            break
    return "_".join(word.capitalize() for word in channel.split("_"))
