"""Where the vendor's documents disagree, and which side is taken: every row of that has a switch.

Where both sides can be served at once they are, unless one of them is chosen alone.
"""

from typing import Final

from doubleentry.dialects.base import Quirk

PAGES: Final = "published pages, June 2026"
FIRST: Final = "first edition, January 2026"
LATER: Final = "OpenAPI document and pages of August to October 2026"

QUIRKS: Final[tuple[Quirk, ...]] = (
    Quirk(
        name="sync2books.profile",
        default="docs",
        values=("docs", "openapi"),
        why=(
            "With `docs` status words, integration keys and list envelopes are those of the published pages; with "
            "`openapi` those of the later document. Members that only one of them has are always answered."
        ),
        sources=(f"`docs`: {PAGES}", f"`openapi`: {LATER}"),
    ),
    Quirk(
        name="sync2books.version-prefix",
        default="accept",
        values=("accept", "refuse"),
        why="Paths may begin with `/v1`, as clients of the first edition write them; with `refuse` those are 404.",
        sources=(f"`accept`: {FIRST}", f"`refuse`: {PAGES}, page 'Environments'"),
    ),
    Quirk(
        name="sync2books.old-keys",
        default="refuse",
        values=("refuse", "accept"),
        why="Keys that begin with `sk_live_` or `sk_test_` are refused, though added, unless this accepts them.",
        sources=(f"`refuse`: {PAGES}, page 'Authentication'", f"`accept`: {FIRST}"),
    ),
    Quirk(
        name="sync2books.link",
        default="page",
        values=("page", "auto"),
        why=(
            "With `page` the `authUrl` leads to a page of ours that asks for consent; with `auto` opening it consents "
            "at once, so that CI needs no browser."
        ),
        sources=(f"`page`: {PAGES}, page 'Link integration'", "`auto`: ours"),
    ),
    Quirk(
        name="sync2books.rate-limit",
        default="100",
        values=("100", "off", "10", "1"),
        why="How many calls a minute there are; as many again pass in a burst with nothing remaining.",
        sources=(f"`100`: {PAGES}, page 'Errors and rate limits'", "the others: ours, for tests"),
    ),
    Quirk(
        name="sync2books.rate-limit-scope",
        default="application",
        values=("application", "key"),
        why="What calls are counted by.",
        sources=(f"`application`: {PAGES}, page 'Errors and rate limits'", f"`key`: {PAGES}, page 'API reference'"),
    ),
    Quirk(
        name="sync2books.signature-clock",
        default="wall",
        values=("wall", "workspace"),
        why="Which clock a signature's timestamp is held against: callers sign with the time that they have.",
        sources=(f"{PAGES}, page 'Authentication': within 5 minutes of server time", "`workspace`: ours"),
    ),
    Quirk(
        name="sync2books.line-refs",
        default="defaults",
        values=("defaults", "required"),
        why=(
            "With `defaults` a line may leave out its account or tax rate where the company has a default for it; with "
            "`required` it never may."
        ),
        sources=(
            f"`defaults`: {PAGES}, page 'Map transactions'",
            f"`required`: {PAGES}, page 'Create transactions'",
        ),
    ),
    Quirk(
        name="sync2books.unknown-fields",
        default="ignore",
        values=("ignore", "refuse"),
        why="Members that no document has are passed over; with `refuse` they are 400: `property x should not exist`.",
        sources=("no document says which", "NestJS 11.2, option forbidNonWhitelisted (observed)"),
    ),
    Quirk(
        name="sync2books.processing",
        default="auto",
        values=("auto", "manual"),
        why="A batch is pushed by its pace, or, with `manual`, stays pending until it is started or released.",
        sources=(f"`auto`: {PAGES}, page 'Sync transactions'", f"`manual`: {LATER}, 'process'; 'Expenses overview'"),
    ),
    Quirk(
        name="sync2books.duplicates",
        default="skip",
        values=("skip", "push"),
        why=(
            "With `skip` an expense whose id was written to the same books before, or stands in the array before, is "
            "passed over; with `push` it is written again."
        ),
        sources=(f"`skip`: {PAGES}, page 'Sync model': skipped items", "`push`: the vendor's own client warns of it"),
    ),
    Quirk(
        name="sync2books.expense-body",
        default="either",
        values=("either", "array"),
        why="Expenses are sent as one object or as an array; with `array` an object is 400, in the framework's words.",
        sources=(f"`either`: {PAGES}, page 'Create transactions'", f"`array`: {LATER}"),
    ),
    Quirk(
        name="sync2books.counters",
        default="both",
        values=("both", "successfulItems", "syncedItems"),
        why="How many items of a batch were written is told under both names, or under one of them alone.",
        sources=(f"`successfulItems`: {PAGES}", f"`syncedItems`: {LATER}"),
    ),
    Quirk(
        name="sync2books.retry",
        default="both",
        values=("both", "new-batch", "in-place"),
        why="Items are tried again in a new batch or in place; with one side alone the other's paths are not there.",
        sources=(f"`new-batch`: {PAGES}, page 'Sync transactions'", f"`in-place`: {LATER}"),
    ),
    Quirk(
        name="sync2books.connection-paths",
        default="both",
        values=("both", "companies", "connections"),
        why=(
            "Connections are listed and ended below `/companies` or below `/connections`; with one side alone the "
            "other's paths are not there."
        ),
        sources=(f"`companies`: {PAGES}", f"`connections`: {LATER}"),
    ),
    Quirk(
        name="sync2books.reference-data",
        default="served",
        values=("served", "coming-soon"),
        why="Accounts, rates, contacts and categories are served; with `coming-soon` their paths are not there.",
        sources=(
            f"`served`: {PAGES}, pages 'Map transactions' and 'QuickBooks Online reference'",
            f"`coming-soon`: {PAGES}, page 'Expense management'",
        ),
    ),
    Quirk(
        name="sync2books.webhooks",
        default="available",
        values=("available", "coming-soon"),
        why="Endpoints can be made, and none is there unless one was; with `coming-soon` their paths are not there.",
        sources=(
            f"`available`: {PAGES}, page 'Sync model'; the vendor's own client",
            f"`coming-soon`: {PAGES}, page 'Sync and monitoring'",
        ),
    ),
    Quirk(
        name="sync2books.success-wrapper",
        default="none",
        values=("none", "data"),
        why="No sample has an envelope around a success; `data` puts one there, as one sentence claims.",
        sources=(f"`none`: {PAGES}, every sample", f"`data`: {PAGES}, page 'API reference'"),
    ),
    Quirk(
        name="sync2books.attachment-ids",
        default="any",
        values=("any", "uuid"),
        why="The ids in the path of an upload may be any text; with `uuid` others are 400, in the framework's words.",
        sources=(
            f"`any`: {PAGES}, page 'Upload receipts', its example",
            f"`uuid`: {PAGES}, page 'Upload receipts', its table",
        ),
    ),
    Quirk(
        name="sync2books.auth-url",
        default="url",
        values=("url", "connections"),
        why="`auth-url` answers where to consent; with `connections` the list that one page prints below the request.",
        sources=(f"`url`: {PAGES}, page 'Configure customer'", f"`connections`: {PAGES}, page 'Getting started'"),
    ),
)
