"""A tenth of everything goes wrong, in every layer and for two vendors, over 2,000 syncs in 20 workspaces."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.chaos import START, application, receiving, work
from doubleentry.engine.webhooks import DeliveryStatus

SYNCS, WORKSPACES = 2000, 20
ACCOUNTED = {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs():
    """Return all workspaces of a run, and what was seen of it and of another with the same seeds."""
    serving = application()
    with receiving() as receiver:
        first = work(serving, receiver, "first", SYNCS, WORKSPACES)
        second = work(serving, receiver, "second", SYNCS, WORKSPACES)
    yield first, [chaos.seen() for chaos in first], [chaos.seen() for chaos in second]
    serving.close()


def test_every_sync_ends(runs):
    chaotic, _, _ = runs

    ended = [sync.has_ended for chaos in chaotic for sync in chaos.workspace.syncs.all() if sync.created_at >= START]

    assert len(ended) == SYNCS
    assert all(ended)


def test_something_goes_wrong_in_each_layer_of_each_vendor(runs):
    chaotic, _, _ = runs

    fired = {
        (rule.match.dialect, rule.layer, str(rule.effect))
        for chaos in chaotic
        for rule in chaos.workspace.faults.rules()
        if rule.fired
    }
    there = {(rule.match.dialect, rule.layer, str(rule.effect)) for rule in chaotic[0].workspace.faults.rules()}

    assert fired == there
    for vendor in ("codat", "sync2books"):
        assert {layer for dialect, layer, _ in there if dialect == vendor} == {
            "http",
            "latency",
            "transport",
            "sync",
            "webhook",
        }


def test_every_delivery_is_accounted_for_with_its_attempts(runs):
    chaotic, _, _ = runs

    for chaos in chaotic:
        webhooks = chaos.workspace.webhooks
        deliveries = webhooks.deliveries()
        assert len(deliveries) > SYNCS // WORKSPACES
        assert {delivery.status for delivery in deliveries} <= ACCOUNTED
        for delivery in deliveries:
            attempts = webhooks.attempts(delivery.id)
            assert [attempt.number for attempt in attempts] == list(range(1, delivery.attempts + 1))
            assert len(attempts) > 0
            assert all(attempt.note for attempt in attempts[:-1])
            assert (attempts[-1].note is None) == (delivery.status is DeliveryStatus.DELIVERED)


def test_nothing_is_left_to_do(runs):
    chaotic, _, _ = runs

    assert [chaos.workspace.scheduler.pending() for chaos in chaotic] == [[]] * WORKSPACES


def test_the_same_seed_plays_the_same_again(runs):
    _, first, second = runs

    for one, other in zip(first, second, strict=True):
        assert one["timeline"] == other["timeline"]
        assert one["exchanges"] == other["exchanges"]
        assert one["dump"] == other["dump"]
    assert first[0]["timeline"] != first[1]["timeline"]


def test_twice_the_work_holds_no_more_memory_than_once():
    root = Path(__file__).parents[2]
    arguments = [sys.executable, "-m", "bench.chaos", str(SYNCS // 2), str(WORKSPACES // 2)]

    measured = subprocess.run(arguments, cwd=root, capture_output=True, text=True, timeout=300, check=False)

    assert measured.returncode == 0, measured.stdout + measured.stderr
