"""Our own error envelope: for the control API, for what is not emulated, and for bugs of ours."""

from collections.abc import Mapping

from doubleentry.engine import errors
from doubleentry.engine.documents import Document
from doubleentry.web.errors import Answer, Asked, RequestRefused

STATUSES: Mapping[type[errors.EngineError], int] = {
    errors.EngineError: 400,
    errors.NotFound: 404,
    errors.AlreadyExists: 409,
    errors.InvalidInput: 422,
    errors.IllegalMove: 409,
    errors.NotHeld: 409,
    errors.NotFired: 409,
    errors.Backwards: 409,
    errors.Busy: 409,
    errors.Unsettled: 504,
    errors.Full: 503,
    errors.ClosedToNew: 404,
    errors.Unsupported: 501,
}


def envelope(kind: str, message: str, **facts: object) -> Document:
    """Return our error body."""
    return {"error": {"kind": kind, "message": message, **facts}}


class OwnErrors:
    """How the control API words refusals, and how every surface words what only the emulator cannot do."""

    def refusal(
        self,
        error: errors.EngineError | RequestRefused,
        asked: Asked,  # noqa: ARG002 - ours are the same for everybody
    ) -> Answer:
        """Return the answer to an error."""
        kind = type(error).__name__
        match error:
            case RequestRefused():
                return Answer(error.status, envelope(kind, str(error)), error.headers)
            case errors.InvalidInput():
                problems = [{"path": "/".join(map(str, p.path)), "message": p.message} for p in error.problems]
                body = envelope(kind, str(error), location=error.location, problems=problems)
                return Answer(_status(error), body)
            case errors.Unsupported():
                return Answer(_status(error), envelope(kind, str(error), gap=error.gap, source=error.source))
            case _:
                return Answer(_status(error), envelope(kind, str(error)))


def _status(error: errors.EngineError) -> int:
    """Return the status of an error, or of the nearest kind above it: a dialect's own are not listed here."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def bug(error: Exception) -> Answer:
    """Return the answer to a bug of ours: never in a vendor's words."""
    message = f"A bug in the emulator, not an answer of the vendor: {type(error).__name__}: {error}"
    return Answer(500, envelope("Bug", message))
