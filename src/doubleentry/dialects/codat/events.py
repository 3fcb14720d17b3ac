"""The catalog of event types: which happen here, and what one of each looks like.

Source: guide ``event-types.md``; Expenses API (current), webhooks and their samples; the guide on moving to the current
service, for reads and writes. What a sample of a type looks like that none is printed of is inferred from its schema.
"""

from collections.abc import Mapping
from typing import Final

from doubleentry.engine.documents import Document

_COMPANY: Final[Document] = {
    "id": "0498e921-9b53-4396-a412-4f2f5983b0a2",
    "name": "Toft stores",
    "description": "Syncing expenses",
}
_REFERENCE: Final[Document] = {
    **_COMPANY,
    "links": {"portal": "https://app.codat.io/companies/0498e921-9b53-4396-a412-4f2f5983b0a2/summary"},
    "tags": {},
}
_DETAILS: Final[Document] = {
    **_COMPANY,
    "platform": "",
    "redirect": "https://link.codat.io/company/0498e921-9b53-4396-a412-4f2f5983b0a2",
    "created": "2024-09-01T00:00:00.0000000Z",
    "createdByUserName": None,
    "products": ["expenses-v1"],
    "tags": {},
}
_CONNECTION_ID: Final = "2e2eb431-c1fa-4dc9-93fa-d29781c12bcd"


def _connection(status: str, *errors: Document) -> Document:
    return {
        "referenceCompany": _REFERENCE,
        "connection": {
            "id": _CONNECTION_ID,
            "integrationId": "8a156a5a-39cb-4f9d-856e-76ef9b9a9607",
            "integrationKey": "gbol",
            "sourceId": "8a156a5a-39cb-4f9d-856e-76ef9b9a9607",
            "platformName": "Xero",
            "linkUrl": f"https://link-api.codat.io/companies/{_COMPANY['id']}/connections/{_CONNECTION_ID}/start",
            "status": status,
            "lastSync": None,
            "created": "2024-09-01T00:00:00.0000000Z",
            "sourceType": "Accounting",
            "dataConnectionErrors": list(errors),
            "connectionInfo": None,
        },
    }


def _write(*, good: bool) -> Document:
    return {
        "id": "c2f8847d-3047-4619-a157-6d947d8e4a73",
        "type": "Create",
        "referenceCompany": _REFERENCE,
        "connectionId": _CONNECTION_ID,
        "requestedOnDate": "2024-09-01T00:00:00.0000000Z",
        "completedOnDate": "2024-09-01T00:00:10.0000000Z",
        "status": "Success" if good else "Failed",
        "record": {"id": "4cf8ec6a-0eeb-4b0f-9b40-5f0d9d4a0a7e"} if good else None,
        "attachmentId": None,
    }


def _sync(*transactions: tuple[str, str, str | None]) -> Document:
    return {
        "referenceCompany": _REFERENCE,
        "syncId": "ee2eb431-c0fa-4dc9-93fa-d29781c12bcd",
        "transactions": [{"id": id, "status": status, "errorMessage": message} for id, status, message in transactions],
    }


_FIRST, _SECOND = "f47ac10b-58cc-4372-a567-0e02b2c3d479", "e7f8a3d5-0c3c-4c9b-b5d3-56b4a43b62e4"

_READ: Final[Document] = {
    "referenceCompany": _REFERENCE,
    "modifiedFromDate": "2024-08-31T00:00:00.0000000Z",
    "dataTypes": [
        {
            "connectionId": _CONNECTION_ID,
            "dataType": "chartOfAccounts",
            "recordsModified": True,
            "status": "Complete",
        }
    ],
}

_HAPPENING: Final[Mapping[str, Document]] = {
    "expenses.sync.successful": _sync((_FIRST, "Completed", None), (_SECOND, "Completed", None)),
    "expenses.sync.unsuccessful": _sync((_FIRST, "Completed", None), (_SECOND, "Failed", "Insufficient funds")),
    "company.created": _DETAILS,
    "company.deleted": _DETAILS,
    "connection.created": _connection("PendingAuth"),
    "connection.connected": _connection("Linked"),
    "connection.disconnected": _connection("Deauthorized"),
    "connection.reconnected": _connection("Linked"),
    "connection.failed": _connection(
        "PendingAuth",
        {
            "statusCode": "403",
            "statusText": "Forbidden",
            "errorMessage": "The user denied access.",
            "erroredOnUtc": "2024-09-01T00:00:00.0000000Z",
        },
    ),
    "connection.deleted": _connection("Unlinked"),
    "client.rateLimit.reached": {
        "dailyQuota": 12000,
        "quotaRemaining": 0,
        "expiryDate": "2024-09-01T12:14:14Z",
    },
    "client.rateLimit.reset": {
        "dailyQuota": 12000,
        "quotaRemaining": 11993,
        "expiryDate": "2024-09-01T23:59:59Z",
    },
}

WRITTEN: Final = ("chartOfAccounts", "bankAccounts", "customers", "suppliers")
"""The data types that the current API also writes."""

SAMPLES: Final[Mapping[str, Document]] = {
    **_HAPPENING,
    "read.completed": _READ,
    "read.completed.initial": _READ,
    **{f"{kind}.write.successful": _write(good=True) for kind in WRITTEN},
    **{f"{kind}.write.unsuccessful": _write(good=False) for kind in WRITTEN},
}
"""Type → payload of an example."""

EMITTED: Final = tuple(_HAPPENING)
"""What happens here. The rest is caused by operations that are not emulated: there are only examples of it."""
