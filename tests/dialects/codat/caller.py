"""A client of Codat in one workspace, over HTTP and in-process, and what it sends."""

from doubleentry.dialects.codat.auth import authorization
from doubleentry.engine.pace import PRESETS
from tests.dialects.caller import CONTROL, Caller

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


def stored(codat):
    """Return all that is stored, but what any call changes: the numbers of correlation ids, and of calls made."""
    return {name: rows for name, rows in codat.workspace.dump().items() if name not in {"chance", "limits"}}


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


class Codat(Caller):
    """Calls Codat's API in one workspace."""

    dialect = "codat"
    key = KEY
    mount = "/codat"

    def authorization(self, key):
        return authorization(key)

    def steer(self, method, path, body=None):
        """Call the control API, and return the body of a success."""
        return self.ok(method, path, body, mount=CONTROL, key=None)

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

    def at_once(self):
        """Let syncs end as soon as they are started."""
        self.workspace.paces.set(PRESETS["instant"])


def expenses(company):
    return f"/companies/{company}/sync/expenses"
