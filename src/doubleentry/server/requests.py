"""Reading a request: waitress's parser, stricter, and with the refusals that the server makes itself."""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.utilities import Error

from doubleentry.engine.clock import monotonic
from doubleentry.engine.overriding import override

LONGEST_CONTROL_LINE: Final = 4 * 1024
"""Of a chunk: its size, and extensions that nobody uses."""

_VERSIONS: Final = frozenset({b"HTTP/1.0", b"HTTP/1.1"})
_NOT_IN_A_LINE: Final = re.compile(rb"[\x00-\x1f\x7f]")
# What can be told of a request line that is not as it should be: enough to know whose words refuse it.
_LIKE_A_LINE: Final = re.compile(
    rb"[\r\n]*(?P<method>[A-Za-z-]+)[ \t]+(?:[a-z]+://[^/?# \t\r\n]*)?(?P<path>/[^?# \t\r\n]*)"
    rb"(?:[^\r\n]*[ \t]HTTP/1\.(?P<minor>[01])[ \t]*\r?\n)?"
)


_LIKE_A_HEADER: Final = re.compile(rb"(?P<name>[A-Za-z-]+):[ \t]*(?P<value>(?:[\x21-\x7e][\x20-\x7e]*)?)")
_MOST_GUESSED: Final = 100

# What waitress would take the square of their number in time to read: blanks before a value, on how many lines ever.
_BLANKS_BEFORE_A_VALUE: Final = re.compile(rb"(?m)^([^\x00-\x20:\x7f]+:)[ \t]*(?:\r\n[ \t]+)*")
_SHORT: Final = 512
"""So few bytes are read in no time, whatever they are."""
_BLANKS_IN_A_LINE: Final = 2
_MOST_DIGITS: Final = 18


class Refusal(Error):
    """Why the server does not hand a request to the application."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.code = status
        self.message = message


class Request(HTTPRequestParser):
    """One request, as far as it has come."""

    command = "GET"  # type: ignore[assignment]  # as it is; the stub says bytes
    headers: dict[str, str]
    request_uri = "/"
    path = ""
    query = ""
    url_scheme = "http"
    refusal: Refusal | None = None

    def __init__(self, adj: Adjustments) -> None:
        """Begin with nothing read."""
        super().__init__(adj)
        self.began = monotonic()

    @override
    def received(self, data: bytes) -> int:
        """Take bytes, and return how many of them were this request's; all of them once it is refused."""
        in_header = not self.headers_finished
        seen = self.header_plus + data if in_header else b""
        consumed = len(data)
        if _has_bare_newline(seen):
            self.refuse(400, "A line of the header does not end in CR LF.")
        else:
            try:
                consumed = super().received(data)
            except ValueError as error:
                if len(self.headers.get("CONTENT_LENGTH", "")) > _MOST_DIGITS:
                    # Python reads no number of thousands of digits.
                    self.refuse(413, self._too_large)
                else:
                    # Of a target that looks like a URL and is none.
                    self.refuse(400, f"The request target cannot be read: {error}.")
            else:
                self._check(seen)
        if self.refusal is not None:
            self.guess_target(seen)
            return len(data)
        if self.completed:
            # A body was announced by no header, or has come already: nobody is waiting to be told to go on.
            self.expect_continue = False
        return consumed

    def refuse(self, status: int, message: str) -> None:
        """Have the request answered with this status, whatever else comes."""
        self.refusal = self.error = Refusal(status, message)
        self.completed = True
        self.expect_continue = False

    @override
    def parse_header(self, header_plus: bytes) -> None:
        """Read request line and headers.

        Raises:
            ParsingError: They are not as they should be.
        """
        line = header_plus.partition(b"\r\n")[0]
        if _NOT_IN_A_LINE.search(line):
            raise ParsingError("The request line has control characters")
        version = line.rpartition(b" ")[2]
        if version not in _VERSIONS:
            if re.fullmatch(rb"HTTP/\d\.\d", version):
                raise _VersionError(f"{version.decode()} is not spoken here; HTTP/1.1 is")
            raise ParsingError("The request line is not METHOD, target and HTTP/1.1")
        if line.count(b" ") != _BLANKS_IN_A_LINE:
            # Which waitress finds out too, and for some lines takes minutes.
            raise ParsingError("Start line is invalid")
        if len(header_plus) > _SHORT:
            header_plus = _BLANKS_BEFORE_A_VALUE.sub(rb"\1 ", header_plus)
        super().parse_header(header_plus)
        if b"\ntransfer-encoding:" not in header_plus.lower():
            return
        if "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Both Content-Length and Transfer-Encoding are there")
        if self.version != "1.1":
            raise ParsingError("HTTP/1.0 has no Transfer-Encoding")

    @property
    def _too_large(self) -> str:
        return f"The body has {self.adj.max_request_body_size} bytes or more."

    def _check(self, seen: bytes) -> None:
        """Put what waitress refuses into our words, and refuse what it takes."""
        if self.error is not None:
            status, message = self.error.code, self.error.body
            if status == 431:  # noqa: PLR2004 - Request Header Fields Too Large
                # Waitress says of these that they asked for `/`.
                self.path = ""
            if status == 431 and b"\n" not in seen.lstrip():  # noqa: PLR2004 - Request Header Fields Too Large
                status, message = 414, "The request line is too long."
            elif status == 431:  # noqa: PLR2004 - as above
                message = f"The header has more than {self.adj.max_request_header_size} bytes."
            elif status == 413:  # noqa: PLR2004 - Content Too Large
                message = self._too_large
            elif message.startswith(_VersionError.mark):
                status, message = 505, message.removeprefix(_VersionError.mark)
            self.refuse(status, message)
            return
        body = self.body_rcv
        if not isinstance(body, ChunkedReceiver):
            return
        if len(body.control_line) > LONGEST_CONTROL_LINE or len(body.trailer) > self.adj.max_request_header_size:
            self.refuse(400, "A chunk's size or the trailer is too long.")
        elif body.chunk_remainder + len(body) >= self.adj.max_request_body_size:
            self.refuse(413, self._too_large)

    def guess_target(self, seen: bytes) -> None:
        """Find out what a refused request asked for, if that is not known: how it is refused depends on that.

        Args:
            seen: What has come of the header.
        """
        found = None if self.path else _LIKE_A_LINE.match(seen)
        if found is None:
            return
        self.command = found["method"].decode()
        self.request_uri = found["path"].decode("latin-1")
        self.path = unquote_to_bytes(found["path"]).decode("latin-1")
        self.version = f"1.{(found['minor'] or b'1').decode()}"
        for line in seen.split(b"\r\n")[1:_MOST_GUESSED]:
            header = _LIKE_A_HEADER.fullmatch(line)
            if header is not None:
                name = header["name"].decode().upper().replace("-", "_")
                self.headers.setdefault(name, header["value"].decode())


class _VersionError(ParsingError):
    """The version of HTTP is not one of ours; waitress knows only of what cannot be parsed."""

    mark = "505 "

    def __init__(self, message: str) -> None:
        super().__init__(self.mark + message)


def _has_bare_newline(seen: bytes) -> bool:
    end = seen.find(b"\r\n\r\n")
    head = seen if end < 0 else seen[:end]
    return head.count(b"\n") != head.count(b"\r\n")
