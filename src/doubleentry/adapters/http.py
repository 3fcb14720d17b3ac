"""The way out for webhooks: HTTP POST to addresses that an offline tool may reach."""

import ipaddress
import socket
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from doubleentry.engine.overriding import override
from doubleentry.engine.ports import Outgoing, Reply

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

OPEN_NETWORKS = tuple(
    map(ipaddress.ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)
# Where clouds hand out credentials: never, whatever is allowed.
METADATA = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"))
)
LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".test")
MOST_REDIRECTS = 5
KEPT_CHARACTERS = 64 * 1024
KEEP_METHOD = frozenset({307, 308})


class AddressRefused(Exception):  # noqa: N818 - the refusal is what it is
    """The emulator does not send to this address; the message says why."""


class HttpTransport:
    """Sends to loopback and private addresses, and to hosts that were allowed by name.

    Other names are not even resolved: an offline tool must not reach out because of a real URL in somebody's test data. The
    rule is checked on the address that is connected to, at each redirect too.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        """Make a transport.

        Args:
            allow: Patterns of hosts (``hooks.example.com``, ``*.example.com``, ``*``) that may be reached wherever they are.
        """
        self._allow = tuple(allow)
        self._pools: PoolManager | None = None

    def send(self, request: Outgoing) -> Reply:
        """POST, follow redirects if asked to, and return what came of it."""
        import urllib3  # noqa: PLC0415 - costs 100 ms, and most runs send nothing at first

        seconds = request.timeout.total_seconds()
        method, url, body = "POST", request.url, request.body.encode()
        try:
            for _ in range(MOST_REDIRECTS + 1):
                self._check_name(url)
                response = self._manager().request(
                    method,
                    url,
                    body=body if method == "POST" else None,
                    headers=dict(request.headers),
                    timeout=urllib3.Timeout(total=seconds),
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
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise AddressRefused(f"not sent: {url!r} is not an http or https URL with a host")
        host = parts.hostname
        if _literal(host) is None and not _is_local(host) and not self._allowed(host):
            raise AddressRefused(
                f"not sent: {host!r} is a public name, and only local ones are resolved; allow it with --webhook-allow {host}"
            )

    def _allowed(self, host: str) -> bool:
        return any(fnmatchcase(host.lower(), pattern.lower()) for pattern in self._allow)

    def _reachable(self, host: str, port: int) -> str:
        """Return the address of a host to connect to.

        Raises:
            AddressRefused: It leads where we do not send.
        """
        candidates = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for candidate in candidates:
            address = _plain(ipaddress.ip_address(str(candidate).partition("%")[0]))
            open_network = any(address in network for network in OPEN_NETWORKS if network.version == address.version)
            if address not in METADATA and (open_network or self._allowed(host)):
                return str(candidate)
        where = ", ".join(map(str, candidates))
        raise AddressRefused(
            f"not sent: {host!r} is at {where}, neither loopback nor private; allow it with --webhook-allow {host}"
        )

    def _manager(self) -> "PoolManager":
        if self._pools is None:
            self._pools = _pool_manager(self)
        return self._pools


def _pool_manager(transport: HttpTransport) -> "PoolManager":
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager  # noqa: PLC0415 - see `send`
    from urllib3.connection import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - see `send`
    from urllib3.util.connection import create_connection  # noqa: PLC0415 - see `send`

    def connect(connection: HTTPConnection) -> socket.socket:
        address = transport._reachable(connection.host, connection.port)  # noqa: SLF001 - one class in two halves
        return create_connection(
            (address, connection.port), connection.timeout, socket_options=connection.socket_options
        )

    class CheckedConnection(HTTPConnection):
        @override
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class CheckedTlsConnection(HTTPSConnection):
        @override
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class CheckedPool(HTTPConnectionPool):
        ConnectionCls: Any = CheckedConnection

    class CheckedTlsPool(HTTPSConnectionPool):
        ConnectionCls: Any = CheckedTlsConnection

    pools = PoolManager(num_pools=32, maxsize=4)
    pools.pool_classes_by_scheme = {"http": CheckedPool, "https": CheckedTlsPool}
    return pools


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

    cause = getattr(error, "reason", None) or error.__cause__ or error
    host = urlsplit(url).netloc
    if isinstance(error, (urllib3.exceptions.ReadTimeoutError, TimeoutError)):
        return f"{host} did not answer within {seconds:g} s"
    if isinstance(error, socket.gaierror):
        return f"the name {host!r} was not found"
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens at {host}: the connection was refused"
    return f"no answer from {host}: {cause}"


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _plain(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one wraps, so that a rule cannot be passed in disguise."""
    mapped = getattr(address, "ipv4_mapped", None)
    return address if mapped is None else mapped


def _is_local(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name == "localhost" or "." not in name or name.endswith(LOCAL_SUFFIXES)
