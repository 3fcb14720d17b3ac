"""What the engine needs from outside: a store, a way out for webhooks, and each dialect's rules."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from doubleentry.engine.documents import Document

if TYPE_CHECKING:
    from doubleentry.engine.books import Entry, LedgerRefusal
    from doubleentry.engine.statuses import Abort, Outcome, Rejection, Skip, Taken
    from doubleentry.engine.syncs import Sync, SyncItem
    from doubleentry.engine.webhooks import Delivery, Endpoint, Event
    from doubleentry.engine.workspaces import Workspace

Scalar = str | int | bool | None
Dump = dict[str, list[tuple[str, Document]]]
"""Everything in a store: collection → (key, document) pairs in insertion order."""


class Store(Protocol):
    """Named collections of JSON documents, each document under a text key, in insertion order.

    A stored document never changes: a write replaces it, and a reader gets a copy of its own. A store sees its own
    writes.
    """

    def get(self, collection: str, key: str) -> Document | None:
        """Return a copy of one document, or None."""

    def text(self, collection: str, key: str) -> bytes | None:
        """Return one document as JSON, or None: for who knows what it made of the same text before."""

    def insert(self, collection: str, key: str, document: Document | Struct) -> None:
        """Append a document, or the one that a struct is written as.

        Raises:
            AlreadyExists: The key is taken; nothing is changed.
        """

    def put(self, collection: str, key: str, document: Document | Struct) -> None:
        """Replace a document in its place, or append it; a struct as in `insert`."""

    def remove(self, collection: str, key: str) -> bool:
        """Remove a document; False when it was not there."""

    def find(
        self,
        collection: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        newest_first: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Document]:
        """Return copies of the documents whose top-level members equal all of `where`, in insertion order."""

    def texts(
        self,
        collection: str,
        where: Mapping[str, Scalar] | None = None,
        *,
        newest_first: bool = False,
        offset: int = 0,
        limit: int | None = None,
    ) -> list[tuple[str, bytes]]:
        """Return the keys of the documents that `find` would return, and their texts as `text` does."""

    def count(self, collection: str, where: Mapping[str, Scalar] | None = None) -> int:
        """Return how many documents `find` would return without a limit."""

    @property
    def size(self) -> int:
        """How many bytes all documents have, as JSON."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make the writes inside all or nothing: an exception undoes them. Does not nest."""

    def dump(self) -> Dump:
        """Return a copy of everything."""

    def branch(self) -> "Store":
        """Return a store with the same content that goes its own way from here."""


class StoreFactory(Protocol):
    """Makes stores of one kind."""

    def __call__(self, dump: Dump | None = None) -> Store:
        """Return a store that holds a dump, or nothing."""


class StampClock(StrEnum):
    """Whose time is in a time stamp."""

    WALL = "wall"
    WORKSPACE = "workspace"


class Stamp(Struct, frozen=True):
    """The instant that a request was stamped and signed for, and whose time that is."""

    at: datetime
    clock: StampClock


class Outgoing(Struct, frozen=True):
    """One HTTP request that the emulator makes of its own accord.

    Attributes:
        url: Where to.
        headers: Names as they are written.
        body: Sent as it is, in UTF-8.
        timeout: How long the receiver may take, on the wall clock.
        follow_redirects: Whether a 3xx with a Location is followed.
        stamp: What was sealed into it; None where nothing in it depends on the instant.
    """

    url: str
    headers: Mapping[str, str]
    body: str
    timeout: timedelta = timedelta(seconds=15)
    follow_redirects: bool = False
    stamp: Stamp | None = None


class Reply(Struct, frozen=True):
    """What came back, or why nothing did.

    Attributes:
        status: The receiver's status; None when there was no answer.
        headers: The receiver's headers, names in lower case.
        body: The start of the receiver's body, as text.
        error: Why there was no answer, in plain words; None when there was one.
        refused: True when we would not even try the address.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    error: str | None = None
    refused: bool = False


class WebhookTransport(Protocol):
    """The way out."""

    def send(self, request: Outgoing) -> Reply:
        """Make one POST and return what came of it; never raises for what a network can do."""

    def close(self) -> None:
        """Let go of connections."""


class SyncRules(Protocol):
    """What a dialect decides about a sync, at the moment of the push, on stored documents."""

    def prepare(self, workspace: "Workspace", sync: "Sync", items: list["SyncItem"]) -> "Abort | None":
        """Let the sync run (None), or end it with a reason before anything is pushed."""

    def judge(self, workspace: "Workspace", sync: "Sync", item: "SyncItem") -> "Entry | Taken | Rejection | Skip":
        """Turn an item into an entry for the ledger, take it without one, refuse it, or say that there is nothing."""

    def refused(self, workspace: "Workspace", item: "SyncItem", cause: "LedgerRefusal | Outcome") -> str:
        """Word the ledger's refusal, or the one that a fault orders, as the vendor would."""

    def conclude(self, workspace: "Workspace", sync: "Sync", items: list["SyncItem"]) -> Document:
        """Return what the vendor's record of the ended sync says beyond what the engine knows.

        What a sync brings into the vendor's own records is written here, once it is known which items were taken.
        """

    def outcome(self, code: str) -> "Outcome":
        """Return the outcome that one of the vendor's own codes stands for.

        Raises:
            NotFound: The vendor has no such code.
        """


class WebhookFormat(Protocol):
    """How a dialect calls back: which events, in which words, signed how, and when it tries again or gives up."""

    @property
    def signature(self) -> str | None:
        """The header that has the signature; None where nothing is signed."""

    @property
    def stamped(self) -> bool:
        """Whether a request tells the instant that it was signed at."""

    def wants(self, workspace: "Workspace", endpoint: "Endpoint", event: "Event") -> bool:
        """Whether the endpoint asked for this event; not asked of one that is disabled."""

    def render(self, workspace: "Workspace", event: "Event", endpoint: "Endpoint", delivery_id: str) -> Outgoing:
        """Return the request, but for what depends on the instant of an attempt."""

    def seal(self, endpoint: "Endpoint", request: Outgoing, at: datetime) -> Outgoing:
        """Return the request of one attempt: with the time stamp and the signature that it has at an instant.

        Args:
            endpoint: Whose secret it is signed with.
            request: As rendered.
            at: The machine's time, or the workspace's, as the workspace is set.

        Returns:
            `request` itself where nothing in it depends on the instant.
        """

    def retry_after(self, endpoint: "Endpoint", delivery: "Delivery", reply: Reply, now: datetime) -> timedelta | None:
        """Return how long to wait after a failed attempt before the next one, or None to give up.

        Asked of an attempt too that was not made because the endpoint is disabled: `reply` has no status then.
        """

    def disables(self, endpoint: "Endpoint", now: datetime) -> bool:
        """Whether an endpoint is to be disabled that has failed at every attempt since its ``failing_since``."""
