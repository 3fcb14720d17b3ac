"""Where the vendor's own URLs begin.

Its links are absolute and echo the URL that was called, so that following one works offline. On one of the vendor's own
hosts, which have no folder of ours, the folder is left out: then an answer is the vendor's to the byte.
"""

from typing import Final
from urllib.parse import urlsplit

PRODUCTION: Final = "https://web.builtaccounting.com"
VENDOR_HOSTS: Final = frozenset({"web.builtaccounting.com", "fxweb.builtaccounting.com", "webtest.built.africa"})


def origin(root: str) -> str:
    """Return where paths begin, given where they begin as the caller names it."""
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}" if parts.hostname in VENDOR_HOSTS else root
