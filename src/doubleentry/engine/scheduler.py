"""Due tasks in order of (due time, sequence). Nothing runs unless it is told to."""

from collections.abc import Callable, Collection
from datetime import datetime

from msgspec import Struct

from doubleentry.engine.documents import Document, from_document, to_document
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
    """The pending tasks of one workspace."""

    def __init__(self, store: Store, wake: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._wake = wake

    def schedule(self, kind: str, due: datetime, args: Document, lane: str | None = None) -> Task:
        """Store a task."""
        counter = self._store.get("counters", COLLECTION)
        seq = 1 if counter is None else int(counter["last"]) + 1
        self._store.put("counters", COLLECTION, {"last": seq})
        task = Task(str(seq), due, seq, kind, args, lane)
        self._store.insert(COLLECTION, task.id, to_document(task))
        self._wake()
        return task

    def done(self, task: Task) -> None:
        """Forget a task that has run."""
        self._store.remove(COLLECTION, task.id)

    def cancel(self, kind: str, args: Document) -> None:
        """Forget the pending tasks of a kind with exactly these arguments."""
        for task in self.pending():
            if task.kind == kind and task.args == args:
                self.done(task)

    def is_scheduled(self, kind: str, args: Document) -> bool:
        """Whether a task of a kind with exactly these arguments is pending."""
        return any(document["args"] == args for document in self._store.find(COLLECTION, {"kind": kind}))

    def pending(self) -> list[Task]:
        """Return all tasks in the order in which they will run."""
        tasks = [from_document(document, Task) for document in self._store.find(COLLECTION)]
        return sorted(tasks, key=lambda task: (task.due, task.seq))

    def next(self, *, busy_tasks: Collection[str] = (), busy_lanes: Collection[str] = ()) -> Task | None:
        """Return the first task that is not being run and whose lane is free."""
        for task in self.pending():
            if task.id not in busy_tasks and (task.lane is None or task.lane not in busy_lanes):
                return task
        return None
