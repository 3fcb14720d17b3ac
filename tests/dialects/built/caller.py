"""A client of Built in one workspace, over HTTP and in-process."""

from doubleentry.dialects.built.auth import authorization
from tests.dialects.caller import JSON, Caller

KEY = "built-demo"
OTHER_KEY = "built-demo-2"


class Built(Caller):
    """Calls Built's API in one workspace, as one that asks for JSON unless told otherwise."""

    dialect = "built"
    key = KEY
    mount = "/built/api/v3"

    def authorization(self, key):
        return authorization(key)

    def call(self, method, path, body=None, *, accept=JSON, headers=(), **more):
        """Call as what accepts some types, or says nothing of that."""
        accepted = {} if accept is None else {"Accept": accept}
        return super().call(method, path, body, headers={**accepted, **dict(headers)}, **more)

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

    def imported(self, kind="expense", **more):
        """Import a batch to its end, and return the sync."""
        asked = {"dialect": "built", "kind": kind, **({} if "items" in more else {"count": 2}), **more}
        answer = self.steer("POST", "/imports", asked)
        assert answer.status == 201, answer.text
        self.settle()
        return self.steer("GET", f"/syncs/{answer.body['id']}").body

    def batches(self, path="/sync/expenses", **more):
        return self.ok("GET", path, **more)["data"]
