"""Where Codat's documents disagree: which side is taken, and why."""

from typing import Final

from doubleentry.dialects.base import Quirk

QUIRKS: Final[tuple[Quirk, ...]] = (
    Quirk(
        name="codat.integration-type",
        default="auto",
        values=("auto", "expense", "expenses"),
        why=(
            "`auto` prints `expenses` to clients whose user agent starts with `speakeasy-sdk/` or `codat-sdk/`, as "
            "official SDKs parse only that, and `expense` to all others, as the guides print it; codat-expenses 0.8.6 "
            "shows plain `python-requests`, so its users set `expenses`."
        ),
        sources=(
            "`expense`: guides 'Syncing expenses' and 'The sync process explained' (2023)",
            "`expenses`: Sync for Expenses API, schema IntegrationType (2023 and current); official clients",
        ),
    ),
    Quirk(
        name="codat.concurrent-syncs",
        default="queue",
        values=("queue", "reject"),
        why="`queue` follows the newer text; `reject` answers 422 while another sync of the company is under way.",
        sources=(
            "`queue`: guide 'Sync for Expenses overview' (July 2023), 'Initiate sync'",
            "`reject`: guide 'Syncing expenses' (April 2023), 'Multiple Syncs'",
        ),
    ),
    Quirk(
        name="codat.create-expense",
        default="by-body",
        values=("by-body", "dataset", "sync"),
        why=(
            "Three eras share a path: `by-body` stores an object with `items` and gives its `datasetId`, and starts a "
            "sync for a bare array and gives its `syncId`, on both paths; `dataset` only ever stores, `sync` starts a "
            "sync for either body."
        ),
        sources=(
            "`dataset`: guide 'The sync process explained' and Sync for Expenses API (2023), create-expense-dataset",
            "`sync`: Expenses API (current), create-expense-transaction",
        ),
    ),
    Quirk(
        name="codat.initiate-status",
        default="202",
        values=("202", "200"),
        why="202 is the only status of an initiated sync that a client parses.",
        sources=(
            "202: Sync for Expenses API (March to August 2023), intiate-sync",
            "200: Sync for Expenses API (February 2023); the version of September 2023 declares no success at all",
        ),
    ),
    Quirk(
        name="codat.sync-links",
        default="seed",
        values=("seed", "full"),
        why=(
            "`seed` prints the links of a page of transactions without `/sync/expenses`, as the guide does, and the "
            "short paths are served too; `full` prints the path that was called."
        ),
        sources=(
            "`seed`: guide 'Syncing expenses' (2023), `_links` of both transaction samples",
            "`full`: Sync for Expenses API, list-sync-transactions; guide 'Paging': links lead to the same endpoint",
        ),
    ),
    Quirk(
        name="codat.config-unset",
        default="empty",
        values=("empty", "nulls", "not-found"),
        why=(
            'A configuration that was never set is `{"bankAccount":{},"supplier":{},"customer":{}}` with `empty`: '
            "every official client parses that, none of them nulls, missing members or 404."
        ),
        sources=(
            "`empty`: official clients, as driven against a stub",
            "`not-found`: Sync for Expenses API, get-company-configuration lists 404",
            "`nulls`: Sync for Expenses API, CompanyConfiguration requires all three members and none of their ids",
        ),
    ),
    Quirk(
        name="codat.partner-source-type",
        default="Other",
        values=("Other", "Expense"),
        why="Every client parses `Other` as the partner expense connection's source type; `Expense` breaks the oldest.",
        sources=(
            "`Other`: Sync for Expenses API (March to August 2023), schema Source Type has no `Expense`",
            "`Expense`: Sync for Expenses API (from September 2023), schema Source Type",
        ),
    ),
    Quirk(
        name="codat.valid-types",
        default="four",
        values=("four", "eight"),
        why=(
            "Mapping options list the four transaction types of today, because eight break the current client; a "
            "transaction may be of any of the eight either way."
        ),
        sources=(
            "`four`: Expenses API (current), schema validTransactionTypes",
            "`eight`: Sync for Expenses API (2023), schema AccountMappingInfo",
        ),
    ),
    Quirk(
        name="codat.duplicate",
        default="5080",
        values=("5080", "400"),
        why=(
            "With `5080` a sync that holds a transaction already completed ends with that code and pushes nothing; "
            "with `400` the request is refused at once."
        ),
        sources=(
            "`5080`: guide 'The sync process explained' (2023), sync status codes: duplication protection",
            "`400`: guide 'Sync for Expenses FAQ' prints the text as the `error` of an answer, without its status",
        ),
    ),
    Quirk(
        name="codat.rate-limit",
        default="generous",
        values=("generous", "documented", "10", "off"),
        why=(
            "How many calls a client has in a day. `documented` is 1,000 for the client and 1,000 for each company "
            "with a linked connection. A local test should not run out of them: `generous` is 1,000,000. `10` is for "
            "who wants to see the end soon. With `off` nothing is counted, and no header tells of it. Codat's other "
            "limits are not emulated: 10 requests at once for each such company, and 1,000 a minute from one address; "
            "how a client is told of them is not documented."
        ),
        sources=(
            "`documented`: guide 'Rate limits'; so are the headers of every answer",
            "`generous`, `10` and `off`: ours, no document of Codat's",
        ),
    ),
    Quirk(
        name="codat.link",
        default="page",
        values=("page", "auto"),
        why=(
            "With `page` a new connection is `PendingAuth` until its `linkUrl` is approved; `auto` links it at "
            "creation, for whoever has no browser."
        ),
        sources=(
            "`page`: guide 'Authorize your customer' and the API's description of `linkUrl`",
            "`auto`: ours, no document of Codat's",
        ),
    ),
)
