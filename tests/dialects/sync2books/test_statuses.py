"""The tables of words: whole, and never mixed."""

from itertools import product

import pytest

from doubleentry.dialects.sync2books.statuses import (
    BATCH_WORDS,
    FILTERS,
    ITEM_WORDS,
    OUTCOMES,
    Failures,
    failures,
    matches,
    outcome,
)
from doubleentry.engine.errors import NotFound
from doubleentry.engine.statuses import ItemStatus, SyncStatus

OF_BATCHES = {
    "docs": {"pending", "processing", "completed", "failed"},
    "openapi": {"pending", "in_progress", "completed", "failed", "partially_completed"},
}
OF_ITEMS = {
    "docs": {"pending", "processing", "success", "failed", "skipped"},
    "openapi": {"pending", "syncing", "synced", "failed", "skipped"},
}


@pytest.mark.parametrize("profile", ["docs", "openapi"])
def test_every_status_has_a_word_of_its_edition_and_no_other(profile):
    assert set(BATCH_WORDS[profile]) == set(product(SyncStatus, Failures))
    assert set(BATCH_WORDS[profile].values()) == OF_BATCHES[profile]
    assert set(ITEM_WORDS[profile]) == set(product(SyncStatus, ItemStatus))
    assert set(ITEM_WORDS[profile].values()) == OF_ITEMS[profile]
    assert set(FILTERS) == OF_BATCHES["docs"] | OF_BATCHES["openapi"]


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([], Failures.NONE),
        ([ItemStatus.PUSHED, ItemStatus.SKIPPED], Failures.NONE),
        ([ItemStatus.PENDING], Failures.NONE),
        ([ItemStatus.PUSHED, ItemStatus.FAILED], Failures.SOME),
        ([ItemStatus.SKIPPED, ItemStatus.REJECTED], Failures.SOME),
        ([ItemStatus.REJECTED, ItemStatus.FAILED], Failures.ALL),
    ],
)
def test_failures_are_none_some_or_all(items, found):
    assert failures(items) is found


@pytest.mark.parametrize("profile", ["docs", "openapi"])
@pytest.mark.parametrize("wanted", list(FILTERS))
def test_a_word_to_filter_by_finds_what_is_called_so_and_nothing_else(profile, wanted):
    found = {word for word in OF_BATCHES[profile] if matches(wanted, profile, word)}

    same = {"processing": "in_progress", "in_progress": "processing"}
    assert found == {wanted, same.get(wanted, wanted)} & OF_BATCHES[profile]


def test_a_code_is_one_of_those_that_are_told():
    assert {code: outcome(code) for code in OUTCOMES} == OUTCOMES
    with pytest.raises(NotFound):
        outcome("done")
