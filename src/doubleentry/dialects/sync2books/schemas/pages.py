"""Pages. Source: guide "Sync transactions"."""

# ruff: noqa: N815 - members are spelled as they are on the wire

from marshmallow import fields

from doubleentry.dialects.sync2books.schemas.base import NestSchema


class PaginationSchema(NestSchema):
    """Where a page is."""

    page = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    total = fields.Integer(required=True)
    totalPages = fields.Integer(required=True)
