"""One declaration per operation, read by the router, the validator and the OpenAPI builder."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING, Any

from marshmallow import Schema
from msgspec import Struct, field

if TYPE_CHECKING:
    from doubleentry.web.context import Call

JSON = "application/json"
MULTIPART = "multipart/form-data"
FORM: Mapping[str, Any] = {"schema": {"type": "object"}}
"""A form that a page sends; its members are the page's own affair."""
DEFAULT_BODY_LIMIT = 10 * 1024 * 1024


class Fidelity(StrEnum):
    """How we know a behaviour."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    INFERRED = "inferred"


class Returns(Struct, frozen=True):
    """One documented answer of an operation.

    Attributes:
        status: The HTTP status.
        schema: The shape of the body, or JSON Schema of one that is no object; None for no body.
        description: What it means.
        fidelity: How we know it.
        links: OpenAPI links: name → link object, for tools that follow one operation with another.
        content_type: Of the body.
        also: Other types in which it comes as a text, for who does not ask for the first.
    """

    status: int
    schema: Schema | Mapping[str, Any] | None
    description: str
    fidelity: Fidelity = Fidelity.DOCUMENTED
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    content_type: str = JSON
    also: tuple[str, ...] = ()


class Only(Struct, frozen=True):
    """Where an operation is there: in workspaces in which a quirk has one of these values."""

    quirk: str
    values: tuple[str, ...]


class Operation(Struct, frozen=True):
    """One operation of a surface.

    Attributes:
        id: The vendor's operationId, or ours.
        method: The HTTP method.
        paths: Path templates below the mount; the first is the documented one, the others are served alike.
        handler: Unpacks the call, asks the rules, packs the answer.
        source: The document that describes it.
        returns: All documented answers, success first.
        body: The shape of a JSON body; None when there is none.
        body_optional: Whether the body may be missing altogether.
        form: OpenAPI media type object of a multipart body, which the handler reads itself.
        query: The shape of the query string.
        authenticated: Whether a key is asked for.
        body_limit: The most bytes that it takes.
        hidden: A page for people: served, but not part of the API's document.
        unlocked: The handler waits for something, and takes the lock itself.
        tags: For grouping in the document.
        only: Where it is there; None for everywhere. Elsewhere its path is as any that no operation has.
    """

    id: str
    method: str
    paths: tuple[str, ...]
    handler: "Callable[[Call], object]"
    source: str
    returns: tuple[Returns, ...]
    summary: str
    fidelity: Fidelity = Fidelity.DOCUMENTED
    body: Schema | None = None
    body_optional: bool = False
    form: Mapping[str, Any] | None = None
    query: Schema | None = None
    authenticated: bool = True
    body_limit: int = DEFAULT_BODY_LIMIT
    hidden: bool = False
    unlocked: bool = False
    tags: tuple[str, ...] = ()
    only: Only | None = None

    @property
    def path(self) -> str:
        """The documented path."""
        return self.paths[0]


def operation(
    method: str,
    *paths: str,
    id: str,
    source: str,
    returns: Sequence[Returns],
    **options: Any,  # noqa: ANN401 - the other attributes of Operation, checked by its constructor
) -> "Callable[[Callable[[Call], object]], Operation]":
    """Declare the function below as the handler of an operation; its first docstring line is the summary."""

    def declare(handler: "Callable[[Call], object]") -> Operation:
        summary = (handler.__doc__ or id).strip().splitlines()[0]
        return Operation(id, method, paths, handler, source, tuple(returns), summary, **options)

    return declare


def operations_of(*modules: ModuleType) -> tuple[Operation, ...]:
    """Return the operations declared in some modules, in the order in which they are written."""
    return tuple(value for module in modules for value in vars(module).values() if isinstance(value, Operation))
