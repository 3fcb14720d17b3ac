"""`doubleentry webhooks`."""

from pathlib import Path

import click

from doubleentry.cli.settings import EXIT_USAGE, fail, load, refuse_no_url, setting_options


@click.group()
def webhooks() -> None:
    """What a receiver of webhooks needs to know.

    \b
    Examples:
      doubleentry webhooks secret http://127.0.0.1:9000/hook
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines


@webhooks.command()
@click.argument("url")
@click.option("--dialect", default="codat", show_default=True, metavar="NAME", help="Whose webhooks.")
@setting_options("seed")
def secret(url: str, dialect: str, settings_file: Path | None, **flags: object) -> None:
    """Print what webhooks to URL are signed with: known before the server starts, from the seed and the URL.

    \b
    Examples:
      doubleentry webhooks secret http://127.0.0.1:9000/hook
      doubleentry webhooks secret http://127.0.0.1:9000/hook --seed 42
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    from doubleentry.app import webhook_secret

    refuse_no_url(url)
    drawn = webhook_secret(dialect, load(flags, settings_file).seed, url)
    if drawn is None:
        fail((f"{dialect} has no secrets that follow from the seed",), EXIT_USAGE)
    click.echo(drawn)
