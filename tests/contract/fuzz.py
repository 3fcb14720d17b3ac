"""schemathesis over all surfaces for as long as is asked, each round with another seed and in worlds that go wrong.

The scenarios of a round begin in turn in worlds where a sync ended at once, takes its time, is held, cancelled or tried
again, or ended as a recipe of the vendor's has it: so each status is met. `make fuzz` runs it; it exits with 1 when it
found anything, and says with which seed.
"""

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import count, cycle
from typing import NamedTuple

from msgspec.structs import force_setattr
from werkzeug.test import Client
from werkzeug.wrappers import Response

from doubleentry.dialects.registry import DIALECTS
from doubleentry.engine.faults import Layer
from doubleentry.engine.ports import Reply
from doubleentry.engine.statuses import RETRIABLE, Outcome, SyncStatus
from doubleentry.web.host import DEFAULT_WORKSPACE
from tests.contract import test_openapi_built as built
from tests.contract import test_openapi_codat as codat
from tests.contract import test_openapi_control as control
from tests.contract import test_openapi_sync2books as sync2books
from tests.contract.fuzzing import START, Report, World, fuzz

CONTROL = "/_emulator/v1"
SURFACES = (*DIALECTS, "control")
TICK = timedelta(seconds=7)


class Nowhere:
    """Takes every webhook, and sends none."""

    def send(self, request):
        del request
        return Reply(200, {}, "")

    def close(self):
        pass


class Mood(NamedTuple):
    """How the world is where a scenario begins, and what happens after each of its requests."""

    name: str
    pace: dict[str, object]
    recipe: str | None = None
    then: Callable | None = None


def submit_to_codat(client):
    """Submit a sync that can be pushed."""
    path = "/codat/companies/c0000000-0000-4000-8000-000000000001/sync/expenses/syncs"
    body = {"datasetIds": ["d0000000-0000-4000-8000-000000000013"]}
    assert client.post(path, json=body, headers={"Authorization": codat.KEY}).status_code == 202


def submit_to_built(client):
    """Bring in a batch."""
    body = {"dialect": "built", "kind": "income", "count": 2}
    assert client.post(f"{CONTROL}/imports", json=body).status_code == 201


def submit_to_sync2books(client):
    """Send two expenses, one of which the books refuse."""
    (line,) = sync2books.EXPENSE["lines"]
    wrong = {**sync2books.EXPENSE, "id": "exp-003", "lines": [{**line, "accountRef": {"id": "none"}}]}
    body = [{**sync2books.EXPENSE, "id": "exp-002"}, wrong]
    path = f"/sync2books/expenses/{sync2books.CONNECTION}"
    answer = client.post(path, json=body, headers={"X-API-Key": sync2books.KEY})
    assert answer.status_code == 201, answer.text


SUBMIT = {"codat": submit_to_codat, "built": submit_to_built, "sync2books": submit_to_sync2books}


def pass_time(workspace):
    """Let what is queued begin, and what runs end."""
    workspace.advance(by=TICK)


def cancel(workspace):
    """Cancel what has not ended."""
    with workspace.transaction():
        for sync in workspace.syncs.all({}):
            if not sync.has_ended:
                workspace.syncs.finish(sync.id, Outcome(SyncStatus.CANCELLED))


def try_again(workspace):
    """Try again in place what failed in a batch that has ended, as its vendor can."""
    with workspace.transaction():
        for sync in workspace.syncs.all({"dialect": "sync2books"}):
            failed = [item.id for item in workspace.syncs.items(sync.id) if item.status in RETRIABLE]
            if sync.status is SyncStatus.FINISHED and failed:
                workspace.syncs.retry(sync.id, failed)


def moods(names: tuple[str, ...]) -> tuple[Mood, ...]:
    """Return all moods for a surface that moves the syncs of these dialects."""
    after = {"mode": "after", "wait": {"least": 0, "most": 10}, "run": {"least": 0, "most": 20}}
    ends = [
        recipe.name
        for name in names
        for recipe in DIALECTS[name].recipes
        if any(rule.layer is Layer.SYNC for rule in recipe.rules)
    ]
    return (
        Mood("at once", {"preset": "instant"}),
        Mood("in time", after, then=pass_time),
        Mood("held", {"preset": "instant", "mode": "hold"}),
        Mood("cancelled", {"preset": "instant", "mode": "hold", "hold": "start"}, then=cancel),
        Mood("tried again", {"preset": "instant"}, then=try_again),
        *(Mood(end, {"preset": "instant"}, end) for end in ends),
    )


class Moody(World):
    """A world that begins in another mood each time, and counts how syncs stood when it began anew."""

    def __init__(self, dialects, prepare=None, **settings):
        super().__init__(prepare, **settings)
        self._dialects = dialects
        force_setattr(self.application.world, "transport", Nowhere())
        self.seen = Counter()
        plain = self._store
        self._moods = cycle([(mood, self._put_into(mood, plain)) for mood in moods(dialects)])
        self._then = None

    @property
    def _workspace(self):
        return self.application.workspaces.open(DEFAULT_WORKSPACE)

    def begin(self):
        """Return to the beginning, in the next mood."""
        self._count()
        mood, self._store = next(self._moods)
        self._then = mood.then
        super().begin()

    def wsgi(self, environ, start_response):
        """Serve, and let in a scenario happen what the mood says."""
        answer = super().wsgi(environ, start_response)
        if not self.begins_with_each_request and self._then is not None:
            self._then(self._workspace)
        return answer

    def _put_into(self, mood, plain):
        self._workspace.replace(plain.branch())
        client = Client(self.application.wsgi, Response)
        answer = client.put(f"{CONTROL}/pace", json=mood.pace)
        assert answer.status_code == 200, answer.text
        if mood.recipe is not None:
            answer = client.post(f"{CONTROL}/recipes/{mood.recipe}/apply", json={"times": None})
            assert answer.status_code == 201, answer.text
        for dialect in self._dialects:
            SUBMIT[dialect](client)
        return self._workspace.store.branch()

    def _count(self):
        if self.begins_with_each_request:
            return
        workspace = self._workspace
        self.seen["retried"] += len(workspace.timeline.entries(where={"kind": "sync.retried"}))
        for sync in workspace.syncs.all({}):
            if sync.created_at < START:
                continue
            self.seen[f"{sync.status} ({sync.reason})" if sync.reason else str(sync.status)] += 1
            self.seen.update(f"item {item.status}" for item in workspace.syncs.items(sync.id))


class Target(NamedTuple):
    """A surface, and what runs one round over it with a seed."""

    surface: str
    world: Moody
    round: Callable[..., Report]


def targets(surfaces: Sequence[str]) -> Iterator[Target]:
    """Return surfaces as their tests have them."""
    for name, tested, options in (
        ("codat", codat, {"key": codat.KEY}),
        ("built", built, {"key": "built-demo", "headers": built.HEADERS}),
        ("sync2books", sync2books, {"key": sync2books.KEY}),
        ("control", control, {}),
    ):
        if name in surfaces:
            moved = tuple(DIALECTS) if name == "control" else (name,)
            world = tested.world(partial(Moody, moved))
            yield Target(name, world, partial(fuzz, name, world, tested.EXCEPTIONS, **options))


def rounds(target: Target, seed: int, seconds: float) -> Iterator[tuple[int, Report]]:
    """Run rounds until the time is up, and at least one."""
    until = time.monotonic() + seconds
    for number in count():
        coverage = {"examples": {}, "coverage": {}} if number == 0 else {}
        report = target.round(
            seed=seed + number,
            fuzzing={"generation": {"max-examples": 10}},
            stateful={"generation": {"max-examples": 60}, "max-steps": 10},
            **coverage,
        )
        yield seed + number, report
        if time.monotonic() >= until:
            return


def tell(target: Target, reports: Sequence[Report]) -> None:
    """Print what was reached."""
    operations = set(reports[0].operations)
    succeeded = set.union(*(report.succeeded for report in reports))
    requests = sum(sum(report.answers.values()) for report in reports)
    missing = ", ".join(sorted(operations - succeeded))
    reached = f"{len(succeeded)} of {len(operations)} operations reached success"
    print(f"{target.surface}: {len(reports)} rounds, {requests} requests, {reached}{missing and f', not {missing}'}")
    retries = ((name, status) for report in reports for name, _, status in report.answers.elements() if "retry" in name)
    target.world.seen["tried again"] = sum(200 <= status < 300 for _, status in retries)
    print("  syncs seen:", ", ".join(f"{number} {what}" for what, number in sorted(target.world.seen.items())))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="of the first round; else by chance")
    parser.add_argument("--minutes", type=float, default=20, help="in all, in equal parts for the surfaces")
    parser.add_argument("--surface", choices=SURFACES, action="append", help="one of them; may be repeated")
    options = parser.parse_args(arguments)
    surfaces = options.surface or SURFACES
    print(f"seed {options.seed}", flush=True)
    found = set()
    for target in targets(surfaces):
        reports = []
        for seed, report in rounds(target, options.seed, 60 * options.minutes / len(surfaces)):
            reports.append(report)
            problems = [f"{each.operation} {each.check} {each.status}\n{each.told}" for each in report.problems]
            for told in [*report.errors, *problems]:
                kind = (target.surface, told.partition("\n")[0])
                if kind not in found:
                    print(f"{target.surface}, seed {seed}: {told}\n", flush=True)
                found.add(kind)
        tell(target, reports)
        print(flush=True)
    print(f"{len(found)} kinds of problems, seed {options.seed}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
