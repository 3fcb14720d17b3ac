"""What Codat's part of a fixture file may hold, and how it gets into a workspace."""

from collections.abc import Mapping
from typing import Final

from marshmallow import ValidationError, validate, validates

from doubleentry.dialects.base import Section
from doubleentry.dialects.codat import statuses
from doubleentry.dialects.codat.platforms import PLATFORMS
from doubleentry.dialects.codat.rules import companies, configuration, connections, datasets, rules, syncs, webhooks
from doubleentry.dialects.codat.schemas.base import CodatSchema, Guid, Instant, Many, One, Text
from doubleentry.dialects.codat.schemas.companies import CreateCompanySchema
from doubleentry.dialects.codat.schemas.configuration import SetConfigurationSchema
from doubleentry.dialects.codat.schemas.connections import CONNECTION_STATUSES
from doubleentry.dialects.codat.schemas.datasets import DatasetSchema
from doubleentry.dialects.codat.schemas.rules import CreateRuleSchema
from doubleentry.dialects.codat.schemas.syncs import SyncStatusSchema
from doubleentry.dialects.codat.schemas.transactions import TransactionSchema
from doubleentry.dialects.codat.schemas.webhooks import CreateConsumerSchema
from doubleentry.dialects.codat.wire import filled_up, parsed, ticks
from doubleentry.engine.documents import Document
from doubleentry.engine.pace import PRESETS
from doubleentry.engine.statuses import SyncStatus
from doubleentry.engine.syncs import Sync, SyncItem
from doubleentry.engine.workspaces import Workspace


class CompanyRowSchema(CreateCompanySchema):
    """A company, as it stands."""

    id = Guid(required=True)
    created = Instant(required=True)


class ConnectionRowSchema(CodatSchema):
    """A connection: what the platform does not tell by itself."""

    id = Guid(required=True)
    company_id = Guid(required=True)
    integration_key = Text(required=True, validate=validate.OneOf(list(PLATFORMS)))
    status = Text(required=True, validate=validate.OneOf(CONNECTION_STATUSES))
    created = Instant(required=True)


class ConfigurationRowSchema(SetConfigurationSchema):
    """A company's configuration."""

    company_id = Guid(required=True)


class DatasetRowSchema(DatasetSchema):
    """A dataset that is there already."""

    id = Guid(required=True)
    company_id = Guid(required=True)


class SyncRowSchema(SyncStatusSchema):
    """A sync that has ended, as its status is printed, with its transactions as they are listed."""

    transactions = Many(One(TransactionSchema), required=True)

    @validates("sync_status_code")
    def has_ended(self, code: int, data_key: str) -> None:
        """Refuse a code that is none, or is of a sync that still runs: nothing would ever end it."""
        if code not in statuses.ENDED:
            known = ", ".join(map(str, sorted(statuses.ENDED)))
            raise ValidationError(f"expected the code of a sync that has ended ({known})", data_key)


class RuleRowSchema(CreateRuleSchema):
    """An alert rule."""

    id = Guid(required=True)


class ConsumerRowSchema(CreateConsumerSchema):
    """A webhook consumer."""

    id = Guid(required=True)


def load_companies(workspace: Workspace, rows: list[Document]) -> None:
    """Put companies into a workspace."""
    for row in rows:
        company = {"description": "", "tags": {}, **row, "created": filled_up(row["created"]), "deleted": False}
        workspace.store.insert(companies.COLLECTION, row["id"], company)


def load_connections(workspace: Workspace, rows: list[Document]) -> None:
    """Put connections into a workspace; one that was ever linked has a ledger."""
    for row in rows:
        was_linked = row["status"] != connections.PENDING
        created = filled_up(row["created"])
        more: Document = {
            "created": created,
            "lastSync": created if was_linked else None,
            "dataConnectionErrors": [],
            "expired": False,
        }
        workspace.store.insert(connections.COLLECTION, row["id"], {**row, **more})
        template = ledger_of(row)
        if template is not None:
            workspace.ledgers.open(row["id"], workspace.world.templates[template])


def load_configurations(workspace: Workspace, rows: list[Document]) -> None:
    """Put configurations into a workspace."""
    for row in rows:
        workspace.store.insert(configuration.COLLECTION, row["companyId"], row)


def load_datasets(workspace: Workspace, rows: list[Document]) -> None:
    """Put datasets into a workspace."""
    created = ticks(workspace.clock.now())
    for row in rows:
        workspace.store.insert(datasets.COLLECTION, row["id"], {**row, "created": created})


def load_syncs(workspace: Workspace, rows: list[Document]) -> None:
    """Put ended syncs into a workspace, to be shown just as they were printed."""
    for ordinal, row in enumerate(rows, start=1):
        books = connections.accounting(workspace, row["companyId"])
        ended = parsed(row["syncUtc"])
        printed = {name: value for name, value in row.items() if name not in {"companyId", "syncId", "transactions"}}
        printed["syncUtc"] = filled_up(row["syncUtc"])
        sync = Sync(
            id=row["syncId"],
            ordinal=ordinal,
            dialect=syncs.DIALECT,
            company=row["companyId"],
            pace=PRESETS["instant"],
            created_at=ended,
            started_at=ended,
            finished_at=ended,
            connection=None if books is None else books["id"],
            status=SyncStatus.FINISHED,
            record=printed,
        )
        sent = {
            item["id"]: item
            for dataset in workspace.store.find(datasets.COLLECTION, {"companyId": sync.company})
            for item in dataset["items"]
        }
        items = [
            _item(workspace, sync, place, item, sent.get(item["transactionId"], {}))
            for place, item in enumerate(row["transactions"])
        ]
        workspace.syncs.record_ended(sync, items)


def load_rules(workspace: Workspace, rows: list[Document]) -> None:
    """Put alert rules into a workspace."""
    for row in rows:
        rules.insert(workspace, row)


def load_consumers(workspace: Workspace, rows: list[Document]) -> None:
    """Put webhook consumers into a workspace."""
    for row in rows:
        webhooks.insert(workspace, row)


def ledger_of(connection: Document) -> str | None:
    """Return the template of the ledger behind a connection's row, or None when it never had one."""
    platform = PLATFORMS[connection["integrationKey"]]
    return platform.template if platform.template and connection["status"] != connections.PENDING else None


def _item(workspace: Workspace, sync: Sync, place: int, row: Document, sent: Document) -> SyncItem:
    """Return a row of a printed list as an item; `sent` is the transaction in its dataset, empty when there is none."""
    return SyncItem(
        id=workspace.chance.derived_uuid("item", sync.id, place),
        sync=sync.id,
        dialect=sync.dialect,
        company=sync.company,
        reference=row["transactionId"],
        record={**sent, "integrationType": row["integrationType"]},
        status=statuses.ITEM_STATUSES[row["status"]],
        message=row.get("message"),
    )


COMPANY: Final = {"companyId": "companies"}

SECTIONS: Final[Mapping[str, Section]] = {
    "companies": Section(CompanyRowSchema, load_companies, key="id"),
    "connections": Section(ConnectionRowSchema, load_connections, key="id", refers=COMPANY, ledger=ledger_of),
    "configurations": Section(
        ConfigurationRowSchema,
        load_configurations,
        key="companyId",
        refers=COMPANY,
        books={"bankAccount.id": "account", "supplier.id": "contact", "customer.id": "contact"},
    ),
    "datasets": Section(DatasetRowSchema, load_datasets, key="id", refers=COMPANY),
    "syncs": Section(SyncRowSchema, load_syncs, key="syncId", refers=COMPANY),
    "rules": Section(RuleRowSchema, load_rules, key="id", refers=COMPANY),
    "webhooks": Section(ConsumerRowSchema, load_consumers, key="id"),
}
