"""Calling the emulated Codat in this process, as a client would, and what its refusals look like."""

import base64
import re
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.test import Client, TestResponse

from doubleentry.app import Application
from doubleentry.engine.workspaces import Workspace

KEY = "codat-demo"
PROBLEMS = "There are problems with the request, see the Validation property for more detail."
NOT_VALID = "Error processing request - not valid."
MALFORMED_QUERY = "Error parsing query - Malformed query."

XERO = "c0000000-0000-4000-8000-000000000001"
QUICKBOOKS = "c0000000-0000-4000-8000-000000000002"
DYNAMICS = "c0000000-0000-4000-8000-000000000003"
NETSUITE = "c0000000-0000-4000-8000-000000000004"
PENDING = "c0000000-0000-4000-8000-000000000005"
UNKNOWN = "99999999-9999-4999-8999-999999999999"
"""Companies of the scenario ``demo``, by where they are linked to, and an id that nothing has."""

CORRELATION = re.compile(r"[0-9a-f]{32}")


def authorization(key=KEY):
    return f"Basic {base64.b64encode(key.encode()).decode()}"


@dataclass(frozen=True)
class Caller:
    """A client of one workspace, which it names in a header; its methods return what was answered."""

    application: Application
    workspace: Workspace
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def base(self):
        """The URL of Codat in this workspace, as we mint it."""
        return f"http://localhost/w/{self.workspace.name}/codat"

    @property
    def journal(self):
        """Its finished exchanges, oldest first."""
        return self.application.host.journal(self.workspace).search()

    def having(self, **headers):
        """Return the same client with more headers; underscores stand for hyphens, None takes a header away."""
        return replace(self, headers={**self.headers, **{name.replace("_", "-"): v for name, v in headers.items()}})

    def call(self, method, path, **sent: Any) -> TestResponse:
        """Call a path below the base URL; `json`, `data`, `query_string` and the like are werkzeug's."""
        given = {"Authorization": authorization(), "Emulator-Workspace": self.workspace.name, **self.headers}
        headers = {name: value for name, value in given.items() if value is not None}
        return Client(self.application.wsgi).open(f"/codat{path}", method=method, headers=headers, **sent)

    def get(self, path, **sent):
        return self.call("GET", path, **sent)

    def post(self, path, **sent):
        return self.call("POST", path, **sent)

    def put(self, path, **sent):
        return self.call("PUT", path, **sent)

    def patch(self, path, **sent):
        return self.call("PATCH", path, **sent)

    def delete(self, path, **sent):
        return self.call("DELETE", path, **sent)


def expenses(company, path=""):
    """The path of a company's expense product."""
    return f"/companies/{company}/sync/expenses{path}"


def problem(item_id, message):
    return {"itemId": item_id, "message": message, "validatorName": None}


def assert_refused(answer, status, error, service="ExpenseSyncApi", problems=()):
    """Hold a whole refusal against what it should be; only the correlation id is any."""
    body = answer.get_json()
    assert answer.content_type == "application/json"
    assert CORRELATION.fullmatch(body["correlationId"])
    assert (answer.status_code, body) == (
        status,
        {
            "statusCode": status,
            "service": service,
            "error": error,
            "correlationId": body["correlationId"],
            "validation": {"errors": list(problems), "warnings": []} if problems else None,
            "canBeRetried": "No" if problems else "Unknown",
            "detailedErrorCode": 0,
        },
    )


def assert_invalid(answer, *problems, service="ExpenseSyncApi"):
    """Hold a 400 against the problems that its body should name: pairs of ``itemId`` and message."""
    assert_refused(answer, 400, PROBLEMS, service, [problem(*each) for each in problems])


def assert_answered(answer, body, status=200):
    """Hold a whole JSON answer against what it should be, the order of its members included."""
    assert answer.content_type == "application/json"
    assert (answer.status_code, answer.get_json()) == (status, body)
    assert list(answer.get_json()) == list(body)
