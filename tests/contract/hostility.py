"""Calling every operation of every surface with what no client should send."""

import json
import re
from typing import NamedTuple

from werkzeug.test import Client
from werkzeug.wrappers import Response

from doubleentry.app import SURFACES, openapi
from doubleentry.dialects.codat.auth import authorization
from tests.contract.fuzzing import World

KEYS = {
    "codat": authorization("codat-demo"),
    "built": {"Authorization": "Bearer built-demo", "Accept": "application/json"},
    "sync2books": {"X-API-Key": "sk_development_demo"},
    "control": {"Host": "localhost"},
}
IDS = {
    "codat": {
        "companyId": "c0000000-0000-4000-8000-000000000001",
        "connectionId": "a0000000-0000-4000-8000-000000000001",
        "syncId": "50000000-0000-4000-8000-000000000011",
        "transactionId": "70000000-0000-4000-8000-000000000011",
    },
    "sync2books": {
        "companyId": "c1000000-0000-4000-8000-000000000001",
        "connectionId": "a1000000-0000-4000-8000-000000000001",
        "integrationKey": "quickbooks",
    },
    "built": {"id": "1"},
    "control": {
        "dialect": "codat",
        "id": "50000000-0000-4000-8000-000000000011",
        "key": "codat-demo",
        "name": "default",
        "recipe": "codat.5130.push-error",
    },
}
"""What there is in the baseline; any other parameter of a path names nothing."""

CHANGING_BY_THEMSELVES = {"chance", "limits", "counters", "timeline", "one-time values"}
"""Collections that a refused request may write to: ids, what was counted, what was shown."""


class Target(NamedTuple):
    """One operation, with a path that leads to it."""

    surface: str
    operation: object
    path: str
    document: dict

    @property
    def described(self):
        """What the document says of it."""
        return self.document["paths"].get(self.operation.path, {}).get(self.operation.method.lower(), {})

    @property
    def sample(self):
        """A JSON body with every member that is described."""
        return sample(self.described["requestBody"]["content"]["application/json"]["schema"], self.document)

    @property
    def parameters(self):
        """The names of the query's parameters."""
        found = [self._resolved(each) for each in self.described.get("parameters", ())]
        return [each["name"] for each in found if each["in"] == "query"]

    def _resolved(self, part):
        while "$ref" in part:
            part = at(self.document, part["$ref"])
        return part


def at(document, ref):
    for name in ref.removeprefix("#/").split("/"):
        document = document[name]
    return document


def sample(schema, document, depth=0):
    """Return a value with every member that a schema describes."""
    if "$ref" in schema:
        return None if depth > 8 else sample(at(document, schema["$ref"]), document, depth + 1)
    for name in ("examples", "enum"):
        if name in schema:
            return schema[name][0]
    for name in ("oneOf", "anyOf", "allOf"):
        if name in schema:
            return sample(schema[name][0], document, depth + 1)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: sample(each, document, depth + 1) for name, each in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema.get("items", {}), document, depth + 1)]
    return {"string": "x", "integer": 1, "number": 1, "boolean": True}.get(kind)


def places(value, place=()):
    """Return every place within a value, itself first."""
    yield place
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*place, step))


def with_text(value, place, text):
    """Return a value as JSON, with a text as it is at a place."""
    if not place:
        return text
    mark = "@@here@@"
    copied = json.loads(json.dumps(value))
    holder = copied
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = mark
    return json.dumps(copied).replace(json.dumps(mark), text)


def targets():
    """Return every operation of every surface; of those that set a quirk one."""
    found = []
    for surface in SURFACES:
        document = openapi(surface, surface.mount)
        operations = [each for each in surface.operations if not each.id.startswith("changeQuirk")]
        operations += [each for each in surface.operations if each.id.startswith("changeQuirk")][:1]
        for operation in operations:
            path = re.sub(r"{(\w+)}", lambda named: IDS[surface.name].get(named[1], "none"), operation.path)  # noqa: B023 - used at once
            found.append(Target(surface.name, operation, f"{surface.mount}{path}", document))
    return found


class Attacker:
    """Calls a world, and holds whatever comes back against what every answer must be."""

    def __init__(self):
        quirks = {"sync2books.rate-limit": "off", "built.rate-limit": "off"}
        self.world = World(pace="instant", quirks=quirks)
        self.client = Client(self.world.wsgi, Response)
        self.world.begins_with_each_request = False

    def call(self, target, *, headers=(), query="", **sent):
        """Call an operation, and return its answer."""
        answer = self.client.open(
            target.path,
            method=target.operation.method,
            headers={**KEYS[target.surface], **dict(headers)},
            query_string=query,
            **sent,
        )
        assert_told(answer)
        return answer

    def stored(self):
        """Everything that is stored and that a refusal must not change."""
        workspace = self.world.application.workspaces.open("default")
        return {name: rows for name, rows in workspace.dump().items() if name not in CHANGING_BY_THEMSELVES}


def assert_told(answer):
    """Hold an answer against what each must be: JSON or a page of ours, never a bug."""
    text = answer.get_data(as_text=True)
    assert answer.status_code < 500 or answer.status_code == 501, text
    assert "Traceback" not in text
    for name, value in answer.headers:
        assert "X-Evil" not in name
        assert not set(value) & {"\r", "\n"}
    kind = answer.mimetype
    if kind == "application/json":
        json.loads(text)
    else:
        assert not text or kind in {"text/html", "text/event-stream", "application/x-ndjson", "text/plain"}, kind
        assert kind != "text/html" or "<html" in text
