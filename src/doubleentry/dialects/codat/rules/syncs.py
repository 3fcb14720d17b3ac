"""Syncs: starting one, and how it stands.

Source: Codat API (2023), intiate-sync and the status reads; guide "Syncing expenses".
"""

from doubleentry.dialects.codat import statuses
from doubleentry.dialects.codat.errors import CONNECTIONS_TEXT, Refused, invalid
from doubleentry.dialects.codat.rules import companies, connections, datasets, pushing
from doubleentry.dialects.codat.wire import ticks
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound, Problem, Unsupported
from doubleentry.engine.syncs import ItemOrder, Sync, SyncOrder
from doubleentry.engine.workspaces import Workspace

DIALECT = "codat"
ITEMS = "Codat, Expenses API (current), schema ItemRef"


def initiate(workspace: Workspace, company_id: str, dataset_ids: list[str]) -> str:
    """Queue a sync of some datasets and return its id.

    Raises:
        NotFound: The company is not there.
        Refused: A dataset is unknown (400, inferred), or the company cannot be synced now (422).
    """
    companies.get(workspace, company_id)
    found = [datasets.find(workspace, company_id, dataset_id) for dataset_id in dataset_ids]
    unknown = [
        Problem(("DatasetIds", position), f"No dataset was found with ID {dataset_id}")
        for position, (dataset_id, dataset) in enumerate(zip(dataset_ids, found, strict=True))
        if dataset is None
    ]
    if unknown:
        raise invalid(*unknown)
    items = [item for dataset in found if dataset is not None for item in dataset["items"]]
    return submit(workspace, company_id, items, datasetIds=dataset_ids)


def submit(workspace: Workspace, company_id: str, items: list[Document], **record: object) -> str:
    """Queue a sync of transactions that are at hand and return its id.

    Raises:
        Refused: A connection is not linked, another sync is under way and may not be queued behind, or a transaction
            was completed before and the quirk ``codat.duplicate`` refuses that at once.
        Unsupported: A line names an item in the place of an account: our ledgers have none.
    """
    if not connections.can_sync(workspace, company_id):
        raise Refused(422, CONNECTIONS_TEXT)
    if workspace.setting("codat.concurrent-syncs") == "reject":
        _refuse_second(workspace, company_id)
    if workspace.setting("codat.duplicate") == "400" and "update" not in record:
        repeated = pushing.processed_before(workspace, company_id, [item["id"] for item in items])
        if repeated:
            raise Refused(400, pushing.duplicate_text(repeated))
    books = connections.accounting(workspace, company_id)
    if books is not None and any(pushing.names_items_alone(connections.platform_of(books), item) for item in items):
        raise Unsupported("a line with an item in the place of an account", ITEMS)
    order = SyncOrder(
        dialect=DIALECT,
        company=company_id,
        items=[ItemOrder(item["id"], item) for item in items],
        lane=f"{DIALECT} {company_id}",
        connection=None if books is None else books["id"],
        record=record,
    )
    return workspace.syncs.submit(order).id


def status(workspace: Workspace, company_id: str, sync_id: str) -> Document:
    """Return how a sync stands, to someone who polls.

    Raises:
        NotFound: The company or the sync is not there.
    """
    get(workspace, company_id, sync_id)
    return show(workspace, workspace.syncs.observe(sync_id))


def all_statuses(workspace: Workspace, company_id: str) -> list[Document]:
    """Return how all syncs of a company stand, newest first (inferred).

    Raises:
        NotFound: The company is not there.
    """
    return [status(workspace, company_id, sync.id) for sync in reversed(of(workspace, company_id))]


def latest(workspace: Workspace, company_id: str) -> Document:
    """Return how the sync that was started last stands.

    Raises:
        NotFound: The company is not there, or was never synced.
    """
    found = of(workspace, company_id)
    if not found:
        raise NotFound("sync", "latest")
    return status(workspace, company_id, found[-1].id)


def last_successful(workspace: Workspace, company_id: str) -> Document:
    """Return how the newest sync that ended in success stands (that 2040 counts is inferred).

    Raises:
        NotFound: The company is not there, or no sync of it succeeded.
    """
    for sync in reversed(of(workspace, company_id)):
        if sync.record.get("syncStatusCode") in statuses.SUCCESSES:
            return show(workspace, sync)
    raise NotFound("sync", "lastSuccessful")


def get(workspace: Workspace, company_id: str, sync_id: str) -> Sync:
    """Return a sync of a company; of a deleted one those that were under way can still be read (inferred).

    Raises:
        NotFound: The company or the sync is not there.
    """
    if not companies.shows_sync(workspace, company_id, sync_id):
        raise NotFound("company", company_id)
    sync = workspace.syncs.get(sync_id)
    if sync.company != company_id or sync.dialect != DIALECT:
        raise NotFound("sync", sync_id)
    return sync


def of(workspace: Workspace, company_id: str) -> list[Sync]:
    """Return the syncs of a company, oldest first.

    Raises:
        NotFound: The company is not there.
    """
    companies.get(workspace, company_id)
    return workspace.syncs.all({"dialect": DIALECT, "company": company_id})


def show(workspace: Workspace, sync: Sync) -> Document:
    """Return a sync's status object, in the samples' key order; ``syncUtc`` is when it began to run (inferred)."""
    told = sync.record
    code, word = (
        (told["syncStatusCode"], told["syncStatus"])
        if "syncStatusCode" in told
        else statuses.unfinished(sync, workspace.clock.now())
    )
    return {
        "companyId": sync.company,
        "syncId": sync.id,
        "syncStatusCode": code,
        "syncStatus": word,
        "errorMessage": told.get("errorMessage", ""),
        "syncExceptionMessage": told.get("syncExceptionMessage", ""),
        "syncUtc": told.get("syncUtc") or ticks(sync.started_at or sync.created_at),
        "dataPushed": told.get("dataPushed", False),
    }


def _refuse_second(workspace: Workspace, company_id: str) -> None:
    running = [sync for sync in of(workspace, company_id) if not sync.has_ended]
    if running:
        raise Refused(422, f"A sync is already in progress for this company: {running[0].id}")
