"""A receiver of webhooks on 127.0.0.1, over real HTTP."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace

from bench.listening import listening


class Receiver:
    """Keeps what it is sent; answers 200 unless told otherwise.

    Attributes:
        requests: What came, in order: method, path, headers, body and the text that it was read from.
        answers: What the next ones are answered: (status, headers).
        hook: Called with each request before it is answered.
    """

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.requests = []
        self.answers = []
        self.hook = lambda _: None

    @property
    def bodies(self):
        return [request.body for request in self.requests]

    def take(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else (200, {})
        self.hook(request)
        return answer


@contextmanager
def receiving():
    """Yield a receiver that listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            body = json.loads(text) if text else None
            request = SimpleNamespace(
                method=self.command, path=self.path, headers=dict(self.headers), body=body, text=text
            )
            status, headers = receiver.take(request)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, *_):
            pass

    with listening(Handler) as port:
        receiver = Receiver(port)
        yield receiver
