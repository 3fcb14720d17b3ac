"""A client of Sync2Books in one workspace, over HTTP and in-process."""

from doubleentry.dialects.sync2books.auth import authorization
from tests.dialects.caller import JSON, Caller

KEY = "sk_development_demo"
PRODUCTION_KEY = "sk_production_demo"
OTHER_KEY = "sk_development_demo_2"

COMPANY = "c1000000-0000-4000-8000-000000000001"
UNCONNECTED = "c1000000-0000-4000-8000-000000000002"
OTHERS_COMPANY = "c1000000-0000-4000-8000-000000000009"
CONNECTION = "a1000000-0000-4000-8000-000000000001"
SECOND_CONNECTION = "a1000000-0000-4000-8000-000000000003"
"""Of another company of the same application."""
OTHERS_CONNECTION = "a1000000-0000-4000-8000-000000000009"
UNKNOWN = "ffffffff-ffff-4fff-8fff-ffffffffffff"


class Sync2Books(Caller):
    """Calls the API in one workspace."""

    dialect = "sync2books"
    key = KEY
    mount = "/sync2books"

    def authorization(self, key):
        return authorization(key)

    def order(self, effect, **more):
        """Add a fault."""
        answer = self.steer("POST", "/faults", {"effect": effect, "match": {"dialect": "sync2books"}, **more})
        assert answer.status == 201, answer.text

    def advance(self, by):
        assert self.steer("POST", "/clock/advance", {"by": by}).status == 200


def error(status, message, phrase):
    """Return an error body."""
    return {"statusCode": status, "message": message, "error": phrase}


def assert_refused(answer, status, message, phrase):
    """Hold a whole refusal against what it should be."""
    assert (answer.status, answer.type, answer.body) == (status, JSON, error(status, message, phrase))
