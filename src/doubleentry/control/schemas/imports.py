"""Imports: what a vendor would fetch from elsewhere, brought in from here."""

from collections.abc import Sequence
from typing import Any, ClassVar

from marshmallow import Schema, fields, validate

from doubleentry.control.schemas.base import ControlSchema, Shapes, told
from doubleentry.web.fields import Text, WholeNumber, Word

MOST: int = 10_000


class NewImportSchema(ControlSchema):
    """What to bring in: so many parts made up from the seed, or these."""

    shapes: ClassVar[Shapes] = {"count": (), "items": ()}

    company = Text(validate=validate.Length(1), metadata=told("For whom; for the first one unless said."))
    record = fields.Dict(
        keys=Text(),
        load_default=dict,
        metadata=told("Members of the whole, in the vendor's spelling; what is missing is made up."),
    )
    count = WholeNumber(validate=validate.Range(1, MOST), metadata=told("How many parts, all made up.", examples=[3]))
    items = fields.List(
        fields.Dict(keys=Text()),
        validate=validate.Length(1, MOST),
        metadata=told("The parts, in the vendor's spelling; what is missing in one is made up."),
    )


def new_import(dialects: Sequence[str], kinds: Sequence[str]) -> Schema:
    """Return the shape of an import."""
    members: dict[str, fields.Field[Any]] = {
        "dialect": Word(dialects, required=True, metadata=told("Into whose records.")),
        "kind": Word(kinds, required=True, metadata=told("What is imported.")),
    }
    return NewImportSchema.from_dict(members, name="NewImportSchema")()
