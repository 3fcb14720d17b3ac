"""A client of Sync2Books in one workspace, over HTTP and in-process."""

import json
from types import SimpleNamespace

from werkzeug.test import Client

from doubleentry.dialects.sync2books.auth import authorization
from doubleentry.engine.documents import encode

KEY = "sk_development_demo"
PRODUCTION_KEY = "sk_production_demo"
OTHER_KEY = "sk_development_demo_2"
JSON = "application/json"

COMPANY = "c1000000-0000-4000-8000-000000000001"
UNCONNECTED = "c1000000-0000-4000-8000-000000000002"
OTHERS_COMPANY = "c1000000-0000-4000-8000-000000000009"
CONNECTION = "a1000000-0000-4000-8000-000000000001"
SECOND_CONNECTION = "a1000000-0000-4000-8000-000000000003"
"""Of another company of the same application."""
OTHERS_CONNECTION = "a1000000-0000-4000-8000-000000000009"
UNKNOWN = "ffffffff-ffff-4fff-8fff-ffffffffffff"


class Sync2Books:
    """Calls the API in one workspace."""

    def __init__(self, application, name):
        self.application = application
        self.name = name
        self._client = Client(application.wsgi)

    @property
    def workspace(self):
        return self.application.workspaces.open(self.name)

    def call(  # noqa: PLR0913 - what a call can have
        self, method, path, body=None, *, key=KEY, headers=(), mount="/sync2books", prefix=None, **more
    ):
        """Call, and return status, headers, text and, where it is JSON, the body."""
        shown = {} if key is None else authorization(key)
        if body is not None:
            more |= {"data": body if isinstance(body, (str, bytes)) else encode(body)}
            more.setdefault("content_type", JSON)
        more.setdefault("base_url", "http://localhost")
        answer = self._client.open(
            (f"/w/{self.name}" if prefix is None else prefix) + mount + path,
            method=method,
            headers={**shown, **dict(headers)},
            **more,
        )
        text = answer.get_data(as_text=True)
        is_json = answer.mimetype == JSON and text
        return SimpleNamespace(
            status=answer.status_code,
            headers=answer.headers,
            text=text,
            type=answer.headers.get("Content-Type"),
            body=json.loads(text) if is_json else None,
        )

    def ok(self, method, path, body=None, **more):
        """Call, and return the body of a success."""
        answer = self.call(method, path, body, **more)
        assert 200 <= answer.status < 300, (answer.status, answer.text)
        return answer.body

    def steer(self, method, path, body=None):
        """Call the control API, and return status and body."""
        return self.call(method, path, body, mount="/_emulator/v1", key=None)

    def choose(self, quirk, value):
        """Set a quirk."""
        answer = self.steer("PUT", f"/quirks/sync2books.{quirk}", {"value": value})
        assert answer.status == 200, answer.text

    def order(self, effect, **more):
        """Add a fault."""
        answer = self.steer("POST", "/faults", {"effect": effect, "match": {"dialect": "sync2books"}, **more})
        assert answer.status == 201, answer.text

    def advance(self, by):
        assert self.steer("POST", "/clock/advance", {"by": by}).status == 200

    def settle(self):
        """Let time pass until nothing is left to happen."""
        return self.workspace.advance(until_idle=True)


def error(status, message, phrase):
    """Return an error body."""
    return {"statusCode": status, "message": message, "error": phrase}


def assert_refused(answer, status, message, phrase):
    """Hold a whole refusal against what it should be."""
    assert (answer.status, answer.type, answer.body) == (status, JSON, error(status, message, phrase))
