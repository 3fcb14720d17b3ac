"""A way out that leads nowhere: it keeps what it is given, and answers as it is told."""

from collections import deque

from doubleentry.engine.ports import Reply

FINE = Reply(200, {"content-type": "text/plain"}, "ok")


class FakeTransport:
    """Answers with `replies` in turn, then with 200; one may be an exception to raise, or a function of the request."""

    def __init__(self, *replies):
        self.replies = deque(replies)
        self.sent = []
        self.closed = False

    @property
    def bodies(self):
        return [request.body for request in self.sent]

    def send(self, request):
        self.sent.append(request)
        reply = self.replies.popleft() if self.replies else FINE
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply

    def close(self):
        self.closed = True
