"""The clock: look at it, stop it, move it forward, let it run."""

from collections.abc import Mapping
from decimal import Decimal

from doubleentry.control.conditions import Condition, Seen, look
from doubleentry.control.declaring import control
from doubleentry.control.packing import task_document
from doubleentry.control.schemas.clock import AdvancedSchema, AdvanceSchema, ClockSchema, FreezeSchema, ResumeSchema
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import InvalidInput, Problem
from doubleentry.engine.workspaces import Workspace
from doubleentry.web.context import Call
from doubleentry.web.envelope import envelope
from doubleentry.web.errors import Answer
from doubleentry.web.fields import LATEST


@control("GET", "/clock", "getClock", ClockSchema())
def get_clock(call: Call) -> object:
    """Show the workspace's time, how it moves, and all that is pending."""
    return _document(call.workspace)


@control("POST", "/clock/freeze", "freezeClock", ClockSchema(), 409, body=FreezeSchema(), body_optional=True)
def freeze_clock(call: Call) -> object:
    """Stop the clock, now or at a later instant; what falls due on the way runs at once."""
    call.workspace.refuse_while_advancing()
    call.workspace.clock.freeze((call.body or {}).get("at"))
    return _document(call.workspace)


@control("POST", "/clock/advance", "advanceClock", AdvancedSchema(), 404, 409, 504, body=AdvanceSchema(), unlocked=True)
def advance_clock(call: Call) -> object:
    """Move time forward, run all that falls due in order, and tell what happened."""
    workspace, by, until = call.workspace, call.body.get("by"), call.body.get("until")
    if by is not None and by > LATEST - workspace.clock.now():
        raise InvalidInput([Problem(("by",), f"The clock does not go beyond {LATEST.isoformat()}.")])
    if isinstance(until, Mapping):
        return _advance_until(call, until)
    if until == "webhooks-exhausted":
        return _advance_until_told(workspace)
    timeline = workspace.advance(call.body.get("to"), by=by, until_next=until == "next", until_idle=until == "idle")
    return _advanced(workspace, timeline)


def _advance_until(call: Call, condition: Condition) -> object:
    """Go on task by task until a condition holds, or say that no task is left that could bring it about."""
    workspace = call.workspace
    # In case that nothing is asked, because somebody resets the workspace in the meantime.
    seen = Seen("something", "the workspace was reset", None)

    def holds() -> bool:
        nonlocal seen
        seen = look(workspace, call.journal, condition)
        return seen.found is not None

    timeline = workspace.advance(until=holds)
    if seen.found is not None:
        return _advanced(workspace, timeline)
    message = (
        f"Nothing is left that time could bring about: waited for {seen.sought}, but {seen.nearest}. "
        f"What ran until then stays done: {len(timeline)} entries of the timeline."
    )
    return Answer(409, envelope("NeverSo", message, waited_for=dict(condition), seen=seen.nearest))


def _advance_until_told(workspace: Workspace) -> object:
    """Go on until every webhook was delivered or given up, or say that they are held back."""
    timeline = workspace.advance(until=workspace.all_is_told)
    with workspace.lock:
        held = len(workspace.scheduler.lanes()) if workspace.holds_sending else 0
    if not held:
        return _advanced(workspace, timeline)
    message = (
        f"Sending is held, and webhooks to {held} endpoint(s) are pending: release the webhooks. "
        f"What ran until then stays done: {len(timeline)} entries of the timeline."
    )
    return Answer(409, envelope("NeverSo", message))


def _advanced(workspace: Workspace, timeline: list[Document]) -> Document:
    with workspace.lock:
        return {"mode": workspace.clock.state.mode, "now": workspace.clock.now().isoformat(), "timeline": timeline}


@control("POST", "/clock/resume", "resumeClock", ClockSchema(), 409, body=ResumeSchema(), body_optional=True)
def resume_clock(call: Call) -> object:
    """Let the clock run on from where it stands."""
    call.workspace.refuse_while_advancing()
    call.workspace.clock.resume((call.body or {}).get("scale", Decimal(1)))
    return _document(call.workspace)


def _document(workspace: Workspace) -> Document:
    state = workspace.clock.state
    return {
        "mode": state.mode,
        "now": workspace.clock.now().isoformat(),
        "scale": state.scale,
        "pending": [task_document(task) for task in workspace.scheduler.pending()],
    }
