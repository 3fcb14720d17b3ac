"""What users would run instead: Prism, which validates and keeps nothing, and json-server, which keeps one file."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".cache" / "peers"
PACKAGES = ("@stoplight/prism-cli@5", "json-server@0.17")


def install() -> bool:
    """Install both once, from npm; False where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    if not (FOLDER / "node_modules" / ".bin" / "prism").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "package.json").write_text('{"private": true}', encoding="utf-8")
        print("bench: installing Prism and json-server ...", flush=True)
        subprocess.run(
            [npm, "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", *PACKAGES],
            cwd=FOLDER,
            check=True,
        )
    return True


@contextmanager
def prism(page: object, expense: object) -> Iterator[tuple[str, float]]:
    """Serve a page and a creation from a document with examples; yields the URL and the seconds to the first answer."""
    answer = {"description": "Done.", "content": {"application/json": {"schema": {"type": "object"}}}}
    media = answer["content"]["application/json"]
    document = {
        "openapi": "3.0.3",
        "info": {"title": "peer", "version": "1"},
        "paths": {
            "/companies": {
                "get": {
                    "responses": {
                        "200": {**answer, "content": {"application/json": {**media, "example": page}}},
                    }
                }
            },
            "/expenses": {
                "post": {
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": _schema(expense)}},
                    },
                    "responses": {
                        "200": {**answer, "content": {"application/json": {**media, "example": {"datasetId": "1"}}}},
                    },
                }
            },
        },
    }
    file = FOLDER / "peer.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with _serving("prism", "mock", "--host", "127.0.0.1", str(file)) as served:
        yield served


@contextmanager
def json_server(page: object) -> Iterator[tuple[str, float]]:
    """Serve twenty records and a collection that takes new ones."""
    file = FOLDER / "db.json"
    records = [{**record, "id": position} for position, record in enumerate(page["results"], start=1)]
    file.write_text(json.dumps({"companies": records, "expenses": []}), encoding="utf-8")
    with _serving("json-server", "--host", "127.0.0.1", str(file)) as served:
        yield served


@contextmanager
def _serving(name: str, *arguments: str) -> Iterator[tuple[str, float]]:
    port = _free_port()
    began = time.perf_counter()
    command = [str(FOLDER / "node_modules" / ".bin" / name), *arguments, "--port", str(port)]
    environment = {**os.environ, "NODE_ENV": "production"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=FOLDER
    ) as process:
        try:
            _await_answer(port, process)
            yield f"http://127.0.0.1:{port}", time.perf_counter() - began
        finally:
            process.terminate()


def _await_answer(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/companies")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.005)
        finally:
            connection.close()
    raise SystemExit("bench: a peer did not start")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def _schema(value: object) -> dict[str, object]:
    """Return the JSON Schema that a value shows: what Prism then validates, as we do."""
    match value:
        case dict():
            return {
                "type": "object",
                "required": list(value),
                "properties": {name: _schema(member) for name, member in value.items()},
            }
        case list():
            return {"type": "array", "items": _schema(value[0])}
        case str():
            return {"type": "string"}
        case bool():
            return {"type": "boolean"}
        case _:
            return {"type": "number"}
