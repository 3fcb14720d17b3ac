"""Expenses to send, and batches to read."""

from tests.dialects.sync2books.caller import COMPANY, CONNECTION

AT = "2026-01-05T09:00:00.123Z"
"""When a test begins."""

HOOK = "http://127.0.0.1:9/hook"
"""Where nobody listens."""


def line(**change):
    """Return a line that the demo's books take."""
    sent = {
        "netAmount": 100,
        "taxAmount": 10,
        "taxRateRef": {"id": "tax-10"},
        "accountRef": {"id": "64"},
        **change,
    }
    return {name: value for name, value in sent.items() if value is not ...}


def expense(id="exp-001", *lines, **change):
    """Return an expense that the demo's books take, less what `change` says otherwise."""
    sent = {
        "id": id,
        "type": "Payment",
        "issueDate": "2026-01-05T00:00:00Z",
        "currency": "USD",
        "currencyRate": 1,
        "merchantName": "Office Supplies Co",
        "contactRef": {"id": "supplier-123", "type": "Supplier"},
        "bankAccountRef": {"id": "41"},
        "lines": list(lines) or [line()],
        "notes": "Paper",
        **change,
    }
    return {name: value for name, value in sent.items() if value is not ...}


def wrong(id="exp-bad", **change):
    """Return the documented failing expense: its account does not exist."""
    return expense(id, line(accountRef={"id": "account-xyz"}), **change)


WRONG_TEXT = "Invalid account ID: account-xyz does not exist"


def send(s2b, *expenses, connection=CONNECTION, **more):
    """Send expenses as an array, and return the id of their batch."""
    return s2b.ok("POST", f"/expenses/{connection}", list(expenses), **more)["syncBatchId"]


def sent(s2b, *expenses):
    """Send expenses, let the batch end, and return its id."""
    batch_id = send(s2b, *expenses)
    s2b.settle()
    return batch_id


def read(s2b, batch_id, **more):
    """Return a batch and its items."""
    answer = s2b.ok("GET", f"/sync/batches/{batch_id}", **more)
    return answer["batch"], answer["items"]


def outcomes(s2b, batch_id):
    """Return the batch's word, and id, word and message of each item."""
    batch, items = read(s2b, batch_id)
    return batch["status"], [(item["entityId"], item["status"], item["syncErrorMessage"]) for item in items]


def counters(batch):
    names = ("totalItems", "successfulItems", "failedItems", "syncedItems", "pendingItems", "syncingItems")
    return tuple(batch[name] for name in names)


def ledger(s2b, connection=CONNECTION):
    return s2b.workspace.ledgers.get(connection)


def configure(s2b, company=COMPANY, **references):
    """Set defaults of a company as they are kept."""
    config = {name: {"id": id} for name, id in references.items()}
    s2b.workspace.store.put("sync2books configs", company, {"companyId": company, **config})


def move(s2b, how, connection=CONNECTION):
    """Move a connection from outside: link, unlink, deauthorise or expire."""
    answer = s2b.steer("POST", f"/connections/sync2books/{connection}/{how}")
    assert answer.status == 200, answer.text


def subscribe(s2b, *types, url=HOOK, **more):
    """Ask to be told of some types of events."""
    return s2b.call("POST", "/webhooks/endpoints", {"name": "Batches", "url": url, "eventTypes": list(types)}, **more)


def batches(s2b):
    """Return the batches of the company that tests send for."""
    return s2b.workspace.syncs.all({"dialect": "sync2books", "company": COMPANY})
