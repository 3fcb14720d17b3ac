"""Verify: whether what was expected has happened."""

from collections.abc import Collection, Mapping

from doubleentry.control.declaring import control
from doubleentry.control.history import in_order
from doubleentry.control.schemas.patterns import VerifiedSchema, VerifySchema
from doubleentry.control.verifying import Record, differences
from doubleentry.dialects.base import Dialect
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import Operation


def operations(dialects: Mapping[str, Dialect]) -> tuple[Operation, ...]:
    """Return the operation, over what can have been called."""
    surfaces = [dialect.surface for dialect in dialects.values()]
    known = {operation.id for surface in surfaces for operation in surface.operations}
    known |= {gap.id for surface in surfaces for gap in surface.gaps}

    @control("POST", "/verify", "verify", VerifiedSchema(), body=VerifySchema())
    def verify(call: Call) -> object:
        """Say whether exchanges and entries of the timeline came as expected; where not, what came instead."""
        return _verdict(call, known)

    return (verify,)


def _verdict(call: Call, known_operations: Collection[str]) -> Document:
    timeline, journal = call.workspace.timeline, call.journal
    record = Record(
        in_order(journal.search(), timeline.entries()), {"exchange": journal.dropped, "entry": timeline.dropped}
    )
    found = differences(
        record,
        call.body["expect"],
        known_operations,
        strict=call.body["order"] == "strict",
        times=call.body.get("times"),
    )
    known = all(difference["known"] for difference in found)
    return {"verified": not found, "known": known, "differences": found}
