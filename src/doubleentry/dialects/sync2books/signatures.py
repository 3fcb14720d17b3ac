"""The optional signature of a request: HMAC-SHA256 over method, path, body and timestamp.

Source: guide "Authentication". Left open there, and inferred: one header without the other is refused, the digest may
be in either case, the path may be with or without its query, our folders and ``/v1``, and the body of a form may be
left out of it.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import SignatureRefused
from doubleentry.web.operation import MULTIPART

if TYPE_CHECKING:
    from flask import Request

SIGNATURE: Final = "X-Signature"
TIMESTAMP: Final = "X-Timestamp"
EPOCH: Final = datetime.fromtimestamp(0, UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
TOLERANCE: Final = timedelta(minutes=5) // MILLISECOND
VERSION: Final = re.compile(r"/v1(?=/|$)", re.IGNORECASE)
DIGITS: Final = re.compile(r"[0-9]{1,15}", re.ASCII)


class Signature(Struct, frozen=True):
    """What the two headers of a signed request say."""

    digest: str
    timestamp: str

    @classmethod
    def of(cls, request: "Request") -> "Signature | None":
        """Return the signature of a request, or None when it has neither header."""
        if SIGNATURE not in request.headers and TIMESTAMP not in request.headers:
            return None
        return cls(request.headers.get(SIGNATURE, ""), request.headers.get(TIMESTAMP, ""))

    def check(self, workspace: Workspace, secret: str | None, request: "Request", raw: bytes) -> None:
        """Hold it against the request.

        Args:
            workspace: Whose clock is asked where the quirk ``sync2books.signature-clock`` says so.
            secret: The application's; None where it has none in the key's environment.
            request: The request.
            raw: Its body; nothing of a form, which is read here where it was signed.

        Raises:
            SignatureRefused: It does not hold, or is too old or too new.
        """
        if secret is None or not self.digest or not DIGITS.fullmatch(self.timestamp):
            raise SignatureRefused("A signature is two headers, the time in milliseconds among them.")
        if abs(int(self.timestamp) - _now(workspace)) > TOLERANCE:
            raise SignatureRefused("The timestamp is more than five minutes off.", stale=True)
        given = self.digest.lower().encode()
        texts = [raw] if request.mimetype != MULTIPART else [b"", request.get_data(cache=True)]
        for path in _paths(request):
            for text in texts:
                if hmac.compare_digest(digest(secret, request.method, path, text, self.timestamp).encode(), given):
                    return
        raise SignatureRefused("The signature is that of another request, or made with another secret.")


def digest(secret: str, method: str, path: str, body: bytes, timestamp: str) -> str:
    """Return the signature of a request, in lower-case hexadecimal."""
    message = f"{method.upper()}{path}".encode() + body + timestamp.encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _now(workspace: Workspace) -> int:
    """Return the time that a caller outside has, unless it is to be the workspace's, in whole milliseconds."""
    is_virtual = workspace.setting("sync2books.signature-clock") == "workspace"
    now = workspace.clock.now() if is_virtual else workspace.world.wall()
    return (now - EPOCH) // MILLISECOND


def _paths(request: "Request") -> Iterator[str]:
    """Return the paths that a caller may have signed."""
    quoted = str(request.environ.get("REQUEST_URI") or "").partition("?")[0].removeprefix(request.script_root)
    folders = ("", request.script_root, str(request.environ.get("doubleentry.mount", "")))
    query = request.query_string.decode("utf-8", "replace")
    for path in dict.fromkeys(folder + below for folder in folders for below in (request.path, quoted)):
        for spelled in dict.fromkeys((path, VERSION.sub("", path, count=1), _versioned(path))):
            yield spelled
            if query:
                yield f"{spelled}?{query}"


def _versioned(path: str) -> str:
    return path if VERSION.match(path) else f"/v1{path}"
