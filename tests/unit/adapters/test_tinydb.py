"""The indexed table beside TinyDB's own: the same programs have the same outcome."""

import copy
import gc
import threading
import weakref

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule
from tinydb import TinyDB, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document as Row
from tinydb.table import Table

from doubleentry.adapters import places as places_module
from doubleentry.adapters.places import Ordered
from doubleentry.adapters.tinydb import Equals, IndexedTable, TinyStore

NAMES = ("a", "b")
KEYS = st.sampled_from([str(number) for number in range(30)])
VALUES = st.sampled_from([True, 1, "1", None, 2**70, [1]])
DOCUMENTS = st.fixed_dictionaries({}, optional={"state": VALUES, "kind": VALUES, "other": st.integers()})
WHERE = st.dictionaries(
    st.sampled_from(["state", "kind"]), VALUES.filter(lambda value: not isinstance(value, list)), max_size=2
)
PARTS = st.fixed_dictionaries(
    {"newest_first": st.booleans(), "offset": st.integers(0, 12), "limit": st.none() | st.integers(0, 12)}
)


class TextKeys(Table):
    """TinyDB's table, with text for ids; nothing else is changed."""

    document_id_class = str


class Stock(TinyDB):
    table_class = TextKeys


class Both:
    """A store of ours, and TinyDB's own, with the same content."""

    def __init__(self, ours=None, tables=None):
        self.ours = ours or TinyStore()
        self.theirs = Stock(storage=MemoryStorage)
        self.theirs.storage.memory = copy.deepcopy(tables) or {}

    def tables(self, name):
        return self.ours.database.table(name), self.theirs.table(name, cache_size=0)

    def branch(self):
        return Both(self.ours.branch(), self.theirs.storage.memory)

    def replace(self, name, key, document):
        self.ours.put(name, key, document)
        if self.theirs.table(name).contains(doc_id=key):
            self.theirs.table(name).update(lambda old: (old.clear(), old.update(document)), doc_ids=[key])
        else:
            self.theirs.table(name).insert(Row(document, key))

    def outcome(self, name, act):
        """Do the same to both tables and compare what comes of it."""
        results = []
        for table in self.tables(name):
            try:
                results.append(act(table))
            except ValueError as error:
                results.append(type(error))
        assert results[0] == results[1]


class Programs(RuleBasedStateMachine):
    """Random programs on a few stores that came from each other by branching."""

    stores = Bundle("stores")

    def __init__(self):
        super().__init__()
        self.all = []
        self.patch = pytest.MonkeyPatch()
        # Small, so that a few rows make many chunks.
        self.patch.setattr(places_module, "CHUNK", 3)
        self.patch.setattr(places_module, "FEW", 2)

    def teardown(self):
        self.patch.undo()

    @precondition(lambda self: not self.all)
    @rule(target=stores)
    def begin(self):
        return self.keep(Both())

    @precondition(lambda self: len(self.all) < 5)
    @rule(target=stores, both=stores)
    def branch(self, both):
        return self.keep(both.branch())

    def keep(self, both):
        self.all.append(both)
        return both

    @rule(both=stores, name=st.sampled_from(NAMES), key=KEYS, document=DOCUMENTS)
    def insert(self, both, name, key, document):
        both.outcome(name, lambda table: table.insert(Row(document, key)))

    @rule(both=stores, name=st.sampled_from(NAMES), documents=st.dictionaries(KEYS, DOCUMENTS))
    def insert_many(self, both, name, documents):
        rows = [Row(document, key) for key, document in documents.items()]
        if not any(both.tables(name)[1].contains(doc_id=key) for key in documents):
            both.outcome(name, lambda table: table.insert_multiple(rows))

    @rule(both=stores, name=st.sampled_from(NAMES), key=KEYS, document=DOCUMENTS)
    def replace(self, both, name, key, document):
        both.replace(name, key, document)

    @rule(both=stores, name=st.sampled_from(NAMES), keys=st.lists(KEYS, unique=True))
    def remove(self, both, name, keys):
        both.outcome(name, lambda table: table.remove(doc_ids=keys))

    @rule(both=stores, name=st.sampled_from(NAMES), wanted=WHERE)
    def remove_what_is_found(self, both, name, wanted):
        both.outcome(name, lambda table: table.remove(Equals(wanted)))

    @rule(both=stores, name=st.sampled_from(NAMES), fields=DOCUMENTS, wanted=WHERE)
    def update_what_is_found(self, both, name, fields, wanted):
        both.outcome(name, lambda table: table.update(fields, Equals(wanted)))

    @rule(both=stores, name=st.sampled_from(NAMES), fields=DOCUMENTS, keys=st.lists(KEYS))
    def update_what_is_named(self, both, name, fields, keys):
        both.outcome(name, lambda table: table.update(fields, doc_ids=keys))

    @rule(both=stores, name=st.sampled_from(NAMES), fields=DOCUMENTS, wanted=WHERE, place=st.integers(0, 3))
    def update_by_a_function_that_fails_at_some_place(self, both, name, fields, wanted, place):
        def update(table):
            left = iter(range(place))

            def change(document):
                if next(left, None) is None:
                    raise InterruptedError
                document.update(fields)

            # TinyDB's own memory shows what a function did before it failed; a file of its would not.
            before = copy.deepcopy(table.storage.memory) if isinstance(table.storage, MemoryStorage) else None
            try:
                return table.update(change, Equals(wanted))
            except InterruptedError:
                if before is not None:
                    table.storage.memory = before
                return None

        both.outcome(name, update)

    @rule(both=stores, name=st.sampled_from(NAMES), key=st.none() | KEYS, document=DOCUMENTS, wanted=WHERE)
    def upsert(self, both, name, key, document, wanted):
        if key is not None:
            both.outcome(name, lambda table: table.upsert(Row(document, key)))
        elif both.tables(name)[1].contains(Equals(wanted)):
            both.outcome(name, lambda table: table.upsert(document, Equals(wanted)))

    @rule(both=stores, name=st.sampled_from(NAMES))
    def truncate(self, both, name):
        both.outcome(name, lambda table: table.truncate())

    @rule(both=stores, name=st.sampled_from(NAMES), wanted=WHERE)
    def search(self, both, name, wanted):
        both.outcome(name, lambda table: table.search(Equals(wanted)))
        both.outcome(name, lambda table: table.count(Equals(wanted)))
        both.outcome(name, lambda table: [row.doc_id for row in table.search(Equals(wanted))])

    @rule(both=stores, name=st.sampled_from(NAMES), value=VALUES)
    def search_by_a_query_of_the_library(self, both, name, value):
        both.outcome(name, lambda table: table.search(where("state") == value))
        both.outcome(name, lambda table: table.count(where("state") == value))

    @rule(both=stores, name=st.sampled_from(NAMES), key=KEYS)
    def get(self, both, name, key):
        both.outcome(name, lambda table: table.get(doc_id=key))
        both.outcome(name, lambda table: table.contains(doc_id=key))

    @rule(both=stores, name=st.sampled_from(NAMES), keys=st.lists(KEYS), wanted=WHERE)
    def get_some(self, both, name, keys, wanted):
        both.outcome(name, lambda table: table.get(doc_ids=keys))
        both.outcome(name, lambda table: table.get(Equals(wanted)))
        both.outcome(name, lambda table: table.contains(Equals(wanted)))

    @rule(both=stores, name=st.sampled_from(NAMES), wanted=WHERE, part=PARTS)
    def page(self, both, name, wanted, part):
        ours, theirs = both.tables(name)
        expected = theirs.search(Equals(wanted))
        if part["newest_first"]:
            expected.reverse()
        stop = None if part["limit"] is None else part["offset"] + part["limit"]

        assert both.ours.find(name, wanted, **part) == expected[part["offset"] : stop]
        assert [row.doc_id for row in ours.search(Equals(wanted))] == [
            row.doc_id for row in theirs.search(Equals(wanted))
        ]

    @rule(
        both=stores,
        name=st.sampled_from(NAMES),
        writes=st.lists(st.tuples(KEYS, st.none() | DOCUMENTS), max_size=12),
        wanted=WHERE,
    )
    def fail_in_a_transaction(self, both, name, writes, wanted):
        with pytest.raises(InterruptedError):
            self.write_and_fail(both.ours, name, writes, wanted)

    @staticmethod
    def write_and_fail(store, name, writes, wanted):
        with store.transaction():
            for key, document in writes:
                if document is None:
                    store.remove(name, key)
                else:
                    store.put(name, key, document)
                store.count(name, wanted)
            raise InterruptedError

    @rule(both=consumes(stores))
    def forget(self, both):
        self.all.remove(both)

    @invariant()
    def all_are_the_same(self):
        for both in self.all:
            for name in NAMES:
                ours, theirs = both.tables(name)
                assert ours.all() == theirs.all()
                assert [row.doc_id for row in ours] == [row.doc_id for row in theirs]
                assert len(ours) == len(theirs)


TestPrograms = Programs.TestCase
TestPrograms.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_rows_put_in_anywhere_come_in_order():
    ordered = Ordered()
    places = [number * 7919 % 10_007 for number in range(1, 10_007)]

    for place in places:
        ordered.add(place)
    for place in range(1, 10_007, 2):
        ordered.remove(place)

    assert list(ordered) == list(range(2, 10_007, 2))
    assert len(ordered) == 5_003
    assert list(ordered.part(2_500, 3)) == [5_002, 5_004, 5_006]
    assert list(ordered.part(4_999, 10)) == [10_000, 10_002, 10_004, 10_006]
    assert list(ordered.part(4_999, 10, newest_first=True)) == [8, 6, 4, 2]


def test_the_collector_does_not_look_into_what_is_stored():
    def looked_into() -> int:
        gc.collect()
        return sum(len(gc.get_referents(thing)) for thing in gc.get_objects())

    before = looked_into()
    store = TinyStore()
    for number in range(20_000):
        store.insert("a", str(number), {"id": str(number), "some": number // 3, "many": number % 2})
    assert store.count("a", {"id": "17"}) == 1
    assert store.count("a", {"some": 17}) == 3
    assert store.count("a", {"many": 1}) == 10_000

    # Each chunk of places, and what finds the chunks.
    assert looked_into() - before < 500


def test_a_text_that_json_cannot_hold_is_found_nowhere():
    store = TinyStore({"a": [("1", {"name": "x"})]})

    assert store.find("a", {"name": "\ud800"}) == []
    assert store.count("a", {"name": "\ud800"}) == 0


def test_what_is_found_by_a_member_or_changed_does_not_go_through_all_rows(monkeypatch):
    store = TinyStore({"a": [(str(number), {"id": number}) for number in range(10)]})
    table = store.database.table("a")

    def look_through(*_: object) -> None:
        raise AssertionError("all rows were gone through")

    monkeypatch.setattr(IndexedTable, "_read_table", look_through)
    monkeypatch.setattr(IndexedTable, "_update_table", look_through)

    assert table.get(Equals({"id": 7})) == {"id": 7}
    assert table.get(doc_ids=["9", "8"]) == [{"id": 8}, {"id": 9}]
    assert table.update({"id": 70}, Equals({"id": 7})) == ["7"]
    assert table.update({"id": 80}, doc_ids=["8", "800"]) == ["8"]
    assert table.upsert({"id": 90}, Equals({"id": 9})) == ["9"]
    assert table.remove(Equals({"id": 6})) == ["6"]
    assert table.search(Equals({"id": 70})) == [{"id": 70}]


def test_a_table_that_is_dropped_is_empty():
    store = TinyStore({"a": [("1", {})], "b": [("1", {})]})

    store.database.drop_table("a")

    assert store.dump() == {"b": [("1", {})]}


@pytest.fixture
def without_collector():
    """Let nothing go that stands in a circle of references."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("without_collector")
def test_a_store_that_nobody_uses_lets_its_rows_go_at_once():
    store = TinyStore({"rows": [("1", {"state": "new"})]})
    store.count("rows", {"state": "new"})
    branch = store.branch()
    branch.put("rows", "1", {"state": "old"})
    rows = [weakref.ref(each.database.storage.rows("rows")) for each in (store, branch)]

    del store, branch

    assert [each() for each in rows] == [None, None]


def test_an_index_made_beside_a_writer_misses_nothing():
    store = TinyStore({"rows": [(str(number), {"even": number % 2 == 0}) for number in range(20_000)]})
    started = threading.Event()

    def write():
        started.set()
        for number in range(20_000, 22_000):
            store.insert("rows", str(number), {"even": number % 2 == 0})

    writer = threading.Thread(target=write)
    writer.start()
    started.wait()
    store.count("rows", {"even": True})
    writer.join()

    assert store.count("rows", {"even": True}) == 11_000


def test_the_rows_that_branches_share_are_read_by_all_of_them_while_one_writes():
    origin = TinyStore({"rows": [(str(number), {"even": number % 2 == 0}) for number in range(1_000)]})
    branches = [origin.branch() for _ in range(8)]
    threads = [threading.Thread(target=_write_and_count, args=(branch,)) for branch in branches]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [branch.count("rows", {"even": True}) for branch in branches] == [501] * 8
    assert origin.count("rows", {"even": True}) == 500


def _write_and_count(branch):
    branch.count("rows", {"even": True})
    branch.insert("rows", "new", {"even": True})
