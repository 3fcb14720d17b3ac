"""How fast webhooks go out to a receiver on this machine: the way out alone, and with the log of each attempt."""

import asyncio
import contextlib
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from doubleentry.adapters.http import HttpTransport
from doubleentry.app import Application
from doubleentry.config import ClockSetting, Config
from doubleentry.engine.ports import Outgoing
from doubleentry.engine.webhooks import Endpoint

RUNS = 5
COUNT = 2000
BATCH = 50
LIMIT_PER_SECOND = 1500
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"


class Sink(asyncio.Protocol):
    """Answers every request with 200, without looking at more than where it ends."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with nothing read."""
        self.transport = transport
        self.unread = b""

    def data_received(self, data: bytes) -> None:
        """Answer each whole request that has come."""
        self.unread += data
        while (end := self.unread.find(b"\r\n\r\n")) >= 0:
            head = self.unread[:end].lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
            if len(self.unread) < end + 4 + length:
                return
            self.unread = self.unread[end + 4 + length :]
            self.transport.write(ANSWER)


def listen(told: Connection) -> None:
    """Be a sink, and tell the port."""

    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


@contextlib.contextmanager
def sink() -> Iterator[str]:
    """Yield the URL of a receiver in a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=listen, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/hook"
    finally:
        process.terminate()
        process.join()


def transport_alone(url: str) -> None:
    """Send without a workspace."""
    transport = HttpTransport()
    request = Outgoing(url, {"Content-Type": "application/json"}, '{"id":"' + "x" * 500 + '"}')
    for _ in range(COUNT):
        assert transport.send(request).status == 200  # noqa: PLR2004 - a benchmark of failures tells nothing
    transport.close()


def logged(url: str) -> None:
    """Send what a workspace has to tell, and let it log each attempt."""
    application = Application(Config(clock=ClockSetting("frozen"), access_log=False))
    workspace = application.workspaces.open("bench")
    with workspace.transaction():
        workspace.webhooks.subscribe(Endpoint("bench", "built", url, record={"channels": ["bills"]}))
    for _ in range(COUNT // BATCH):
        with workspace.transaction():
            for number in range(BATCH):
                workspace.webhooks.emit("bills.created", "built", "1", str(number), {"id": number, "total": 100})
        workspace.advance(until_idle=True)
    delivered = len(workspace.webhooks.deliveries({"status": "delivered"}))
    assert delivered == COUNT, delivered
    application.close()


def rate(send: Callable[[str], None], url: str) -> float:
    """Return deliveries a second, the best of some runs: others share the machine."""
    fastest = 0.0
    for _ in range(RUNS):
        began = time.perf_counter()
        send(url)
        fastest = max(fastest, COUNT / (time.perf_counter() - began))
    return fastest


def main() -> int:
    """Print both rates; 1 if what goes out with its log is below the limit."""
    with sink() as url:
        alone, whole = rate(transport_alone, url), rate(logged, url)
    print(f"the way out alone: {alone:,.0f} deliveries/s")
    print(f"with events and the log of attempts: {whole:,.0f} deliveries/s, limit {LIMIT_PER_SECOND:,}")
    return int(whole < LIMIT_PER_SECOND)


if __name__ == "__main__":
    sys.exit(main())
