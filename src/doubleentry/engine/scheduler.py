"""Due tasks in order of (due time, sequence). Nothing runs unless it is told to."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from heapq import heappop, heappush

from msgspec import Struct

from doubleentry.engine.documents import Document, encode, from_document
from doubleentry.engine.ports import Store

COLLECTION = "tasks"


class Task(Struct, frozen=True):
    """Something to do at an instant.

    Attributes:
        id: Its key in the store.
        due: When, on the workspace's clock.
        seq: Breaks ties: tasks of one instant run in the order they were scheduled.
        kind: The registered name of what runs.
        args: What it needs, as a document.
        lane: Tasks that send take turns within a lane; None for tasks that do not send.
    """

    id: str
    due: datetime
    seq: int
    kind: str
    args: Document
    lane: str | None = None


class Scheduler:
    """The pending tasks of one workspace.

    The store has them; here they are kept a second time, in the order in which they run, so that the next one is found
    without reading all.
    """

    def __init__(self, store: Store, wake: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._wake = wake
        self._known: _Known | None = None

    def forget(self) -> None:
        """Read the tasks anew when they are next asked for: what is stored is not what it was."""
        self._known = None

    def schedule(self, kind: str, due: datetime, args: Document, lane: str | None = None) -> Task:
        """Store a task."""
        counter = self._store.get("counters", COLLECTION)
        seq = 1 if counter is None else int(counter["last"]) + 1
        self._store.put("counters", COLLECTION, {"last": seq})
        task = Task(str(seq), due, seq, kind, args, lane)
        known = self._all()
        self._store.insert(COLLECTION, task.id, task)
        known.add(task)
        self._wake()
        return task

    def done(self, task: Task) -> None:
        """Forget a task that has run."""
        known = self._all()
        self._store.remove(COLLECTION, task.id)
        known.remove(task)

    def cancel(self, kind: str, args: Document) -> None:
        """Forget the pending tasks of a kind with exactly these arguments."""
        for task in self._all().same(kind, args):
            self.done(task)

    def is_scheduled(self, kind: str, args: Document) -> bool:
        """Whether a task of a kind with exactly these arguments is pending."""
        return bool(self._all().same(kind, args))

    def pending(self) -> list[Task]:
        """Return all tasks in the order in which they will run."""
        return sorted(self._all().tasks.values(), key=lambda task: (task.due, task.seq))

    def next(self, *, busy_tasks: Collection[str] = (), busy_lanes: Collection[str] = ()) -> Task | None:
        """Return the first task that is not being run and whose lane is free."""
        return self._all().first(busy_tasks, busy_lanes)

    def lanes(self) -> set[str]:
        """Return the lanes of what is pending: of all that is to be sent."""
        return {task.lane for task in self._all().tasks.values() if task.lane is not None}

    def _all(self) -> "_Known":
        if self._known is None:
            self._known = _Known([from_document(document, Task) for document in self._store.find(COLLECTION)])
        return self._known


class _Known:
    """Tasks by id, by what they do, and in the order in which they run, lane by lane."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.tasks: dict[str, Task] = {}
        self._same: dict[tuple[str, bytes], list[Task]] = {}
        self._lanes: dict[str | None, list[tuple[datetime, int, Task]]] = {}
        for task in tasks:
            self.add(task)

    def add(self, task: Task) -> None:
        self.tasks[task.id] = task
        self._same.setdefault(_doing(task.kind, task.args), []).append(task)
        heappush(self._lanes.setdefault(task.lane, []), (task.due, task.seq, task))

    def remove(self, task: Task) -> None:
        """Take out a task, if it is there; out of its lane when it comes to the front."""
        if self.tasks.pop(task.id, None) is None:
            return
        doing = _doing(task.kind, task.args)
        self._same[doing].remove(task)
        if not self._same[doing]:
            del self._same[doing]

    def same(self, kind: str, args: Document) -> list[Task]:
        return list(self._same.get(_doing(kind, args), ()))

    def first(self, busy_tasks: Collection[str], busy_lanes: Collection[str]) -> Task | None:
        free = [lane for lane in self._lanes if lane not in busy_lanes]
        fronts = [front for lane in free if (front := self._front(lane, busy_tasks)) is not None]
        return min(fronts)[2] if fronts else None

    def _front(self, lane: str | None, busy: Collection[str]) -> tuple[datetime, int, Task] | None:
        """Return the first of a lane's tasks that is not being run."""
        waiting = self._lanes[lane]
        passed = []
        while waiting and (waiting[0][2].id not in self.tasks or waiting[0][2].id in busy):
            front = heappop(waiting)
            if front[2].id in self.tasks:
                passed.append(front)
        found = waiting[0] if waiting else None
        for front in passed:
            heappush(waiting, front)
        if not waiting:
            del self._lanes[lane]
        return found


def _doing(kind: str, args: Document) -> tuple[str, bytes]:
    return kind, encode(sorted(args.items()))
