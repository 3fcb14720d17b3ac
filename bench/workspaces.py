"""What workspaces leave behind: memory after many were opened, used and dropped, and after twice as many.

usage: python -m bench.workspaces [WORKSPACES] [removed]

They go because there is room for 1,000, or by name where `removed` is asked for.
"""

import gc
import os
import sys
import time

from werkzeug.test import Client

from bench.measuring import rss
from bench.run import PAGE
from doubleentry.app import CONTROL, Application
from doubleentry.config import Config
from doubleentry.dialects.registry import DIALECTS

LIMIT = 1.05


def use(client: Client, first: int, last: int, *, removes: bool) -> None:
    """Call two operations in each of some workspaces, which opens it; remove it, or let the longest idle go."""
    codat = DIALECTS["codat"]
    headers = codat.authorization(codat.demo_key)
    for number in range(first, last):
        for method, path, body in (("GET", PAGE, None), ("POST", "/codat/companies", {"name": "Corner Cafe"})):
            answer = client.open(f"/w/bench-{number}{path}", method=method, headers=headers, json=body)
            if answer.status_code != 200:  # noqa: PLR2004 - what both answer
                raise SystemExit(f"{method} {path} answered {answer.status}")
        if removes:
            answer = client.delete(f"{CONTROL.mount}/workspaces/bench-{number}", headers={"Host": "localhost"})
            if answer.status_code != 204:  # noqa: PLR2004 - No Content
                raise SystemExit(f"DELETE answered {answer.status}")


def main() -> int:
    """Print the figures; 1 if twice the work holds more memory than the limit allows."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    client = Client(Application(Config(access_log=False)).wsgi)
    started = time.perf_counter()
    held = []
    for part in range(2):
        use(client, part * count, (part + 1) * count, removes="removed" in sys.argv)
        gc.collect()
        held.append(rss(os.getpid()))
    took = (time.perf_counter() - started) / (2 * count) * 1e3
    ratio = held[1] / held[0]
    print(f"{count} workspaces: {held[0]:.0f} MiB; {2 * count}: {held[1]:.0f} MiB; ratio {ratio:.3f}, limit {LIMIT}")
    print(f"{took:.2f} ms to open one and to make two calls in it")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
