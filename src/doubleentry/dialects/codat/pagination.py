"""Codat's page envelope and its links.

Source: guide "Paging"; schema PagingInfo; samples of "Syncing expenses" (2023).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from doubleentry.dialects.codat.querying import FILTERS
from doubleentry.engine.documents import Document
from doubleentry.engine.pages import Page, PageRequest

T = TypeVar("T")


def requested(query: Mapping[str, Any]) -> PageRequest:
    """Return which page a validated query string asks for."""
    return PageRequest(query["page"], query["pageSize"])


def envelope(page: Page[T], path: str, query: Mapping[str, Any], show: Callable[[T], object]) -> Document:
    """Return a page as Codat sends it.

    Args:
        page: What is on it.
        path: What the links lead to: host-relative, without a query string.
        query: The query string as validated: filters are kept in the links.
        show: Makes an item's wire shape.
    """
    filters = [(name, query[name]) for name in FILTERS if query.get(name)]
    return {
        "results": [show(item) for item in page.items],
        "pageNumber": page.request.number,
        "pageSize": page.request.size,
        "totalResults": page.total,
        "_links": _links(page, path, filters),
    }


def _links(page: Page[T], path: str, filters: Sequence[tuple[str, str]]) -> Document:
    number, size = page.request.number, page.request.size

    kept = f"&{urlencode(filters)}" if filters else ""

    def to(wanted: int) -> dict[str, str]:
        return {"href": f"{path}?page={wanted}&pageSize={size}{kept}"}

    links = {"current": to(number), "self": {"href": path}}
    if page.has_next:
        links["next"] = to(number + 1)
    if number > 1:
        links["previous"] = to(number - 1)
    return links
