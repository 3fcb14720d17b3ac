"""Keys: what a vendor's API accepts in this workspace."""

from collections.abc import Sequence
from typing import Final

from marshmallow import Schema

from doubleentry.control.schemas.base import ControlSchema, many, told
from doubleentry.web.fields import Matches, Text, Word

KEY_PATTERN: Final = r"^[A-Za-z0-9._~+=:-]{1,200}$"


OWNER: Final = "Whom it speaks for, where an API tells callers apart by their keys; absent for the first."


class KeySchema(ControlSchema):
    """One key."""

    dialect = Text(required=True)
    key = Text(required=True)
    owner = Text(metadata=told(OWNER))


# Made so, because a schema has a method of the member's name.
KeysSchema = ControlSchema.from_dict({"keys": many(KeySchema)}, name="KeysSchema")
"""The keys that this workspace knows, oldest first."""


def new_key(dialects: Sequence[str]) -> Schema:
    """Return the shape of a new key."""
    dialect = Word(dialects, required=True, metadata=told("Whose API accepts it."))
    key = Text(
        required=True,
        validate=Matches(KEY_PATTERN),
        metadata=told(
            "Letters, digits and . _ ~ + = : - ; no @, which parts a key from a workspace's name.",
            examples=["another-key"],
        ),
    )
    owner = Text(validate=Matches(KEY_PATTERN), metadata=told(OWNER))
    return ControlSchema.from_dict({"dialect": dialect, "key": key, "owner": owner}, name="NewKeySchema")()
