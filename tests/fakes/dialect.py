"""A dialect without a vendor: rules that read their verdict in the item, and a format that says what happened."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from doubleentry.engine.books import Entry, EntryLine
from doubleentry.engine.documents import encode
from doubleentry.engine.errors import NotFound
from doubleentry.engine.ports import Outgoing
from doubleentry.engine.statuses import Abort, ItemStatus, Outcome, Reason, Rejection, Skip, SyncStatus, Taken

CODES = {
    "running": Outcome(SyncStatus.RUNNING),
    "overdue": Outcome(SyncStatus.RUNNING, overdue=True),
    "pushed": Outcome(SyncStatus.FINISHED, item_status=ItemStatus.PUSHED),
    "failed": Outcome(SyncStatus.FINISHED, item_status=ItemStatus.FAILED, message="the vendor's words"),
    "billing": Outcome(SyncStatus.ABORTED, reason=Reason.BILLING),
}


class FakeRules:
    """Items say what becomes of them: ``{"reject": text}``, ``{"skip": text}``, ``{"take": true}``, or a line to post.

    Attributes:
        abort: What `prepare` answers.
        judged: The references that were judged, in order.
    """

    def __init__(self, abort=None):
        self.abort = abort
        self.judged = []

    def prepare(self, _workspace, sync, _items):
        reason = sync.record.get("abort")
        return self.abort if reason is None else Abort(Reason(reason), "told by the record")

    def judge(self, _workspace, _sync, item):
        self.judged.append(item.reference)
        record = item.record
        if "reject" in record:
            return Rejection(record["reject"])
        if "take" in record:
            return Taken()
        if "skip" in record:
            return Skip(record["skip"])
        line = EntryLine(record.get("account", "travel"), Decimal(record.get("net", 10)), Decimal(record.get("tax", 2)))
        return Entry(item.reference, "2022-08-03", "GBP", True, "bank", (line,))

    def refused(self, _workspace, item, cause):
        if isinstance(cause, Outcome):
            return cause.message or f"{item.reference}: ordered"
        return f"{item.reference}: {cause}"

    def conclude(self, _workspace, sync, items):
        return {"told": f"{sync.status} with {len(items)}"}

    def outcome(self, code):
        if code not in CODES:
            raise NotFound("code", code)
        return CODES[code]


class FakeFormat:
    """Posts the event's name and subject; tries again after a minute, then two, then three, and so on `tries` times.

    An endpoint with a secret is signed for with a header; one that fails for `patience` is disabled.
    """

    signature = "X-Signed"
    stamped = True

    def __init__(self, tries=3, patience=None):
        self.tries = tries
        self.patience = patience

    def wants(self, _workspace, endpoint, event):
        return endpoint.company in {None, event.company} and event.name in endpoint.record.get("events", [event.name])

    def render(self, workspace, event, endpoint, delivery_id):
        body = {
            "event": event.name,
            "subject": event.subject,
            "at": event.at,
            "delivery": delivery_id,
            "total": workspace.store.count("postings"),
        } | event.record
        outgoing = Outgoing(endpoint.url, {"Content-Type": "application/json"}, encode(body).decode())
        return replace(outgoing, timeout=timedelta(seconds=5))

    def seal(self, endpoint, request, at):
        if endpoint.secret is None:
            return request
        return replace(request, headers={**request.headers, "X-Signed": f"{endpoint.secret} {at.isoformat()}"})

    def retry_after(self, _endpoint, delivery, _reply, _now):
        due = delivery.due_attempts
        return timedelta(minutes=due) if due < self.tries else None

    def disables(self, endpoint, now):
        return self.patience is not None and now - endpoint.failing_since >= self.patience
