"""Saved workspaces: nothing moves in them until the tester says so, and none is taken that is not as it was saved."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

import pytest
from msgspec import Meta, Struct

from doubleentry.engine.clock import ClockMode
from doubleentry.engine.documents import decode, encode
from doubleentry.engine.errors import InvalidInput, NotFound
from doubleentry.engine.snapshots import FORMAT, MOST, MOST_TOLD, VERSION, Snapshots, _checksum
from tests.builders import make_after, make_endpoint, make_order, make_workspace, make_world
from tests.fakes.wall import START

RULE = {"id": "1", "layer": "http", "match": {}, "effect": {}}


FILE = dict.fromkeys(("id", "ledger", "posting", "name", "type", "sha256", "content"), "")


class OfOthers(Struct):
    size: Annotated[int, Meta(ge=0)]


@pytest.fixture
def snapshots(workspace):
    return Snapshots(workspace.world)


@pytest.fixture
def busy(workspace):
    """Return a workspace in which a sync runs and a webhook is due."""
    workspace.webhooks.subscribe(make_endpoint())
    workspace.paces.set(make_after(0, 60))
    workspace.syncs.submit(make_order())
    workspace.hold_sending(held=True)
    workspace.advance(by=timedelta(seconds=1))
    workspace.hold_sending(held=False)
    return workspace


def refused(snapshots, document):
    with pytest.raises(InvalidInput) as refusal:
        snapshots.take_in("taken", document)
    (problem,) = refusal.value.problems
    assert snapshots.all() == []
    return problem.path, problem.message


def test_a_workspace_goes_back_to_where_it_was_saved(busy, snapshots, transport):
    saved = snapshots.save("before", busy)
    busy.advance(until_idle=True)
    sent = len(transport.sent)

    snapshots.load("before", busy)

    assert saved.at == busy.clock.now() == START + timedelta(seconds=1)
    assert [task.kind for task in busy.scheduler.pending()] == ["webhook.attempt", "sync.finish"]
    assert (busy.run_due(), len(transport.sent)) == (0, sent)


def test_what_was_saved_stays_as_it_was_whatever_becomes_of_those_who_load_it(busy, snapshots):
    snapshots.save("before", busy)
    before = snapshots.document("before")
    snapshots.load("before", busy)
    busy.advance(until_idle=True)

    assert snapshots.document("before") == before


@pytest.mark.parametrize("scale", [1, 60])
def test_a_running_clock_stands_in_a_snapshot_where_it_stood(wall, transport, snapshots, scale):
    workspace = make_workspace(frozen=False, wall=wall, transport=transport)
    workspace.clock.resume(Decimal(scale))
    wall.move(seconds=2)

    snapshots.save("before", workspace)
    wall.move(hours=1)
    snapshots.load("before", workspace)

    assert workspace.clock.now() == START + timedelta(seconds=2 * scale)
    assert workspace.clock.state.mode is ClockMode.FROZEN


def test_a_snapshot_of_a_name_takes_the_place_of_the_one_before(workspace, snapshots):
    snapshots.save("one", workspace)
    workspace.advance(by=timedelta(seconds=5))
    snapshots.save("one", workspace)

    assert [(snapshot.name, snapshot.at) for snapshot in snapshots.all()] == [("one", START + timedelta(seconds=5))]


def test_a_snapshot_that_is_not_there_is_not_found(workspace, snapshots):
    snapshots.save("one", workspace)
    snapshots.remove("one")

    for ask in (snapshots.get, snapshots.remove, snapshots.document, lambda name: snapshots.load(name, workspace)):
        with pytest.raises(NotFound, match="snapshot"):
            ask("one")


def test_there_is_room_for_so_many(workspace, snapshots):
    for number in range(MOST):
        snapshots.save(f"s{number}", workspace)

    with pytest.raises(InvalidInput, match="100 snapshots are kept at most"):
        snapshots.save("more", workspace)
    assert snapshots.save("s0", workspace).name == "s0"


def test_a_document_makes_the_same_world_elsewhere(busy, snapshots, transport):
    snapshots.save("here", busy)
    text = encode(snapshots.document("here"))
    elsewhere = make_workspace("elsewhere", transport=transport)
    others = Snapshots(elsewhere.world)

    others.take_in("there", decode(text))
    others.load("there", elsewhere)

    assert elsewhere.dump() == {**busy.dump(), "sending": [("sending", {"held": True})]}
    assert encode(others.document("there")) == text


def test_json_that_others_wrote_anew_is_taken(workspace, snapshots):
    workspace.store.put("amounts", "1", {"b": Decimal("1.50"), "a": [0, -3, Decimal("0.0"), 1e2, True, None]})
    snapshots.save("one", workspace)
    written = json.dumps(json.loads(encode(snapshots.document("one"))), sort_keys=True)

    snapshots.take_in("two", decode(written))

    assert snapshots.document("two")["sha256"] == snapshots.document("one")["sha256"]


def test_a_document_of_a_newer_version_is_refused_with_a_clear_word(workspace, snapshots):
    snapshots.save("one", workspace)
    document = snapshots.document("one")
    snapshots.remove("one")

    assert refused(snapshots, {**document, "version": 2}) == (
        ("version",),
        "The snapshot has version 2, and this emulator reads up to 1: update it.",
    )
    assert refused(snapshots, {**document, "format": "other"})[0] == ("format",)


def signed(collections):
    """Return a document whose checksum is right, whatever is in it."""
    return {"format": FORMAT, "version": VERSION, "sha256": _checksum(collections), "collections": collections}


@pytest.mark.parametrize(
    ("collections", "told"),
    [
        ({"tasks": [["1", {"id": "1"}]]}, "Object missing required field `due`"),
        ({"clock": [["clock", {"mode": "fast"}]]}, "Invalid enum value 'fast' - at `$.mode`"),
        ({"chance": [["seed", {"ordinal": 1}]]}, "Object missing required field `seed`"),
        ({"chance": [["a draw", {"seed": "1"}]]}, "Object missing required field `ordinal`"),
        ({"faults": [["1", RULE | {"match": {"nth": "1"}}]]}, "Expected `int | null`, got `str` - at `$.match.nth`"),
        ({"faults": [["1", RULE | {"until": "2022-08-03T01:30:09"}]]}, "2022-08-03 01:30:09 cannot be reckoned with"),
        ({"faults": [["1", RULE | {"probability": "NaN"}]]}, "NaN cannot be reckoned with"),
        ({"files of others": [["1", {"size": "small"}]]}, "Expected `int`, got `str` - at `$.size`"),
        ({"files": [["1", FILE | {"size": 1.5}]]}, "Expected `int`, got `float` - at `$.size`"),
        ({"files": [["1", FILE | {"size": -1}]]}, "Expected `int` >= 0 - at `$.size`"),
    ],
)
def test_a_document_that_could_not_be_used_is_refused_before_it_is(transport, collections, told):
    shapes = {"files of others": OfOthers, "files": OfOthers}
    snapshots = Snapshots(make_world(transport=transport, shapes=shapes))

    assert refused(snapshots, signed(collections)) == (("collections", *collections, 0, 1), told)


def test_of_much_that_is_wrong_with_a_document_the_first_is_told(snapshots):
    with pytest.raises(InvalidInput) as refusal:
        snapshots.take_in("taken", signed({"tasks": [[str(number), {}] for number in range(100)]}))

    assert len(refusal.value.problems) == MOST_TOLD


def test_a_document_is_looked_through_however_deep_it_is(snapshots):
    deep = {"until": None}
    for _ in range(250):
        deep = {"deep": [deep]}

    snapshots.take_in("deep", signed({"faults": [["1", RULE | {"effect": deep}]]}))

    assert encode(snapshots.document("deep")["collections"]["faults"]) == encode([["1", RULE | {"effect": deep}]])


def test_nothing_moves_in_what_is_taken_in_whatever_its_documents_say(workspace, snapshots):
    clock = {"mode": "real", "virtual": "2020-01-01T00:00:00Z", "wall": "2020-01-01T00:00:00Z"}

    snapshots.take_in("running", signed({"clock": [["clock", clock]]}))
    snapshots.take_in("empty", signed({}))
    snapshots.load("running", workspace)

    assert workspace.clock.state.mode is ClockMode.FROZEN
    assert workspace.holds_sending
    assert [snapshot.at.year for snapshot in snapshots.all()] == [2020, START.year]


def test_a_document_that_was_changed_is_refused(workspace, snapshots):
    workspace.store.put("amounts", "1", {"amount": 10})
    snapshots.save("one", workspace)
    document = snapshots.document("one")
    snapshots.remove("one")
    document["collections"]["amounts"] = [["1", {"amount": 100}]]

    path, message = refused(snapshots, document)

    assert (path, message.startswith("It is not the checksum of the collections")) == (("sha256",), True)


def test_however_deep_a_value_is_it_has_a_checksum(workspace, snapshots):
    deep = 1
    for number in range(480):
        deep = [deep] if number % 2 else {"a": deep}
    workspace.store.put("amounts", "1", {"amount": deep})
    snapshots.save("one", workspace)

    snapshots.take_in("two", snapshots.document("one"))

    assert snapshots.get("two").store.get("amounts", "1") == {"amount": deep}
