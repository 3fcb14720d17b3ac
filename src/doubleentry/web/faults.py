"""Faults on requests: a rule decides an answer, and the surface words it."""

from collections.abc import Mapping
from typing import Any

from doubleentry.engine.documents import Document, NotJson, decode
from doubleentry.engine.errors import EngineError, InvalidInput, Problem
from doubleentry.engine.faults import Facts, Layer
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.errors import Ordered, RequestRefused
from doubleentry.web.journal import Exchange


def consult(workspace: Workspace, exchange: Exchange, headers: Mapping[str, str], raw: bytes) -> None:
    """Let a fault rule decide the answer, if one fires.

    Raises:
        RequestRefused: One fires, and orders a status.
        EngineError: One fires, and finds problems with the body.
    """
    body: Any
    try:
        body = decode(raw) if raw else None
    except NotJson:
        body = None
    facts = Facts(exchange.surface, exchange.operation, exchange.company, headers, body)
    with workspace.transaction():
        rule = workspace.faults.consult(Layer.HTTP, facts)
    if rule is not None:
        exchange.fault = rule.id
        raise refusal(rule.effect)


def refusal(effect: Document) -> EngineError | RequestRefused:
    """Return what a rule's effect is to the surface: an ordered status, or a body that does not fit."""
    if "problems" in effect:
        return InvalidInput([Problem(_path(told["path"]), told["message"]) for told in effect["problems"]])
    return Ordered(effect["status"], effect.get("headers", {}), effect.get("message"))


def _path(text: str) -> tuple[str | int, ...]:
    """Return where a problem is: member names, and positions where a step is a number."""
    return tuple(int(step) if step.isdecimal() else step for step in text.split("/")) if text else ()
