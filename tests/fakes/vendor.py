"""A whole dialect without a vendor: one key, two operations, one quirk, connections that are documents."""

from marshmallow import Schema, fields

from doubleentry.dialects.base import Dialect, Quirk
from doubleentry.engine.errors import IllegalMove, NotFound
from doubleentry.engine.faults import Layer
from doubleentry.engine.pace import after
from doubleentry.engine.recipes import Ingredient, Promise, Recipe, Seen, Timing
from doubleentry.engine.syncs import ItemOrder, SyncOrder
from doubleentry.engine.webhooks import Endpoint
from doubleentry.web.envelope import OwnErrors
from doubleentry.web.operation import Returns, operation
from doubleentry.web.surface import Auth, ShownKey, Surface
from tests.fakes.dialect import CODES, FakeFormat, FakeRules


class FakeAuth(Auth):
    """A key in `X-Api-Key`, with the workspace after an at sign."""

    def __init__(self):
        self.scheme = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}

    def shown(self, headers):
        shown = {name.lower(): value for name, value in headers.items()}.get("x-api-key")
        if shown is None:
            return None
        key, _, workspace = shown.partition("@")
        return ShownKey(key, workspace or None)


class OrderSchema(Schema):
    items = fields.List(fields.Dict(keys=fields.String()), load_default=lambda: [{}])


@operation(
    "POST",
    "/companies/{company}/syncs",
    id="submit",
    source="-",
    returns=[Returns(202, None, "-")],
    body=OrderSchema(),
)
def submit(call):
    """Submit a sync of the items in the body."""
    items = [ItemOrder(item.get("reference", f"r{at}"), item) for at, item in enumerate(call.body["items"], 1)]
    order = SyncOrder("fake", call.path["company"], items, connection="connection")
    return {"id": call.workspace.syncs.submit(order).id}


@operation("GET", "/syncs/{id}", id="read", source="-", returns=[Returns(200, None, "-")])
def read(call):
    """Show where a sync is, and count that as a read."""
    return {"status": call.workspace.syncs.observe(call.path["id"]).status}


class FakeDesk:
    def all(self, workspace):
        return workspace.store.find("fake connections")

    def link(self, workspace, id):
        return self._move(workspace, id, "linked")

    def unlink(self, workspace, id):
        return self._move(workspace, id, "unlinked")

    def deauthorise(self, workspace, id):
        return self._move(workspace, id, "deauthorised")

    def expire(self, workspace, id):
        return self._move(workspace, id, "expired")

    def _move(self, workspace, id, status):
        connection = workspace.store.get("fake connections", id)
        if connection is None:
            raise NotFound("connection", id)
        if connection["status"] == status:
            raise IllegalMove(id, status, status)
        workspace.store.put("fake connections", id, {**connection, "status": status})
        return {**connection, "status": status}


class FakeImports:
    kinds = ("statement",)

    def submit(self, workspace, _kind, company, record, items):
        orders = [ItemOrder(f"r{at}", {"take": True, **item}) for at, item in enumerate(items, 1)]
        return workspace.syncs.submit(SyncOrder("fake", company or "first", orders, record=record))


class FakeHooks:
    topics = ("bill.changed", "bill.paid")
    events = topics
    examples = (*topics, "bill.lost")

    def subscribe(self, workspace, url, company, topics):
        endpoint = Endpoint(workspace.chance.uuid("endpoint"), "fake", url, company, {"events": list(topics)})
        workspace.webhooks.subscribe(endpoint)
        return endpoint

    def trigger(self, workspace, name, company, record):
        return workspace.webhooks.emit(name, "fake", company or "first", "1", record)

    def example(self, workspace, name, endpoint):
        return workspace.webhooks.example(endpoint.id, name, "first", "1", {"example": True})


SURFACE = Surface(
    name="fake",
    title="Fake",
    description="-",
    mount="/fake",
    load=lambda: (submit, read),
    errors=OwnErrors(),
    auth=FakeAuth(),
    company=lambda _workspace, path, _key: path.get("company"),
)

GREETING = Quirk("fake.greeting", "hello", ("hello", "hi"), "Both are polite.", ("`hello`: page 1", "`hi`: page 2"))

RECIPES = (
    Recipe(
        "fake.503.down",
        "fake",
        "All is down.",
        (Ingredient(Layer.HTTP, {"status": 503}),),
        (Promise(Seen.ANSWER, {"error": {"kind": "Ordered", "message": "A fault orders 503."}}, 503),),
        "page 3",
        "documented",
    ),
    Recipe(
        "fake.billing",
        "fake",
        "A sync is not paid for.",
        (Ingredient(Layer.SYNC, {"code": "billing"}),),
        (Promise(Seen.SYNC, {"status": "aborted", "reason": "billing"}),),
        "page 4",
        "inferred",
        Timing.AT_PACE,
    ),
)

DIALECT = Dialect(
    name="fake",
    surface=SURFACE,
    rules=FakeRules(),
    webhooks=FakeFormat(),
    connections=FakeDesk(),
    imports=FakeImports(),
    hooks=FakeHooks(),
    events=FakeHooks(),
    demo_key="demo",
    authorization=lambda key: {"X-Api-Key": key},
    codes=tuple(CODES),
    quirks=(GREETING,),
    recipes=RECIPES,
    paces={"realistic": after((3, 3), (4, 4))},
)
