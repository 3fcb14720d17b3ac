"""Talking to a server byte by byte, over real sockets."""

import http.client
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass

from doubleentry.server.http import HttpServer
from doubleentry.server.listeners import listen

SECONDS = 10
"""What is waited for at most, for anything."""


@contextmanager
def served(wsgi, **options):
    """Serve an application in a thread until the block ends; give the server, its port in `port`."""
    sockets = listen("127.0.0.1", 0)
    server = HttpServer(wsgi, sockets, **options)
    server.port = sockets[0].getsockname()[1]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        """The body, decoded."""
        return json.loads(self.body)


class Caller:
    """One connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Send bytes."""
        self.socket.sendall(data)

    def answer(self, method="GET"):
        """Read one answer."""
        response = http.client.HTTPResponse(self.socket, method=method)
        response.begin()
        return Answer(response.status, dict(response.headers), response.read())

    def rest(self):
        """Read until the server closes."""
        received = b""
        while data := self.socket.recv(65536):
            received += data
        return received


def ask(port, data, method="GET"):
    """Send bytes on a connection of its own, and read one answer."""
    with Caller(port) as caller:
        caller.send(data)
        return caller.answer(method)


def get(path, *headers, version="1.1"):
    """Return the bytes of a GET."""
    lines = [f"GET {path} HTTP/{version}", "Host: localhost", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def post(path, body, *headers):
    """Return the bytes of a POST."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
