"""Faults: list, add, remove rules that make things go wrong on purpose."""

from collections.abc import Mapping
from decimal import Decimal

from doubleentry.control.declaring import control
from doubleentry.control.outcomes import CODE, ordered_by
from doubleentry.control.schemas.faults import FaultSchema, FaultsSchema, new_fault
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.faults import Layer, Match, Rule
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on faults."""
    codes = [code for dialect in dialects.values() for code in dialect.codes]
    add = control("POST", "/faults", "addFault", FaultSchema(), status=201, body=new_fault(list(dialects), codes))
    return (list_faults, add(_add_fault), get_fault, remove_fault, remove_faults)


@control("GET", "/faults", "listFaults", FaultsSchema())
def list_faults(call: Call) -> object:
    """List the rules with their counters."""
    return {"faults": [_document(rule) for rule in call.workspace.faults.rules()]}


def _add_fault(call: Call) -> object:
    """Add a rule."""
    body, faults = call.body, call.workspace.faults
    layer, match, effect = _meant(call, body.get("match", {}), body["effect"])
    rule = faults.add(
        layer,
        Match(**match),
        effect,
        times=body["times"],
        skip=body["skip"],
        probability=body.get("probability", Decimal(1)),
        lasting=body.get("lasting"),
        priority=body["priority"],
    )
    return _document(rule)


@control("GET", "/faults/{id}", "getFault", FaultSchema(), 404)
def get_fault(call: Call) -> object:
    """Show a rule with its counters."""
    return _document(call.workspace.faults.get(call.path["id"]))


@control("DELETE", "/faults/{id}", "removeFault", None, 404, status=204)
def remove_fault(call: Call) -> object:
    """Remove a rule."""
    call.workspace.faults.remove(call.path["id"])
    return None


@control("DELETE", "/faults", "removeFaults", None, status=204)
def remove_faults(call: Call) -> object:
    """Remove all rules."""
    for rule in call.workspace.faults.rules():
        call.workspace.faults.remove(rule.id)
    return None


def _meant(call: Call, match: Document, effect: Document) -> tuple[Layer, Document, Document]:
    if "status" in effect:
        return Layer.HTTP, match, effect
    if CODE not in effect:
        return Layer.SYNC, match, effect
    dialect, ordered = ordered_by(call.workspace.world, match.get("dialect"), effect)
    # The outcome is that vendor's, so the rule is as well.
    return Layer.SYNC, {**match, "dialect": dialect}, ordered


def _document(rule: Rule) -> Document:
    document = to_document(rule)
    match = {name: value for name, value in document["match"].items() if value not in (None, {})}
    effect = {name: value for name, value in document["effect"].items() if value is not None}
    if CODE in effect:
        effect = {name: effect[name] for name in (CODE, "message") if name in effect}
    return {**document, "match": match, "effect": effect}
