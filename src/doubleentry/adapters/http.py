"""The way out for webhooks: HTTP POST to addresses that an offline tool may reach."""

import io
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit

from doubleentry.engine.overriding import override
from doubleentry.engine.ports import Outgoing, Reply

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from urllib3 import BaseHTTPResponse, PoolManager

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

OPEN_NETWORKS = tuple(
    map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
# Where clouds hand out credentials: never, whatever is allowed.
METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"))
)
LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".test")
MOST_REDIRECTS = 5
SHORTEST_SECONDS = 0.001
KEPT_CHARACTERS = 64 * 1024
KEEP_METHOD = frozenset({307, 308})


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the machine resolves it, the one to try first at the front."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class AddressRefused(Exception):
    """The emulator does not send to this address; the message says why."""


class HttpTransport:
    """Sends to loopback and private addresses, and to hosts that were allowed by name.

    Other names are not even resolved: an offline tool must not reach out because of a real URL in somebody's test
    data. The rule is checked on the address that is connected to, at each redirect too.
    """

    def __init__(self, allow: Sequence[str] = (), resolve: Resolve = addresses) -> None:
        """Make a transport.

        Args:
            allow: Patterns of hosts (``hooks.example.com``, ``*.example.com``, ``*``) to be reached wherever they are.
            resolve: Returns the addresses of a host.
        """
        self._allow = tuple(allow)
        self._resolve = resolve
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
            return Reply(error=f"redirected more than {MOST_REDIRECTS} times")
        except AddressRefused as refusal:
            return Reply(error=str(refusal), refused=True)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return Reply(error=_in_plain_words(error, url, seconds))

    def close(self) -> None:
        """Close all connections."""
        if self._pools is not None:
            self._pools.clear()

    def _check_name(self, url: str) -> None:
        """Refuse a URL that we would not even resolve."""
        host = _host(url)
        if not host:
            raise AddressRefused(f"not sent: {url!r} is not an http or https URL with a host")
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
        candidates = self._resolve(host, port)
        reachable = [candidate for candidate in candidates if self._is_open(candidate) or self._allowed(host)]
        reachable = [candidate for candidate in reachable if _address(candidate) not in METADATA]
        if not reachable:
            raise AddressRefused(
                f"not sent: {host!r} is at {', '.join(candidates)}, neither loopback nor private; "
                f"allow it with --webhook-allow {host}"
            )
        return reachable

    def _is_open(self, candidate: str) -> bool:
        address = _address(candidate)
        return any(address in network for network in OPEN_NETWORKS if network.version == address.version)

    def _manager(self) -> "PoolManager":
        with self._lock:
            if self._pools is None:
                self._pools = _pool_manager(self)
            return self._pools


def _pool_manager(transport: HttpTransport) -> "PoolManager":
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

    pools = PoolManager(num_pools=32, maxsize=4)
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


def _in_plain_words(error: Exception, url: str, seconds: float) -> str:
    import urllib3  # noqa: PLC0415 - see `send`

    cause: BaseException = error
    while inner := [argument for argument in cause.args if isinstance(argument, BaseException)]:
        # The library wraps what happened; what is outside can be worded with the address of an object in it.
        cause = inner[0]
    host = urlsplit(url).netloc
    if isinstance(cause, (urllib3.exceptions.TimeoutError, TimeoutError)):
        return f"{host} did not answer within {seconds:g} s"
    if isinstance(cause, socket.gaierror):
        return f"the name {urlsplit(url).hostname!r} was not found"
    if isinstance(cause, ConnectionRefusedError):
        return f"nothing listens at {host}: the connection was refused"
    return f"no answer from {host}: {str(cause) or type(cause).__name__}"


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
    """Return an address; for an IPv6 one that wraps an IPv4 one that, so that a rule cannot be passed in disguise."""
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def _is_local(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name == "localhost" or "." not in name or name.endswith(LOCAL_SUFFIXES)
