"""Windows in which calls are counted."""

from datetime import timedelta

from doubleentry.web.limits import COLLECTION, count_in_window, standing_in_window
from tests.builders import make_workspace
from tests.fakes.wall import START

MINUTE = timedelta(minutes=1)


def in_a_minute(now):
    return now + MINUTE


def test_a_window_counts_down_and_begins_anew_when_it_has_ended():
    workspace = make_workspace()

    counted = [count_in_window(workspace, "key", 2, in_a_minute) for _ in range(3)]
    workspace.clock.move_to(START + MINUTE)
    counted.append(count_in_window(workspace, "key", 2, in_a_minute))

    assert [(window.remaining, window.exceeded) for window in counted] == [
        (1, False),
        (0, False),
        (0, True),
        (1, False),
    ]
    assert [window.ends - START for window in counted] == [MINUTE, MINUTE, MINUTE, 2 * MINUTE]
    assert standing_in_window(workspace, "key", 2, in_a_minute) == counted[-1]


def test_windows_that_ended_do_not_pile_up():
    workspace = make_workspace()

    for number in range(100):
        workspace.clock.move_to(START + number * MINUTE / 10)
        count_in_window(workspace, f"key {number}", 2, in_a_minute)
        count_in_window(workspace, "often", 200, in_a_minute)

    # Those of the last minute, and the one that all calls count in.
    assert workspace.store.count(COLLECTION) == 11
    assert standing_in_window(workspace, "often", 200, in_a_minute).remaining < 200
