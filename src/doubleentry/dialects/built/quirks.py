"""Where the vendor's documents are silent or disagree, and how the framework lets it go either way."""

from typing import Final

from doubleentry.dialects.base import Quirk

QUIRKS: Final[tuple[Quirk, ...]] = (
    Quirk(
        name="built.missing",
        default="302",
        values=("302", "404"),
        why=(
            "A row that is not there is 302 with a bare JSON string and no `Location`, as 97 of 220 documented "
            "operations show; `404` gives the body that the framework has for it."
        ),
        sources=(
            "`302`: API reference, samples of 97 operations; guide 'Errors': resource not available or not authorised",
            "`404`: guide 'Errors': the resource does not exist; laravel/framework, ModelNotFoundException",
        ),
    ),
    Quirk(
        name="built.missing-text",
        default="Record not found",
        values=(
            "Record not found",
            "Transaction not found",
            "Sync not found",
            "Expense not found",
            "Journal not found",
        ),
        why="No sample of the sync module shows the text; `Record not found` is that of the modules nearest in kind.",
        sources=(
            "`Record not found`: API reference, other incomes, sales-, withholding- and income-tax payments",
            "`Expense not found`, `Journal not found`: API reference, paid expenses, journals",
        ),
    ),
    Quirk(
        name="built.recount",
        default="on",
        values=("on", "off"),
        why=(
            "With `on` a batch's totals follow its live transactions; with `off` they stay as they were imported. No "
            "document says either."
        ),
        sources=(
            "`on`: guide 'Sync Transactions', expense batch 6: 2605 beside its siblings' 2600, updated weeks later",
            "`off`: guide 'Sync Transactions' describes no effect on the batch",
        ),
    ),
    Quirk(
        name="built.links",
        default="as-called",
        values=("as-called", "documented"),
        why=(
            "`as-called` echoes the URL that was called, so that following a link works offline; `documented` always "
            "prints `https://web.builtaccounting.com/api/sync...`, as the samples do."
        ),
        sources=(
            "`as-called`: laravel/framework 8.83.26, Paginator::resolveCurrentPath",
            "`documented`: guide 'Sync Transactions', whose calls are to `/api/v3/sync...`",
        ),
    ),
    Quirk(
        name="built.update-validation",
        default="full",
        values=("full", "partial", "strict"),
        why=(
            "`full` requires on an update what a creation would (a client that passes it passes a laxer service too); "
            "`partial` makes each field optional; `strict` requires `description` and `narration` as well."
        ),
        sources=(
            "`full`: API reference, 14 of 18 modules require the fields of the creation on an update",
            "`partial`: guide 'Sync Transactions' documents no body",
            "`strict`: API reference, bank transfers and journals require `description`",
        ),
    ),
    Quirk(
        name="built.force-json",
        default="off",
        values=("off", "on"),
        why=(
            "With `off` who does not ask for JSON gets redirects and pages for errors, as the framework has it; with "
            "`on` everybody gets JSON."
        ),
        sources=(
            "`off`: laravel/framework 8.83.26, expectsJson",
            "`on`: guide 'Responses': all responses are JSON",
        ),
    ),
    Quirk(
        name="built.rate-limit",
        default="off",
        values=("off", "60", "3"),
        why="How many calls a key has in a minute; none is documented. 60 is the skeleton's, 3 what was measured with.",
        sources=(
            "`off`: no document of the vendor's names a limit",
            "`60`: laravel/laravel 8.6.12, RouteServiceProvider::configureRateLimiting",
        ),
    ),
    Quirk(
        name="built.sync-webhooks",
        default="off",
        values=("off", "on"),
        why=(
            "None of the 31 channels is about syncs; with `on`, an extension of ours, changes of synced rows are told "
            "on `sync_incomes`, `sync_income_transactions` and `sync_expense_transactions`."
        ),
        sources=("`off`: guide 'Webhooks', list of channels", "`on`: ours, no document of the vendor's"),
    ),
)
