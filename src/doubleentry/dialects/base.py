"""What every dialect is made of."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Final, Literal, Protocol

from marshmallow import Schema
from msgspec import Meta, Struct, field

from doubleentry.engine.documents import Document
from doubleentry.engine.pace import Pace
from doubleentry.engine.ports import SyncRules, WebhookFormat
from doubleentry.engine.recipes import MAGIC, MAGIC_SETTING, Recipe
from doubleentry.engine.shapes import Shapes
from doubleentry.engine.syncs import Sync
from doubleentry.engine.webhooks import Delivery, Endpoint, Event
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.surface import Surface


class Quirk(Struct, frozen=True):
    """A place where a vendor's documents disagree, with the side that is taken and a switch to take the other.

    Attributes:
        name: What it is set by, prefixed with the dialect: ``codat.link``.
        default: The value that holds unless a workspace sets another; one of ``values``.
        values: All that it can be set to, the default first.
        why: One sentence: why the default is the default, and what the other values do.
        sources: Who says what, on both sides.
    """

    name: str
    default: str
    values: tuple[str, ...]
    why: str
    sources: tuple[str, ...]


def settings_shapes(quirks: Iterable[Quirk]) -> Shapes:
    """Return what a workspace's own choice must be, where it has made one."""
    return {
        f"settings/{quirk.name}": dict[
            str, Annotated[str, Meta(pattern=f"^({'|'.join(map(re.escape, quirk.values))})$")]
        ]
        for quirk in quirks
    }


OWN: Final = "emulator"

OWN_QUIRKS: Final = (
    Quirk(
        MAGIC_SETTING,
        "on",
        ("on", "off"),
        f"A text `{MAGIC}RECIPE` in a JSON body or a form, or in what a sync pushes, asks for that recipe, for clients "
        "that can add no header. It has to be the whole text, with a recipe's full name: real data is never taken for "
        "it.",
        ("docs of the emulator",),
    ),
)
"""Switches of the emulator itself, which are set as those of the dialects are."""

LedgerRow = Literal["account", "bank account", "tax rate", "contact", "supplier", "customer", "category"]


class Section(Struct, frozen=True):
    """One list of a fixture file under the dialect's name.

    What comes after `load` is what references are checked by. A member inside another is named with a dot:
    ``bankAccount.id``. One that is absent or null refers to nothing.

    Attributes:
        schema: Returns the shape of one row, in the vendor's own spelling; unknown members are refused at any depth.
        load: Puts the rows, as the schema loaded them, into a workspace; called once for each section of the file,
            in the order of `Dialect.sections`.
        key: The member that names a row: no two rows share it, and others refer to it.
        refers: Members that name a row of another section by its key → that section.
        ledger: Returns the template of the ledger that stands behind a row, under the row's key; None where none does.
        books: Members that name something in the ledgers whose rows refer to the same record as this row → what.
    """

    schema: Callable[[], Schema]
    load: Callable[[Workspace, list[Document]], None]
    key: str | None = None
    refers: Mapping[str, str] = field(default_factory=dict)
    ledger: Callable[[Document], str | None] | None = None
    books: Mapping[str, LedgerRow] = field(default_factory=dict)


class ConnectionDesk(Protocol):
    """How the control API moves a dialect's connections. Each call returns the connection as the vendor shows it.

    All raise NotFound for an unknown id.
    """

    def all(self, workspace: Workspace) -> list[Document]:
        """Return all connections, oldest first."""

    def link(self, workspace: Workspace, id: str) -> Document:
        """Do what the end customer does by consenting."""

    def unlink(self, workspace: Workspace, id: str) -> Document:
        """End it from our side."""

    def deauthorise(self, workspace: Workspace, id: str) -> Document:
        """End it from the accounting software's side."""

    def expire(self, workspace: Workspace, id: str) -> Document:
        """Let the customer's subscription to the accounting software run out."""


class ImportDesk(Protocol):
    """How the control API brings in what the vendor would fetch from elsewhere, such as a bank's statement."""

    kinds: tuple[str, ...]
    """What can be imported."""

    def submit(
        self, workspace: Workspace, kind: str, company: str | None, record: Document, items: Sequence[Document]
    ) -> Sync:
        """Queue an import.

        Args:
            workspace: Where to.
            kind: One of `kinds`.
            company: For whom; None for the first.
            record: Members of the whole, in the vendor's spelling; what is missing is made up.
            items: Its parts likewise, at least one.

        Raises:
            NotFound: There is no such company.
            InvalidInput: A member is unknown, or does not fit.
        """


class HookDesk(Protocol):
    """How the control API does what a vendor's own console does with webhooks."""

    topics: Sequence[str]
    """What an endpoint can ask for, by the vendor's names."""

    def subscribe(self, workspace: Workspace, url: str, company: str | None, topics: Sequence[str]) -> Endpoint:
        """Let an endpoint ask for some of the topics.

        Raises:
            NotFound: There is no such company.
            InvalidInput: They do not go together.
        """


class EventDesk(Protocol):
    """How the control API lets events happen, and sends examples of them."""

    events: Sequence[str]
    """What can happen, by the vendor's names."""

    examples: Sequence[str]
    """What there are examples of: all that can happen, and what the vendor tells of besides."""

    def trigger(self, workspace: Workspace, name: str, company: str | None, record: Document) -> Event:
        """Let one of the events happen.

        Args:
            workspace: Where.
            name: One of `events`.
            company: To whom; None for whoever it suits.
            record: What it is about, where the vendor's API does not bring it about.

        Raises:
            NotFound: There is no such company.
            InvalidInput: It happens by the vendor's own API, and takes no record.
        """

    def example(self, workspace: Workspace, name: str, endpoint: Endpoint) -> Delivery:
        """Tell an endpoint of one of the examples.

        Raises:
            InvalidInput: The endpoint is not told of such events.
        """


class Dialect(Struct, frozen=True):
    """One vendor's way of saying things.

    Attributes:
        name: In URLs, fixture files, keys and quirk names.
        surface: Its HTTP API.
        rules: What it decides about a sync.
        webhooks: How it calls back.
        connections: How its connections are moved from outside; None where it has none.
        imports: How something is brought in from outside; None where nothing is.
        hooks: How endpoints are made from outside; None where that is done by its own API.
        events: How events are made to happen from outside; None where they cannot be.
        secret: Returns what an endpoint's requests are signed with, from the seed and the endpoint's URL; None where
            no such secret can be told beforehand.
        generate: Makes sections of a scenario of a size from a seed; None where there is no need.
        demo_key: The key that every fixture knows.
        authorization: The headers that show a key.
        credentials: What else whoever has the demo key has, by name, for people and the ready line.
        codes: The vendor's own codes for how a sync ends or stands, which a fault can order.
        quirks: Where its documents disagree.
        recipes: A named fault for each failure that it documents.
        sections: What its part of a fixture file may hold.
        paces: What a preset is for its syncs, where that is not what it is for others.
        kept: What the documents of its collections must have.
    """

    name: str
    surface: Surface
    rules: SyncRules
    webhooks: WebhookFormat
    demo_key: str
    authorization: Callable[[str], Mapping[str, str]]
    credentials: Mapping[str, str] = field(default_factory=dict)
    connections: ConnectionDesk | None = None
    imports: ImportDesk | None = None
    hooks: HookDesk | None = None
    events: EventDesk | None = None
    secret: Callable[[str, str], str] | None = None
    generate: Callable[[str, int, int], Mapping[str, Sequence[Document]]] | None = None
    codes: tuple[str, ...] = ()
    quirks: tuple[Quirk, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    sections: Mapping[str, Section] = field(default_factory=dict)
    paces: Mapping[str, Pace] = field(default_factory=dict)
    kept: Shapes = field(default_factory=dict)
