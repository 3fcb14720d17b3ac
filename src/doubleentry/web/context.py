"""What a handler is given."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import BodyTooLarge, MalformedBody
from doubleentry.web.journal import Exchange, Journal

if TYPE_CHECKING:
    from flask import Request
    from werkzeug.datastructures import FileStorage, MultiDict

    from doubleentry.web.host import Host


class Call(Struct):
    """One request on its way through a handler.

    Attributes:
        workspace: The world that it speaks of.
        path: The path's parameters.
        query: The query string, validated.
        body: The JSON body, validated; None when the operation takes none.
        exchange: Its entry in the journal.
        journal: The workspace's journal.
        base_url: The URL of this surface in this workspace, without a final slash: for URLs that we mint.
        root: Where the surface's paths begin, as the caller named it: scheme, host and folder, without a final slash.
        host: What all surfaces share.
        request: The HTTP request, for what the declaration cannot say.
        key: The key that was shown, without its suffix.
    """

    workspace: Workspace
    path: Mapping[str, str]
    exchange: Exchange
    journal: Journal
    base_url: str
    root: str
    host: "Host"
    request: "Request"
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    key: str | None = None

    def form(self) -> "tuple[MultiDict[str, FileStorage], MultiDict[str, str]]":
        """Return the files and the texts of a form, url-encoded or multipart; empty for a body that is neither.

        Raises:
            BodyTooLarge: It has too many parts, or too long texts.
            MalformedBody: It cannot be read.
        """
        try:
            return self.request.files, self.request.form
        except RequestEntityTooLarge as error:
            raise BodyTooLarge("The form has too many parts, or too long ones.") from error
        except HTTPException as error:
            raise MalformedBody(f"The form cannot be read: {error.description}") from error

    def warn(self, message: str) -> None:
        """Tell the caller something, in the journal."""
        self.exchange.warnings.append(message)

    def quirk(self, name: str) -> str:
        """Return the value of a quirk in this workspace."""
        return self.workspace.setting(name)
