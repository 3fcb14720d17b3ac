"""What the declarations of the vendor's operations have in common."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from marshmallow import Schema

from doubleentry.dialects.sync2books import applications
from doubleentry.dialects.sync2books.applications import Caller
from doubleentry.dialects.sync2books.schemas.errors import ErrorSchema
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity, Returns

COMPANIES: Final = 'Sync2Books, guide "Companies and connections"'
CUSTOMER: Final = 'Sync2Books, guide "Configure customer"'
MAPPING: Final = 'Sync2Books, guide "Map transactions"'
OPENAPI: Final = "Sync2Books, accounting API (October 2026)"
CLIENT: Final = "Sync2Books, compliance API: a client of this one"

ERROR: Final = ErrorSchema()

MEANINGS: Final[Mapping[int, str]] = {
    400: "The request is not valid.",
    401: "No key, an unknown one, or a signature that does not hold.",
    403: "What the path names is another application's.",
    404: "Something that the path names is not there.",
    409: "It is so already; only by a fault.",
    413: "The body is too large.",
    429: "No call is left in this minute.",
    500: "A fault on the vendor's side; only by a fault.",
}

ALWAYS: Final = (401, 403, 429, 500)


def returns(
    schema: Schema | Mapping[str, Any] | None,
    description: str,
    *errors: int,
    status: int = 200,
    fidelity: Fidelity = Fidelity.DOCUMENTED,
    links: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> tuple[Returns, ...]:
    """Return an operation's answers: its success, the errors that every operation has, and those named."""
    refusals = (Returns(code, ERROR, MEANINGS[code]) for code in sorted({*ALWAYS, *errors}))
    return (Returns(status, schema, description, fidelity, links), *refusals)


def caller(call: Call) -> Caller:
    """Return whose key was shown."""
    return applications.caller(call.workspace, call.key)


def application(call: Call) -> str:
    """Return the id of the application whose key was shown."""
    return caller(call).application
