"""What Codat's records must have: asked of a snapshot that was written elsewhere."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from doubleentry.dialects.codat.platforms import PLATFORMS
from doubleentry.engine.shapes import Shapes


class _Company(Struct, rename="camel"):
    id: str
    name: str
    description: str
    created: str
    tags: Mapping[str, str]
    deleted: bool


class _Connection(Struct, rename="camel"):
    id: str
    company_id: str
    integration_key: Annotated[str, Meta(pattern=f"^({'|'.join(PLATFORMS)})$")]
    status: str
    created: str
    last_sync: str | None
    data_connection_errors: list[Mapping[str, Any]]
    expired: bool


class _Configured(Struct, rename="camel"):
    id: str


class _Configuration(Struct, rename="camel"):
    bank_account: _Configured
    supplier: _Configured
    customer: _Configured


class _Dataset(Struct, rename="camel"):
    id: str
    company_id: str
    created: str
    items: list[Mapping[str, Any]]


class _Notifiers(Struct, rename="camel"):
    emails: list[str]
    webhook: str | None = None


class _Rule(Struct, rename="camel"):
    id: str
    type: str
    notifiers: _Notifiers


SHAPES: Final[Shapes] = {
    "codat companies": _Company,
    "codat configurations": _Configuration,
    "codat connections": _Connection,
    "codat datasets": _Dataset,
    "codat rules": _Rule,
}
