"""`doubleentry fixtures`."""

from collections.abc import Mapping
from pathlib import Path

import click

from doubleentry.cli.settings import EXIT_FIXTURE, EXIT_USAGE, fail, load, setting_options


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

    for entry in list_fixtures(_directories(flags, settings_file)):
        click.echo(f"{entry.name:<16} {entry.description}")


@fixtures.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(exists=True, path_type=Path))
@setting_options("fixtures_dir")
def check(paths: tuple[Path, ...], settings_file: Path | None, **flags: object) -> None:
    """Check scenario files: every problem with its file and line; exit 4 if there is one.

    A file in a folder named ledgers is checked as a ledger template. Templates are known by name when they ship with
    the emulator, or are in the folder ledgers of the folder with more scenarios.

    \b
    Examples:
      doubleentry fixtures check my-scenario.yaml
      doubleentry fixtures check --fixtures-dir scenarios scenarios/*.yaml scenarios/ledgers/*.yaml
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    from doubleentry.dialects.registry import DIALECTS
    from doubleentry.fixtures import check as check_file

    directories = _directories(flags, settings_file)
    problems = [problem for path in paths for problem in check_file(path, DIALECTS.values(), directories)]
    for problem in dict.fromkeys(problems):
        click.echo(problem)
    if problems:
        fail((f"{_counted(len(set(problems)), 'problem')} in {_counted(len(paths), 'file')}",), EXIT_FIXTURE)
    click.echo(f"{_counted(len(paths), 'file')} without a problem")


@fixtures.command()
@click.argument("dialect")
@click.option("--size", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Batches of each kind.")
@click.option("--items", type=click.IntRange(0, 1000), default=3, show_default=True, help="Transactions in each.")
@setting_options("seed")
def generate(dialect: str, size: int, items: int, settings_file: Path | None, **flags: object) -> None:
    """Write a scenario of any size to stdout: the same one for a seed.

    \b
    Examples:
      doubleentry fixtures generate built --size 1000 > many.yaml && doubleentry serve --fixture ./many.yaml
      doubleentry fixtures generate built --size 50 --items 10 --seed monday
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    from doubleentry.dialects.registry import DIALECTS
    from doubleentry.fixtures import generated

    able = [known.name for known in DIALECTS.values() if known.generate is not None]
    if dialect not in able:
        fail((f"expected a dialect that generates ({', '.join(able)}), got {dialect!r}",), EXIT_USAGE)
    for line in generated(DIALECTS[dialect], load(flags, settings_file).seed, size, items):
        click.echo(line)


def _directories(flags: Mapping[str, object], settings_file: Path | None) -> tuple[Path, ...]:
    directory = load(flags, settings_file).fixtures_dir
    return () if directory is None else (directory,)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
