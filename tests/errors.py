"""One example of each error that a request can meet."""

import importlib
import pkgutil
from datetime import UTC, datetime

from flask import Request

import doubleentry
from doubleentry.control.guard import ForeignCaller
from doubleentry.control.routes.workspaces import FixtureNotFound
from doubleentry.dialects.registry import DIALECTS
from doubleentry.engine import errors
from doubleentry.web import errors as refused
from doubleentry.web import waiting
from doubleentry.web.faults import UnknownRecipe
from doubleentry.web.room import WorkspaceFull

NOW = datetime(2022, 8, 3, tzinfo=UTC)
ASKED = refused.Asked("0" * 32, None, Request({}), "http://localhost/vendor", "/", lambda _: "-", NOW)
"""Who is refused, where nothing is known of it."""

EXAMPLES = {
    type(error): error
    for error in (
        errors.NotFound("sync", "x"),
        errors.AlreadyExists("sync", "x"),
        errors.InvalidInput([errors.Problem(("a",), "b")]),
        errors.IllegalMove("x", "finished", "running"),
        errors.NotHeld("x"),
        errors.NotFired("x", "No."),
        errors.Backwards(NOW, NOW),
        errors.Busy("x"),
        errors.Unsettled("nothing"),
        errors.Full(1),
        errors.ClosedToNew("x"),
        errors.Unsupported("this", "that"),
        refused.RouteNotFound("No."),
        refused.MethodNotAllowed("PUT", ["GET"]),
        refused.NotAuthenticated("No."),
        refused.SignatureRefused("No."),
        refused.MalformedBody("No."),
        refused.BodyTooLarge("No."),
        refused.WrongContentType("No."),
        refused.KeyInUse("No."),
        refused.KeyReused("No."),
        refused.TooManyRequests("No."),
        refused.ServerRefused(431, "No."),
        waiting.TooManyWaiting("No."),
        waiting.Stopping("No."),
        refused.Ordered(418, {}),
        UnknownRecipe("No."),
        WorkspaceFull("No."),
        ForeignCaller("No."),
        FixtureNotFound("No."),
    )
}


def kinds(base, dialect):
    """Return all kinds of an error, however deep, that our package has: those of a dialect and those of none."""
    for module in pkgutil.walk_packages(doubleentry.__path__, "doubleentry."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, below = set(), [base]
    while below:
        below = [kind for each in below for kind in each.__subclasses__()]
        found.update(kind for kind in below if kind.__module__.startswith("doubleentry."))
    others = tuple(f"doubleentry.dialects.{name}." for name in DIALECTS if name != dialect)
    return {kind for kind in found if not kind.__module__.startswith(others)}
