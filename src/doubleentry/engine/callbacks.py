"""What webhooks are made of: endpoint, event, delivery and attempt; and why an attempt counts as failed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from doubleentry.engine.documents import Document
from doubleentry.engine.ports import Outgoing, Reply

HINTS: Mapping[int, str] = {
    401: "the receiver asks who calls, and webhooks come without a login: let them in",
    403: "the receiver lets nobody in there: let webhooks in",
    404: "nothing is there: correct the path",
    405: "nothing takes a POST there: correct the path, or the receiver's method",
    413: "the receiver takes no body as large as this: raise its limit",
    415: "the receiver does not take this type of body: let it take what the header Content-Type says",
    429: "the receiver has had enough for now",
}
"""Status → what was wrong and what to do, where there is more to say than of its class."""
CLASS_HINTS: Mapping[int, str] = {
    3: "a redirect that is not followed: give the address that it leads to",
    4: "the receiver did not take it: its answer may say why",
    5: "the receiver failed: its own log says why",
}


class DeliveryStatus(StrEnum):
    """Where a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Endpoint(Struct, frozen=True):
    """Who asked to be told.

    Attributes:
        company: Only events of this company; None for all.
        record: What the dialect keeps with it: event types, its own spelling.
        secret: What its requests are signed with, as the vendor shows it; None where they are not signed.
        disabled: Whether it is told nothing.
        failing_since: When the first attempt failed after which none has succeeded; None when the last one did.
        note: Why it is disabled, in plain words.
    """

    id: str
    dialect: str
    url: str
    company: str | None = None
    record: Document = field(default_factory=dict)
    secret: str | None = None
    disabled: bool = False
    failing_since: datetime | None = None
    note: str | None = None


class Event(Struct, frozen=True):
    """Something that happened.

    Attributes:
        name: The engine's name: ``sync.started``, ``sync.finished``, ``sync.aborted``.
        subject: The id that it happened to.
        record: What the dialect says of it: what a sync does not tell.
    """

    id: str
    name: str
    dialect: str
    company: str
    subject: str
    at: datetime
    record: Document = field(default_factory=dict)


class Delivery(Struct, frozen=True):
    """One event on its way to one endpoint.

    Attributes:
        request: What is sent at every attempt, without what depends on the instant of one.
        attempts: How many were made.
        skipped: How many fell due while the endpoint was disabled, and were not made.
        first_at: When the first was made.
        next_at: When the next is due; None when there will be none.
        note: Why it failed, in plain words.
    """

    id: str
    event: str
    endpoint: str
    dialect: str
    request: Outgoing
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    skipped: int = 0
    first_at: datetime | None = None
    next_at: datetime | None = None
    note: str | None = None

    @property
    def due_attempts(self) -> int:
        """How many have fallen due: where it stands in its schedule."""
        return self.attempts + self.skipped


class Attempt(Struct, frozen=True):
    """One HTTP try.

    Attributes:
        at: When, on the workspace's clock.
        request: What was sent, of a long body the start.
        reply: What came back, or why nothing did.
        note: What was wrong and what to do, in plain words; None when it was received.
    """

    id: str
    delivery: str
    number: int
    at: datetime
    request: Outgoing
    reply: Reply
    note: str | None = None


def trouble(reply: Reply) -> str | None:
    """Return why an attempt counts as failed and what to do, in plain words; None for an answer of the class 2xx."""
    if reply.status is None:
        return reply.error or "no answer"
    kind = reply.status // 100
    if kind == 2:  # noqa: PLR2004 - the class of success
        return None
    hint = HINTS.get(reply.status) or CLASS_HINTS.get(kind) or "only an answer of the class 2xx counts as received"
    return f"answered {reply.status}: {hint}"
