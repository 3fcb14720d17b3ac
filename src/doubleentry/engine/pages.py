"""One page of something."""

from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class PageRequest(Struct, frozen=True):
    """Which page is wanted.

    Attributes:
        number: From 1.
        size: Rows a page, at least 1.
    """

    number: int = 1
    size: int = 100

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (self.number - 1) * self.size


class Page(Struct, Generic[T], frozen=True):
    """A page and how many rows there are over all pages."""

    items: list[T]
    total: int
    request: PageRequest

    @property
    def has_next(self) -> bool:
        """Whether a later page has rows."""
        return self.request.offset + self.request.size < self.total


def cut(rows: list[T], request: PageRequest) -> Page[T]:
    """Return one page of rows that are all at hand."""
    return Page(rows[request.offset : request.offset + request.size], len(rows), request)
