"""`doubleentry quirks`."""

import click


@click.command()
def quirks() -> None:
    """List where the vendors' documents disagree, what is followed, and how to choose otherwise.

    \b
    Examples:
      doubleentry quirks
      doubleentry serve --quirk codat.link=auto
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    from doubleentry.app import quirks as quirk_rows

    for row in quirk_rows():
        click.echo(click.style(row.name, bold=True))
        click.echo(
            f"  values   {', '.join(f'{value} (default)' if value == row.default else value for value in row.values)}"
        )
        click.echo(f"  why      {row.why}")
        for source in row.sources:
            click.echo(f"  source   {source}")
