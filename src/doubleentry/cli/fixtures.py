"""`doubleentry fixtures`."""

from pathlib import Path

import click

from doubleentry.cli.settings import EXIT_FIXTURE, fail, load, setting_options


@click.group()
def fixtures() -> None:
    """Look at scenarios: the files that workspaces start from.

    \b
    Examples:
      doubleentry fixtures list
      doubleentry fixtures check scenarios/*.yaml
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines


@fixtures.command("list")
@setting_options("fixtures_dir")
def list_(settings_file: Path | None, **flags: object) -> None:
    """List the scenarios that `serve --fixture` knows by name.

    \b
    Examples:
      doubleentry fixtures list
      doubleentry fixtures list --fixtures-dir ./scenarios
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    from doubleentry.fixtures import list_fixtures

    for entry in list_fixtures(load(flags, settings_file)):
        click.echo(f"{entry.name:<16} {entry.description}")


@fixtures.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
def check(paths: tuple[Path, ...]) -> None:
    """Check scenario files: every problem with its file and line; exit 4 if there is one.

    \b
    Examples:
      doubleentry fixtures check my-scenario.yaml
      doubleentry fixtures check fixtures/*.yaml
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    from doubleentry.fixtures import check as check_file

    problems = [problem for path in paths for problem in check_file(path)]
    for problem in problems:
        click.echo(f"{problem.file}:{problem.line}: {problem.message}")
    if problems:
        fail((f"{_counted(len(problems), 'problem')} in {_counted(len(paths), 'file')}",), EXIT_FIXTURE)
    click.echo(f"{_counted(len(paths), 'file')} without a problem")


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
