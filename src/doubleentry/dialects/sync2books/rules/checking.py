"""What of a body is taken, in one workspace: every rule that reads one begins here."""

from doubleentry.dialects.sync2books.validation import Shape, require, require_each
from doubleentry.engine.documents import Document
from doubleentry.engine.workspaces import Workspace


def checked(workspace: Workspace, shape: Shape, given: object, location: str = "body") -> Document:
    """Return the members of a body, or of a query, that are in a shape.

    Raises:
        InvalidInput: It breaks rules of the shape.
    """
    return require(shape, given, strict=_is_strict(workspace), location=location)


def checked_each(workspace: Workspace, shape: Shape, given: object) -> list[Document]:
    """Return what `checked` does of one object, or of each in an array: all of them fit, or none is taken.

    Raises:
        InvalidInput: One breaks rules of the shape, or there is none.
    """
    return require_each(shape, given, strict=_is_strict(workspace))


def _is_strict(workspace: Workspace) -> bool:
    return workspace.setting("sync2books.unknown-fields") == "refuse"
