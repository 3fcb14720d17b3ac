"""Pages of lists: which one is asked for, in the words of either edition, and how it is told.

Source: guide "Sync transactions" (page, limit; ``pagination``), ``openapi/accounting.json`` (limit, offset; headers).
The default of twenty is documented; that a page has at most a hundred rows, and that of nothing there are no pages, is
inferred.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from msgspec import Struct

from doubleentry.dialects.sync2books.bodies import LIMIT, OFFSET, PAGE_NUMBER
from doubleentry.dialects.sync2books.validation import Shape, whole
from doubleentry.engine.documents import Document

T = TypeVar("T")

DEFAULT_LIMIT: Final = 20
LAST_OFFSET: Final = 10**18
"""No list goes on beyond it, and it can still be printed."""

FIELDS: Final = (PAGE_NUMBER, LIMIT, OFFSET)
"""In a query string."""
PAGE: Final = Shape("PageQuery", "A page of a list: by its number, or by how many rows come before it.", FIELDS)


class Window(Struct, frozen=True):
    """Which rows are asked for.

    Attributes:
        offset: How many come before.
        limit: How many at most, from 1.
    """

    offset: int = 0
    limit: int = DEFAULT_LIMIT

    def cut(self, rows: Sequence[T]) -> list[T]:
        """Return these of all rows."""
        return list(rows[self.offset : self.offset + self.limit])

    def pages(self, total: int) -> int:
        """Return how many such pages there are of so many rows."""
        return -(-total // self.limit)


def window(query: Mapping[str, str]) -> Window:
    """Return what a checked query asks for; an offset goes before a page."""
    limit = whole(query.get("limit")) or DEFAULT_LIMIT
    offset = whole(query.get("offset"))
    if offset is None:
        offset = ((whole(query.get("page")) or 1) - 1) * limit
    return Window(min(offset, LAST_OFFSET), limit)


def told(of: Window, total: int) -> Document:
    """Return the member ``pagination`` of a list."""
    return {
        "page": of.offset // of.limit + 1,
        "limit": of.limit,
        "total": total,
        "totalPages": of.pages(total),
    }


def headers(of: Window, total: int) -> dict[str, str]:
    """Return the headers of a list, which the later edition tells it in."""
    return {
        "X-Total-Count": str(total),
        "X-Page-Count": str(of.pages(total)),
        "X-Limit": str(of.limit),
        "X-Offset": str(of.offset),
    }
