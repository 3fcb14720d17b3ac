"""Verify: whether what was expected has happened."""

from doubleentry.control.declaring import control
from doubleentry.control.history import in_order
from doubleentry.control.schemas.patterns import VerifiedSchema, VerifySchema
from doubleentry.control.verifying import Record, differences
from doubleentry.web.context import Call


@control("POST", "/verify", "verify", VerifiedSchema(), body=VerifySchema())
def verify(call: Call) -> object:
    """Say whether exchanges and entries of the timeline came as expected; where not, what came instead."""
    timeline, journal = call.workspace.timeline, call.journal
    record = Record(
        in_order(journal.search(), timeline.entries()), {"exchange": journal.dropped, "entry": timeline.dropped}
    )
    found = differences(
        record, call.body["expect"], strict=call.body["order"] == "strict", times=call.body.get("times")
    )
    known = all(difference["known"] for difference in found)
    return {"verified": not found, "known": known, "differences": found}
