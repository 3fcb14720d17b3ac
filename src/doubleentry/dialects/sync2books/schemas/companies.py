"""Companies. Source: guide "Companies and connections"; later OpenAPI document, schema Company."""

from marshmallow import fields

from doubleentry.dialects.sync2books.schemas.base import NestSchema, Text, Timestamp


class CompanySchema(NestSchema):
    """A company."""

    id = Text()
    name = Text()
    isActive = fields.Boolean(required=True)  # noqa: N815 - as it is on the wire
    createdAt = Timestamp()  # noqa: N815 - see above
    updatedAt = Timestamp()  # noqa: N815 - see above


class CreatedCompanySchema(NestSchema):
    """A company, and where its customer connects it."""

    company = fields.Nested(CompanySchema, required=True)
    authUrl = fields.String(required=True, metadata={"format": "uri"})  # noqa: N815 - as it is on the wire
