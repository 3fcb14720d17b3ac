"""Syncs: how one is started, and how it stands.

Source: Codat, schemas PostSync, SyncInitiated and CompanySyncStatus (2023 and current); guide "Syncing expenses".
"""

from marshmallow import RAISE, validate

from doubleentry.dialects.codat.schemas.base import (
    CodatAnswer,
    CodatSchema,
    Flag,
    Guid,
    Many,
    Text,
    Timestamp,
    WholeNumber,
)


class InitiateSyncSchema(CodatSchema):
    """The datasets to push: at least one."""

    class Meta:
        """Declared without additional properties."""

        unknown = RAISE

    dataset_ids = Many(
        Guid(),
        required=True,
        validate=validate.Length(min=1),
        metadata={"examples": [["d0000000-0000-4000-8000-000000000011"]]},
    )


class SyncInitiatedSchema(CodatAnswer):
    """The sync that was started."""

    sync_id = Guid(required=True)


class SyncStatusSchema(CodatAnswer):
    """How a sync stands; the two messages are empty, not null, where there is no error."""

    company_id = Text(required=True)
    sync_id = Text(required=True)
    sync_status_code = WholeNumber(required=True, metadata={"format": "int32", "examples": [2000]})
    sync_status = Text(required=True, metadata={"examples": ["Complete"]})
    error_message = Text(required=True, allow_none=True)
    sync_exception_message = Text(required=True, allow_none=True)
    sync_utc = Timestamp(required=True, metadata={"examples": ["2022-08-03T01:30:09.0797213Z"]})
    data_pushed = Flag(required=True)
