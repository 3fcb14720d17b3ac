"""Health: whether the server answers, and what it is."""

from doubleentry import __version__
from doubleentry.control.declaring import control
from doubleentry.control.schemas.health import HealthSchema
from doubleentry.web.context import Call


@control("GET", "/health", "getHealth", HealthSchema(), needs_token=False, unlocked=True)
def get_health(call: Call) -> object:
    """Say that the server answers, and what it is."""
    workspace = call.workspace
    # Counted before the lock is taken: whoever opens a workspace may wait for this one's lock.
    count = sum(1 for _ in call.host.workspaces)
    with workspace.lock:
        return {
            "status": "ok",
            "version": __version__,
            "dialects": list(workspace.world.rules),
            "workspaces": count,
            "workspace": workspace.name,
            "seed": workspace.chance.seed,
            "mode": workspace.clock.state.mode,
            "now": workspace.clock.now().isoformat(),
        }
