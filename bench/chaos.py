"""Faults in all five layers at a tenth, over many syncs of two vendors: how long it takes, and whether memory grows.

The work is done three times: once from a cold start, again in the same workspaces, each of which is reset for it, and
again in workspaces of other names, for which those before are deleted.

usage: python -m bench.chaos [SYNCS [WORKSPACES]]
"""

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from werkzeug.test import Client, TestResponse

from bench.listening import listening
from bench.measuring import rss
from bench.run import COMPANY, expense
from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from doubleentry.dialects.registry import DIALECTS
from doubleentry.engine.workspaces import Workspace

LIMIT = 1.05
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DATASETS = f"/codat/companies/{COMPANY}/sync/expenses"
BATCHES = "/sync2books/expenses/a1000000-0000-4000-8000-000000000001"
SUCCESSES = {200, 201, 202, 204}
CHAOS: tuple[dict[str, Any], ...] = (
    {"status": 503},
    {"delay": 1},
    {"transport": "reset"},
    {"webhook": "drop"},
    {"webhook": "duplicate"},
    {"webhook": "delay", "by": "PT90S"},
    {"webhook": "stale-stamp"},
)
"""What goes wrong for every vendor, beside what its syncs come to."""
OF_SYNCS = {"codat": {"code": "5130"}, "sync2books": {"code": "completed.failed"}}


class Receiver:
    """Takes webhooks over real HTTP, and fails each seventh of those that come to one path."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._count: Counter[str] = Counter()

    def answer(self, path: str) -> int:
        """Return what the next request to a path is answered."""
        self._count[path] += 1
        return 500 if self._count[path] % 7 == 0 else 200

    def forget(self) -> None:
        """Begin to count anew."""
        self._count.clear()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Listen until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.answer(self.path))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with listening(Handler) as port:
        receiver = Receiver(port)
        yield receiver


def application() -> Application:
    """Return an application whose workspaces begin frozen."""
    return Application(Config(clock=ClockSetting("frozen", START), access_log=False), testing=True)


class Chaos:
    """One workspace in which a tenth of everything goes wrong."""

    def __init__(self, application: Application, name: str) -> None:
        self._application = application
        self._client = Client(application.wsgi)
        self._name = name

    @property
    def workspace(self) -> Workspace:
        """The workspace itself."""
        return self._application.workspaces.open(self._name)

    def prepare(self, receiver: Receiver, seed: str) -> None:
        """Return the workspace to its baseline, let both vendors tell a receiver, and make the rules."""
        self._must("POST", "/_emulator/v1/reset", {"seed": seed})
        self._must("PUT", "/_emulator/v1/webhooks/stamp", {"clock": "workspace"})
        self._must("PUT", "/_emulator/v1/quirks/sync2books.rate-limit", {"value": "off"})
        for kind in ("sync-started", "sync-complete", "sync-failed"):
            self._must("POST", "/codat/rules", {"type": kind, "notifiers": {"webhook": f"{receiver.url}/{kind}"}})
        types = ["expenses.sync.successful", "expenses.sync.unsuccessful"]
        self._must("POST", "/codat/webhooks", {"url": f"{receiver.url}/codat", "eventTypes": types})
        told = {"name": "Batches", "url": f"{receiver.url}/sync2books", "eventTypes": ["*"]}
        self._must("POST", "/sync2books/webhooks/endpoints", told)
        for dialect, of_syncs in OF_SYNCS.items():
            for effect in (*CHAOS, of_syncs):
                if dialect == "codat" or effect != {"webhook": "stale-stamp"} or DIALECTS[dialect].webhooks.stamped:
                    rule = {"effect": effect, "match": {"dialect": dialect}, "times": None, "probability": 0.1}
                    self._must("POST", "/_emulator/v1/faults", rule)

    def play(self, syncs: int) -> None:
        """Start so many syncs, by both vendors in turn, and let time pass after each few of them."""
        for number in range(syncs):
            if number % 2:
                self._insist(BATCHES, [self._sync2books(number)])
            else:
                items = [{**expense()["items"][0], "id": f"10000000-0000-4000-8000-{number:012}"}]  # type: ignore[index]
                dataset = self._insist(f"{DATASETS}/expense-transactions", {"items": items}).get_json()["datasetId"]
                self._insist(f"{DATASETS}/syncs", {"datasetIds": [dataset]})
            if number % 10 == 9:  # noqa: PLR2004 - a few
                self._must("POST", "/_emulator/v1/clock/advance", {"by": "PT5M"})
        self._must("POST", "/_emulator/v1/clock/advance", {"until": "idle"})

    def delete(self) -> None:
        """Close the workspace."""
        self._must("DELETE", f"/_emulator/v1/workspaces/{self._name}", None)

    def seen(self) -> dict[str, Any]:
        """Return all that the workspace knows, and what its journal says."""
        journal = self._application.host.journal(self.workspace)
        exchanges = [(each.operation, each.fault, each.status, each.answer) for each in journal.search()]
        return {"timeline": self.workspace.timeline.entries(), "dump": self.workspace.dump(), "exchanges": exchanges}

    @staticmethod
    def _sync2books(number: int) -> dict[str, object]:
        line = {"netAmount": 100, "taxAmount": 10, "taxRateRef": {"id": "tax-10"}, "accountRef": {"id": "64"}}
        return {
            "id": f"expense-{number}",
            "type": "Payment",
            "issueDate": "2026-01-05T00:00:00Z",
            "currency": "USD",
            "currencyRate": 1,
            "merchantName": "Office Supplies Co",
            "bankAccountRef": {"id": "41"},
            "lines": [line],
        }

    def _insist(self, path: str, body: object) -> TestResponse:
        """Call until it is taken, as a client does that tries again."""
        while (answer := self._call("POST", path, body)).status_code not in SUCCESSES:
            if answer.status_code != 503:  # noqa: PLR2004 - what the rules order
                raise SystemExit(f"{path} answered {answer.status}: {answer.text}")
        return answer

    def _must(self, method: str, path: str, body: object) -> None:
        answer = self._call(method, path, body)
        if answer.status_code not in SUCCESSES:
            raise SystemExit(f"{method} {path} answered {answer.status}: {answer.text}")

    def _call(self, method: str, path: str, body: object) -> TestResponse:
        vendor = DIALECTS.get(path.split("/")[1])
        headers = {} if vendor is None else vendor.authorization(vendor.demo_key)
        url = f"/w/{self._name}{path}"
        return self._client.open(url, method=method, base_url="http://localhost", headers=headers, json=body)


def work(application: Application, receiver: Receiver, prefix: str, syncs: int, workspaces: int) -> list[Chaos]:
    """Play in so many workspaces, and return them."""
    played = []
    for number in range(workspaces):
        chaos = Chaos(application, f"{prefix}-{number}")
        receiver.forget()
        chaos.prepare(receiver, str(number))
        chaos.play(syncs // workspaces)
        played.append(chaos)
    return played


def main() -> int:
    """Print the figures; 1 if to do the work again holds more memory than the limit allows."""
    syncs, workspaces = (*map(int, sys.argv[1:]), *(2000, 20)[len(sys.argv) - 1 :])
    held = []
    with receiving() as receiver:
        serving = application()

        def play(prefix: str) -> list[Chaos]:
            played = work(serving, receiver, prefix, syncs, workspaces)
            gc.collect()
            held.append(rss(os.getpid()))
            return played

        started = time.perf_counter()
        play("chaos")
        took = time.perf_counter() - started
        for chaos in play("chaos"):
            chaos.delete()
        play("other")
        serving.close()
    once, again, anew = held
    print(f"{syncs} syncs in {workspaces} workspaces: {took:.1f} s, {once:.1f} MiB")
    print(f"twice, the workspaces reset:        {again:.1f} MiB, ratio {again / once:.3f}, limit {LIMIT}")
    print(f"thrice, in others after a deletion: {anew:.1f} MiB, ratio {anew / once:.3f}, limit {LIMIT}")
    return int(max(again, anew) > LIMIT * once)


if __name__ == "__main__":
    sys.exit(main())
