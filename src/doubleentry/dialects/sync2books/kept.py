"""What Sync2Books' records must have: asked of a snapshot that was written elsewhere."""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct

from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.engine.shapes import Shapes

_Platform = Annotated[str, Meta(pattern=f"^({'|'.join(PLATFORMS)})$")]


class _Key(Struct, rename="camel"):
    key: str
    environment: str


class _Application(Struct, rename="camel"):
    id: str
    name: str
    client_id: str
    redirect_uris: list[str]
    keys: list[_Key]
    client_secrets: Mapping[str, str]
    webhook_secrets: Mapping[str, str]
    active: bool


class _Company(Struct, rename="camel"):
    application: str
    id: str
    name: str
    is_active: bool
    created_at: str
    updated_at: str


class _Connection(Struct, rename="camel"):
    id: str
    company_id: str
    application: str
    integration_key: _Platform
    status: str
    created: str
    updated_at: str


class _Named(Struct):
    id: str


class _Config(Struct, rename="camel"):
    company_id: str
    bank_account: _Named | None = None
    customer: _Named | None = None
    supplier: _Named | None = None
    default_account: _Named | None = None
    default_tax_rate: _Named | None = None


class _Expense(Struct, rename="camel"):
    id: str
    connection_id: str
    company_id: str
    application: str
    created_at: str


class _State(Struct, rename="camel"):
    id: str
    company_id: str
    integration_key: _Platform
    connection_id: str | None


SHAPES: Final[Shapes] = {
    "sync2books applications": _Application,
    "sync2books companies": _Company,
    "sync2books configs": _Config,
    "sync2books connections": _Connection,
    "sync2books expenses": _Expense,
    "sync2books oauth states": _State,
}
