"""A named fault for each failure that Built's documents and its framework have.

Source: guide "Errors"; the 302 and 422 samples of the API reference; laravel/framework 8.83.26 (observed). That an
import fails is ours: no document tells of imports.
"""

from collections.abc import Mapping
from typing import Any, Final

from doubleentry.dialects.built.businesses import DIALECT
from doubleentry.dialects.built.errors import HTML, INVALID, REDIRECT, TEXTS
from doubleentry.engine.documents import Document
from doubleentry.engine.faults import Layer
from doubleentry.engine.recipes import ANY, Ingredient, Promise, Recipe, Seen, Timing

ERRORS: Final = 'Built, guide "Errors"'
SAMPLES: Final = "Built, samples of the API reference"
FRAMEWORK: Final = "laravel/framework 8.83.26"

JSON: Final = "application/json"
ASKS_JSON: Final[Mapping[str, str]] = {"Accept": JSON}
ASKS_HTML: Final[Mapping[str, str]] = {"Accept": "text/html"}

MISSING_TEXT: Final = "Record not found"


def _answered(  # noqa: PLR0913 - what differs from one status to the next
    status: int,
    word: str,
    summary: str,
    *,
    phrase: str,
    effect: Document | None = None,
    headers: Mapping[str, str] | None = None,
    source: str = FRAMEWORK,
    fidelity: str = "observed",
) -> Recipe:
    """Return the recipe of a status that the framework words, in JSON and as a page; `phrase` is on the page."""
    told = headers or {}
    page = f"{ANY}<div>{status}</div>{ANY}<div>{phrase}</div>{ANY}"
    promises = (
        Promise(
            Seen.ANSWER,
            {"message": TEXTS.get(status, "")},
            status,
            {"Content-Type": JSON, **told},
            asking=ASKS_JSON,
        ),
        Promise(Seen.ANSWER, page, status, {"Content-Type": HTML, **told}, asking=ASKS_HTML),
    )
    return _recipe(f"{status}.{word}", summary, effect or {"status": status}, promises, source, fidelity)


def _recipe(  # noqa: PLR0913, PLR0917 - as many sides has a recipe
    word: str,
    summary: str,
    effect: Document,
    promises: tuple[Promise, ...],
    source: str,
    fidelity: str,
) -> Recipe:
    rule = Ingredient(Layer.HTTP, effect)
    return Recipe(f"{DIALECT}.{word}", DIALECT, summary, (rule,), promises, source, fidelity)


def _redirected(location: str) -> Promise:
    """Return what is told to who does not ask for JSON, instead of 401 and 422."""
    headers = {"Content-Type": REDIRECT, "Location": location}
    return Promise(Seen.ANSWER, f"{ANY}Redirecting to {ANY}", 302, headers, asking=ASKS_HTML)


def _refused(body: Any, status: int) -> Promise:  # noqa: ANN401 - any JSON
    return Promise(Seen.ANSWER, body, status, {"Content-Type": JSON, "Location": None}, asking=ASKS_JSON)


RECIPES: Final[tuple[Recipe, ...]] = (
    _recipe(
        "302.not-found",
        "The row is not there, or not the caller's, or a rule of the business forbids it: 302 without a `Location`.",
        {"status": 302, "message": MISSING_TEXT},
        tuple(
            Promise(Seen.ANSWER, MISSING_TEXT, 302, {"Content-Type": JSON, "Location": None}, asking=asking)
            for asking in (ASKS_JSON, ASKS_HTML)
        ),
        SAMPLES,
        "documented",
    ),
    _recipe(
        "401.unauthenticated",
        "The key is missing or revoked; who does not ask for JSON is sent to log in.",
        {"status": 401},
        (_refused({"message": "Unauthenticated."}, 401), _redirected(f"{ANY}/login")),
        ERRORS,
        "documented",
    ),
    _answered(
        404,
        "not-found",
        "The resource does not exist.",
        phrase="Not Found",
        source=ERRORS,
    ),
    _recipe(
        "422.validation",
        "The body does not fit, and `errors` says where; who does not ask for JSON is sent back without a word.",
        {"problems": [{"path": "amount", "message": "The amount field is required."}]},
        (
            _refused({"message": INVALID, "errors": {"amount": ["The amount field is required."]}}, 422),
            _redirected(ANY),
        ),
        SAMPLES,
        "documented",
    ),
    _answered(
        429,
        "too-many-attempts",
        "No call is left in this minute.",
        phrase=TEXTS[429],
        headers={
            "X-RateLimit-Limit": "60",
            "X-RateLimit-Remaining": "0",
            "Retry-After": "60",
            "X-RateLimit-Reset": ANY,
        },
    ),
    _answered(500, "server-error", "A fault on the vendor's side.", phrase=TEXTS[500], source=ERRORS),
    _answered(
        503,
        "maintenance",
        "Down for maintenance.",
        phrase=TEXTS[503],
        effect={"status": 503, "headers": {"Retry-After": "60"}},
        headers={"Retry-After": "60"},
    ),
    Recipe(
        f"{DIALECT}.import.failed",
        DIALECT,
        "An import fails: no batch appears.",
        (Ingredient(Layer.SYNC, {"code": "failed"}),),
        (
            Promise(
                Seen.SYNC,
                {
                    "status": "aborted",
                    "reason": "processing",
                    "message": "The import failed.",
                    "record": {"batch": None, "transactions": []},
                },
            ),
            Promise(Seen.ITEM, {"status": "skipped", "message": None}),
        ),
        "docs of the emulator",
        "inferred",
        Timing.AT_PACE,
    ),
)
