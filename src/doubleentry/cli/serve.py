"""`doubleentry serve`."""

import gc
import sys
from pathlib import Path

import click

from doubleentry.cli.settings import load, setting_options


@click.command()
@setting_options()
def serve(settings_file: Path | None, **flags: object) -> None:
    """Start the emulator and serve until it is told to stop.

    When it is ready, the first line on stdout is one JSON object with the URL, the port and, for
    each API, its base URL and a header value to call it with. SIGTERM and Ctrl-C drain, then exit 0.

    Settings come from flags, else from the environment variables named below, else from
    doubleentry.toml or the table [tool.doubleentry] of pyproject.toml, else they have the defaults.

    \b
    Examples:
      doubleentry serve
      doubleentry serve --port 0 --ready-file ready.json
      doubleentry serve --fixture ./my-scenario.yaml --clock 2022-08-03T01:30:09Z
      doubleentry serve --pace realistic --quirk codat.link=auto --codat-port 14941
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    # Until the application is built, which lets it go on: next to nothing of what a start makes is garbage.
    gc.disable()
    from doubleentry import app, server

    known_quirks = {row.name: tuple(row.values) for row in app.quirks()}
    sys.exit(server.serve(load(flags, settings_file, known_quirks)))
