"""What all surfaces of one server share."""

import threading
import weakref
from collections.abc import Callable

from msgspec import Struct, field

from doubleentry.engine.documents import Document
from doubleentry.engine.errors import ClosedToNew
from doubleentry.engine.workspaces import Workspace, Workspaces
from doubleentry.web.journal import Exchange, Journal

DEFAULT_WORKSPACE = "default"


class Host(Struct):
    """The workspaces, their journals, and how the server was started.

    Attributes:
        workspaces: All that are open.
        public_url: What a proxy in front is called; None to mint URLs from the request.
        any_key: Whether every key is accepted.
        auto_open: Whether a vendor request with a known key opens the workspace that it names.
        token: What the control API asks for; None for nothing.
        workspace_bytes: How many bytes the documents of a workspace may have; None for any number.
        stopping: Set when the server stops: what waits is to end.
        log: Is told of every exchange: the workspace's name, the exchange, milliseconds.
    """

    workspaces: Workspaces
    public_url: str | None = None
    any_key: bool = False
    auto_open: bool = True
    token: str | None = None
    workspace_bytes: int | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    log: Callable[[str, Exchange, float], None] = lambda *_: None
    _journals: "weakref.WeakKeyDictionary[Workspace, Journal]" = field(default_factory=weakref.WeakKeyDictionary)

    def journal(self, workspace: Workspace) -> Journal:
        """Return the journal of a workspace."""
        journal = self._journals.get(workspace)
        return self._journals.setdefault(workspace, Journal()) if journal is None else journal

    def knows_key(self, workspace: Workspace | None, surface: str, key: str) -> bool:
        """Whether a key is accepted: in a workspace, or in the baseline when None."""
        if self.any_key:
            return True
        store = self.workspaces.baseline() if workspace is None else workspace.store
        return store.get("keys", f"{surface}/{key}") is not None

    def open(self, name: str, surface: str, key: str | None) -> Workspace:
        """Return the workspace that a vendor request names.

        Raises:
            ClosedToNew: It is not open, and this request may not open it.
        """
        workspace = self.workspaces.find(name)
        if workspace is not None:
            return self.workspaces.open(name)
        if name != DEFAULT_WORKSPACE and not (
            self.auto_open and key is not None and self.knows_key(None, surface, key)
        ):
            raise ClosedToNew(name)
        return self.workspaces.open(name)


def key_document(surface: str, key: str, owner: str | None = None) -> Document:
    """Return how a key is stored, in the collection ``keys`` under ``surface/key``.

    Args:
        surface: Whose API accepts it.
        key: The key.
        owner: Whom it speaks for, where a surface tells callers apart by their keys; None for whoever is the first.
    """
    document: Document = {"surface": surface, "key": key}
    return document if owner is None else {**document, "owner": owner}
