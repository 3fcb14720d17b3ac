"""`doubleentry ready`."""

import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import click

from doubleentry.cli.settings import EXIT_TIMED_OUT, fail, load, refuse_no_url, served_at, setting_options

HEALTH_PATH = "/_emulator/v1/health"


@click.command()
@click.argument("url", required=False)
@click.option(
    "--timeout", "timeout_seconds", type=click.FloatRange(min=0), default=30, show_default=True, metavar="SECONDS"
)
@setting_options("host", "port")
def ready(url: str | None, timeout_seconds: float, settings_file: Path | None, **flags: object) -> None:
    """Wait until an emulator answers; exit 124 if it does not in time.

    Without a URL it asks the one that `doubleentry serve` would start here with the same settings.

    \b
    Examples:
      doubleentry ready
      doubleentry ready http://127.0.0.1:8080 --timeout 5
      doubleentry serve & doubleentry ready && npm test
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines
    if url is None:
        url = served_at(load(flags, settings_file))
    refuse_no_url(url)
    deadline = time.monotonic() + timeout_seconds
    pause = threading.Event()
    while (problem := _problem(url.rstrip("/") + HEALTH_PATH, max(0.1, deadline - time.monotonic()))) is not None:
        if time.monotonic() >= deadline:
            fail((f"{url} was not ready after {timeout_seconds:g} s: {problem}",), EXIT_TIMED_OUT)
        pause.wait(0.05)
    click.echo(f"{url} is ready")


def _problem(url: str, timeout_seconds: float) -> str | None:
    """Ask once, and return what was wrong with the answer."""
    import http.client

    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
    try:
        connection.request("GET", parts.path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    else:
        return None if status == http.HTTPStatus.OK else f"{parts.path} answered {status}"
    finally:
        connection.close()
