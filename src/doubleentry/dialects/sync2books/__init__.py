"""Sync2Books, expenses."""

from typing import Any, Final

from doubleentry.dialects.base import Dialect
from doubleentry.dialects.sync2books.applications import CREDENTIALS, DEMO_KEY
from doubleentry.dialects.sync2books.applications import DIALECT as NAME
from doubleentry.dialects.sync2books.auth import AUTH, authorization
from doubleentry.dialects.sync2books.console import CONSOLE
from doubleentry.dialects.sync2books.desk import DESK
from doubleentry.dialects.sync2books.errors import NestErrors
from doubleentry.dialects.sync2books.gaps import GAPS
from doubleentry.dialects.sync2books.kept import SHAPES
from doubleentry.dialects.sync2books.limits import RateLimit
from doubleentry.dialects.sync2books.quirks import QUIRKS
from doubleentry.dialects.sync2books.recipes import RECIPES
from doubleentry.dialects.sync2books.routes import load
from doubleentry.dialects.sync2books.rules import owners
from doubleentry.dialects.sync2books.rules.pushing import Sync2BooksRules
from doubleentry.dialects.sync2books.sections import SECTIONS
from doubleentry.dialects.sync2books.statuses import OUTCOMES
from doubleentry.dialects.sync2books.webhooks import Sync2BooksWebhooks
from doubleentry.dialects.sync2books.wire import NestWire
from doubleentry.engine.pace import after
from doubleentry.web.surface import Surface


def _id(description: str, example: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", "minLength": 1, "examples": [example]}}


_BATCH: Final = "b1000000-0000-4000-8000-000000000001"

SURFACE: Final = Surface(
    name=NAME,
    title="Sync2Books: expenses, emulated",
    description=(
        "What the expenses part of Sync2Books' accounting API does, as far as its documents tell, on your own machine. "
        "Not affiliated with Sync2Books. Operations that are not emulated answer 501 in the emulator's own envelope."
    ),
    mount="/sync2books",
    load=load,
    errors=NestErrors(),
    auth=AUTH,
    wire=NestWire(),
    limits=RateLimit(),
    parameters={
        "companyId": _id("A company.", "c1000000-0000-4000-8000-000000000001"),
        "connectionId": _id("A connection of a company.", "a1000000-0000-4000-8000-000000000001"),
        "expenseId": _id("The caller's own id of an expense: any text.", "exp-001"),
        "syncBatchId": _id("A batch.", _BATCH),
        "syncItemId": _id("An item of a batch.", "b2000000-0000-4000-8000-000000000001"),
        "syncId": _id("The batch that wrote the expense, or one that it was retried from.", _BATCH),
        "transactionId": _id("The caller's own id of the expense: any text.", "exp-001"),
        "endpointId": _id("A webhook endpoint.", "e1000000-0000-4000-8000-000000000001"),
        "integrationKey": _id("An accounting software, in either case.", "quickbooks"),
    },
    company=owners.of_request,
    gaps=GAPS,
    document_paths=("/openapi.json", "/api-json"),
    viewer_paths=("/docs", "/api"),
    folds_case=True,
    cors=True,
)

DIALECT: Final = Dialect(
    name=NAME,
    surface=SURFACE,
    rules=Sync2BooksRules(),
    webhooks=Sync2BooksWebhooks(),
    connections=DESK,
    events=CONSOLE,
    demo_key=DEMO_KEY,
    authorization=authorization,
    credentials=CREDENTIALS,
    codes=tuple(OUTCOMES),
    # Five to fifteen seconds, as the pages say.
    paces={"realistic": after((1, 3), (4, 12))},
    quirks=QUIRKS,
    recipes=RECIPES,
    sections=SECTIONS,
    kept=SHAPES,
)
