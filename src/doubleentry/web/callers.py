"""Which names are this machine's: a page elsewhere can have a name of its own made to lead here (DNS rebinding)."""

from ipaddress import IPv4Network, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from flask import Request

    from doubleentry.web.host import Host

_LOOPBACK_4: Final = IPv4Network("127.0.0.0/8")
_LOOPBACK_6: Final = IPv6Address("::1")


def is_called_ours(request: "Request", host: "Host") -> bool:
    """Whether a request called this server by a name of this machine, or of the proxy before it."""
    return is_ours(f"//{request.headers.get('Host', '')}", host)


def is_ours(url: str, host: "Host") -> bool:
    """Whether a URL leads to this machine, or to the proxy before this server; its path may be missing."""
    name = _host_name(url)
    if not name:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    if host.public_url is not None and name == _host_name(host.public_url):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address == _LOOPBACK_6 or address in _LOOPBACK_4


def _host_name(url: str) -> str:
    """Return the name that a URL leads to, in lower case; empty for what is not scheme, host and port."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ""
    if "@" in parts.netloc or parts.scheme not in {"", "http", "https"}:
        return ""
    return (parts.hostname or "").removesuffix(".")
