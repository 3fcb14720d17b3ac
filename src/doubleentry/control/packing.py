"""How what the engine keeps is shown, where several resources show it."""

from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.faults import Rule
from doubleentry.engine.scheduler import Task
from doubleentry.engine.syncs import Sync
from doubleentry.engine.webhooks import Delivery
from doubleentry.engine.workspaces import Workspace


def sync_document(workspace: Workspace, sync: Sync) -> Document:
    """Return a sync without its items."""
    document = to_document(sync)
    for internal in ("ordinal", "lane", "in_parts", "parts_left", "ends_at"):
        del document[internal]
    return {**document, "item_count": workspace.syncs.item_count(sync.id)}


def delivery_document(workspace: Workspace, delivery: Delivery) -> Document:
    """Return a delivery with the event that it tells of."""
    return {**to_document(delivery), "event": to_document(workspace.webhooks.event(delivery.event))}


def task_document(task: Task) -> Document:
    """Return a pending task."""
    return {"due": task.due.isoformat(), "seq": task.seq, "kind": task.kind, "belongs_to": task.args}


def fault_document(rule: Rule) -> Document:
    """Return a rule with its counters; of what it fires on the members that are said."""
    document = to_document(rule)
    match = {name: value for name, value in document["match"].items() if value not in (None, {})}
    return {**document, "match": match}
