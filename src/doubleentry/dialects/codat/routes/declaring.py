"""What the declarations of Codat's operations have in common."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema

from doubleentry.dialects.codat.schemas.errors import ErrorMessageSchema
from doubleentry.web.operation import Fidelity, Returns

E1: Final = "Codat, Sync for Expenses API (March to August 2023)"
E2: Final = "Codat, Sync for Expenses API (from August 2023)"
E3: Final = "Codat, Expenses API (current)"
COMMON: Final = "Codat, Common API (2023)"
PLATFORM: Final = "Codat, Platform API (current)"

ERROR: Final = ErrorMessageSchema()

MEANINGS: Final[Mapping[int, str]] = {
    400: "The request is not valid.",
    401: "No key, or an unknown one.",
    402: "An account limit has been reached; only by a fault.",
    403: "The key is outdated or not for this resource; only by a fault.",
    404: "Something that the path names is not there.",
    405: "The path has no such method.",
    409: "The data has not been requested; only by a fault.",
    413: "The body is too large.",
    415: "The body is of another type.",
    422: "The company's connections, or its platform, do not allow it.",
    429: "Too many requests; only by a fault.",
    500: "A problem of Codat's; only by a fault.",
    503: "Codat is down for maintenance; only by a fault.",
}
INFERRED: Final = frozenset({405, 409, 413, 415})

ALWAYS: Final = (401, 402, 403, 404, 429, 500, 503)


def expenses(path: str) -> tuple[str, str]:
    """Return a path of the product: as documented, and the short one, which the samples' links still have."""
    return f"/companies/{{companyId}}/sync/expenses{path}", f"/companies/{{companyId}}{path}"


def returns(
    schema: Schema | None,
    description: str,
    *errors: int,
    status: int = 200,
    fidelity: Fidelity = Fidelity.DOCUMENTED,
    links: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[Returns, ...]:
    """Return an operation's answers: its success, the errors that every operation has, and those named."""
    success = Returns(status, schema, description, fidelity, links or {})
    return (success, *(_error(code) for code in sorted({*ALWAYS, *errors})))


def _error(status: int) -> Returns:
    fidelity = Fidelity.INFERRED if status in INFERRED else Fidelity.DOCUMENTED
    return Returns(status, ERROR, MEANINGS[status], fidelity)
