"""The paginator, and what an answer is when it is no record."""

from marshmallow import fields, validate

from doubleentry.dialects.built.kinds import PER_PAGE
from doubleentry.dialects.built.schemas.base import BuiltSchema, Whole
from doubleentry.dialects.built.schemas.records import SyncExpenseSchema, SyncIncomeSchema


class LinkSchema(BuiltSchema):
    """One entry of the window of links."""

    url = fields.String(required=True, allow_none=True)
    label = fields.String(required=True)
    active = fields.Boolean(required=True)


class PageSchema(BuiltSchema):
    """What every page has."""

    current_page = Whole(required=True, validate=validate.Range(1))
    first_page_url = fields.String(required=True)
    from_ = Whole(required=True, allow_none=True, data_key="from")
    last_page = Whole(required=True, validate=validate.Range(1))
    last_page_url = fields.String(required=True)
    links = fields.List(fields.Nested(LinkSchema), required=True)
    next_page_url = fields.String(required=True, allow_none=True)
    path = fields.String(required=True)
    per_page = Whole(required=True, validate=validate.OneOf([PER_PAGE]))
    prev_page_url = fields.String(required=True, allow_none=True)
    to = Whole(required=True, allow_none=True)
    total = Whole(required=True, validate=validate.Range(0))


class SyncIncomePageSchema(PageSchema):
    """A page of income batches, the newest first."""

    data = fields.List(fields.Nested(SyncIncomeSchema), required=True)


class SyncExpensePageSchema(PageSchema):
    """A page of expense batches, the newest first."""

    data = fields.List(fields.Nested(SyncExpenseSchema), required=True)


class PageQuerySchema(BuiltSchema):
    """Which page."""

    page = Whole(metadata={"description": "From 1; whatever is no whole number is the first page.", "examples": [1, 2]})
