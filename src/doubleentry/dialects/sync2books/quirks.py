"""Where the vendor's documents disagree, and which side is taken.

Nothing is to be chosen where both sides can be served at once, and are: one expense or an array; a retry in a new
batch or in place; connections listed and ended on either edition's paths; counters under both names; the query of a
list in either edition's words. Nor where one side is a claim that no sample bears out: an envelope ``data`` around
each success, webhooks and reference data that are "coming soon", ids of attachments' paths that must be UUIDs,
connections as the answer of ``auth-url``.
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
)
