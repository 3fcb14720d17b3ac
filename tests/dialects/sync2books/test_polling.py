"""A client that polls as the vendor recommends, on a frozen clock that it moves itself: no test waits."""

import pytest

from tests.dialects.sync2books.caller import CONNECTION
from tests.dialects.sync2books.sending import expense, move, read, send, wrong
from tests.functional.clients.sync2books_polling import BatchFailed, TimedOut, wait_for


@pytest.fixture
def poll(s2b):
    """Return a function that waits for a batch, and the seconds that it let pass."""

    def poll(batch_id):
        def read_once():
            batch, items = read(s2b, batch_id)
            return {"batch": batch, "items": items}

        return wait_for(read_once, lambda seconds: s2b.advance(f"PT{seconds}S"))

    return poll


def test_at_the_usual_pace_the_first_read_finds_the_end(s2b, poll):
    answer, reads = poll(send(s2b, expense(), wrong()))

    assert reads == 1
    assert [item["status"] for item in answer["items"]] == ["success", "failed"]


def test_at_a_realistic_pace_the_end_comes_after_five_to_fifteen_seconds(s2b, poll):
    assert s2b.steer("PUT", "/pace", {"preset": "realistic"}).status == 200

    _, reads = poll(send(s2b, expense()))

    assert 2 <= reads <= 7


def test_a_batch_that_could_not_be_processed_raises(s2b, poll):
    batch_id = send(s2b, expense())
    move(s2b, "expire", CONNECTION)

    with pytest.raises(BatchFailed):
        poll(batch_id)


def test_a_batch_that_is_ordered_to_stay_is_given_up_after_a_minute(s2b, poll):
    s2b.order({"code": "processing"})

    with pytest.raises(TimedOut):
        poll(send(s2b, expense()))
