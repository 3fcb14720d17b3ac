"""What is answered, held against Codat's own documents of three eras, where those are at hand."""

import io
import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from jsonschema import Draft202012Validator
from werkzeug.test import Client
from werkzeug.wrappers import Response

from doubleentry.app import SURFACES, Application
from doubleentry.config import Config
from doubleentry.dialects.codat.auth import authorization

SPECS = Path(__file__).parents[3] / "shared" / "specs" / "codat"
ERAS = ("expenses-2022", "sync-expenses-v1", "expenses-current")

HEADERS = authorization("codat-demo")
COMPANY = "c0000000-0000-4000-8000-000000000001"
XERO = {"companyId": COMPANY, "connectionId": "a0000000-0000-4000-8000-000000000001"}
SYNCED = {"companyId": COMPANY, "syncId": "50000000-0000-4000-8000-000000000011"}
PUSHED = {**SYNCED, "transactionId": "70000000-0000-4000-8000-000000000011"}
UNLINKED = {"companyId": "c0000000-0000-4000-8000-000000000005"}
NOWHERE = "ffffffff-ffff-4fff-8fff-ffffffffffff"
P = "/companies/{companyId}/sync/expenses"
CONNECTIONS = "/companies/{companyId}/connections"
TRANSACTIONS = f"{P}/syncs/{{syncId}}/transactions"
ATTACHMENTS = f"{TRANSACTIONS}/{{transactionId}}/attachments"
EXPENSE = {
    "id": "4d7c6929-7770-412b-91bb-44d3bc71d111",
    "type": "Payment",
    "issueDate": "2022-08-01T00:00:00Z",
    "currency": "GBP",
    "currencyRate": 1,
    "lines": [
        {
            "netAmount": 100,
            "taxAmount": 20,
            "accountRef": {"id": "572bbbee-9ed7-4621-a605-c82e28d0138a"},
            "taxRateRef": {"id": "INPUT2"},
        }
    ],
}
CONFIGURATION = {
    "bankAccount": {"id": "075caedd-bc0d-450d-8394-93ef3715b306"},
    "supplier": {"id": "6de1efcf-babf-4187-84b4-3786b35a3cea"},
    "customer": {"id": "5a0cb4e3-b79d-4dda-9b37-9ae9be0dd90f"},
}
FORMATS = Draft202012Validator.FORMAT_CHECKER
ORDERED = (402, 403, 429, 500, 503)


class Difference(NamedTuple):
    """What is knowingly not as an era's document says: in which eras, at which operation, where in the body, and why.

    An asterisk stands for every method and path, and in `where` for every position of a list.
    """

    eras: tuple[str, ...]
    method: str
    path: str
    status: int
    where: str
    reason: str
    source: str


UNDESCRIBED = "the status is not described"
E1, E2, E3 = ERAS
DIFFERENCES = (
    *(
        Difference(
            ERAS,
            "get",
            path,
            200,
            where,
            "It is `expense` in the guides whose samples hold here, and `expenses` for official clients alone.",
            "guide 'Syncing expenses' (2023); quirk codat.integration-type",
        )
        for path, where in (
            (TRANSACTIONS, "results/*/integrationType"),
            (f"{TRANSACTIONS}/{{transactionId}}", "*/integrationType"),
        )
    ),
    Difference(
        ERAS,
        "get",
        TRANSACTIONS,
        200,
        "",
        "The document joins two shapes by allOf, one of which allows no other members: nothing at all would fit. Its "
        "own example is as the answer.",
        "Codat API, schema Transactions with PagingInfo",
    ),
    Difference(
        (E1, E2),
        "get",
        f"{P}/mappingOptions",
        200,
        "accounts/*",
        "An account has the members of today's API too, which earlier clients pass over.",
        "Codat, Expenses API (current), schema AccountMappingInfo",
    ),
    Difference(
        (E1, E2),
        "get",
        f"{P}/mappingOptions",
        200,
        "accounts/*/validTransactionTypes/*",
        "The document lists `Chargeback`, and says that no word is longer than eight characters.",
        "Codat API (2023), schema AccountMappingInfo",
    ),
    Difference(
        (E3,),
        "get",
        f"{P}/mappingOptions",
        200,
        "trackingCategories/*",
        "`modifiedDate` is in the earlier documents and in the guide's sample, and only missing from today's schema.",
        "guide 'Configure and categorize'; Codat API (2023), schema TrackingCategoryMappingInfo",
    ),
    *(
        Difference(
            (E1,),
            "post",
            f"{P}/connections/partnerExpense",
            200,
            where,
            "Null for what there is not, as later documents have it; every client reads it.",
            "Codat, Expenses API (current), schema Connection",
        )
        for where in ("connectionInfo", "lastSync")
    ),
    *(
        Difference(
            (E1,),
            "post",
            f"{P}/syncs",
            status,
            where,
            "Null where there is nothing to say, as in every other error body, and never absent: an official client "
            "fails without it.",
            "guide 'Errors'; Codat, Sync for Expenses API (from August 2023), schema ErrorMessage",
        )
        for status, where in (
            (400, "validation/errors/*/validatorName"),
            (404, "validation"),
            (422, "validation"),
        )
    ),
    Difference(
        (E2,),
        "post",
        f"{P}/syncs",
        202,
        UNDESCRIBED,
        "This document describes no success; that of the era before describes this one, and only it is parsed.",
        "Codat API (2023), intiate-sync; quirk codat.initiate-status",
    ),
    Difference(
        (E1,),
        "get",
        TRANSACTIONS,
        400,
        UNDESCRIBED,
        "A page that cannot be: described in the later documents.",
        "Codat, Sync for Expenses API (from August 2023), list-sync-transactions",
    ),
    Difference(
        (E2, E3),
        "post",
        CONNECTIONS,
        400,
        UNDESCRIBED,
        "What a platform that is not in the list is answered with is not described; 400 is what every other body gets.",
        "guide 'Errors'",
    ),
    *(
        Difference(
            (E1,),
            "*",
            "*",
            status,
            UNDESCRIBED,
            "In every operation of the later documents, or in the guide, and here in some or none.",
            "guide 'Errors'; Codat, Sync for Expenses API (from August 2023)",
        )
        for status in (401, 402, 403, 429, 500, 503)
    ),
    Difference(
        ERAS,
        "*",
        "*",
        415,
        UNDESCRIBED,
        "A body of another type is refused by the framework before the operation is asked.",
        "inferred: ASP.NET Core",
    ),
)


class Answered(NamedTuple):
    """One answer, and what was asked for."""

    method: str
    path: str
    status: int
    body: object


class Caller:
    """Calls Codat in a world of its own, and keeps what came back."""

    def __init__(self):
        application = Application(Config(access_log=False, pace="instant"), testing=True)
        self._client = Client(application.wsgi, Response)
        self.answers = []

    def __call__(self, method, path, parameters=None, *, headers=HEADERS, **options):
        answer = self._client.open(
            f"/codat{path.format(**(parameters or {}))}", method=method, headers=headers, **options
        )
        body = answer.json if answer.data else None
        self.answers.append(Answered(method.lower(), path, answer.status_code, body))
        return body

    def steer(self, method, path, **options):
        answer = self._client.open(f"/_emulator/v1{path}", method=method, **options)
        assert answer.status_code < 300, answer.text

    def get(self, path):
        """Return what the control API shows."""
        return self._client.get(f"/_emulator/v1{path}").json


def succeed(call):
    """Take every operation to success."""
    call("GET", "/companies", query_string={"pageSize": 2, "page": 2})
    company = {"companyId": call("POST", "/companies", json={"name": "Corner Cafe", "tags": {"a": "b"}})["id"]}
    call("PUT", "/companies/{companyId}", company, json={"name": "Corner Cafe", "description": "Two"})
    call("PATCH", "/companies/{companyId}", company, json={"tags": {"region": "uk"}})
    call("GET", "/companies/{companyId}", company)
    connection = {**company, "connectionId": call("POST", CONNECTIONS, company, json={"platformKey": "gbol"})["id"]}
    call.steer("POST", f"/connections/codat/{connection['connectionId']}/link")
    call("GET", f"{CONNECTIONS}/{{connectionId}}", connection)
    call("GET", CONNECTIONS, company)
    call("POST", f"{P}/connections/partnerExpense", company)
    call("GET", f"{P}/config", company)
    call("POST", f"{P}/config", company, json=CONFIGURATION)
    call("GET", f"{P}/config", company)
    call("GET", f"{P}/mappingOptions", company)
    dataset = call("POST", f"{P}/data/expense-transactions", company, json={"items": [EXPENSE]})["datasetId"]
    sync = {**company, "syncId": call("POST", f"{P}/syncs", company, json={"datasetIds": [dataset]})["syncId"]}
    call("GET", f"{P}/syncs/{{syncId}}/status", sync)
    for word in ("latest", "lastSuccessful", "list"):
        call("GET", f"{P}/syncs/{word}/status", company)
    call("GET", TRANSACTIONS, sync)
    transaction = {**sync, "transactionId": EXPENSE["id"]}
    call("GET", f"{TRANSACTIONS}/{{transactionId}}", transaction)
    call("POST", ATTACHMENTS, transaction, data={"file": (io.BytesIO(b"%PDF-1.7"), "receipt.pdf")})
    change = {name: value for name, value in EXPENSE.items() if name != "id"}
    call("PUT", f"{P}/expense-transactions/{{transactionId}}", transaction, json=change)
    # Today's body, which starts a sync by itself: one that is refused by the books, one that nothing is configured for.
    wrong = {**EXPENSE, "id": "wrong", "lines": [{"netAmount": 1, "accountRef": {"id": "none"}}]}
    call("POST", f"{P}/expense-transactions", company, json=[wrong])
    call("GET", f"{P}/syncs/latest/status", company)
    call("GET", f"{P}/syncs/list/status", company)
    call.steer("PUT", "/pace", json={"preset": "instant", "mode": "hold"})
    call("POST", f"{P}/expense-transactions", company, json=[{**EXPENSE, "id": "held"}])
    call("GET", f"{P}/syncs/latest/status", company)
    call("PATCH", f"{CONNECTIONS}/{{connectionId}}", connection, json={"status": "Unlinked"})
    call("DELETE", f"{CONNECTIONS}/{{connectionId}}", connection)
    call("DELETE", "/companies/{companyId}", company)
    for number in range(2, 5):  # the other platforms of the baseline
        other = {"companyId": f"c0000000-0000-4000-8000-00000000000{number}"}
        call("GET", "/companies/{companyId}", other)
        call("GET", f"{P}/mappingOptions", other)
        call("GET", f"{P}/syncs/list/status", other)
    call("GET", TRANSACTIONS, SYNCED)


def fail(call):
    """Have every operation refuse what it refuses, and every status that only a fault brings about."""
    for method, path, body in operations():
        call(method, path, PUSHED | XERO, headers={})
        call(method, path, dict.fromkeys(PUSHED | XERO, NOWHERE), **body)
        for status in ORDERED:
            call.steer("POST", "/faults", json={"effect": {"status": status}, "match": {"dialect": "codat"}})
            call(method, path, PUSHED | XERO, **body)
    for path in ("/companies", CONNECTIONS, TRANSACTIONS):
        call("GET", path, SYNCED, query_string={"page": 0})
    for path in ("/companies", CONNECTIONS, f"{P}/config", f"{P}/data/expense-transactions", f"{P}/syncs"):
        call("POST", path, SYNCED, json={})
    call("POST", f"{P}/expense-transactions", SYNCED, json=[{}])
    call("PUT", f"{P}/expense-transactions/{{transactionId}}", PUSHED, json={})
    call("POST", ATTACHMENTS, PUSHED, data={"file": (io.BytesIO(b"%PDF-1.7"), "receipt.exe")})
    dataset = call("POST", f"{P}/data/expense-transactions", UNLINKED, json={"items": [EXPENSE]})["datasetId"]
    call("POST", f"{P}/syncs", UNLINKED, json={"datasetIds": [dataset]})
    other = {"companyId": "c0000000-0000-4000-8000-000000000002", "transactionId": "x"}
    call(
        "PUT", f"{P}/expense-transactions/{{transactionId}}", other, json={"type": "Payment", "issueDate": "2022-08-01"}
    )


def operations():
    """Return method, path and a body of each operation of the eras that is emulated."""
    surface = next(surface for surface in SURFACES if surface.name == "codat")
    bodies = {
        "create-company": {"json": {"name": "Corner Cafe"}},
        "replace-company": {"json": {"name": "Corner Cafe"}},
        "update-company": {"json": {"name": "Corner Cafe"}},
        "create-connection": {"json": {"platformKey": "gbol"}},
        "unlink-connection": {"json": {"status": "Unlinked"}},
        "save-company-configuration": {"json": CONFIGURATION},
        "create-expense-dataset": {"json": {"items": [EXPENSE]}},
        "create-expense-transaction": {"json": [EXPENSE]},
        "update-expense-dataset": {"json": {"type": "Payment", "issueDate": "2022-08-01"}},
        "intiate-sync": {"json": {"datasetIds": [NOWHERE]}},
    }
    return [
        (operation.method, operation.path, bodies.get(operation.id, {}))
        for operation in surface.operations
        if not operation.hidden and not re.search("rule|webhook", operation.id)
    ]


@pytest.fixture(scope="module")
def answers():
    call = Caller()
    succeed(call)
    call = _again(call)
    fail(call)
    return call.answers


def _again(call):
    other = Caller()
    other.answers = call.answers
    return other


@cache
def document(era):
    """Return an era's document, with ``nullable`` said as JSON Schema says it."""
    path = SPECS / f"{era}.yaml"
    if not path.is_file():
        pytest.skip(f"{path} is not at hand")
    return _with_nulls(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))


def _with_nulls(part):
    if isinstance(part, list):
        return [_with_nulls(each) for each in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _with_nulls(value) for name, value in part.items() if name != "nullable"}
    if part.get("nullable") is not True:
        return plain
    if isinstance(plain.get("type"), str):
        values = {"enum": [*plain["enum"], None]} if "enum" in plain else {}
        return {**plain, "type": [plain["type"], "null"], **values}
    return {"anyOf": [plain, {"type": "null"}]}


def problems(era, answer):
    """Return where an answer is not as an era's document says, and how; None where that does not describe it."""
    described = document(era)["paths"].get(answer.path, {}).get(answer.method)
    if described is None:
        return None
    response = described["responses"].get(str(answer.status))
    if response is None:
        return [(UNDESCRIBED, UNDESCRIBED)]
    if "$ref" in response:
        response = document(era)["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content")
    if content is None:
        return [] if answer.body is None else [("", "no body is described")]
    # Whatever the schema refers to is in the document, which therefore comes along.
    schema = {**document(era), **content["application/json"]["schema"]}
    return [
        ("/".join("*" if isinstance(step, int) else step for step in error.absolute_path), error.message)
        for error in Draft202012Validator(schema, format_checker=FORMATS).iter_errors(answer.body)
    ]


def known(era, answer, where):
    return [
        each
        for each in DIFFERENCES
        if era in each.eras
        and each.method in ("*", answer.method)
        and each.path in ("*", answer.path)
        and (each.status, each.where) == (answer.status, where)
    ]


@pytest.mark.parametrize("era", ERAS)
def test_each_answer_is_as_the_eras_document_says_but_for_what_is_decided(era, answers):
    wrong = {
        (answer.method, answer.path, answer.status, where, told)
        for answer in answers
        for where, told in problems(era, answer) or []
        if not known(era, answer, where)
    }

    assert sorted(wrong) == []


@pytest.mark.parametrize("good", [True, False])
def test_a_message_to_a_webhook_consumer_is_as_todays_document_says(good):
    call = Caller()
    event = f"expenses.sync.{'successful' if good else 'unsuccessful'}"
    call("POST", "/webhooks", json={"url": "http://127.0.0.1:9/", "eventTypes": [event]})
    call.steer("POST", "/webhooks/events", json={"dialect": "codat", "event": event})

    sent = call.get("/webhooks/deliveries")["deliveries"][0]["request"]["body"]

    schema = {**document(E3), "$ref": "#/components/schemas/ExpensesSyncWebhook"}
    assert list(Draft202012Validator(schema, format_checker=FORMATS).iter_errors(json.loads(sent))) == []


@pytest.mark.parametrize("era", ERAS)
def test_each_difference_is_one(era, answers):
    met = {
        difference
        for answer in answers
        for where, _ in problems(era, answer) or []
        for difference in known(era, answer, where)
    }

    assert [each for each in DIFFERENCES if era in each.eras and each not in met] == []


@pytest.mark.parametrize("era", ERAS)
def test_each_emulated_operation_of_an_era_was_answered_with_success(era, answers):
    emulated = {(method.lower(), path) for method, path, _ in operations()}
    described = {(method, path) for path, methods in document(era)["paths"].items() for method in methods}

    succeeded = {(answer.method, answer.path) for answer in answers if answer.status < 300}

    assert (emulated & described) - succeeded == set()
