"""A surface's operations → its OpenAPI 3.1 document, and its part of the coverage list."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marshmallow import Schema

from doubleentry.web.operation import JSON, MULTIPART, Operation, Returns
from doubleentry.web.surface import Surface

Document = dict[str, Any]


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
        servers=[{"url": server}],
    )
    if surface.auth is not None:
        spec.components.security_scheme("key", dict(surface.auth.scheme))
    for operation in documented(surface):
        described = _operation(surface, operation)
        spec.path(path=operation.path, operations={operation.method.lower(): described})
    document: Document = spec.to_dict()
    _inline_special_bodies(document, surface, plugin)
    _add_rules_between_fields(document, plugin)
    return document


def documented(surface: Surface) -> tuple[Operation, ...]:
    """Return the operations that belong to the API, without the pages for people."""
    return tuple(operation for operation in surface.operations if not operation.hidden)


def coverage(surfaces: Iterable[Surface]) -> str:
    """Return the coverage list of all surfaces, in Markdown."""
    lines = ["# What is emulated", "", "Made from the operations' declarations; do not edit.", ""]
    for surface in surfaces:
        operations = documented(surface)
        lines += [
            f"## {surface.title}",
            "",
            (
                f"{len(operations)} operations are emulated, {len(surface.gaps)} are documented by the vendor and are not: "
                "they answer 501 in the emulator's own envelope."
            ),
            "",
            "| operation | method and path | how we know it | answers | source |",
            "|---|---|---|---|---|",
            *(_row(operation) for operation in operations),
            "",
        ]
        if surface.gaps:
            lines += ["Not emulated:", "", "| operation | method and path | source |", "|---|---|---|"]
            lines += [f"| {gap.id} | `{gap.method} {gap.path}` | {gap.source} |" for gap in surface.gaps]
            lines.append("")
    return "\n".join(lines)


def _row(operation: Operation) -> str:
    paths = " or ".join(f"`{path}`" for path in operation.paths)
    answers = ", ".join(
        f"{returned.status}" + ("" if returned.fidelity == "documented" else f" ({returned.fidelity})")
        for returned in operation.returns
    )
    return f"| {operation.id} | {operation.method} {paths} | {operation.fidelity} | {answers} | {operation.source} |"


def _operation(surface: Surface, operation: Operation) -> Document:
    described: Document = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": f"Source: {operation.source} ({operation.fidelity}).",
        "tags": list(operation.tags),
        "parameters": [*_path_parameters(surface, operation.path), *_query_parameters(operation)],
        "responses": {str(returned.status): _response(returned) for returned in operation.returns},
    }
    if operation.body is not None:
        content = {JSON: {"schema": operation.body}}
        described["requestBody"] = {"required": not operation.body_optional, "content": content}
    elif operation.form is not None:
        described["requestBody"] = {"required": True, "content": {MULTIPART: {"schema": dict(operation.form)}}}
    if surface.auth is not None:
        described["security"] = [{"key": []}] if operation.authenticated else []
    return described


def _path_parameters(surface: Surface, path: str) -> list[Document]:
    names = [segment[1:-1] for segment in path.split("/") if segment.startswith("{")]
    return [{"name": name, "in": "path", "required": True, **surface.parameters[name]} for name in names]


def _query_parameters(operation: Operation) -> Sequence[Document]:
    return [] if operation.query is None else [{"in": "query", "schema": operation.query}]


def _response(returned: Returns) -> Document:
    response: Document = {"description": returned.description}
    if returned.schema is not None:
        response["content"] = {returned.content_type: {"schema": returned.schema}}
    if returned.links:
        response["links"] = {name: dict(link) for name, link in returned.links.items()}
    return response


def _schema_name(schema: type[Schema] | Schema | str) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    name = kind if isinstance(kind, str) else kind.__name__
    return name.removesuffix("Schema")


def _inline_special_bodies(document: Document, surface: Surface, plugin: Any) -> None:  # noqa: ANN401 - apispec is untyped
    """Put in what a schema says of itself in place of its fields (`described_as`)."""
    for operation in documented(surface):
        special: Mapping[str, Any] | None = getattr(operation.body, "described_as", None)
        if special is not None:
            body = document["paths"][operation.path][operation.method.lower()]["requestBody"]
            body["content"][JSON]["schema"] = plugin.resolver.resolve_schema_dict(dict(special))


def _add_rules_between_fields(document: Document, plugin: Any) -> None:  # noqa: ANN401 - apispec is untyped
    """Put in what a schema says beside its fields (`also`)."""
    for (kind, *_), name in plugin.converter.refs.items():
        document["components"]["schemas"][name].update(getattr(kind, "also", {}))
