"""Snapshots: saved workspaces, and how one is written down."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, pre_load, validate

from doubleentry.control.schemas.base import ControlSchema, many, shown_instant, told
from doubleentry.engine.snapshots import FORMAT, VERSION, newer
from doubleentry.web.fields import Instant, Matches, Text, WholeNumber

NAME_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"
OF_NOTHING: Final = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
"""The checksum of a snapshot that is empty."""

SNAPSHOT_BYTES: Final = 64 * 1024 * 1024


class SnapshotSchema(ControlSchema):
    """One saved workspace."""

    name = Text(required=True)
    at = shown_instant("Where the workspace's clock stood.")


class SnapshotsSchema(ControlSchema):
    """All snapshots, oldest first."""

    snapshots = many(SnapshotSchema)


class SaveSchema(ControlSchema):
    """What to call a snapshot; one of that name is replaced."""

    name = Text(required=True, validate=Matches(NAME_PATTERN), metadata=told("Its name.", examples=["before"]))


class SnapshotDocumentSchema(ControlSchema):
    """A snapshot as a document: for a file, and for other servers."""

    @pre_load
    def refuse_what_is_newer(self, document: Any, **_kwargs: object) -> Any:  # noqa: ANN401 - whatever was sent
        """Say that a document is of a newer version before anything else, as all of it may be otherwise in that."""
        version = document.get("version") if isinstance(document, Mapping) else None
        if isinstance(version, int) and version > VERSION:
            raise ValidationError(newer(version), "version")
        return document

    format = Text(required=True, metadata=told("What it is.", examples=[FORMAT]))
    version = WholeNumber(
        required=True, validate=validate.Range(1), metadata=told("Of the format.", examples=[VERSION])
    )
    at = Instant(required=True, metadata=told("Where the workspace's clock stood."))
    sha256 = Text(
        required=True,
        metadata=told("Of the collections: what was changed by hand is not taken.", examples=[OF_NOTHING]),
    )
    collections = fields.Dict(
        keys=Text(),
        values=fields.List(fields.Tuple((Text(), fields.Dict(keys=Text())))),
        required=True,
        metadata=told("All that the workspace knew: documents by collection, each with its key.", examples=[{}]),
    )
