"""The framework's length-aware paginator, whole: keys, window of links, URLs.

Source: laravel/framework 8.83.26, ``Pagination/LengthAwarePaginator.php`` and ``UrlWindow.php`` (observed).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from doubleentry.dialects.built import php
from doubleentry.engine.documents import Document

ON_EACH_SIDE: Final = 3
BEGINNING: Final = "&laquo; Previous"
ENDING: Final = "Next &raquo;"
GAP: Final = "..."

_EDGE: Final = ON_EACH_SIDE + 4
_SMALL: Final = 2 * ON_EACH_SIDE + 8


def page_number(given: Mapping[str, Any]) -> int:
    """Return the page that is asked for; whatever is no whole number from 1 means the first."""
    number = php.whole(given.get("page"))
    return number if number is not None and number >= 1 else 1


def envelope(rows: Sequence[Document], total: int, page: int, path: str, per_page: int) -> Document:
    """Return a page as the vendor prints it.

    Args:
        rows: Those of the page.
        total: How many there are over all pages.
        page: Its number, which may be beyond the last.
        path: The URL that was called, without its query.
        per_page: How many rows a page has.
    """
    last = max(1, -(-total // per_page))
    first_row = (page - 1) * per_page + 1 if rows else None
    before = _url(path, page - 1) if page > 1 else None
    after = _url(path, page + 1) if page < last else None
    return {
        "current_page": page,
        "data": list(rows),
        "first_page_url": _url(path, 1),
        "from": first_row,
        "last_page": last,
        "last_page_url": _url(path, last),
        "links": [
            _link(before, BEGINNING, active=False),
            *_numbered(path, page, last),
            _link(after, ENDING, active=False),
        ],
        "next_page_url": after,
        "path": path,
        "per_page": per_page,
        "prev_page_url": before,
        "to": None if first_row is None else first_row + len(rows) - 1,
        "total": total,
    }


def _numbered(path: str, page: int, last: int) -> Iterator[Document]:
    for number in _window(page, last):
        if number is None:
            yield _link(None, GAP, active=False)
        else:
            yield _link(_url(path, number), str(number), active=number == page)


def _window(page: int, last: int) -> list[int | None]:
    """Return the numbers that are linked, None for a gap."""
    if last < _SMALL:
        return list(range(1, last + 1))
    if page <= _EDGE:
        return [*range(1, _EDGE + ON_EACH_SIDE + 1), None, last - 1, last]
    if page > last - _EDGE:
        return [1, 2, None, *range(last - (_EDGE + ON_EACH_SIDE - 1), last + 1)]
    return [1, 2, None, *range(page - ON_EACH_SIDE, page + ON_EACH_SIDE + 1), None, last - 1, last]


def _url(path: str, page: int) -> str:
    return f"{path}?page={page}"


def _link(url: str | None, label: str, *, active: bool) -> Document:
    return {"url": url, "label": label, "active": active}
