"""What is kept of syncs: their shape, and how they are found."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

from doubleentry.engine.documents import Document, from_document
from doubleentry.engine.errors import NotFound
from doubleentry.engine.pace import Hold, Pace
from doubleentry.engine.ports import Scalar, Store
from doubleentry.engine.statuses import ENDS, ItemStatus, Reason, SyncStatus


class ItemOrder(Struct, frozen=True):
    """One thing to push: the caller's own id for it, and what the dialect needs to judge it."""

    reference: str
    record: Document


class SyncOrder(Struct, frozen=True):
    """What to push.

    Attributes:
        lane: Of the syncs in one lane only one runs at a time; None for no such bound.
        by_hand: It stays queued until it is released.
        in_parts: Its items are pushed part by part while it runs, instead of all at its end.
        record: What the dialect keeps with it.
    """

    dialect: str
    company: str
    items: Sequence[ItemOrder]
    lane: str | None = None
    connection: str | None = None
    by_hand: bool = False
    in_parts: bool = False
    record: Document = field(default_factory=dict)


class Sync(Struct, frozen=True):
    """One queued push.

    Attributes:
        held: Where it stands until it is released.
        reads_left: With the pace ``polls``: how many more reads of its status find it unfinished.
        in_parts: Its items are pushed part by part while it runs.
        parts_left: Of these: how many parts are still to be pushed, the last one at its end.
        ends_at: Of these: when it ends.
        overdue: Ordered to look as if it had run for very long.
        ordered: A fault decided how it goes.
        message: What its end was about, in the dialect's words or the fault's; None for nothing to say.
        record: What the dialect keeps with it.
    """

    id: str
    ordinal: int
    dialect: str
    company: str
    pace: Pace
    created_at: datetime
    lane: str | None = None
    connection: str | None = None
    status: SyncStatus = SyncStatus.QUEUED
    reason: Reason | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    held: Hold | None = None
    reads_left: int | None = None
    in_parts: bool = False
    parts_left: int = 1
    ends_at: datetime | None = None
    overdue: bool = False
    ordered: Document | None = None
    message: str | None = None
    record: Document = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.status in ENDS


class SyncItem(Struct, frozen=True):
    """One part of a sync.

    Attributes:
        reference: The caller's own id for it.
        ledger: The ledger it was posted to.
        posting: What it became there.
        changed_at: When its status last changed; None when it never did, or before this world began.
    """

    id: str
    sync: str
    dialect: str
    company: str
    reference: str
    record: Document
    status: ItemStatus = ItemStatus.PENDING
    message: str | None = None
    ledger: str | None = None
    posting: str | None = None
    changed_at: datetime | None = None


class SyncRecords:
    """The syncs and items that a store holds."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def record_ended(self, sync: Sync, items: Sequence[SyncItem]) -> None:
        """Store a sync that ended before this world began, from a fixture; nothing is pushed and nobody is told."""
        self._store.insert("syncs", sync.id, sync)
        for item in items:
            self._store.insert("sync items", item.id, item)

    def get(self, id: str) -> Sync:
        """Return one sync.

        Raises:
            NotFound: There is no such sync.
        """
        document = self._store.get("syncs", id)
        if document is None:
            raise NotFound("sync", id)
        return from_document(document, Sync)

    def all(self, where: Mapping[str, Scalar] | None = None) -> list[Sync]:
        """Return the syncs whose members equal `where` (``dialect``, ``company``, ``status``), oldest first."""
        return [from_document(document, Sync) for document in self._store.find("syncs", where)]

    def items(self, sync_id: str, status: ItemStatus | None = None) -> list[SyncItem]:
        """Return the items of a sync in the order given at submission, all or those that stand so."""
        # By status they are not searched: an index over it would change with each push.
        found = self._store.find("sync items", {"sync": sync_id})
        return [from_document(each, SyncItem) for each in found if status is None or each["status"] == status.value]

    def item(self, id: str) -> SyncItem:
        """Return one item.

        Raises:
            NotFound: There is no such item.
        """
        document = self._store.get("sync items", id)
        if document is None:
            raise NotFound("sync item", id)
        return from_document(document, SyncItem)

    def item_count(self, sync_id: str) -> int:
        """Return how many items a sync has."""
        return self._store.count("sync items", {"sync": sync_id})

    def page_of_items(self, sync_id: str, offset: int, limit: int) -> list[SyncItem]:
        """Return some of the items of a sync, in order."""
        found = self._store.find("sync items", {"sync": sync_id}, offset=offset, limit=limit)
        return [from_document(document, SyncItem) for document in found]

    def is_pushed(self, company: str, reference: str, *, others: int = 0) -> bool:
        """Whether an item that had the caller's id in a company was ever pushed.

        Args:
            company: The company.
            reference: The caller's id.
            others: How many items that have it are known not to be pushed: where there are no more, none is read.
        """
        where: dict[str, Scalar] = {"company": company, "reference": reference}
        if self._store.count("sync items", where) <= others:
            return False
        return any(found["status"] == ItemStatus.PUSHED.value for found in self._store.find("sync items", where))

    def items_of_reference(self, company: str, reference: str) -> list[SyncItem]:
        """Return every item that ever had the caller's id in a company, oldest first."""
        where: dict[str, Scalar] = {"company": company, "reference": reference}
        return [from_document(document, SyncItem) for document in self._store.find("sync items", where)]
