"""One request answered by the application."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from waitress.task import WSGITask, hop_by_hop
from waitress.utilities import build_http_date

from doubleentry.engine.overriding import override
from doubleentry.server.requests import Refusal, Request
from doubleentry.web.errors import BodyTooLarge, RequestRefused, ServerRefused
from doubleentry.web.pipeline import REFUSED
from doubleentry.web.spoiling import DELAY, SPOIL, Spoil
from doubleentry.web.waiting import HOLD, Hold

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

    from doubleentry.server.connections import Connection

_BODILESS = frozenset({"204", "304"})


class Task(WSGITask):
    """Hands a request to an application, and its answer to the connection.

    The names of headers go out as the application wrote them: a vendor's own spelling is part of what it answers.
    """

    channel: "Connection"
    request: Request  # type: ignore[assignment]  # as it is; the stub says that it is an error
    response_headers: list[tuple[str, str]]

    def __init__(self, channel: "Connection", request: Request, application: "WSGIApplication", hold: Hold) -> None:
        """Prepare to answer.

        Args:
            channel: Where it came from.
            request: What was asked, or is refused.
            application: What answers.
            hold: What the application calls while it waits.
        """
        super().__init__(channel, request)  # type: ignore[arg-type]  # see above
        self._application = application
        self._hold = hold

    @property
    def spoil(self) -> Spoil | None:
        """How the answer is to be spoiled on its way."""
        return (self.environ or {}).get(SPOIL)

    @property
    def delay_seconds(self) -> float:
        """How long the answer is to be kept back."""
        return float((self.environ or {}).get(DELAY, 0))

    @property
    @override
    def has_body(self) -> bool:
        """Whether what the application returns is sent."""
        return self.request.command != "HEAD" and self.status[:3] not in _BODILESS

    @override
    def execute(self) -> None:
        """Call the application and write what it answers."""
        if self.request.refusal is not None:
            self.close_on_finish = True
        pieces = self._application(self.get_environment(), self._start_response)
        try:
            if self.content_length is None and isinstance(pieces, (list, tuple)):
                self.content_length = sum(map(len, pieces))
            if self.content_length is None and self.spoil is None and not self.delay_seconds:
                self.channel.flow()
            for piece in pieces:
                if piece and self.has_body:
                    self.write(piece)
            if self.content_length not in {None, self.content_bytes_written} and self.has_body:
                # Too little came: the client must not wait for the rest.
                self.close_on_finish = True
        finally:
            if hasattr(pieces, "close"):
                pieces.close()

    @override
    def build_response_header(self) -> bytes:
        """Return the head of the answer."""
        headers = self.response_headers
        has_length = any(name.lower() == "content-length" for name, _ in headers)
        if self.has_body and not has_length:
            if self.content_length is not None:
                headers.append(("Content-Length", str(self.content_length)))
            elif self.version == "1.1":
                self.chunked_response = True
                headers.append(("Transfer-Encoding", "chunked"))
            else:
                self.close_on_finish = True
        if not any(name.lower() == "date" for name, _ in headers):
            headers.append(("Date", build_http_date(self.start_time)))
        asked = {option.strip() for option in self.request.headers.get("CONNECTION", "").lower().split(",")}
        keeps = "close" not in asked and (self.version == "1.1" or "keep-alive" in asked)
        if not keeps or self.channel.is_last:
            self.close_on_finish = True
        if self.close_on_finish:
            headers.append(("Connection", "close"))
        elif self.version == "1.0":
            headers.append(("Connection", "keep-alive"))
        lines = [f"HTTP/{self.version} {self.status}", *(f"{name}: {value}" for name, value in headers), "", ""]
        return "\r\n".join(lines).encode("latin-1")

    @override
    def get_environment(self) -> "WSGIEnvironment":
        """Return the request as WSGI says it."""
        environ = super().get_environment()
        # Files are read by the application: what is collected can be spoiled.
        environ.pop("wsgi.file_wrapper", None)
        environ[HOLD] = self._hold
        if self.request.refusal is not None:
            environ[REFUSED] = _refused(self.request.refusal)
            environ.pop("CONTENT_LENGTH", None)
        return environ

    def _start_response(
        self, status: str, headers: Iterable[tuple[str, str]], exc_info: "OptExcInfo | None" = None
    ) -> Callable[[bytes], object]:
        if self.wrote_header and exc_info:
            raise exc_info[1] or RuntimeError(status)
        self.complete = True
        self.status = status
        self.content_length = None
        self.response_headers = []
        for name, value in headers:
            if name.lower() == "content-length":
                self.content_length = int(value)
            if name.lower() not in hop_by_hop:
                self.response_headers.append((name, value))
        return self.write


def _refused(refusal: Refusal) -> RequestRefused:
    """Return why the server does not hand a request on: a body that is too large is so in each surface's words."""
    if refusal.code == BodyTooLarge.status:
        return BodyTooLarge(refusal.message)
    return ServerRefused(refusal.code, refusal.message)
