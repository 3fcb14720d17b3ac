"""`doubleentry openapi`."""

from pathlib import Path

import click

from doubleentry.cli.settings import EXIT_FAILURE, fail

_directory = click.option(
    "--directory",
    default="openapi",
    show_default=True,
    metavar="DIRECTORY",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the documents are.",
)


@click.group()
def openapi() -> None:
    """Write the OpenAPI documents and the coverage list, or check that they are current.

    \b
    Examples:
      doubleentry openapi write
      doubleentry openapi check
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines


@openapi.command()
@_directory
def write(directory: Path) -> None:
    """Write one document for each API, and the list of what is emulated and how we know it.

    \b
    Examples:
      doubleentry openapi write
      doubleentry openapi write --directory /tmp/documents
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in openapi_documents().items():
        (directory / name).write_text(text, encoding="utf-8", newline="\n")
        click.echo(directory / name)


@openapi.command()
@_directory
def check(directory: Path) -> None:
    """Exit 1 if a document is not what `openapi write` would write.

    \b
    Examples:
      doubleentry openapi check
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    current = openapi_documents()
    problems = []
    for name, text in current.items():
        path = directory / name
        if not path.is_file():
            problems.append(f"{path} is missing; run `doubleentry openapi write`")
        elif path.read_text(encoding="utf-8") != text:
            problems.append(f"{path} is not current; run `doubleentry openapi write`")
    found = sorted(directory.iterdir()) if directory.is_dir() else []
    problems += [f"{path} describes nothing that is served; remove it" for path in found if path.name not in current]
    if problems:
        fail(tuple(problems), EXIT_FAILURE)
    click.echo(f"{len(current)} documents are current")


def openapi_documents() -> dict[str, str]:
    """Return the generated files of the folder ``openapi``, by name."""
    import yaml

    from doubleentry import app
    from doubleentry.engine.overriding import override
    from doubleentry.web.openapi import coverage

    class Plain(yaml.SafeDumper):
        """Writes what occurs twice out twice."""

        @override
        def ignore_aliases(self, data: object) -> bool:
            return True

    described = {
        f"{surface.name}.yaml": yaml.dump(
            app.openapi(surface, surface.mount), Dumper=Plain, sort_keys=False, allow_unicode=True, width=120
        )
        for surface in app.SURFACES
    }
    return described | {"coverage.md": coverage(app.SURFACES)}
