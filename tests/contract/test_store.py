"""What the engine leans on in a store. An adapter is whatever passes this."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from doubleentry.adapters.tinydb import TinyStore
from doubleentry.engine.documents import decode, encode, to_document
from doubleentry.engine.errors import AlreadyExists

FACTORIES = {"tinydb": TinyStore}

ODD_KEYS = ["", "1", "01", "0", "a/b", "a//b", "ключ", "🙂", "a\x1fb", " ", "_default", "None", "x" * 1000]


class Interrupted(Exception):
    """Something goes wrong between two writes."""


@pytest.fixture(params=FACTORIES.values(), ids=FACTORIES.keys())
def factory(request):
    return request.param


@pytest.fixture
def store(factory):
    return factory()


def test_a_document_that_was_written_is_read(store):
    store.insert("bills", "1", {"id": "1", "lines": [{"net": 1}]})

    assert store.get("bills", "1") == {"id": "1", "lines": [{"net": 1}]}


class Bill(Struct, frozen=True):
    id: str
    net: Decimal
    due: datetime


def test_a_struct_is_written_as_its_document(store):
    bill = Bill("1", Decimal("1.10"), datetime(2026, 5, 2, 1, 2, 3, 4, UTC))

    store.insert("bills", "1", bill)
    store.put("bills", "2", bill)

    assert store.find("bills") == [to_document(bill)] * 2
    assert store.text("bills", "1") == encode(to_document(bill))


def test_a_document_can_be_read_as_text(store):
    store.insert("bills", "1", {"id": "1", "net": Decimal("1.10")})

    assert store.text("bills", "1") == b'{"id":"1","net":1.10}'


def test_what_is_found_can_be_read_as_text_beside_its_keys(store):
    for key, state in (("c", "new"), ("a", "old"), ("b", "new"), ("d", "new")):
        store.insert("bills", key, {"state": state})

    assert store.texts("bills", {"state": "new"}) == [(key, b'{"state":"new"}') for key in ("c", "b", "d")]
    assert store.texts("bills", newest_first=True, offset=1, limit=2) == [
        ("b", b'{"state":"new"}'),
        ("a", b'{"state":"old"}'),
    ]
    assert store.texts("none") == []


def test_what_is_not_there_is_none_and_nothing_and_zero(store):
    assert store.get("bills", "1") is None
    assert store.text("bills", "1") is None
    assert store.find("bills") == []
    assert store.count("bills") == 0
    assert store.remove("bills", "1") is False
    assert store.dump() == {}


def test_a_reader_gets_a_copy_of_its_own(store):
    store.insert("bills", "1", {"lines": [{"net": 1}]})

    store.get("bills", "1")["lines"][0]["net"] = 2
    store.find("bills")[0]["lines"][0]["net"] = 3
    store.find("bills", {"kind": None})
    store.dump()["bills"][0][1]["lines"][0]["net"] = 4

    assert store.get("bills", "1") == {"lines": [{"net": 1}]}


@pytest.mark.parametrize("write", ["insert", "put"])
def test_a_writer_keeps_what_it_wrote_to_itself(store, write):
    document = {"lines": [{"net": 1}]}

    getattr(store, write)("bills", "1", document)
    document["lines"][0]["net"] = 2

    assert store.get("bills", "1") == {"lines": [{"net": 1}]}


def test_documents_come_in_the_order_of_insertion_which_a_replacement_keeps(store):
    for key in ("c", "a", "b"):
        store.insert("bills", key, {"id": key})

    store.put("bills", "a", {"id": "a", "changed": True})
    store.put("bills", "d", {"id": "d"})

    assert [document["id"] for document in store.find("bills")] == ["c", "a", "b", "d"]
    assert store.get("bills", "a") == {"id": "a", "changed": True}


def test_a_document_that_was_removed_comes_back_at_the_end(store):
    for key in ("a", "b"):
        store.insert("bills", key, {"id": key})

    assert store.remove("bills", "a") is True
    store.insert("bills", "a", {"id": "a"})

    assert [document["id"] for document in store.find("bills")] == ["b", "a"]


def test_a_key_that_is_taken_is_refused_and_nothing_is_changed(store):
    store.insert("bills", "1", {"net": 1})

    with pytest.raises(AlreadyExists) as refusal:
        store.insert("bills", "1", {"net": 2})

    assert (refusal.value.kind, refusal.value.id) == ("bills", "1")
    assert store.dump() == {"bills": [("1", {"net": 1})]}


def test_the_members_of_a_document_keep_their_order(store):
    store.insert("bills", "1", {"z": 1, "a": {"y": 1, "b": 2}})

    assert encode(store.get("bills", "1")) == b'{"z":1,"a":{"y":1,"b":2}}'


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_text_is_a_key(store, key):
    for other in ODD_KEYS:
        store.insert("odd", other, {"key": other})

    assert store.get("odd", key) == {"key": key}
    assert store.remove("odd", key) is True
    assert store.get("odd", key) is None
    assert store.count("odd") == len(ODD_KEYS) - 1


@pytest.mark.parametrize("collection", ["", "a b", "a/b", "ключ", "_default"])
def test_any_text_names_a_collection(store, collection):
    store.insert(collection, "1", {"net": 1})
    store.insert("other", "1", {"net": 2})

    assert store.get(collection, "1") == {"net": 1}
    assert store.dump() == {collection: [("1", {"net": 1})], "other": [("1", {"net": 2})]}


def test_a_search_holds_all_named_members_against_each_document(store):
    store.insert("bills", "1", {"id": "1", "company": "a", "paid": True})
    store.insert("bills", "2", {"id": "2", "company": "a", "paid": False})
    store.insert("bills", "3", {"id": "3", "company": "b", "paid": True})

    assert [found["id"] for found in store.find("bills", {"company": "a", "paid": True})] == ["1"]
    assert store.count("bills", {"company": "a"}) == 2
    assert store.find("bills", {"company": "c"}) == []
    assert store.count("bills", {}) == 3


VALUES = {"true": True, "one": 1, "false": False, "zero": 0, "text one": "1", "empty": "", "null": None, "big": 2**62}


@pytest.mark.parametrize("name", VALUES)
def test_a_search_tells_values_apart_as_json_does(store, name):
    for key, value in VALUES.items():
        store.insert("rows", key, {"key": key, "value": value})
    store.insert("rows", "missing", {"key": "missing"})

    # Twice and in turn with all others, so that no answer of an earlier search can be given.
    for other in [*VALUES, name]:
        assert [found["key"] for found in store.find("rows", {"value": VALUES[other]})] == [other]
        assert store.count("rows", {"value": VALUES[other]}) == 1


def test_only_text_whole_numbers_booleans_and_null_at_the_top_are_found(store):
    store.insert("rows", "1", {"fraction": Decimal("1.0"), "list": ["a"], "deep": {"a": 1}})

    assert store.find("rows", {"fraction": 1}) == []
    assert store.find("rows", {"a": 1}) == []


def test_a_part_of_what_is_found_is_cut_out_from_either_end(store):
    for number in range(5):
        store.insert("rows", str(number), {"id": number, "even": number % 2 == 0})

    def ids(**keywords):
        return [row["id"] for row in store.find("rows", **keywords)]

    assert ids(offset=1, limit=2) == [1, 2]
    assert ids(offset=4, limit=2) == [4]
    assert ids(offset=5) == []
    assert ids(limit=0) == []
    assert ids(newest_first=True) == [4, 3, 2, 1, 0]
    assert ids(newest_first=True, offset=1, limit=2) == [3, 2]
    assert ids(where={"even": True}, newest_first=True, limit=2) == [4, 2]
    assert ids(where={"even": True}, offset=1) == [2, 4]
    assert ids() == [0, 1, 2, 3, 4]


def test_a_search_sees_every_write_before_it(store):
    store.insert("rows", "1", {"open": True})
    assert store.count("rows", {"open": True}) == 1

    store.put("rows", "1", {"open": False})
    assert store.count("rows", {"open": True}) == 0

    store.put("rows", "1", {"open": True})
    store.remove("rows", "1")
    assert store.count("rows", {"open": True}) == 0


def test_a_transaction_sees_its_own_writes_and_keeps_them(store):
    with store.transaction():
        store.insert("rows", "1", {"open": True})
        assert store.get("rows", "1") == {"open": True}
        assert store.count("rows", {"open": True}) == 1

    assert store.dump() == {"rows": [("1", {"open": True})]}


def test_a_transaction_that_fails_changes_nothing(store):
    store.insert("rows", "1", {"open": True})
    store.insert("rows", "2", {"open": True})
    store.insert("others", "1", {"net": 1})
    before = store.dump()

    def write_and_fail():
        with store.transaction():
            store.put("rows", "1", {"open": False})
            store.remove("rows", "2")
            store.insert("rows", "3", {"open": True})
            store.insert("new", "1", {})
            assert store.count("rows", {"open": True}) == 1
            raise Interrupted

    with pytest.raises(Interrupted):
        write_and_fail()

    assert store.dump() == before
    assert store.count("rows", {"open": True}) == 2
    assert store.find("new") == []
    store.insert("rows", "3", {"open": True})
    assert [key for key, _ in store.dump()["rows"]] == ["1", "2", "3"]


def test_a_branch_has_everything_and_goes_its_own_way_in_both_directions(store):
    store.insert("rows", "1", {"net": 1})
    store.insert("rows", "2", {"net": 2})

    branch = store.branch()
    branch.put("rows", "1", {"net": 10})
    branch.insert("rows", "3", {"net": 3})
    store.put("rows", "2", {"net": 20})
    store.remove("rows", "1")
    second = branch.branch()
    second.insert("rows", "4", {"net": 4})

    assert store.dump() == {"rows": [("2", {"net": 20})]}
    assert branch.dump() == {"rows": [("1", {"net": 10}), ("2", {"net": 2}), ("3", {"net": 3})]}
    assert second.count("rows") == 4


def test_a_failed_transaction_in_a_branch_leaves_its_origin_alone(store):
    store.insert("rows", "1", {"net": 1})
    branch = store.branch()

    def write_and_fail():
        with branch.transaction():
            branch.put("rows", "1", {"net": 2})
            raise Interrupted

    with pytest.raises(Interrupted):
        write_and_fail()

    assert branch.dump() == store.dump() == {"rows": [("1", {"net": 1})]}


def test_a_dump_goes_through_json_and_makes_the_same_store(store, factory):
    for key in reversed(ODD_KEYS):
        store.insert("odd", key, {"key": key, "null": None, "amount": Decimal("10.50")})
    store.insert("second", "1", {"flag": True})

    text = encode(store.dump())
    loaded = factory(decode(text))

    assert encode(loaded.dump()) == text
    assert loaded.find("odd") == store.find("odd")
    assert loaded.count("second", {"flag": True}) == 1
    with pytest.raises(AlreadyExists):
        loaded.insert("odd", "", {})


def test_a_dump_does_not_tell_in_which_order_collections_were_first_used(store, factory):
    other = factory()
    for name in ("b", "a"):
        store.insert(name, "1", {})
    for name in ("a", "b", "c"):
        other.insert(name, "1", {})
    other.remove("c", "1")

    assert encode(store.dump()) == encode(other.dump())


@pytest.mark.parametrize(
    "amount", ["0.1", "10.50", "1E+3", "-0.00", "123456789012345678901234567890.123456789", "1E-30"]
)
def test_an_amount_is_kept_to_the_last_digit(store, amount):
    store.insert("rows", "1", {"amount": Decimal(amount)})

    kept = store.get("rows", "1")["amount"]

    assert (kept, str(kept)) == (Decimal(amount), amount)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.decimals(allow_nan=False, allow_infinity=False).filter(lambda number: "." in str(number)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_whatever_json_can_say_is_kept(document):
    for factory in FACTORIES.values():
        store = factory()

        store.put("rows", "1", document)

        assert store.get("rows", "1") == document
        assert factory(store.dump()).get("rows", "1") == document


def test_its_size_is_that_of_its_documents(factory, store):
    store.insert("bills", "1", {"net": 1})
    store.put("bills", "1", {"net": 100})
    store.put("notes", "1", {"text": "a"})
    branch = store.branch()
    store.remove("notes", "1")

    assert store.size == len(encode({"net": 100}))
    assert branch.size == len(encode({"net": 100})) + len(encode({"text": "a"}))
    assert factory(branch.dump()).size == branch.size


def test_what_was_undone_has_no_size(store):
    store.insert("bills", "1", {"net": 1})
    store.insert("bills", "2", {"net": 1})
    before = store.size

    with suppress(Interrupted), store.transaction():
        store.put("bills", "1", {"net": 100})
        store.remove("bills", "2")
        store.insert("bills", "3", {"net": 1})
        raise Interrupted

    assert store.size == before
