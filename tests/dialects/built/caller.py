"""A client of Built in one workspace, over HTTP and in-process."""

import json
from types import SimpleNamespace

from werkzeug.test import Client

from doubleentry.dialects.built.auth import authorization
from doubleentry.engine.documents import encode

KEY = "built-demo"
OTHER_KEY = "built-demo-2"
JSON = "application/json"


class Built:
    """Calls Built's API in one workspace, as one that asks for JSON unless told otherwise."""

    def __init__(self, application, name):
        self.application = application
        self.name = name
        self._client = Client(application.wsgi)

    @property
    def workspace(self):
        return self.application.workspaces.open(self.name)

    def call(  # noqa: PLR0913 - what a call can have
        self, method, path, body=None, *, key=KEY, accept=JSON, headers=(), mount="/built/api/v3", prefix=None, **more
    ):
        """Call, and return status, headers, text and, where it is JSON, the body."""
        shown = {} if key is None else authorization(key)
        if accept is not None:
            shown["Accept"] = accept
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
        answer = self.steer("PUT", f"/quirks/built.{quirk}", {"value": value})
        assert answer.status == 200, answer.text

    def order(self, effect, match=None, **more):
        """Add a fault."""
        answer = self.steer(
            "POST", "/faults", {"effect": effect, "match": {"dialect": "built", **(match or {})}, **more}
        )
        assert answer.status == 201, answer.text

    def freeze(self, at):
        assert self.steer("POST", "/clock/freeze", {"at": at}).status == 200

    def advance(self, by):
        assert self.steer("POST", "/clock/advance", {"by": by}).status == 200

    def settle(self):
        """Let time pass until nothing is left to happen."""
        return self.workspace.advance(until_idle=True)

    def imported(self, kind="expense", **more):
        """Import a batch to its end, and return the sync."""
        asked = {"dialect": "built", "kind": kind, **({} if "items" in more else {"count": 2}), **more}
        answer = self.steer("POST", "/imports", asked)
        assert answer.status == 201, answer.text
        self.settle()
        return self.steer("GET", f"/syncs/{answer.body['id']}").body

    def batches(self, path="/sync/expenses", **more):
        return self.ok("GET", path, **more)["data"]
