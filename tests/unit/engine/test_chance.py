import uuid

import pytest

from doubleentry.adapters.tinydb import TinyStore
from doubleentry.engine.chance import Chance, token


@pytest.fixture
def chance(store):
    return Chance(store)


def test_the_same_seed_and_calls_give_the_same_values():
    def draw(seed):
        chance = Chance(TinyStore())
        chance.plant(seed)
        return [chance.uuid("sync", "acme"), chance.hex("correlation"), chance.fraction("pace", "1"), chance.seed]

    assert draw("one") == draw("one")
    assert not set(draw("one")) & set(draw("two"))


def test_a_workspace_without_a_seed_has_a_fixed_one(chance):
    assert chance.seed == "0"
    assert chance.uuid("sync", "acme") == Chance(TinyStore()).uuid("sync", "acme")


def test_one_more_draw_of_one_concern_shifts_no_other(chance):
    other = Chance(TinyStore())
    other.uuid("correlation")
    other.uuid("sync", "other company")

    assert chance.uuid("sync", "acme") == other.uuid("sync", "acme")


def test_ordinals_count_from_one_under_each_parent(chance):
    assert [chance.ordinal("sync", parent) for parent in ("a", "a", "b", "a", "")] == [1, 2, 1, 3, 1]


def test_concern_and_parent_cannot_be_mistaken_for_each_other(chance):
    assert chance.derive("a", "b/c") != chance.derive("a/b", "c")
    assert chance.derive("a", "bc") != chance.derive("ab", "c")
    assert [chance.ordinal("a/b", "c"), chance.ordinal("a", "b/c")] == [1, 1]


def test_what_is_derived_never_changes_and_counts_nothing(chance, store):
    assert chance.derive("item", "sync", 1) == chance.derive("item", "sync", 1)
    assert chance.derived_uuid("item", "sync", 1) != chance.derived_uuid("item", "sync", 2)
    assert store.dump() == {}


def test_ids_have_their_documented_forms(chance):
    drawn = chance.uuid("sync", "acme")

    assert (str(uuid.UUID(drawn)), uuid.UUID(drawn).version) == (drawn, 4)
    assert len(bytes.fromhex(chance.hex("correlation"))) == 16


def test_fractions_are_spread_between_nought_and_one(chance):
    drawn = [chance.fraction("draw") for _ in range(300)]

    assert all(0 <= fraction < 1 for fraction in drawn)
    assert len(set(drawn)) == 300
    assert 0.4 < sum(drawn) / len(drawn) < 0.6


def test_a_token_comes_from_no_seed():
    assert token() != token()
    assert len(token()) >= 32


def test_any_number_of_bytes_is_derived_and_begins_alike(chance):
    drawn = chance.derived_bytes(40, "secret", "here")

    assert len(drawn) == 40
    assert len({drawn[at : at + 8] for at in range(0, 40, 8)}) == 5
    assert chance.derived_bytes(24, "secret", "here") == drawn[:24] != chance.derived_bytes(24, "secret", "there")


def test_an_id_is_what_the_standard_library_makes_of_its_bytes(chance):
    made = [chance.derived_uuid("sync", "acme", number) for number in range(200)]

    assert made == [str(uuid.UUID(bytes=chance.derive("sync", "acme", number), version=4)) for number in range(200)]
