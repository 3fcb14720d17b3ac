"""One server in-process: the control API over a dialect without a vendor; its client holds answers to their shapes."""

from types import SimpleNamespace

import pytest
from marshmallow import RAISE
from werkzeug.test import Client

from doubleentry import control
from doubleentry.engine.clock import ClockMode, ClockState
from doubleentry.engine.documents import decode, encode
from doubleentry.engine.recipes import by_name
from doubleentry.engine.workspaces import Workspaces
from doubleentry.fixtures import FixtureError, Problem, UnknownFixture
from doubleentry.web.host import Host, key_document
from doubleentry.web.operation import JSON
from doubleentry.web.pipeline import Pipeline
from doubleentry.web.surface import SurfaceApp
from tests.builders import TEMPLATE, make_after, make_world
from tests.fakes.vendor import DIALECT
from tests.fakes.wall import START

BASE = "http://localhost"


class Caller:
    """Calls the control API; whatever comes back has a status and a shape that the operation declares."""

    def __init__(self, app, headers=()):
        self.app = app
        self.headers = dict(headers)

    def call(self, method, path, body=None, *, headers=(), **query):
        sent = {} if body is None else {"data": encode(body), "content_type": JSON}
        answer = self.app.test_client().open(
            path, method=method, base_url=BASE, headers={**self.headers, **dict(headers)}, query_string=query, **sent
        )
        text = answer.get_data(as_text=True)
        answered = SimpleNamespace(
            status=answer.status_code, body=decode(text) if text else None, headers=answer.headers
        )
        self._hold_to_declaration(method, path, answered)
        return answered

    def get(self, path, **query):
        return self.call("GET", path, **query)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def put(self, path, body):
        return self.call("PUT", path, body)

    def delete(self, path):
        return self.call("DELETE", path)

    def ok(self, method, path, body=None, **more):
        """Call, and return the body of a success."""
        answer = self.call(method, path, body, **more)
        assert 200 <= answer.status < 300, answer.body
        return answer.body

    def _hold_to_declaration(self, method, path, answer):
        if answer.status in {404, 405} and answer.body["error"]["kind"] in {"RouteNotFound", "MethodNotAllowed"}:
            return
        id, _ = self.app.url_map.bind("").match(path, method)
        operation = next(each for each in self.app.surface.operations if each.id == id)
        declared = {returned.status: returned.schema for returned in operation.returns}
        assert answer.status in declared, (id, answer.status, answer.body)
        schema = declared[answer.status]
        assert (schema is None) == (answer.body is None), (id, answer.body)
        if schema is not None:
            assert schema.validate(answer.body) == {}, (id, answer.body)
            assert schema.unknown == RAISE


class Server:
    """Everything behind the two APIs."""

    def __init__(self, **changes):
        self.world = make_world(
            **{
                "rules": {"fake": DIALECT.rules},
                "formats": {"fake": DIALECT.webhooks},
                "pace": make_after(10, 20),
                "recipes": by_name(DIALECT.recipes),
                **changes,
            }
        )
        self.host = Host(Workspaces(self.world, self.baseline))
        serve = Pipeline(self.host).serve
        self.control_app = SurfaceApp(control.surface({"fake": DIALECT}), serve)
        self.vendor_app = SurfaceApp(DIALECT.surface, serve)
        for app in (self.control_app, self.vendor_app):
            app.config["TESTING"] = True

    @staticmethod
    def baseline(workspace, fixture):
        if fixture == "broken":
            raise FixtureError([Problem("broken.yaml", 3, "expected a list")])
        if fixture not in {None, "other"}:
            raise UnknownFixture([Problem(fixture, 0, "no scenario has this name (known are other)")])
        workspace.clock.start(ClockState(ClockMode.FROZEN, START, START))
        workspace.store.put("keys", "fake/demo", key_document("fake", "demo"))
        if fixture is None:
            workspace.ledgers.open("connection", TEMPLATE)
            workspace.store.put("fake connections", "connection", {"id": "connection", "status": "linked"})

    @property
    def workspace(self):
        return self.host.workspaces.open("default")

    def vendor(self, method, path, body=None, key="demo", **headers):
        sent = {} if body is None else {"data": encode(body), "content_type": JSON}
        return self.vendor_app.test_client().open(path, method=method, headers={"X-Api-Key": key, **headers}, **sent)

    def environ(self, method, path, body=None, **headers):
        """Call the vendor's API, and return the answer with what the server is told to do to it."""
        kept = {}

        def wsgi(environ, start_response):
            answer = self.vendor_app(environ, start_response)
            kept.update({name: value for name, value in environ.items() if name.startswith("doubleentry.")})
            return answer

        sent = {} if body is None else {"data": encode(body), "content_type": JSON}
        answer = Client(wsgi).open(path, method=method, headers={"X-Api-Key": "demo", **headers}, **sent)
        return answer, kept

    def submit(self, *items, company="acme"):
        """Submit a sync by the vendor's API and return its id."""
        answer = self.vendor("POST", f"/companies/{company}/syncs", {"items": list(items) or [{}]})
        assert answer.status_code == 202, answer.text
        return decode(answer.data)["id"]


@pytest.fixture
def server(transport, wall):
    return Server(transport=transport, wall=wall)


@pytest.fixture
def api(server):
    return Caller(server.control_app)
