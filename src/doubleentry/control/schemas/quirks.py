"""Quirks: where a vendor's documents disagree, and which side is taken."""

from marshmallow import Schema

from doubleentry.control.schemas.base import ControlSchema, many, told
from doubleentry.dialects.base import Quirk
from doubleentry.web.fields import Text, Word


class QuirkSchema(ControlSchema):
    """One quirk, with its value in this workspace."""

    name = Text(required=True)
    dialect = Text(required=True, metadata=told("Whose; `emulator` for a switch of our own."))
    value = Text(required=True)
    default = Text(required=True)
    values = many(Text(), metadata=told("All that it can be set to, the default first."))
    why = Text(required=True)
    sources = many(Text(), metadata=told("Who says what, on both sides."))


class QuirksSchema(ControlSchema):
    """All quirks, by dialect."""

    quirks = many(QuirkSchema)


def quirk_value(quirk: Quirk) -> Schema:
    """Return the shape of a quirk's new value."""
    value = Word(quirk.values, required=True, metadata=told(quirk.why))
    word = "".join(part.title() for part in quirk.name.replace(".", "-").split("-"))
    return ControlSchema.from_dict({"value": value}, name=f"{word}Schema")()
