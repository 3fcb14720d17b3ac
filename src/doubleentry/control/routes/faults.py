"""Faults: list, add, remove rules that make things go wrong on purpose."""

from collections.abc import Mapping
from decimal import Decimal

from doubleentry.control.declaring import control
from doubleentry.control.outcomes import dialect_of
from doubleentry.control.packing import fault_document
from doubleentry.control.schemas.faults import LAYERS, OF_SIGNED, AssertionSchema, FaultSchema, FaultsSchema, new_fault
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import Document, to_document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.faults import Layer, Match, Mishap
from doubleentry.engine.pace import Range
from doubleentry.engine.workspaces import World
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
        leads_to={key: {"id": "/id"} for key in ("getFault", "assertFired", "removeFault")},
    )
    return (list_faults, add(_add_fault), get_fault, assert_fired, remove_fault, remove_faults)


@control(
    "GET",
    "/faults",
    "listFaults",
    FaultsSchema(),
    leads_to={key: {"id": "/faults/0/id"} for key in ("getFault", "assertFired", "removeFault")},
)
def list_faults(call: Call) -> object:
    """List the rules with their counters."""
    return {"faults": [fault_document(rule) for rule in call.workspace.faults.rules()]}


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


@control(
    "POST",
    "/faults/{id}/assert-fired",
    "assertFired",
    FaultSchema(),
    404,
    409,
    body=AssertionSchema(),
    body_optional=True,
)
def assert_fired(call: Call) -> object:
    """Show a rule that has fired as often as it should; otherwise say in plain words why it has not."""
    asked = call.body or {}
    rule = call.workspace.faults.assert_fired(call.path["id"], asked.get("at_least"), asked.get("exactly"))
    return fault_document(rule)


def _meant(call: Call, match: Document, effect: Document) -> tuple[Layer, Document, Document]:
    """Return where a rule acts, what it fires on, and its effect as it is stored."""
    layer = next(layer for name, layer in LAYERS.items() if name in effect)
    if "code" in effect:
        # The code is one vendor's, so the rule is as well.
        match = {**match, "dialect": dialect_of(call.workspace.world, match.get("dialect"), effect["code"])}
    if effect.get("webhook") in OF_SIGNED:
        match = {**match, "dialect": _signing(call.workspace.world, match.get("dialect"), effect["webhook"])}
    if "delay" in effect:
        effect = {"delay": to_document(Range(*effect["delay"]))}
    return layer, match, to_document(effect)


def _signing(world: World, dialect: str | None, how: str) -> str:
    """Return the dialect whose webhooks are to be signed badly, or stamped.

    Raises:
        InvalidInput: Its webhooks are not; or none was said, and not just one has such.
    """
    signed = {
        name: form.stamped if how == Mishap.STALE_STAMP else form.signature is not None
        for name, form in world.formats.items()
    }
    known = [name for name, is_so in signed.items() if is_so]
    if dialect in known:
        return dialect
    if dialect is None and len(known) == 1:
        return known[0]
    word = "stamp" if how == Mishap.STALE_STAMP else "sign"
    told = f"{dialect} does not {word} its webhooks." if dialect else "Say whose webhooks, by match.dialect."
    raise InvalidInput([Problem(("effect", "webhook"), f"{told} Those that do: {', '.join(known) or 'none'}.")])
