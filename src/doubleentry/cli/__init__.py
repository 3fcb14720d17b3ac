"""The command `doubleentry`: one module a command, thin, over what the package does."""

import click

from doubleentry import __version__
from doubleentry.cli.fixtures import fixtures
from doubleentry.cli.openapi import openapi
from doubleentry.cli.quirks import quirks
from doubleentry.cli.ready import ready
from doubleentry.cli.serve import serve
from doubleentry.cli.steering import snapshot, verify, wait
from doubleentry.cli.webhooks import webhooks


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="%(prog)s %(version)s", prog_name="doubleentry")
def main() -> None:
    """Local emulator of the Codat, Sync2Books and Built Accounting sync APIs.

    \b
    Examples:
      doubleentry serve                        start on http://127.0.0.1:14940
      doubleentry serve --port 0 --pace instant
      doubleentry ready                        wait until it answers

    \b
    Exit codes: 0 fine, 1 failure, 2 usage or settings, 3 port, 4 fixture or snapshot,
    5 verification failed, 124 timed out.
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines


main.add_command(serve)
main.add_command(ready)
main.add_command(fixtures)
main.add_command(openapi)
main.add_command(quirks)
main.add_command(webhooks)
main.add_command(snapshot)
main.add_command(verify)
main.add_command(wait)
