"""How the vendor is shown a key, ``X-API-Key``, and how a request may be signed.

Source: guide "Authentication"; what it leaves open is inferred, and told where it is decided.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from doubleentry.dialects.sync2books import applications
from doubleentry.dialects.sync2books.signatures import Signature
from doubleentry.engine.overriding import override
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import NotAuthenticated
from doubleentry.web.surface import Auth, ShownKey

if TYPE_CHECKING:
    from flask import Request

HEADER: Final = "X-API-Key"
OLD_KEY: Final = re.compile(r"sk_(?:live|test)_")


class ApiKey(Auth):
    """The key by itself in a header of its own; a signature only from who sends one."""

    scheme: Mapping[str, Any] = MappingProxyType(
        {"type": "apiKey", "in": "header", "name": HEADER, "description": "The API key of an application."}
    )

    @override
    def shown(self, headers: Mapping[str, str]) -> ShownKey | None:
        """Return the key in a request's headers, or None when there is none."""
        text = next((value for name, value in headers.items() if name.lower() == HEADER.lower()), "").strip()
        if not text:
            return None
        return ShownKey.of(text)

    @override
    def check(self, workspace: Workspace, key: str, request: "Request", raw: bytes) -> None:
        """Refuse the key of an application that is not active, and a signature that does not hold."""
        caller = applications.caller(workspace, key)
        application = applications.get(workspace, caller.application)
        if application is None or not application["active"]:
            raise NotAuthenticated("The key's application is not active.")
        if OLD_KEY.match(key) and workspace.setting("sync2books.old-keys") == "refuse":
            raise NotAuthenticated("The key has the prefix of an earlier edition of the documents.")
        signature = Signature.of(request)
        if signature is not None:
            signature.check(workspace, application["clientSecrets"].get(caller.environment), request, raw)


def authorization(key: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {HEADER: key}


AUTH: Final = ApiKey()
