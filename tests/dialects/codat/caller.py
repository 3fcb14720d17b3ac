"""A client of Codat in one workspace, over HTTP and in-process, and what it sends."""

import json
from types import SimpleNamespace
from wsgiref.util import is_hop_by_hop

from werkzeug.test import Client

from doubleentry.dialects.codat.auth import authorization
from doubleentry.engine.documents import encode
from doubleentry.engine.pace import PRESETS

KEY = "codat-demo"

# The companies of the fixture `demo`, by their platforms; the last is not linked yet.
XERO, QUICKBOOKS, DYNAMICS, NETSUITE, PENDING = (f"c0000000-0000-4000-8000-00000000000{n}" for n in range(1, 6))


def books_of(company):
    """Return the id of a company's accounting connection."""
    return f"a{company[1:]}"


def card_of(company):
    """Return the id of a company's partner expense connection."""
    return f"e{company[1:]}"


def transaction_id(number):
    return f"10000000-0000-4000-8000-{number:012}"


# An account, and no tax, in each platform's ledger.
ACCOUNTS = {
    XERO: "17f2220d-0159-498b-8fd0-10eaf641adf2",
    QUICKBOOKS: "15",
    DYNAMICS: "89cacc1b-cd87-4749-a76d-e2c5ec96b8e6",
    NETSUITE: "81",
}
CURRENCIES = {XERO: "GBP", QUICKBOOKS: "USD", DYNAMICS: "EUR", NETSUITE: "USD"}


def expense(number=1, company=XERO, *, line=None, **change):
    """Return an expense that the company's platform takes, less what `change` and `line` say otherwise."""
    sent = {
        "id": transaction_id(number),
        "type": "Payment",
        "issueDate": "2023-05-02T00:00:00+00:00",
        "currency": CURRENCIES[company],
        "lines": [{"netAmount": 10, "taxAmount": 2, "accountRef": {"id": ACCOUNTS[company]}, **(line or {})}],
        "notes": "client lunch",
        **change,
    }
    return {name: value for name, value in sent.items() if value is not ...}


class Codat:
    """Calls Codat's API in one workspace."""

    def __init__(self, application, name):
        self.application = application
        self.name = name
        self._client = Client(application.wsgi)

    @property
    def workspace(self):
        return self.application.workspaces.open(self.name)

    def call(self, method, path, body=None, *, key=KEY, headers=(), mount="/codat", **more):  # noqa: PLR0913 - a request
        """Call, and return status, headers, body and the text that it was read from."""
        shown = {} if key is None else authorization(key)
        if body is not None:
            more |= {"data": body if isinstance(body, (str, bytes)) else encode(body)}
            more.setdefault("content_type", "application/json")
        answer = self._client.open(
            f"/w/{self.name}{mount}{path}",
            method=method,
            base_url="http://localhost",
            headers={**shown, **dict(headers)},
            **more,
        )
        assert not any(is_hop_by_hop(name) for name, _ in answer.headers), "a server refuses to send such headers"
        text = answer.get_data(as_text=True)
        is_json = answer.mimetype == "application/json"
        return SimpleNamespace(
            status=answer.status_code,
            headers=answer.headers,
            text=text,
            body=json.loads(text) if is_json and text else None,
        )

    def ok(self, method, path, body=None, **more):
        """Call, and return the body of a success."""
        answer = self.call(method, path, body, **more)
        assert 200 <= answer.status < 300, answer.text
        return answer.body

    def steer(self, method, path, body=None):
        """Call the control API, and return the body of a success."""
        return self.ok(method, path, body, mount="/_emulator/v1", key=None)

    def dataset(self, *items, company=XERO):
        """Store a dataset of expenses and return its id."""
        return self.ok("POST", f"{expenses(company)}/expense-transactions", {"items": list(items)})["datasetId"]

    def initiate(self, *dataset_ids, company=XERO):
        """Start a sync and return its id."""
        answer = self.call("POST", f"{expenses(company)}/syncs", {"datasetIds": list(dataset_ids)})
        assert answer.status == 202, answer.text
        return answer.body["syncId"]

    def sync(self, *items, company=XERO):
        """Store a dataset of expenses, start a sync of it, and return the sync's id."""
        return self.initiate(self.dataset(*items, company=company), company=company)

    def status(self, sync_id, company=XERO):
        return self.ok("GET", f"{expenses(company)}/syncs/{sync_id}/status")

    def transactions(self, sync_id, company=XERO):
        """Return all rows of a sync."""
        return self.ok("GET", f"{expenses(company)}/syncs/{sync_id}/transactions")["results"]

    def settle(self):
        """Let time pass until nothing is left to happen, and return what happened."""
        return self.workspace.advance(until_idle=True)

    def at_once(self):
        """Let syncs end as soon as they are started."""
        self.workspace.paces.set(PRESETS["instant"])


def expenses(company):
    return f"/companies/{company}/sync/expenses"
