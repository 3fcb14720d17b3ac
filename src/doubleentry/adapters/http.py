"""The way out for webhooks: HTTP POST to addresses that an offline tool may reach.

Connections are kept: a receiver that keeps them too is connected to once. Which addresses are let through is decided on
the address that is connected to, at the moment of connecting, so that no name can mean one thing when it is looked at
and another when it is called.
"""

import io
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit

from doubleentry.engine.overriding import override
from doubleentry.engine.ports import Outgoing, Reply

if TYPE_CHECKING:
    from ssl import SSLCertVerificationError, SSLContext

    from _typeshed import WriteableBuffer
    from urllib3 import BaseHTTPResponse, PoolManager

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]

OPEN_NETWORKS = tuple(
    map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
METADATA = tuple(
    map(
        ipaddress.ip_network,
        (
            "169.254.0.0/16",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "192.0.0.192/32",
            "fd00:ec2::/32",
            "fd20:ce::/32",
            "fe80::/10",
        ),
    )
)
"""Where clouds hand out credentials, and the link that most of those addresses are on: never, whatever is allowed."""
TRANSLATED = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))
"""IPv6 addresses that a network translates to the IPv4 address at their end, or that once stood for one."""
LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".test")
MOST_REDIRECTS = 5
SHORTEST_SECONDS = 0.001
KEPT_CHARACTERS = 64 * 1024
EXPIRED = 10
OTHER_NAME = frozenset({62, 64})
"""What OpenSSL calls a certificate that has expired, and one for another host or address."""
CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
KEEP_METHOD = frozenset({307, 308})


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the machine resolves it, the one to try first at the front."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@cache
def in_container() -> bool:
    """Whether we run in a container, where `localhost` is the container and not the machine."""
    return any(Path(mark).exists() for mark in CONTAINER_MARKS)


class AddressRefused(Exception):
    """The emulator does not send to this address; the message says why."""


class HttpTransport:
    """Sends to loopback and private addresses, and to hosts that were allowed by name.

    Other names are not even resolved: an offline tool must not reach out because of a real URL in somebody's test
    data. The rule is checked on the address that is connected to, at each redirect too.
    """

    def __init__(
        self,
        allow: Sequence[str] = (),
        resolve: Resolve = addresses,
        *,
        ca_file: Path | None = None,
        contained: Callable[[], bool] = in_container,
    ) -> None:
        """Make a transport.

        Args:
            allow: Patterns of hosts (``hooks.example.com``, ``*.example.com``, ``*``) to be reached wherever they are.
            resolve: Returns the addresses of a host.
            ca_file: Certificates in PEM that receivers' certificates may come from, beside those the machine knows.
            contained: Whether `localhost` is a container.
        """
        self._allow = tuple(allow)
        self._resolve = resolve
        self._ca_file = ca_file
        self._contained = contained
        self._lock = threading.Lock()
        self._pools: PoolManager | None = None

    def send(self, request: Outgoing) -> Reply:
        """POST, follow redirects if asked to, and return what came of it; all of it within the request's time-out."""
        import urllib3  # noqa: PLC0415 - costs 100 ms, and most runs send nothing at first

        seconds = request.timeout.total_seconds()
        deadline = time.monotonic() + seconds
        method, url, body = "POST", request.url, request.body.encode()
        try:
            for _ in range(MOST_REDIRECTS + 1):
                self._check_name(url)
                response = self._manager().request(
                    method,
                    url,
                    body=body if method == "POST" else None,
                    headers=dict(request.headers),
                    timeout=urllib3.Timeout(total=max(SHORTEST_SECONDS, deadline - time.monotonic())),
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
                reply = _read(response)
                location = reply.headers.get("location")
                if not (request.follow_redirects and 300 <= response.status < 400 and location):  # noqa: PLR2004 - 3xx
                    return reply
                url = urljoin(url, location)
                if response.status not in KEEP_METHOD:
                    method = "GET"
            return Reply(error=f"redirected more than {MOST_REDIRECTS} times: give the address that it ends at")
        except AddressRefused as refusal:
            redirected = "" if url == request.url else f"redirected to {url}: "
            return Reply(error=redirected + str(refusal), refused=True)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return Reply(error=self._in_plain_words(error, url, seconds))

    def close(self) -> None:
        """Close all connections."""
        if self._pools is not None:
            self._pools.clear()

    def _check_name(self, url: str) -> None:
        """Refuse a URL that we would not even resolve."""
        host = _host(url)
        if not host:
            raise AddressRefused(f"not sent: {url!r} is not an http or https URL with a host")
        self._check_host(host)

    def _check_host(self, host: str) -> None:
        if _literal(host) is None and not _is_local(host) and not self._allowed(host):
            raise AddressRefused(
                f"not sent: {host!r} is a public name, and only local ones are resolved; "
                f"allow it with --webhook-allow {host}"
            )

    def _allowed(self, host: str) -> bool:
        return any(fnmatchcase(host.lower(), pattern.lower()) for pattern in self._allow)

    def _reachable(self, host: str, port: int) -> list[str]:
        """Return those addresses of a host that we send to.

        Raises:
            AddressRefused: All of them lead where we do not send.
        """
        # Once more, on the name that is connected to: what reads a URL may find another host in it than we did.
        self._check_host(host)
        candidates = self._resolve(host, port)
        sendable = [candidate for candidate in candidates if not _is_metadata(_address(candidate))]
        if not sendable:
            raise AddressRefused(
                f"not sent: {host!r} is at {', '.join(candidates)}, where clouds hand out credentials; "
                "nothing is ever sent there"
            )
        reachable = [
            candidate for candidate in sendable if self._allowed(host) or _is_in(_address(candidate), OPEN_NETWORKS)
        ]
        if not reachable:
            raise AddressRefused(
                f"not sent: {host!r} is at {', '.join(sendable)}, neither loopback nor private; "
                f"allow it with --webhook-allow {host}"
            )
        return reachable

    def _in_plain_words(self, error: Exception, url: str, seconds: float) -> str:
        """Return why there is no answer, and what to do."""
        import ssl  # noqa: PLC0415 - see `send`

        import urllib3  # noqa: PLC0415 - see `send`

        cause: BaseException = error
        while inner := [argument for argument in cause.args if isinstance(argument, BaseException)]:
            # The library wraps what happened; what is outside can be worded with the address of an object in it.
            cause = inner[0]
        parts = urlsplit(url)
        host = parts.netloc
        if isinstance(cause, (urllib3.exceptions.TimeoutError, TimeoutError)):
            return f"{host} did not answer within {seconds:g} s: answer first, and work afterwards"
        if isinstance(cause, socket.gaierror):
            return f"the name {parts.hostname!r} was not found: correct it, or start the receiver in the same network"
        if isinstance(cause, ConnectionRefusedError):
            return f"nothing listens at {host}: the connection was refused; {self._about_refusal(parts.hostname or '')}"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate of {host} was not accepted: {cause.verify_message}; {_about_certificate(cause)}"
        if isinstance(cause, ssl.SSLError):
            return f"{host} does not speak TLS as we do ({cause.reason}): is it http:// there?"
        return f"no answer from {host}: {str(cause) or type(cause).__name__}; the receiver's own log may say why"

    def _about_refusal(self, host: str) -> str:
        if _is_loopback(host) and self._contained():
            return (
                "inside a container, that is the container itself: use host.docker.internal, "
                "or the name of the receiver's container"
            )
        return "start the receiver, or correct its port"

    def _manager(self) -> "PoolManager":
        with self._lock:
            if self._pools is None:
                self._pools = _pool_manager(self, _tls(self._ca_file))
            return self._pools


def _tls(ca_file: Path | None) -> "SSLContext | None":
    """Return what receivers' certificates are held against; None for what the library does by itself."""
    if ca_file is None:
        return None
    import ssl  # noqa: PLC0415 - see `HttpTransport.send`

    context = ssl.create_default_context()
    context.load_verify_locations(ca_file)
    return context


def _pool_manager(transport: HttpTransport, tls: "SSLContext | None") -> "PoolManager":
    from http.client import HTTPResponse  # noqa: PLC0415 - see `send`

    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager  # noqa: PLC0415 - see `send`
    from urllib3.connection import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - see `send`
    from urllib3.util.connection import create_connection  # noqa: PLC0415 - see `send`

    def connect(connection: HTTPConnection) -> socket.socket:
        deadline = time.monotonic() + (connection.timeout or 0)
        failure: OSError = TimeoutError()
        for address in transport._reachable(connection.host, connection.port):  # noqa: SLF001 - one class in two halves
            try:
                return create_connection(
                    (address, connection.port),
                    max(SHORTEST_SECONDS, deadline - time.monotonic()),
                    socket_options=connection.socket_options,
                )
            except OSError as error:
                # A receiver that listens on one of two loopbacks is found on the second.
                failure = error
        raise failure

    def answer(connection: HTTPConnection) -> Callable[..., HTTPResponse]:
        deadline = time.monotonic() + (connection.timeout or 0)

        def make(*arguments: Any, **keywords: Any) -> HTTPResponse:  # noqa: ANN401 - the library's own
            response = HTTPResponse(*arguments, **keywords)
            response.fp = io.BufferedReader(_Timed(response.fp.detach(), arguments[0], deadline))
            return response

        return make

    class CheckedConnection(HTTPConnection):
        @override
        def _new_conn(self) -> socket.socket:
            return connect(self)

        @override
        def getresponse(self) -> "BaseHTTPResponse":  # type: ignore[override]
            self.response_class = answer(self)  # type: ignore[assignment]
            return super().getresponse()

    class CheckedTlsConnection(HTTPSConnection):
        @override
        def _new_conn(self) -> socket.socket:
            return connect(self)

        @override
        def getresponse(self) -> "BaseHTTPResponse":  # type: ignore[override]
            self.response_class = answer(self)  # type: ignore[assignment]
            return super().getresponse()

    class CheckedPool(HTTPConnectionPool):
        ConnectionCls: Any = CheckedConnection

    class CheckedTlsPool(HTTPSConnectionPool):
        ConnectionCls: Any = CheckedTlsConnection

    pools = PoolManager(num_pools=32, maxsize=4, ssl_context=tls)
    pools.pool_classes_by_scheme = {"http": CheckedPool, "https": CheckedTlsPool}
    return pools


class _Timed(io.RawIOBase):
    """Reads from a socket until an instant: a time-out on each read would let a slow drip go on for ever."""

    def __init__(self, raw: io.RawIOBase, source: socket.socket, deadline: float) -> None:
        self._raw = raw
        self._source = source
        self._deadline = deadline

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._source.settimeout(remaining)
        return cast("int | None", self._raw.readinto(buffer))

    @override
    def close(self) -> None:
        self._raw.close()
        super().close()


def _read(response: "BaseHTTPResponse") -> Reply:
    body = response.read(KEPT_CHARACTERS, decode_content=True)
    headers = {name.lower(): value for name, value in response.headers.items()}
    if response.read(1):
        response.close()
    else:
        response.release_conn()
    return Reply(response.status, headers, body.decode("utf-8", "replace"))


def _about_certificate(error: "SSLCertVerificationError") -> str:
    if error.verify_code in OTHER_NAME:
        return "let it name the host that is called"
    if error.verify_code == EXPIRED:
        return "renew it"
    return "give it, or what it comes from, with --webhook-ca FILE"


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or host == "::1" or host.startswith("127.")


def _host(url: str) -> str | None:
    """Return the host of an http or https URL; None for any other text."""
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        return None
    return parts.hostname if is_one else None


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _address(text: str) -> Address:
    """Return an address; for an IPv6 one that stands for an IPv4 one that."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _is_metadata(address: Address) -> bool:
    """Whether an address leads to where clouds hand out credentials, also by way of a network that translates it."""
    if isinstance(address, ipaddress.IPv6Address):
        if _is_in(address, TRANSLATED):
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        else:
            address = address.sixtofour or address
    return _is_in(address, METADATA)


def _is_local(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name == "localhost" or "." not in name or name.endswith(LOCAL_SUFFIXES)
