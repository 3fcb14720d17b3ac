import threading

import pytest

from doubleentry.adapters.senders import Senders

SECONDS = 10


@pytest.fixture
def senders():
    senders = Senders(2)
    yield senders
    senders.shutdown()


def test_what_is_done_is_told(senders):
    done = [senders.submit(pow, 2, number) for number in range(20)]

    assert [future.result(SECONDS) for future in done] == [2**number for number in range(20)]


def test_what_goes_wrong_is_told_and_the_thread_goes_on(senders):
    wrong = senders.submit(int, "x")
    right = senders.submit(int, "1")

    assert isinstance(wrong.exception(SECONDS), ValueError)
    assert right.result(SECONDS) == 1


def test_one_that_waits_does_not_hold_up_the_next(senders):
    go_on = threading.Event()

    waits = senders.submit(go_on.wait, SECONDS)
    done = senders.submit(int, "1").result(SECONDS)
    go_on.set()

    assert (done, waits.result(SECONDS)) == (1, True)


def test_no_more_than_so_many_work_at_once(senders):
    together = threading.Barrier(2)

    def meet():
        together.wait(SECONDS)
        return threading.get_ident()

    done = [senders.submit(meet) for _ in range(6)]

    assert len({future.result(SECONDS) for future in done}) == 2


def test_nothing_more_is_begun_after_the_end(senders):
    begun, go_on = threading.Event(), threading.Event()

    def wait():
        begun.set()
        return go_on.wait(SECONDS)

    first = [senders.submit(wait) for _ in range(2)]
    assert begun.wait(SECONDS)
    last = senders.submit(int, "1")
    senders.shutdown()
    go_on.set()

    assert [future.result(SECONDS) for future in first] == [True, True]
    assert not last.done()
