"""`doubleentry snapshot`, `verify` and `wait`: the control API of a running emulator, for scripts."""

import http.client
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TextIO
from urllib.parse import quote, urlsplit

import click

from doubleentry.cli.settings import (
    EXIT_FAILURE,
    EXIT_FIXTURE,
    EXIT_TIMED_OUT,
    EXIT_USAGE,
    EXIT_VERIFICATION,
    fail,
    load,
    refuse_no_url,
    served_at,
    setting_options,
)

Command = Callable[..., Any]


def _reaching(command: Command) -> Command:
    """Give a command the options that say whom it asks."""
    command = setting_options("host", "port", "token")(command)
    command = click.option("--workspace", default="default", show_default=True, metavar="NAME", help="The workspace.")(
        command
    )
    return click.option("--url", metavar="URL", help="The emulator; else what `serve` would start here.")(command)


def _ask(  # noqa: PLR0913 - whom, what, and how a refusal ends the command
    method: str,
    path: str,
    body: object = None,
    *,
    url: str | None,
    workspace: str,
    settings_file: Path | None,
    exits: int = EXIT_FAILURE,
    timeout_seconds: float = 60,
    **flags: object,
) -> Any:  # noqa: ANN401 - JSON
    """Call the control API, and return what it answers; a refusal is told, and ends the command."""
    settings = load(flags, settings_file)
    url = served_at(settings) if url is None else url
    refuse_no_url(url)
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout_seconds)
    headers = {"Content-Type": "application/json", "Emulator-Workspace": workspace}
    headers |= {} if settings.token is None else {"Authorization": f"Bearer {settings.token}"}
    try:
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body)
        connection.request(method, f"{parts.path.rstrip('/')}/_emulator/v1{path}", sent, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        fail((f"{url} cannot be asked: {error or type(error).__name__}",), EXIT_FAILURE)
    finally:
        connection.close()
    try:
        told: Any = json.loads(text) if text else None
    except ValueError:
        fail((f"{url} is no emulator: it answered {answer.status}, and no JSON",), EXIT_FAILURE)
    if answer.status == http.HTTPStatus.REQUEST_TIMEOUT:
        exits = EXIT_TIMED_OUT
    if answer.status == http.HTTPStatus.UNAUTHORIZED:
        fail((f"{url} wants its token: --token, or DOUBLEENTRY_TOKEN, as it was started with or has printed",), exits)
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        fail((told["error"]["message"],), exits)
    return told


def _read(file: TextIO) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.load(file)
    except ValueError as error:
        fail((f"{file.name}: expected JSON: {error}",), EXIT_USAGE)


def _told(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False))


@click.group()
def snapshot() -> None:
    """Save a workspace, and go back to it.

    \b
    Examples:
      doubleentry snapshot save before
      doubleentry snapshot load before --workspace what-if
    """  # noqa: D301 - click's mark for a paragraph that keeps its lines


@snapshot.command()
@click.argument("name")
@_reaching
def save(name: str, **reach: Any) -> None:  # noqa: ANN401 - see `_ask`
    """Save the workspace as it stands, in the place of what had the name.

    \b
    Examples:
      doubleentry snapshot save before
    """  # noqa: D301 - see above
    _told(_ask("POST", "/snapshots", {"name": name}, **reach))


@snapshot.command(name="load")
@click.argument("name")
@click.option("--file", type=click.File("rb"), help="Upload this document under the name before.")
@_reaching
def load_snapshot(name: str, file: BinaryIO | None, **reach: Any) -> None:  # noqa: ANN401 - see `_ask`
    """Let the workspace go on from a snapshot: its clock frozen, its webhooks held; exit 4 if that cannot be.

    \b
    Examples:
      doubleentry snapshot load before
      doubleentry snapshot load before --file before.json
    """  # noqa: D301 - see above
    path = f"/snapshots/{quote(name, safe='')}"
    if file is not None:
        # As it is: a number that was read and written anew may be another one.
        _ask("PUT", path, file.read(), exits=EXIT_FIXTURE, **reach)
    _told(_ask("POST", f"{path}/load", exits=EXIT_FIXTURE, **reach))


@snapshot.command(name="list")
@_reaching
def list_snapshots(**reach: Any) -> None:  # noqa: ANN401 - see `_ask`
    """Print the names of the snapshots, oldest first.

    \b
    Examples:
      doubleentry snapshot list
    """  # noqa: D301 - see above
    for row in _ask("GET", "/snapshots", **reach)["snapshots"]:
        click.echo(row["name"])


@snapshot.command()
@click.argument("name")
@_reaching
def delete(name: str, **reach: Any) -> None:  # noqa: ANN401 - see `_ask`
    """Forget a snapshot; exit 4 if there is none of the name.

    \b
    Examples:
      doubleentry snapshot delete before
    """  # noqa: D301 - see above
    _ask("DELETE", f"/snapshots/{quote(name, safe='')}", exits=EXIT_FIXTURE, **reach)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@_reaching
def verify(file: TextIO, **reach: Any) -> None:  # noqa: ANN401 - see `_ask`
    """Hold what happened against what FILE expects, as `POST /verify` takes it; exit 5 where it differs.

    \b
    Examples:
      doubleentry verify expected.json
      echo '{"expect":[{"entry":{"kind":"sync.finished"}}]}' | doubleentry verify
    """  # noqa: D301 - see above
    verdict = _ask("POST", "/verify", _read(file), **reach)
    _told(verdict)
    if not verdict["verified"]:
        fail(tuple(difference["message"] for difference in verdict["differences"]), EXIT_VERIFICATION)


@click.command()
@click.argument("condition")
@click.option("--timeout", type=click.FloatRange(0, 300), default=30, show_default=True, metavar="SECONDS")
@_reaching
def wait(condition: str, timeout: float, **reach: Any) -> None:  # noqa: ANN401 - see `_ask`
    """Wait until CONDITION holds, as `POST /wait` takes it, or the word `idle`; exit 124 if it does not in time.

    \b
    Examples:
      doubleentry wait idle
      doubleentry wait '{"deliveries":1}' --timeout 5 --workspace test-7
    """  # noqa: D301 - see above
    try:
        asked = {"idle": True} if condition == "idle" else json.loads(condition)
    except ValueError:
        fail((f"expected idle, or a condition as JSON, got {condition!r}",), EXIT_USAGE)
    _told(_ask("POST", "/wait", {"for": asked, "timeout": timeout}, timeout_seconds=timeout + 30, **reach))
