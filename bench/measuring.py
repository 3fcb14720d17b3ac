"""Starting what is measured, loading it with wrk, and reading what that came to."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests

COMMAND = (sys.executable, "-m", "doubleentry", "serve", "--port", "0")
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Load(NamedTuple):
    """What one run of wrk saw; times in milliseconds."""

    rps: float
    p50: float
    p99: float
    requests: int
    failed: int


class Server(NamedTuple):
    """A running server of ours."""

    url: str
    pid: int
    authorization: str

    def rss(self) -> float:
        """Return the resident memory in MiB."""
        return rss(self.pid)

    def call(self, method: str, path: str, body: object = None) -> requests.Response:
        """Make one call with the demo's key of the first dialect, and fail if it is refused."""
        answer = requests.request(
            method, self.url + path, json=body, headers={"Authorization": self.authorization}, timeout=120
        )
        answer.raise_for_status()
        return answer


@contextmanager
def ours(*arguments: str) -> Iterator[Server]:
    """Serve until the block ends."""
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            if not line:
                raise SystemExit("the server did not start")
            ready = json.loads(line)
            yield Server(f"http://127.0.0.1:{ready['port']}", process.pid, ready["dialects"]["codat"]["authorization"])
        finally:
            process.terminate()


def rss(pid: int) -> float:
    """Return the resident memory of a process and its children, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20 + sum(rss(int(child)) for child in children)


def wrk(  # noqa: PLR0913 - what a load has
    url: str,
    *,
    connections: int,
    seconds: float,
    method: str = "GET",
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> Load:
    """Load one URL for some seconds.

    Args:
        url: What is called.
        connections: How many keep-alive connections call at once.
        seconds: For how long.
        method: The HTTP method.
        body: Sent as JSON.
        headers: Sent with each request.
    """
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("bench: needs wrk (Debian: apt-get install wrk)")
    script = [f'wrk.method = "{method}"']
    if body is not None:
        script += [f"wrk.body = [==[{json.dumps(body)}]==]", 'wrk.headers["Content-Type"] = "application/json"']
    script += [f'wrk.headers["{name}"] = "{value}"' for name, value in (headers or {}).items()]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write("\n".join(script))
        file.flush()
        told = subprocess.run(
            [program, "-t1", f"-c{connections}", f"-d{seconds:g}s", "--latency", "-s", file.name, url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return _read(told)


def _read(told: str) -> Load:
    def milliseconds(percentile: str) -> float:
        found = re.search(rf"^\s+{percentile}%\s+([\d.]+)(us|ms|s|m)$", told, re.MULTILINE)
        return float(found[1]) * UNITS[found[2]] if found else float("nan")

    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, broken.groups())) if broken else 0
    count = re.search(r"(\d+) requests in", told)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    return Load(float(rate[1]), milliseconds("50"), milliseconds("99"), int(count[1]), failed)
