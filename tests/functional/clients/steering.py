"""What every driver needs beside its client: an emulator to point it at, and the control API to steer it.

A driver runs in an environment of its own, where only its client is installed: nothing but the standard library here.
"""

import base64
import json
import urllib.request

DEMO_KEY = "codat-demo"
ABSENT = "0f000000-0000-4000-8000-000000000000"
"""An id that nothing has."""

# The demo's company on Xero, and what its books hold.
XERO = "c0000000-0000-4000-8000-000000000001"
CARD = "075caedd-bc0d-450d-8394-93ef3715b306"
SUPPLIER = "6de1efcf-babf-4187-84b4-3786b35a3cea"
CUSTOMER = "5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f"
STATIONERY = "17f2220d-0159-498b-8fd0-10eaf641adf2"
ROASTERY = "39e3006c-94dd-4ee4-8ca4-c36498463154"
# The demo's company on QuickBooks Online, which took no updates in 2023, and an account of its expenses.
QUICKBOOKS = "c0000000-0000-4000-8000-000000000002"
QUICKBOOKS_ACCOUNT = "7"
# The demo's company whose accounting connection waits for its link.
UNLINKED = "c0000000-0000-4000-8000-000000000005"

PUBLIC = "PublicApi"
FAULTS = {
    400: (PUBLIC, "Error processing request - not valid."),
    401: (PUBLIC, "Unauthorized"),
    402: (PUBLIC, "CompanyValidationException: Company limit exceeded"),
    403: (PUBLIC, "You are using an outdated API key or a key not associated with that resource."),
    404: ("ExpenseSyncApi", "NotFound"),
    429: (PUBLIC, "You have made too many requests in a given amount of time; please retry later."),
    500: (PUBLIC, "There is a problem with our server. Please try again later."),
    503: (PUBLIC, "The Codat API is temporarily offline for maintenance. Please try again later."),
}
"""What a fault of a status says: service and error."""


def ordered(status, company=None, connection=None):
    """Return service and error of a fault; the service of companies and connections says what it does not find."""
    if status == 404 and connection:
        return PUBLIC, f"Data connection {connection} not found"
    if status == 404 and company:
        return "ClientsApi", f"No company was found with ID {company}"
    return FAULTS[status]


class Emulator:
    """One workspace of a running emulator."""

    def __init__(self, url, workspace):
        self._url = url
        self.workspace = workspace
        self.base_url = f"{url}/codat"
        # A key that ends in @NAME works in the workspace of that name.
        self.authorization = authorization(f"{DEMO_KEY}@{workspace}")
        self.wrong_authorization = authorization("nobody")

    def control(self, method, path, body=None):
        """Call the control API."""
        request = urllib.request.Request(  # noqa: S310 - loopback
            f"{self._url}/_emulator/v1{path}",
            json.dumps(body).encode() if body is not None else None,
            {"Content-Type": "application/json", "Emulator-Workspace": self.workspace},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            text = answer.read()
        return json.loads(text) if text else None

    def link(self, connection_id):
        """Consent to a connection, as the end customer would."""
        self.control("POST", f"/connections/codat/{connection_id}/link")

    def wait_for_sync(self, sync_id):
        """Return once a sync has ended."""
        self.control("POST", "/wait", {"for": {"sync": sync_id}})

    def hold_next_sync(self):
        """Let the next sync wait until it is released."""
        self.control("PUT", "/pace", {"preset": "instant", "mode": "hold", "next": 1})

    def release(self, sync_id):
        """Let a held sync go on, and return once it has ended."""
        self.control("POST", f"/syncs/{sync_id}/release")
        self.wait_for_sync(sync_id)

    def fail_next_call(self, status):
        """Answer the next call with a status."""
        self.control("POST", "/faults", {"match": {"dialect": "codat"}, "effect": {"status": status}})

    def choose(self, quirk, value):
        """Choose what a quirk does."""
        self.control("PUT", f"/quirks/{quirk}", {"value": value})

    def books(self, connection_id):
        """Return what the accounting software behind a connection holds."""
        return self.control("GET", f"/ledgers/{connection_id}")


def authorization(key):
    """Return the value of the header that shows a key."""
    return "Basic " + base64.b64encode(key.encode()).decode()


def check(found, expected, what=""):
    """Fail with both values unless they are equal."""
    assert found == expected, f"{what}: found {found!r}, expected {expected!r}"
