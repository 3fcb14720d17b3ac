"""A surface's operations → its OpenAPI 3.1 document, and its part of the coverage list."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from marshmallow import Schema

from doubleentry.web.operation import JSON, MULTIPART, Operation, Returns
from doubleentry.web.surface import Surface

Document = dict[str, Any]

_Answer = tuple[str, type[Schema] | None, str, tuple[str, ...]]
"""Description, shape, content type and others of it: what makes two answers the same."""

FIRST_ERROR: Final = 300
"""A redirect is no success of an API."""

ERROR_NAMES: Final[Mapping[int, str]] = {
    302: "Found",
    400: "BadRequest",
    401: "Unauthorized",
    402: "PaymentRequired",
    403: "Forbidden",
    404: "NotFound",
    408: "RequestTimeout",
    409: "Conflict",
    413: "ContentTooLarge",
    415: "UnsupportedMediaType",
    422: "UnprocessableContent",
    429: "TooManyRequests",
    500: "InternalServerError",
    501: "NotImplemented",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
"""What answers are called in a document; Python's own phrases are not the same in all of its versions."""


def describe(surface: Surface, version: str, server: str) -> Document:
    """Return the OpenAPI document of a surface.

    Args:
        surface: What to describe.
        version: Ours, not the vendor's.
        server: The URL under which it is served.
    """
    from apispec import APISpec  # noqa: PLC0415 - costs 16 ms, and few runs need it
    from apispec.ext.marshmallow import MarshmallowPlugin  # noqa: PLC0415 - see above

    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(
        title=surface.title,
        version=version,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": surface.description},
        servers=[{"url": server or "/"}],
    )
    if surface.auth is not None:
        spec.components.security_scheme("key", dict(surface.auth.scheme))
    for name, parameter in surface.parameters.items():
        spec.components.parameter(name, "path", {"required": True, **parameter})
    shared = _shared_answers(surface)
    for answer, name in shared.items():
        spec.components.response(name, _answer(*answer))
    for operation in documented(surface):
        described = _operation(surface, operation, shared)
        spec.path(path=operation.path, operations={operation.method.lower(): described})
    document: Document = spec.to_dict()
    _put_in_special_bodies(document, surface, plugin)
    _add_rules_between_fields(document, plugin)
    _drop_unused_schemas(document)
    return {name: document[name] for name in ("openapi", "info", "servers", "paths", "components")}


def documented(surface: Surface) -> tuple[Operation, ...]:
    """Return the operations that belong to the API, without the pages for people."""
    return tuple(operation for operation in surface.operations if not operation.hidden)


def coverage(surfaces: Iterable[Surface]) -> str:
    """Return the coverage list of all surfaces, in Markdown."""
    lines = [
        "# What is emulated",
        "",
        "Made from the operations' declarations by `doubleentry openapi write`; do not edit.",
        "",
        (
            "Each operation and each answer says how its behaviour is known: *documented* by the vendor, *observed* on "
            "a real client or framework, or *inferred* from these."
        ),
    ]
    for surface in surfaces:
        operations = documented(surface)
        lines += [
            "",
            f"## {surface.title}",
            "",
            f"{len(operations)} operations are emulated.",
            "",
            *_table(("operation", "method and path", "on success", "known", "source"), map(_row, operations)),
            "",
            "What else they answer:",
            "",
            *_table(("status", "meaning", "known", "operations"), _error_rows(operations)),
        ]
        if surface.gaps:
            lines += [
                "",
                (
                    f"{len(surface.gaps)} operations are documented by the vendor and **not** emulated: they answer "
                    "501 in the emulator's own envelope."
                ),
                "",
                *_table(
                    ("operation", "method and path", "source"),
                    ((gap.id, f"`{gap.method} {gap.path}`", gap.source) for gap in surface.gaps),
                ),
            ]
        if surface.untold:
            lines += [
                "",
                (
                    f"{len(surface.untold)} types of events are documented by the vendor and never happen, because "
                    "what causes them is **not** emulated: who asks for one is warned in the journal."
                ),
                "",
                *_table(("event", "source"), surface.untold.items()),
            ]
    return "\n".join(lines) + "\n"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows)]


def _row(operation: Operation) -> tuple[str, ...]:
    paths = "<br>also ".join(f"`{operation.method} {path}`" for path in operation.paths)
    success = " or ".join(str(returned.status) for returned in operation.returns if returned.status < FIRST_ERROR)
    return (operation.id, paths, success, operation.fidelity, operation.source)


def _error_rows(operations: tuple[Operation, ...]) -> list[tuple[str, ...]]:
    answering: dict[tuple[int, str, str], list[str]] = {}
    for operation in operations:
        for returned in operation.returns:
            if returned.status >= FIRST_ERROR:
                meaning = (returned.status, returned.description, returned.fidelity.value)
                answering.setdefault(meaning, []).append(operation.id)
    everything = [operation.id for operation in operations]
    return [
        (str(status), description, fidelity, _listed(answering[status, description, fidelity], everything))
        for status, description, fidelity in sorted(answering)
    ]


def _listed(some: list[str], everything: list[str]) -> str:
    others = [name for name in everything if name not in some]
    if not others:
        return "all"
    return f"all but {', '.join(others)}" if len(others) < len(some) else ", ".join(some)


def _operation(surface: Surface, operation: Operation, shared: Mapping[_Answer, str]) -> Document:
    also = "".join(f" Also served at `{path}`." for path in operation.paths[1:])
    if operation.only is not None:
        values = " or ".join(f"`{value}`" for value in operation.only.values)
        also += f" There while the quirk `{operation.only.quirk}` is {values}."
    described: Document = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Source: {operation.source} ({operation.fidelity}).{also}",
    }
    if operation.tags:
        described["tags"] = list(operation.tags)
    if surface.auth is not None:
        described["security"] = [{"key": []}] if operation.authenticated else []
    parameters = [segment[1:-1] for segment in operation.path.split("/") if segment.startswith("{")]
    has_query = operation.query is not None and operation.query.load_fields
    query = [{"in": "query", "schema": operation.query}] if has_query else []
    if parameters or query:
        described["parameters"] = [*parameters, *query]
    if operation.body is not None:
        content = {JSON: {"schema": operation.body}}
        described["requestBody"] = {"content": content, "required": not operation.body_optional}
    elif operation.form is not None:
        described["requestBody"] = {"content": {MULTIPART: dict(operation.form)}, "required": True}
    described["responses"] = {str(returned.status): _response(returned, shared) for returned in operation.returns}
    return described


def _shared_answers(surface: Surface) -> dict[_Answer, str]:
    """Return the errors that several operations have, each with its name in the document."""
    uses: dict[tuple[int, _Answer], int] = {}
    for operation in documented(surface):
        for returned in operation.returns:
            if returned.status >= FIRST_ERROR and not isinstance(returned.schema, Mapping):
                answer = _key(returned)
                uses[returned.status, answer] = uses.get((returned.status, answer), 0) + 1
    names: dict[_Answer, str] = {}
    for (status, answer), count in uses.items():
        name = ERROR_NAMES.get(status, f"Status{status}")
        if count > 1 and name not in names.values():
            names[answer] = name
    return names


def _key(returned: Returns) -> _Answer:
    schema = returned.schema
    shape = type(schema) if isinstance(schema, Schema) and not schema.many else None
    return (_meaning(returned), shape, returned.content_type, returned.also)


def _meaning(returned: Returns) -> str:
    """Return what an answer means, and how that is known where it is not documented."""
    known = "" if returned.fidelity == "documented" else f" ({returned.fidelity})"
    return returned.description.removesuffix(".") + known + "."


def _response(returned: Returns, shared: Mapping[_Answer, str]) -> Document | str:
    """Return an answer, or the name of one that operations share."""
    name = shared.get(_key(returned))
    if name is not None and not isinstance(returned.schema, Mapping):
        return name
    response = _answer(_meaning(returned), returned.schema, returned.content_type, returned.also)
    if returned.links:
        response["links"] = {link: dict(described) for link, described in returned.links.items()}
    return response


def _answer(
    description: str,
    schema: Schema | type[Schema] | Mapping[str, Any] | None,
    content_type: str,
    also: tuple[str, ...] = (),
) -> Document:
    if schema is None:
        return {"description": description}
    shape = dict(schema) if isinstance(schema, Mapping) else schema
    texts = {kind: {"schema": {"type": "string"}} for kind in also}
    return {"description": description, "content": {content_type: {"schema": shape}, **texts}}


def _schema_name(schema: type[Schema] | Schema | str) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    name = kind if isinstance(kind, str) else kind.__name__
    return name.removesuffix("Schema")


def _put_in_special_bodies(document: Document, surface: Surface, plugin: Any) -> None:  # noqa: ANN401 - apispec is untyped
    """Put in what a schema says of itself in place of its fields (`described_as`)."""
    for operation in documented(surface):
        special: Mapping[str, Any] | None = getattr(operation.body, "described_as", None)
        if special is not None:
            body = document["paths"][operation.path][operation.method.lower()]["requestBody"]
            name = body["content"][JSON]["schema"]["$ref"].rpartition("/")[2]
            # It is resolved in its place: the next document begins with what was declared.
            document["components"]["schemas"][name] = plugin.resolver.resolve_schema_dict(deepcopy(special))


def _add_rules_between_fields(document: Document, plugin: Any) -> None:  # noqa: ANN401 - apispec is untyped
    """Put in what a schema says beside its fields (`also`)."""
    for (kind, *_), name in plugin.converter.refs.items():
        document["components"]["schemas"][name].update(getattr(kind, "also", {}))


def _drop_unused_schemas(document: Document) -> None:
    """Take out what nothing refers to, and put the rest in the order of its names."""
    schemas: Document = document["components"].get("schemas", {})
    used: set[str] = set()
    waiting = [name for part in (document["paths"], {**document["components"], "schemas": {}}) for name in _refs(part)]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _refs(schemas[name])
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}


def _refs(part: Any) -> list[str]:  # noqa: ANN401 - any part of a document
    """Return the names of the schemas that a part of a document refers to."""
    prefix = "#/components/schemas/"
    if isinstance(part, Mapping):
        found = [part["$ref"].removeprefix(prefix)] if str(part.get("$ref", "")).startswith(prefix) else []
        return found + [name for value in part.values() for name in _refs(value)]
    return [name for value in part for name in _refs(value)] if isinstance(part, list) else []
