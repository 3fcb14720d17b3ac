"""Built Accounting, sync transactions."""

from typing import Final

from doubleentry.dialects.base import Dialect
from doubleentry.dialects.built import businesses
from doubleentry.dialects.built.auth import AUTH, authorization
from doubleentry.dialects.built.errors import LaravelErrors
from doubleentry.dialects.built.gaps import GAPS
from doubleentry.dialects.built.kept import SHAPES
from doubleentry.dialects.built.limits import Throttle
from doubleentry.dialects.built.quirks import QUIRKS
from doubleentry.dialects.built.recipes import RECIPES
from doubleentry.dialects.built.routes import load
from doubleentry.dialects.built.rules.imports import BuiltImports, BuiltRules
from doubleentry.dialects.built.sections import SECTIONS, generate
from doubleentry.dialects.built.statuses import OUTCOMES
from doubleentry.dialects.built.webhooks import CONSOLE, BuiltWebhooks
from doubleentry.dialects.built.wire import LaravelWire
from doubleentry.web.surface import Surface

_ID = {"description": "The id of the row.", "schema": {"type": "string", "minLength": 1, "examples": ["1"]}}

SURFACE: Final = Surface(
    name="built",
    title="Built Accounting: sync transactions, emulated",
    description=(
        "What the sync module of Built Accounting's API does, as far as its documents and its framework tell, on your "
        "own machine. Not affiliated with Built. Errors are JSON for whoever asks for it first in `Accept`, otherwise "
        "redirects and pages; operations that are not emulated answer 501 in the emulator's own envelope."
    ),
    mount="/built",
    load=load,
    errors=LaravelErrors(),
    auth=AUTH,
    wire=LaravelWire(),
    limits=Throttle(),
    parameters={"id": _ID},
    company=businesses.of_request,
    gaps=GAPS,
    cors=True,
)

DIALECT: Final = Dialect(
    name="built",
    surface=SURFACE,
    rules=BuiltRules(),
    webhooks=BuiltWebhooks(),
    demo_key="built-demo",
    authorization=authorization,
    imports=BuiltImports(),
    hooks=CONSOLE,
    events=CONSOLE,
    generate=generate,
    codes=tuple(OUTCOMES),
    quirks=QUIRKS,
    recipes=RECIPES,
    sections=SECTIONS,
    kept=SHAPES,
)
