"""How Codat is shown a key: ``Authorization: Basic`` and the key alone in base64. Source: guide "Authentication"."""

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from doubleentry.engine.overriding import override
from doubleentry.web.surface import Auth, ShownKey


class BasicKey(Auth):
    """The key by itself is what is encoded: there is no user and no colon."""

    scheme: Mapping[str, Any] = MappingProxyType(
        {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The word `Basic`, a blank, and your API key in base64 (the key alone).",
        }
    )

    @override
    def shown(self, headers: Mapping[str, str]) -> ShownKey | None:
        """Return the key in a request's headers, or None when there is none that can be read.

        The scheme word may be in any case and the key may end in a line break, as hand-written clients send them; the
        rest is taken as it is (inferred).
        """
        value = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
        return _read(value)


@lru_cache(maxsize=256)
def _read(value: str) -> ShownKey | None:
    """Return the key in the header's value; kept, because a client shows the same with each request."""
    scheme, _, encoded = value.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").rstrip("\r\n")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return ShownKey.of(text)


def authorization(key: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"Authorization": f"Basic {base64.b64encode(key.encode()).decode()}"}


AUTH: Final = BasicKey()
