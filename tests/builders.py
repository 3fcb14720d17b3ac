"""Valid things to start from: a test gives only what it is about."""

from datetime import timedelta
from decimal import Decimal

from doubleentry.adapters.tinydb import TinyStore
from doubleentry.engine.books import Account, AccountType, Category, Contact, Entry, EntryLine, TaxRate, Template
from doubleentry.engine.clock import ClockMode, ClockState
from doubleentry.engine.pace import Hold, Pace, PaceMode, Range
from doubleentry.engine.syncs import ItemOrder, SyncOrder
from doubleentry.engine.webhooks import Endpoint
from doubleentry.engine.workspaces import Workspace, World
from tests.fakes.dialect import FakeFormat, FakeRules
from tests.fakes.transport import FakeTransport
from tests.fakes.wall import START, FakeWall

IMMEDIATE = Pace(PaceMode.IMMEDIATE)
HELD = Pace(PaceMode.HOLD)
HELD_AT_START = Pace(PaceMode.HOLD, hold=Hold.START)
HELD_BACK = Pace(PaceMode.HOLD, hold=Hold.WEBHOOK)

TEMPLATE = Template(
    platform="Books",
    currency="GBP",
    tax_account="tax",
    accounts=(
        Account("bank", "Bank", AccountType.ASSET, bank=True),
        Account("travel", "Travel", AccountType.EXPENSE),
        Account("meals", "Meals", AccountType.EXPENSE),
        Account("tax", "Tax", AccountType.LIABILITY),
        Account("closed", "Closed", AccountType.EXPENSE, active=False),
    ),
    tax_rates=(TaxRate("standard", "Standard"), TaxRate("old rate", "Old", active=False)),
    contacts=(Contact("amy", "Amy", "supplier"), Contact("gone", "Gone", "customer", active=False)),
    categories=(Category("north", "North"), Category("south", "South", active=False)),
)


def make_after(wait=0.0, run=0.0):
    """Return a pace of so many seconds each."""
    return Pace(PaceMode.AFTER, *(Range(timedelta(seconds=each), timedelta(seconds=each)) for each in (wait, run)))


def make_polls(polls):
    return Pace(PaceMode.POLLS, polls=polls)


def make_world(**changes):
    defaults = {
        "stores": TinyStore,
        "transport": FakeTransport(),
        "rules": {"fake": FakeRules()},
        "formats": {"fake": FakeFormat()},
        "templates": {"Books": TEMPLATE},
        "settings": {"fake.greeting": "hello", "emulator.magic-values": "on"},
        "pace": IMMEDIATE,
        "wall": FakeWall(),
    }
    return World(**{**defaults, **changes})


def make_workspace(name="test", *, frozen=True, store=None, **changes):
    """Return a workspace with one ledger, its clock frozen at `START` unless asked otherwise."""
    world = make_world(**changes)
    workspace = Workspace(name, world, TinyStore() if store is None else store)
    if store is None:
        if frozen:
            workspace.clock.start(ClockState(ClockMode.FROZEN, START, START))
        workspace.ledgers.open("connection", TEMPLATE)
    return workspace


def make_item(reference="r1", **record):
    return ItemOrder(reference, record)


def make_order(*items, company="acme", lane=None, **record):
    return SyncOrder(
        "fake",
        company,
        items or (make_item(),),
        lane=lane,
        connection="connection",
        record={"made": "by hand", **record},
    )


def make_endpoint(id="hook", url="http://127.0.0.1:9/hook", company=None, **record):
    return Endpoint(id, "fake", url, company, record)


def make_line(account="travel", net="10", tax="2", **changes):
    return EntryLine(account, Decimal(net), Decimal(tax), **changes)


def make_entry(*lines, **changes):
    defaults = {"reference": "r1", "date": "2022-08-03", "currency": "GBP", "outward": True, "bank_account": "bank"}
    return Entry(**{**defaults, "lines": lines or (make_line(),), **changes})
