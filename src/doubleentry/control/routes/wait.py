"""Wait: a long poll, so that no test has to sleep."""

from decimal import Decimal
from typing import Final

from doubleentry.control.conditions import look
from doubleentry.control.declaring import control
from doubleentry.control.schemas.wait import WaitedSchema, WaitSchema
from doubleentry.engine.clock import monotonic
from doubleentry.web.context import Call
from doubleentry.web.envelope import envelope
from doubleentry.web.errors import Answer
from doubleentry.web.waiting import Stopping, waiting

DEFAULT_SECONDS: Final = Decimal(30)


@control("POST", "/wait", "wait", WaitedSchema(), 404, 408, body=WaitSchema(), unlocked=True)
def wait(call: Call) -> object:
    """Answer once something is so, or with 408 when the time-out passes before."""
    workspace, condition = call.workspace, call.body["condition"]
    timeout = call.body.get("timeout", DEFAULT_SECONDS)
    deadline = monotonic() + float(timeout)
    with waiting(call.request.environ), workspace.changed:
        while True:
            if call.host.stopping.is_set():
                raise Stopping("The server stops.")
            seen = look(workspace, call.journal, condition)
            left = deadline - monotonic()
            if seen.found is not None:
                return {"now": workspace.clock.now().isoformat(), **seen.found}
            if left <= 0:
                break
            workspace.changed.wait(left)
    message = f"After {timeout} s: waited for {seen.sought}, but {seen.nearest}."
    facts = {"waited_for": dict(condition), "seen": seen.nearest}
    return Answer(408, envelope("TimedOut", message, **facts))
