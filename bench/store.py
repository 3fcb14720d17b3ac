"""What the store costs at 100 and at more records: each operation's time, as a ratio, and the memory of a record.

usage: python bench/store.py [RECORDS]
"""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from doubleentry.adapters.tinydb import Equals, TinyStore

FEW = 100
LIMIT = 1.3
# A record that nobody has used for long is in no cache of the machine: each piece of it comes from memory, one after
# the other, which a bare dict cannot spare either. So what is held to the limit is done to as many records in both.
LONG_UNUSED = ", long unused"
FETCHING = 20.0
ROUNDS = 21
CALLS = 200
COMPANIES = 50
NOTE = "x" * 400


def record(number: int) -> dict[str, object]:
    """Return a document of about 600 bytes."""
    return {
        "id": f"record-{number:09}",
        "company": f"company-{number % COMPANIES}",
        "status": "open" if number % 3 else "done",
        "paid": number % 2 == 0,
        "amount": number,
        "lines": [{"account": "400", "net": number}, {"account": "401", "net": 2 * number}],
        "note": NOTE,
    }


def filled(records: int) -> TinyStore:
    """Return a store that has that many records, and the indexes that are used below."""
    store = TinyStore()
    for number in range(records):
        store.insert("records", f"record-{number:09}", record(number))
    store.find("records", {"id": "record-000000001"}, limit=1)
    store.find("records", {"company": "company-1"}, limit=1)
    store.find("records", {"company": "company-1", "status": "open"}, limit=1)
    return store


def operations(store: TinyStore, records: int) -> dict[str, Callable[[int], object]]:
    """Return what is measured: each is called with the number of the call."""
    half = records // 2
    newest = _Keyed(store, range(records - FEW, records))
    in_use = _Keyed(store, range(0, records, records // FEW))
    # Each meets records that none before it has brought near.
    to_get, to_find, to_update, to_replace = (
        _Keyed(store, [(start + call) * 7919 % records for call in range(ROUNDS * CALLS)])
        for start in range(0, 40_000, 10_000)
    )
    return {
        "get by key" + LONG_UNUSED: to_get.get,
        "get by key, of 100 in use": in_use.get,
        "get by key, of the 100 newest": newest.get,
        "get by member" + LONG_UNUSED: to_find.find,
        "get by member, of 100 in use": in_use.find,
        "count where": lambda _: store.count("records", {"company": "company-1"}),
        "page of 20, oldest": lambda _: store.find("records", limit=20),
        "page of 20, newest": lambda _: store.find("records", newest_first=True, limit=20),
        "page of 20, middle": lambda _: store.find("records", offset=half, limit=20),
        "first of an index": lambda _: store.find("records", {"company": "company-1"}, newest_first=True, limit=1),
        "update" + LONG_UNUSED: lambda call: to_update.update(call, "changed"),
        "update in transaction" + LONG_UNUSED: lambda call: to_replace.update_in_transaction(call, "replaced"),
        "update, of 100 in use": lambda call: in_use.update(call, "used"),
        "update in transaction, of 100 in use": lambda call: in_use.update_in_transaction(call, "used again"),
        "update, of the 100 newest": lambda call: newest.update(call, "new"),
        "update in transaction, of the 100 newest": lambda call: newest.update_in_transaction(call, "newer"),
        "insert": lambda call: store.insert("records", f"new-{call}", record(records + call)),
    }


class _Keyed:
    """What is done to one record at a time, of some that are named by their numbers, over and over."""

    def __init__(self, store: TinyStore, numbers: Sequence[int]) -> None:
        self._store = store
        self._numbers = numbers

    def get(self, call: int) -> object:
        return self._store.get("records", f"record-{self._number(call):09}")

    def find(self, call: int) -> object:
        return self._store.database.table("records").get(Equals({"id": f"record-{self._number(call):09}"}))

    def update(self, call: int, word: str) -> None:
        number = self._number(call)
        # Another status than it has: none comes up again before FEW calls.
        changed = {**record(number), "status": f"{word} {call // FEW % 2}"}
        self._store.put("records", f"record-{number:09}", changed)

    def update_in_transaction(self, call: int, word: str) -> None:
        with self._store.transaction():
            self._store.put("counters", "one", {"last": call})
            self.update(call, word)

    def _number(self, call: int) -> int:
        return self._numbers[call % len(self._numbers)]


def measure(act: Callable[[int], object], begin: int) -> float:
    """Return the microseconds of the processor that one call takes."""
    started = time.process_time()
    for call in range(begin, begin + CALLS):
        act(call)
    return (time.process_time() - started) / CALLS * 1e6


def resident() -> int:
    """Return the bytes of memory that this process holds."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise SystemExit("no VmRSS in /proc/self/status")


def once(what: str, act: Callable[[], object]) -> None:
    """Print how long something takes that is done once."""
    started = time.perf_counter()
    act()
    print(f"{what:<44} {(time.perf_counter() - started) * 1e3:9.2f} ms")


def main() -> int:
    """Print the figures; 1 if many records cost more than few by the limit or more."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    gc.collect()
    before = resident()
    started = time.perf_counter()
    large = filled(many)
    took = time.perf_counter() - started
    gc.collect()
    held = resident() - before
    print(f"{many} records: filled in {took:.1f} s, {held / 2**20:.0f} MiB, {held / many:.0f} bytes a record")
    small = filled(FEW)
    measured = {name: (act, operations(small, FEW)[name]) for name, act in operations(large, many).items()}
    missed = []
    print(f"{'µs a call, median of ' + str(ROUNDS):<40} {FEW:>9} {many:>9} ratio")
    for name, (at_many, at_few) in measured.items():
        # Turn by turn, so that what else the machine does meets both alike.
        pairs = [(measure(at_few, turn * CALLS), measure(at_many, turn * CALLS)) for turn in range(ROUNDS)]
        few, lot = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(lot / few for few, lot in pairs)
        print(f"{name:<40} {few:>9.2f} {lot:>9.2f} {ratio:>5.2f}")
        if ratio > LIMIT and (LONG_UNUSED not in name or lot - few > FETCHING):
            missed.append(name)
    branch = large.branch()
    once("first write after a branch, in the branch", lambda: branch.put("records", "new", record(1)))
    once("second write in the branch", lambda: branch.put("records", "new 2", record(2)))
    once("first write after a branch, in the origin", lambda: large.put("records", "new", record(1)))
    print(f"limit {LIMIT}, for what was long unused {FETCHING:.0f} µs more; missed: {'; '.join(missed) or 'none'}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
