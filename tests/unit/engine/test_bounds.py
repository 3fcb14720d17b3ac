"""What is kept of events that were told: the newest, and all that are on their way."""

import pytest

from doubleentry.engine import bounds
from doubleentry.engine.errors import NotFound
from tests.builders import make_endpoint, make_workspace

MOST = 3


def emit(workspace, subject, *, tell=True):
    """Let an event happen, and be told at once if `tell`."""
    event = workspace.webhooks.emit("sync.finished", "fake", "acme", subject)
    if tell:
        workspace.run_due()
    return event.id


def kept(workspace):
    """How many events, deliveries and attempts there are."""
    return tuple(workspace.store.count(collection) for collection in ("events", "deliveries", "attempts"))


@pytest.fixture
def workspace(transport):
    workspace = make_workspace(transport=transport)
    for id in ("one", "two"):
        workspace.webhooks.subscribe(make_endpoint(id, events=["sync.finished"]))
    return workspace


def test_the_oldest_events_are_dropped_with_their_deliveries_and_attempts(workspace):
    ids = [emit(workspace, str(number)) for number in range(5)]

    bounds.make_room(workspace.store, MOST)

    assert kept(workspace) == (3, 6, 6)
    assert workspace.webhooks.dropped == 2
    assert workspace.webhooks.event(ids[2]).subject == "2"
    with pytest.raises(NotFound):
        workspace.webhooks.event(ids[1])


def test_as_many_as_may_be_kept_are_kept(workspace):
    for number in range(MOST):
        emit(workspace, str(number))

    bounds.make_room(workspace.store, MOST)

    assert kept(workspace) == (3, 6, 6)
    assert workspace.webhooks.dropped == 0


def test_an_event_that_is_on_its_way_is_kept_with_all_that_came_after_it(workspace):
    emit(workspace, "told")
    for number in range(4):
        emit(workspace, str(number), tell=False)

    bounds.make_room(workspace.store, MOST)
    assert kept(workspace) == (4, 8, 0)

    workspace.run_due()
    bounds.make_room(workspace.store, MOST)
    assert kept(workspace) == (3, 6, 6)
    assert workspace.webhooks.dropped == 2


def test_however_many_events_nobody_asked_for_no_more_than_the_bound_are_kept():
    workspace = make_workspace()

    with workspace.transaction():
        for number in range(bounds.MOST_EVENTS + 5):
            workspace.webhooks.emit("sync.finished", "fake", "acme", str(number))

    assert workspace.store.count("events") == bounds.MOST_EVENTS
    assert workspace.webhooks.dropped == 5
