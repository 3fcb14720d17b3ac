"""Faults on requests: what is asked for by the request itself, and what rules order."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote_plus

from doubleentry.engine import recipes
from doubleentry.engine.documents import Document, NotJson, decode, from_document
from doubleentry.engine.errors import EngineError, InvalidInput, NotFound, Problem
from doubleentry.engine.faults import Facts, Layer
from doubleentry.engine.pace import Range
from doubleentry.engine.recipes import MAGIC, Recipe
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import Ordered, RequestRefused
from doubleentry.web.journal import Exchange
from doubleentry.web.spoiling import DELAY, SPOIL, How, Spoil, malform

if TYPE_CHECKING:
    from flask import Request, Response

FAULT_HEADER: Final = "Emulator-Fault"
FORM: Final = "application/x-www-form-urlencoded"
_MAGIC: Final = MAGIC.encode()
_MAGIC_IN_FORMS: Final = quote_plus(MAGIC).lower().encode()


class UnknownRecipe(RequestRefused):
    """A request asks by a header for a recipe that its surface does not have; told in our own words."""

    status = 422


class Mishaps:
    """What goes wrong with one request on purpose: found out while it is served, carried out at its end."""

    def __init__(self, workspace: Workspace, exchange: Exchange, request: "Request") -> None:
        self._workspace = workspace
        self._exchange = exchange
        self._request = request
        self._delay = 0.0
        self._spoil: Spoil | None = None
        self._sync: Document | None = None

    def consult(self, raw: bytes) -> None:
        """Find out what goes wrong; cheap where there are no rules and nothing is asked for.

        Args:
            raw: The body's bytes.

        Raises:
            UnknownRecipe: The header asks for what is not there.
            RequestRefused: A status is ordered.
            EngineError: Problems with the body are ordered.
        """
        header = self._request.headers.get(FAULT_HEADER)
        is_magic = _MAGIC in raw or (self._request.mimetype == FORM and _MAGIC_IN_FORMS in raw.lower())
        if header is None and not is_magic and not self._workspace.faults.exist:
            return
        body = _fields(raw) if self._request.mimetype == FORM else _decoded(raw)
        with self._workspace.transaction():
            asked = self._asked(header, body if is_magic else None)
            if asked is not None:
                self._exchange.fault = asked.name
                self._sync = recipes.asked_of_sync(asked)
            ordered = [rule.effect for rule in asked.rules if rule.layer is Layer.HTTP] if asked else []
            ordered += self._by_rules(dict(self._request.headers), body)
        if ordered:
            raise refusal(ordered[0])

    @contextmanager
    def over_syncs(self) -> Iterator[None]:
        """Let the syncs that are started inside go as the request asks; say so in the journal where none is."""
        if self._sync is None:
            yield
            return
        faults = self._workspace.faults
        with faults.asking(self._sync):
            yield
        if not faults.taken:
            self._exchange.warnings.append(f"{self._sync['fault']} is about syncs, and this request started none.")

    def carry_out(self, response: "Response") -> None:
        """Do to a finished answer what can be done here, and tell the server of the rest."""
        if self._delay:
            self._request.environ[DELAY] = self._delay
        if self._spoil is None:
            return
        if self._spoil.how == How.MALFORM:
            malform(response)
        else:
            self._request.environ[SPOIL] = self._spoil

    def _asked(self, header: str | None, body: object) -> Recipe | None:
        """Return the recipe that the request asks for by a header, or by a text in its body."""
        surface, known = self._exchange.surface, self._workspace.world.recipes
        if header is None:
            self._warn_of_unknown(body)
            return recipes.magic(self._workspace, surface, body)
        try:
            recipe = recipes.named({name: each for name, each in known.items() if each.dialect == surface}, header)
        except NotFound as error:
            raise UnknownRecipe(f"{FAULT_HEADER}: {error}") from error
        return recipe

    def _warn_of_unknown(self, body: object) -> None:
        """Say in the journal of a text that asks for a fault and names none: it is taken for what it says."""
        for text in recipes.texts(body):
            if text.startswith(MAGIC) and text.removeprefix(MAGIC) not in self._workspace.world.recipes:
                self._exchange.warnings.append(f"{text[:100]!r} names no recipe, and is just a text.")

    def _by_rules(self, headers: Mapping[str, str], body: object) -> list[Document]:
        """Return how rules refuse the request; note how they delay and spoil its answer."""
        exchange, faults = self._exchange, self._workspace.faults
        facts = Facts(exchange.surface, exchange.operation, exchange.company, headers, body)
        latency, transport, http = (
            faults.consult(layer, facts) for layer in (Layer.LATENCY, Layer.TRANSPORT, Layer.HTTP)
        )
        if latency is not None:
            held = from_document(latency.effect["delay"], Range).draw(self._workspace.chance, "latency", latency.id)
            self._delay = held.total_seconds()
            exchange.warnings.append(f"The fault {latency.id} holds the answer for {self._delay:g} s.")
        if transport is not None:
            self._spoil = Spoil(transport.effect["transport"], float(transport.effect.get("seconds", 0)))
            exchange.warnings.append(f"The fault {transport.id} spoils the answer: {self._spoil.how}.")
        fired = [rule.id for rule in (http, transport, latency) if rule is not None]
        exchange.fault = exchange.fault or (fired[0] if fired else None)
        return [] if http is None else [http.effect]


def refusal(effect: Document) -> EngineError | RequestRefused:
    """Return what a rule's effect is to the surface: an ordered status, or a body that does not fit."""
    if "problems" in effect:
        return InvalidInput([Problem(_path(told["path"]), told["message"]) for told in effect["problems"]])
    return Ordered(effect["status"], effect.get("headers", {}), effect.get("message"))


def _decoded(raw: bytes) -> Any:  # noqa: ANN401 - JSON is whatever was sent
    try:
        return decode(raw) if raw else None
    except NotJson:
        return None


def _fields(raw: bytes) -> dict[str, str]:
    """Return a form's fields by their names as they are sent; of one that comes twice the last."""
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def _path(text: str) -> tuple[str | int, ...]:
    """Return where a problem is: member names, and positions where a step is a number."""
    return tuple(int(step) if step.isdecimal() else step for step in text.split("/")) if text else ()
