"""Which thread does what the loop found."""

import queue
import threading

import pytest

from doubleentry.server.leading import Lead
from doubleentry.server.workers import Workers

SECONDS = 10


class Work:
    """Something to do, which says which thread did it."""

    def __init__(self, act=lambda: None):
        self.act = act
        self.thread = None
        self.done = threading.Event()

    def service(self):
        self.thread = threading.get_ident()
        self.act()
        self.done.set()


class Loop:
    """Finds what a test puts in, all that is there at once."""

    def __init__(self, workers=None):
        self.coming = queue.SimpleQueue()
        self.lead = Lead(self.turn, workers or Workers())
        self.leaders = []

    def turn(self):
        try:
            works = self.coming.get(timeout=0.05)
        except queue.Empty:
            return
        self.leaders.append(threading.get_ident())
        if isinstance(works, Exception):
            raise works
        for work in works:
            self.lead.add(work)

    def find(self, *works):
        """Have the loop find these in one turn."""
        self.coming.put(works)

    def do(self, *works):
        """Have the loop find these in one turn, and wait until they are done."""
        self.find(*works)
        for work in works:
            assert work.done.wait(SECONDS)

    def watch_until(self, work):
        """See to it that another leads while one takes long, until this is done."""
        while not work.done.is_set():
            self.lead.call()
            self.lead.watch()


@pytest.fixture
def loop():
    loop = Loop()
    loop.lead.begin()
    yield loop
    loop.lead.end()
    loop.lead.take()


def test_the_thread_that_finds_work_does_it(loop):
    first, second = Work(), Work()

    loop.do(first, second)

    assert [first.thread, second.thread] == loop.leaders * 2


def test_what_was_found_beside_work_that_waits_is_done_by_the_thread_that_leads_next(loop):
    may_end = threading.Event()

    def wait():
        assert loop.lead.hold()
        may_end.wait(SECONDS)
        loop.lead.release()

    waits, beside = Work(wait), Work()
    loop.find(waits, beside)
    assert beside.done.wait(SECONDS)
    waited = not waits.done.is_set()
    may_end.set()
    after = Work()
    loop.do(after)

    assert waited
    assert beside.thread == after.thread != waits.thread


def test_beside_work_that_takes_long_others_are_done_each_in_a_thread_of_its_own(loop):
    may_end = threading.Event()
    slow, beside, another = Work(lambda: may_end.wait(SECONDS)), Work(lambda: another.done.wait(SECONDS)), Work()
    loop.find(slow, beside, another)
    loop.watch_until(beside)
    slow_was_at_it = not slow.done.is_set()
    may_end.set()
    assert slow.done.wait(SECONDS)

    assert slow_was_at_it
    assert len({slow.thread, beside.thread, another.thread}) == 3


def test_after_work_that_took_long_the_thread_that_leads_does_what_it_finds_again(loop):
    may_end = threading.Event()
    slow, beside = Work(lambda: may_end.wait(SECONDS)), Work()
    loop.find(slow, beside)
    loop.watch_until(beside)
    may_end.set()
    assert slow.done.wait(SECONDS)
    # The slow one's thread has to come back from it first.
    work = Work()
    loop.do(work)
    while work.thread != loop.leaders[-1]:
        work = Work()
        loop.do(work)

    assert slow.thread != work.thread


def test_who_is_interrupted_before_it_begins_its_work_does_that_and_nothing_else(loop, monkeypatch):
    interrupted, may_go_on = threading.Event(), threading.Event()
    call = loop.lead.call

    def call_and_be_interrupted():
        call()
        if not loop.lead.is_mine or interrupted.is_set():
            return
        interrupted.set()
        may_go_on.wait(SECONDS)

    monkeypatch.setattr(loop.lead, "call", call_and_be_interrupted)
    late, beside = Work(), Work()
    # Who watches only has to be called when it dozes.
    dozing = threading.Thread(target=loop.lead.watch)
    dozing.start()
    while not loop.lead._dozes:  # noqa: SLF001 - nobody else is told
        pass
    loop.find(late, beside)
    dozing.join()
    loop.watch_until(beside)
    late_was_done = late.done.is_set()
    may_go_on.set()
    assert late.done.wait(SECONDS)
    loop.lead.watch()

    assert (interrupted.is_set(), late_was_done) == (True, False)
    assert late.thread != beside.thread


def test_work_that_fails_ends_nothing(loop, caplog):
    def fail():
        raise RuntimeError("a bug")

    after = Work()
    loop.find(Work(fail))
    loop.do(after)

    assert after.done.is_set()
    assert "A bug in the server" in caplog.text


@pytest.fixture
def no_thread(monkeypatch):
    """Have no thread to be had, from when it is called."""

    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    return lambda: monkeypatch.setattr(threading.Thread, "start", refuse)


def test_where_no_thread_can_be_had_work_that_would_wait_may_not_and_the_loop_goes_on(loop, no_thread):
    allowed = []
    waits, after = Work(lambda: allowed.append(loop.lead.hold())), Work()
    no_thread()

    loop.do(waits)
    loop.do(after)

    assert allowed == [False]
    assert after.thread == waits.thread


def test_where_no_thread_can_be_had_work_that_takes_long_keeps_the_lead(loop, no_thread):
    may_end, begun = threading.Event(), threading.Event()

    def act():
        begun.set()
        may_end.wait(SECONDS)

    slow, after = Work(act), Work()
    no_thread()
    loop.find(slow)
    assert begun.wait(SECONDS)
    for _ in range(3):
        loop.lead.call()
        loop.lead.watch()
    may_end.set()
    loop.do(after)

    assert slow.done.is_set()
    assert after.thread == slow.thread


def test_what_no_worker_can_be_had_for_the_thread_that_leads_does(loop, no_thread):
    may_end = threading.Event()
    slow, beside = Work(lambda: may_end.wait(SECONDS)), Work()
    loop.find(slow)
    while not loop.lead._slow:  # noqa: SLF001 - nobody else is told
        loop.lead.call()
        loop.lead.watch()
    no_thread()
    loop.do(beside)
    may_end.set()
    assert slow.done.wait(SECONDS)

    assert beside.thread == loop.leaders[-1]


def test_who_leads_goes_when_it_is_woken_after_the_end(loop):
    first = Work()
    loop.do(first)
    loop.lead.end()
    loop.find()
    loop.lead.take()

    assert loop.lead.is_mine


def test_what_the_loop_fails_by_is_raised_where_it_is_watched(loop):
    loop.coming.put(RuntimeError("no poll"))

    with pytest.raises(RuntimeError, match="no poll"):
        loop.watch_until(Work())


def test_who_takes_the_lead_has_it_while_work_takes_long_and_leaves_what_it_finds_to_workers(loop):
    may_end, begun = threading.Event(), threading.Event()

    def act():
        begun.set()
        may_end.wait(SECONDS)

    slow, work = Work(act), Work()
    loop.find(slow)
    assert begun.wait(SECONDS)
    loop.lead.end()
    loop.lead.take()
    loop.find(work)
    loop.lead.turn()
    assert work.done.wait(SECONDS)
    mine = loop.lead.is_mine
    may_end.set()
    assert slow.done.wait(SECONDS)

    assert mine
    assert work.thread not in {slow.thread, threading.get_ident()}
