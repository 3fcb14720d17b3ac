"""One example of each error that a request can meet."""

from datetime import UTC, datetime

from doubleentry.control.guard import ForeignCaller
from doubleentry.engine import errors
from doubleentry.web import errors as refused

NOW = datetime(2022, 8, 3, tzinfo=UTC)

EXAMPLES = {
    type(error): error
    for error in (
        errors.NotFound("sync", "x"),
        errors.AlreadyExists("sync", "x"),
        errors.InvalidInput([errors.Problem(("a",), "b")]),
        errors.IllegalMove("x", "finished", "running"),
        errors.NotHeld("x"),
        errors.Backwards(NOW, NOW),
        errors.Busy("x"),
        errors.Unsettled("nothing"),
        errors.Full(1),
        errors.ClosedToNew("x"),
        errors.Unsupported("this", "that"),
        refused.RouteNotFound("No."),
        refused.MethodNotAllowed("PUT", ["GET"]),
        refused.NotAuthenticated("No."),
        refused.MalformedBody("No."),
        refused.BodyTooLarge("No."),
        refused.WrongContentType("No."),
        refused.Ordered(418, {}),
        ForeignCaller("No."),
    )
}
