"""Codat, Sync for Expenses."""

from typing import Any, Final

from doubleentry.dialects.base import Dialect
from doubleentry.dialects.codat.auth import AUTH, authorization
from doubleentry.dialects.codat.console import CONSOLE
from doubleentry.dialects.codat.desk import DESK
from doubleentry.dialects.codat.errors import CodatErrors
from doubleentry.dialects.codat.gaps import GAPS, UNTOLD
from doubleentry.dialects.codat.kept import SHAPES
from doubleentry.dialects.codat.limits import IDEMPOTENCY, DailyQuota
from doubleentry.dialects.codat.messages import secret
from doubleentry.dialects.codat.quirks import QUIRKS
from doubleentry.dialects.codat.recipes import RECIPES
from doubleentry.dialects.codat.routes import load
from doubleentry.dialects.codat.rules.pushing import CodatRules
from doubleentry.dialects.codat.sections import SECTIONS
from doubleentry.dialects.codat.statuses import OUTCOMES
from doubleentry.dialects.codat.webhooks import CodatWebhooks
from doubleentry.engine.pace import after
from doubleentry.web.surface import Surface


def _guid(description: str, example: str | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "format": "uuid"}
    if example is not None:
        schema["examples"] = [example]
    return {"description": description, "schema": schema}


SURFACE: Final = Surface(
    name="codat",
    title="Codat: Sync for Expenses, emulated",
    description=(
        "What Codat's Sync for Expenses API does, as far as its documents tell, on your own machine. Not "
        "affiliated with Codat. Operations that are not emulated answer 501 in the emulator's own envelope."
    ),
    mount="/codat",
    load=load,
    errors=CodatErrors(),
    auth=AUTH,
    limits=DailyQuota(),
    idempotency=IDEMPOTENCY,
    parameters={
        "companyId": _guid("A company.", "c0000000-0000-4000-8000-000000000001"),
        "connectionId": _guid("A connection of the company.", "a0000000-0000-4000-8000-000000000001"),
        "syncId": _guid("A sync of the company.", "50000000-0000-4000-8000-000000000011"),
        "ruleId": _guid("An alert rule."),
        "webhookId": _guid("A webhook consumer."),
        "transactionId": {
            "description": "A transaction, by the id that its sender gave it.",
            "schema": {
                "type": "string",
                "minLength": 1,
                "examples": ["70000000-0000-4000-8000-000000000011"],
            },
        },
    },
    company=lambda _workspace, path, _key: path.get("companyId"),
    gaps=GAPS,
    untold=UNTOLD,
    folds_case=True,
    cors=True,
)

DIALECT: Final = Dialect(
    name="codat",
    surface=SURFACE,
    rules=CodatRules(),
    webhooks=CodatWebhooks(),
    connections=DESK,
    events=CONSOLE,
    secret=secret,
    demo_key="codat-demo",
    authorization=authorization,
    codes=tuple(map(str, sorted(OUTCOMES))),
    quirks=QUIRKS,
    recipes=RECIPES,
    sections=SECTIONS,
    # Guide "Push": a push takes seconds to minutes (documented); how the time is divided is inferred.
    paces={"realistic": after((1, 10), (60, 300))},
    kept=SHAPES,
)
