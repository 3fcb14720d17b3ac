"""Ids in paths. Codat's own are GUIDs, in either case; a transaction's id is whatever its sender chose."""

from doubleentry.dialects.codat.schemas.base import CodatSchema, Guid, RequiredText


class CompanyPathSchema(CodatSchema):
    """A company."""

    company_id = Guid(required=True, metadata={"examples": ["c0000000-0000-4000-8000-000000000001"]})


class ConnectionPathSchema(CompanyPathSchema):
    """A connection of a company."""

    connection_id = Guid(required=True, metadata={"examples": ["a0000000-0000-4000-8000-000000000001"]})


class SyncPathSchema(CompanyPathSchema):
    """A sync of a company."""

    sync_id = Guid(required=True, metadata={"examples": ["50000000-0000-4000-8000-000000000011"]})


class TransactionPathSchema(CompanyPathSchema):
    """A transaction of a company."""

    transaction_id = RequiredText(metadata={"examples": ["70000000-0000-4000-8000-000000000011"]})


class SyncTransactionPathSchema(SyncPathSchema):
    """A transaction in a sync."""

    transaction_id = RequiredText(metadata={"examples": ["70000000-0000-4000-8000-000000000011"]})


class RulePathSchema(CodatSchema):
    """A rule."""

    rule_id = Guid(required=True)
