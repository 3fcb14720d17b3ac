"""Faults: list, add, remove rules that make things go wrong on purpose."""

from collections.abc import Mapping
from decimal import Decimal

from doubleentry.control.declaring import control
from doubleentry.control.outcomes import dialect_of
from doubleentry.control.packing import fault_document
from doubleentry.control.schemas.faults import REQUEST_EFFECTS, FaultSchema, FaultsSchema, new_fault
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import Document
from doubleentry.engine.faults import Layer, Match
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operations on faults."""
    codes = [code for dialect in dialects.values() for code in dialect.codes]
    operations_known = [operation.id for dialect in dialects.values() for operation in dialect.surface.operations]
    add = control(
        "POST",
        "/faults",
        "addFault",
        FaultSchema(),
        status=201,
        body=new_fault(list(dialects), codes, operations_known),
        leads_to={key: {"id": "/id"} for key in ("getFault", "removeFault")},
    )
    return (list_faults, add(_add_fault), get_fault, remove_fault, remove_faults)


@control(
    "GET",
    "/faults",
    "listFaults",
    FaultsSchema(),
    leads_to={key: {"id": "/faults/0/id"} for key in ("getFault", "removeFault")},
)
def list_faults(call: Call) -> object:
    """List the rules with their counters."""
    return {"faults": [fault_document(rule) for rule in call.workspace.faults.rules()]}


def _add_fault(call: Call) -> object:
    """Add a rule."""
    body, faults = call.body, call.workspace.faults
    layer, match = _meant(call, body.get("match", {}), body["effect"])
    rule = faults.add(
        layer,
        Match(**match),
        body["effect"],
        times=body["times"],
        skip=body["skip"],
        probability=body.get("probability", Decimal(1)),
        lasting=body.get("lasting"),
        priority=body["priority"],
    )
    return fault_document(rule)


@control("GET", "/faults/{id}", "getFault", FaultSchema(), 404)
def get_fault(call: Call) -> object:
    """Show a rule with its counters."""
    return fault_document(call.workspace.faults.get(call.path["id"]))


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


def _meant(call: Call, match: Document, effect: Document) -> tuple[Layer, Document]:
    """Return where a rule acts, and what it fires on."""
    if any(name in effect for name in REQUEST_EFFECTS):
        return Layer.HTTP, match
    if "code" in effect:
        # The code is one vendor's, so the rule is as well.
        match = {**match, "dialect": dialect_of(call.workspace.world, match.get("dialect"), effect["code"])}
    return Layer.SYNC, match
