"""How the vendor is shown a key: ``Authorization: Bearer SECRET_KEY``. Source: guide "Authentication"."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from doubleentry.engine.overriding import override
from doubleentry.web.surface import Auth, ShownKey

SCHEME: Final = "Bearer "


class BearerKey(Auth):
    """The word as it is spelled here, a blank, and the key of one business."""

    scheme: Mapping[str, Any] = MappingProxyType(
        {"type": "http", "scheme": "bearer", "description": "The secret key of a business."}
    )

    @override
    def shown(self, headers: Mapping[str, str]) -> ShownKey | None:
        """Return the key in a request's headers, or None.

        It is what follows the last ``Bearer `` (told from other words by its case too) up to a comma, blanks and all.
        Source: laravel/framework 8.83.26, ``Http/Concerns/InteractsWithInput.php``, ``bearerToken`` (observed).
        """
        value = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
        _, found, rest = value.rpartition(SCHEME)
        text = rest.partition(",")[0]
        if not found or not text:
            return None
        return ShownKey.of(text)


def authorization(key: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"Authorization": f"{SCHEME}{key}"}


AUTH: Final = BearerKey()
