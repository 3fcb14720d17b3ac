"""A client of one vendor's API in one workspace, over HTTP and in-process: what those of all vendors have in common."""

import json
from contextlib import contextmanager
from types import SimpleNamespace
from wsgiref.util import is_hop_by_hop

from werkzeug.test import Client

from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from doubleentry.engine.documents import encode
from tests.shapes import hold_to_shapes

JSON = "application/json"
CONTROL = "/_emulator/v1"
OWN = object()
"""As a key: the one that the client has."""


class Caller:
    """Calls a vendor's API, and the control API, in one workspace."""

    dialect: str
    key: str
    mount: str

    def __init__(self, application, name):
        self.application = application
        self.name = name
        self._client = Client(application.wsgi)

    @property
    def workspace(self):
        return self.application.workspaces.open(self.name)

    def authorization(self, key):
        """Return the headers that show a key."""
        raise NotImplementedError

    def call(  # noqa: PLR0913 - what a call can have
        self, method, path, body=None, *, key=OWN, headers=(), mount=None, prefix=None, **more
    ):
        """Call, and return status, headers, text, type and, where it is JSON, the body."""
        shown = {} if key is None else self.authorization(self.key if key is OWN else key)
        if body is not None:
            more |= {"data": body if isinstance(body, (str, bytes)) else encode(body)}
            more.setdefault("content_type", JSON)
        more.setdefault("base_url", "http://localhost")
        answer = self._client.open(
            (f"/w/{self.name}" if prefix is None else prefix) + (self.mount if mount is None else mount) + path,
            method=method,
            headers={**shown, **dict(headers)},
            **more,
        )
        assert not any(is_hop_by_hop(name) for name, _ in answer.headers), "a server refuses to send such headers"
        text = answer.get_data(as_text=True)
        return SimpleNamespace(
            status=answer.status_code,
            headers=answer.headers,
            text=text,
            type=answer.headers.get("Content-Type"),
            body=json.loads(text) if answer.mimetype == JSON and text else None,
        )

    def ok(self, method, path, body=None, **more):
        """Call, and return the body of a success."""
        answer = self.call(method, path, body, **more)
        assert 200 <= answer.status < 300, (answer.status, answer.text)
        return answer.body

    def steer(self, method, path, body=None):
        """Call the control API."""
        return self.call(method, path, body, mount=CONTROL, key=None)

    def choose(self, quirk, value):
        """Set a quirk."""
        answer = self.call("PUT", f"/quirks/{self.dialect}.{quirk}", {"value": value}, mount=CONTROL, key=None)
        assert answer.status == 200, answer.text

    def settle(self):
        """Let time pass until nothing is left to happen, and return what happened."""
        return self.workspace.advance(until_idle=True)


@contextmanager
def serving(start):
    """Have one application, its clock frozen."""
    application = Application(Config(clock=ClockSetting("frozen", start), access_log=False), testing=True)
    yield application
    application.close()


@contextmanager
def opening(application, names, client):
    """Have a function that opens a fresh workspace over a fixture, and returns a client of it."""
    opened = []

    def fresh(fixture="demo", clock=None):
        name = next(names)
        application.workspaces.reset(name, fixture, clock=clock)
        opened.append(name)
        return client(application, name)

    yield fresh
    for name in opened:
        hold_to_shapes(application, name)
        application.workspaces.delete(name)
