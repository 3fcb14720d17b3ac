"""What the declarations of the vendor's operations have in common, and how a page is packed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from marshmallow import Schema

from doubleentry.dialects.built import businesses, pagination
from doubleentry.dialects.built.hosts import PRODUCTION, origin
from doubleentry.dialects.built.kinds import PER_PAGE, Kind
from doubleentry.dialects.built.rules import batches
from doubleentry.dialects.built.schemas.errors import InvalidSchema, MessageSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity, Returns

GUIDE: Final = 'Built, guide "Sync Transactions"'
TAGS: Final = ("Sync",)
HTML: Final = "text/html"
PREFIXES: Final = ("/api/v3", "/api", "")
"""The samples call the first and show URLs with the second; the text names paths without either."""

_MESSAGE: Final = MessageSchema()
_SHAPES: Final[Mapping[int, Schema | Mapping[str, Any]]] = {302: {"type": "string"}, 422: InvalidSchema()}
_DOCUMENTED: Final = frozenset({302, 401, 422})
_JSON_ALONE: Final = frozenset({401, 422})
"""Who does not ask for JSON gets 302 instead of these."""
_MEANINGS: Final[Mapping[int, str]] = {
    302: (
        "In JSON: the row is not there, or not the caller's; there is no `Location`. In HTML: whoever does not ask for "
        "JSON is sent to where a key, or a valid form, would be had."
    ),
    401: "No key, or an unknown one.",
    403: "Denied by a policy; only by a fault.",
    404: "The row is not there, with the quirk `built.missing`.",
    422: "Fields that do not fit.",
    429: "No call is left in this minute, with the quirk `built.rate-limit`.",
    500: "A fault on the vendor's side; only by a fault.",
    503: "Down for maintenance; only by a fault.",
}


def paths(path: str) -> tuple[str, ...]:
    """Return a path under each of its prefixes, the documented one first."""
    return tuple(prefix + path for prefix in PREFIXES)


def returns(
    schema: Schema,
    description: str,
    *errors: int,
    fidelity: Fidelity,
    links: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> tuple[Returns, ...]:
    """Return an operation's answers: its success, and the refusals, to who asks for JSON and to who does not."""
    refusals = (_refusal(status) for status in sorted({302, 401, 403, 429, 500, 503, *errors}))
    return (Returns(200, schema, description, fidelity, links), *refusals)


def _refusal(status: int) -> Returns:
    known = Fidelity.DOCUMENTED if status in _DOCUMENTED else Fidelity.OBSERVED
    also = () if status in _JSON_ALONE else (HTML,)
    return Returns(status, _SHAPES.get(status, _MESSAGE), _MEANINGS[status], known, also=also)


def business(call: Call) -> int:
    """Return the business whose key was shown."""
    return businesses.of_key(call.workspace, call.key)


def page_of(call: Call, kind: Kind, documented_path: str) -> Document:
    """Return a page of a business's batches, its links on the URL that was called."""
    number = pagination.page_number(call.body)
    rows, total = batches.page(call.workspace, business(call), kind, number, PER_PAGE)
    return pagination.envelope(rows, total, number, _path(call, documented_path), PER_PAGE)


def _path(call: Call, documented_path: str) -> str:
    if call.quirk("built.links") == "documented":
        return PRODUCTION + documented_path
    return origin(call.root) + call.request.path.rstrip("/")
