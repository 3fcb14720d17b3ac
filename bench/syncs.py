"""How long syncs take on the virtual clock: 10,000 of 5 items each, told to two endpoints, advanced until all is idle.

usage: python -m bench.syncs [SYNCS] [--profile]
"""

import cProfile
import pstats
import sys
import time

from bench.run import COMPANY, expense
from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.dialects.codat.rules import rules, syncs
from doubleentry.engine.workspaces import Workspace

ITEMS = 5
LIMIT_SECONDS = 10.0


def queued(count: int, *, endpoints: int = 0) -> Workspace:
    """Return a workspace with that many syncs waiting their turn, its clock frozen."""
    workspace = Application(Config()).workspaces.open("default")
    workspace.clock.freeze()
    with workspace.transaction():
        for number in range(endpoints):
            # A public name, which is refused without looking: what is measured is the engine, not a receiver.
            rules.create(
                workspace, {"type": "Sync Completed", "notifiers": {"webhook": f"https://example.com/{number}"}}
            )
    (item,) = expense()["items"]
    for number in range(count):
        items = [{**item, "id": f"transaction-{number}-{part}"} for part in range(ITEMS)]
        with workspace.transaction():
            syncs.submit(workspace, COMPANY, items)
    return workspace


def advanced(workspace: Workspace) -> tuple[float, float]:
    """Run everything and return the seconds that it took, and those of the processor: others use the machine, too."""
    started, worked = time.perf_counter(), time.process_time()
    workspace.advance(until_idle=True, timeout_seconds=600)
    return time.perf_counter() - started, time.process_time() - worked


def main() -> int:
    """Print the figures; 1 if it takes too long."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--profile"]
    count = int(arguments[0]) if arguments else 10_000
    started = time.perf_counter()
    workspace = queued(count)
    print(f"{count} syncs of {ITEMS} items queued in {time.perf_counter() - started:.2f} s")
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.runcall(advanced, workspace)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
        return 0
    took, worked = advanced(workspace)
    ended = workspace.store.count("syncs", {"status": "finished"})
    pushed = workspace.store.count("sync items", {"status": "pushed"})
    print(f"advanced until idle in {took:.2f} s (processor {worked:.2f} s); {ended} ended, {pushed} items pushed")
    told, worked = advanced(queued(count // 10, endpoints=2))
    print(f"{count // 10} told to 2 endpoints, and refused there, in {told:.2f} s (processor {worked:.2f} s)")
    return int(took > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
