"""Attachments: receipts uploaded against a transaction.

Source: Codat, schemas Attachment and AttachmentUpload (2023 and current).
"""

from marshmallow import fields

from doubleentry.dialects.codat.schemas.base import CodatAnswer, CodatSchema, Guid, Text


class AttachmentUploadSchema(CodatSchema):
    """The part that today's API declares. Others are taken too, as clients and guides have sent them over the years."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class AttachmentSchema(CodatAnswer):
    """The file as the accounting platform has it; its id is a number in a string."""

    company_id = Guid(required=True)
    id = Text(required=True, metadata={"examples": ["1400000000122699154"]})
    transaction_id = Text(required=True)
