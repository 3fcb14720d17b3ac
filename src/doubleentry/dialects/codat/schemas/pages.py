"""Pages: how one is asked for, and the envelope that it comes in.

Source: Codat, guides "Paging", "Ordering results" and "Querying"; schema PagingInfo.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from marshmallow import Schema, fields, validate

from doubleentry.dialects.codat.schemas.base import (
    MAX_INT32,
    CodatAnswer,
    CodatSchema,
    Many,
    One,
    Text,
    WholeNumber,
)

DEFAULT_PAGE_SIZE: Final = 100
MAX_PAGE_SIZE: Final = 5000
MAX_QUERY_LENGTH: Final = 2047

_DATE: Final = r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_WORD: Final = r"[A-Za-z0-9_.:\-]{1,40}"


class PageQuerySchema(CodatSchema):
    """The page to show: a list of what a sync wrote takes nothing else."""

    page = WholeNumber(
        load_default=1, validate=validate.Range(1, MAX_INT32), metadata={"format": "int32", "examples": [1]}
    )
    page_size = WholeNumber(
        load_default=DEFAULT_PAGE_SIZE,
        validate=validate.Range(1, MAX_PAGE_SIZE),
        metadata={"format": "int32", "examples": [100]},
    )


def query_pattern(texts: Sequence[str], dates: Sequence[str] = ()) -> str:
    """Return the plain queries that a list takes: terms over its properties, joined, without braces.

    It describes and does not judge: the query language also has grouping, which no pattern can tell.

    Args:
        texts: Properties that are compared as text, nested ones with dots.
        dates: Properties that are compared as instants.
    """
    term = rf"(?:{_any_of(texts)}) ?(?:!=|=|~) ?{_WORD}"
    if dates:
        term = rf"(?:{term}|(?:{_any_of(dates)}) ?(?:!=|>=|<=|=|>|<) ?{_DATE})"
    return rf"^(?:{term}(?: ?(?:&&|\|\|) ?{term}){{0,3}})?$"


def order_pattern(properties: Sequence[str]) -> str:
    """Return the orders that a list takes: a property's name, after a hyphen from the last to the first."""
    return rf"^(?:-?(?:{_any_of(properties)}))?$"


def filtered_query(name: str, texts: Sequence[str], dates: Sequence[str] = (), *, tags: bool = False) -> type[Schema]:
    """Make the query of a list that can be filtered and ordered.

    The patterns of ``query``, ``orderBy`` and ``tags`` are described here and judged where they are read, because what
    is wrong with them has its own texts (``Error parsing query - Malformed query.``).

    Args:
        name: The schema's name, without ``Schema``.
        texts: Properties that are compared as text.
        dates: Properties that are compared as instants.
        tags: Whether the list can be filtered by tags too.

    Returns:
        A schema like ``PageQuerySchema``, with ``query``, ``orderBy`` and perhaps ``tags``.
    """
    orders = [texts[0], *dates]
    extra: dict[str, fields.Field[Any]] = {
        "query": Text(
            validate=validate.Length(max=MAX_QUERY_LENGTH),
            metadata={
                "pattern": query_pattern(texts, dates),
                "examples": [f"{texts[0]}={_EXAMPLES.get(texts[0], 'a')}"],
            },
        ),
        "order_by": Text(
            metadata={"pattern": order_pattern([*texts, *dates]), "examples": [f"-{orders[-1]}"]},
        ),
    }
    if tags:
        term = rf"[A-Za-z0-9_\-]{{1,27}} ?(?:!=|=|~) ?{_WORD}"
        extra["tags"] = Text(
            metadata={
                "pattern": rf"^(?:{term}(?: ?&& ?{term}){{0,3}})?$",
                "examples": ["region=uk && team=invoice-finance"],
            }
        )
    return PageQuerySchema.from_dict(extra, name=f"{name}Schema")


class LinkSchema(CodatAnswer):
    """A link; its target starts with a slash and names no host."""

    href = Text(required=True, metadata={"format": "uri-reference"})


class LinksSchema(CodatAnswer):
    """Where this page, the whole list and the neighbouring pages are; there is no key for a page that is not."""

    current = One(LinkSchema, required=True)
    itself = One(LinkSchema, required=True, data_key="self")
    next = One(LinkSchema)
    previous = One(LinkSchema)


def page_of(item: type[Schema], name: str) -> type[Schema]:
    """Make the envelope of a page.

    Args:
        item: The shape of what is listed.
        name: The schema's name, without ``Schema``.
    """
    members: dict[str, fields.Field[Any]] = {
        "results": Many(One(item), required=True),
        "page_number": WholeNumber(required=True),
        "page_size": WholeNumber(required=True, validate=validate.Range(1, MAX_PAGE_SIZE)),
        "total_results": WholeNumber(required=True),
        "links": One(LinksSchema, required=True, data_key="_links"),
    }
    return CodatAnswer.from_dict(members, name=f"{name}Schema")


_EXAMPLES: Final = {"id": "c0000000-0000-4000-8000-000000000001"}


def _any_of(names: Sequence[str]) -> str:
    return "|".join(re.escape(name) for name in names)
