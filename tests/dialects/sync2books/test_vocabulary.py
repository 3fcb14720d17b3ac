"""Status words: those of the profile, and never those of both editions in one answer."""

import pytest

from tests.dialects.sync2books.caller import COMPANY, CONNECTION
from tests.dialects.sync2books.sending import expense, read, send, sent, subscribe, wrong

ONLY = {
    "docs": {"processing", "success"},
    "openapi": {"in_progress", "syncing", "synced", "partially_completed"},
}
"""Profile → words that the other edition does not have."""


def words(value):
    """Return what stands under any member that is a status, at any depth."""
    if isinstance(value, dict):
        own = {each for name, each in value.items() if name in {"status", "syncStatus"} and isinstance(each, str)}
        return own.union(*(words(each) for each in value.values()))
    return set().union(*map(words, value)) if isinstance(value, list) else set()


def reads(batch, item):
    """Return every read that tells of a batch: path → whether its words are the profile's."""
    return {
        f"/sync/batches/{batch}": True,
        f"/sync/companies/{COMPANY}/batches": True,
        f"/sync/companies/{COMPANY}/batches/paged": True,
        f"/sync/batches/{batch}/failed-items": True,
        f"/sync/items/{item}": True,
        # An expense tells of itself in the words of the vendor's records, in either edition.
        "/expenses/exp-1": False,
        f"/expenses/connection/{CONNECTION}": False,
        f"/expenses/company/{COMPANY}": False,
    }


@pytest.mark.parametrize("profile", ONLY)
def test_no_answer_mixes_the_words_of_both_editions(s2b, profile):
    s2b.choose("profile", profile)
    s2b.choose("rate-limit", "off")
    (other,) = ONLY.keys() - {profile}
    batch = send(s2b, expense("exp-1"), wrong("exp-2"), expense("exp-3"))
    item = read(s2b, batch)[1][0]["id"]
    seen = set()

    for _ in range(16):
        for path, is_worded in reads(batch, item).items():
            found = words(s2b.ok("GET", path))
            assert not (found & ONLY[profile] and found & ONLY[other]), path
            assert not (is_worded and found & ONLY[other]), path
            seen |= found if is_worded else set()
        s2b.advance("PT0.2S")

    assert seen >= ONLY[profile] | {"pending", "failed"} | ({"completed"} if profile == "docs" else set())


@pytest.mark.parametrize(("profile", "key"), [("docs", "QUICKBOOKS"), ("openapi", "quickbooks")])
def test_an_integration_is_spelled_alike_by_its_connection_and_all_that_is_told_of_a_batch(s2b, receiver, profile, key):
    s2b.choose("profile", profile)
    subscribe(s2b, "expense.write.successful", url=receiver.url)
    batch = sent(s2b, expense())

    (listed,) = s2b.ok("GET", f"/connections/company/{COMPANY}")
    told = receiver.bodies[0]["payload"]

    assert (listed["integrationKey"], read(s2b, batch)[0]["destination"], told["integrationKey"]) == (key, key, key)


@pytest.mark.parametrize("profile", ONLY)
def test_an_answer_to_a_retry_has_the_words_of_the_profile(s2b, profile):
    s2b.choose("profile", profile)
    (other,) = ONLY.keys() - {profile}
    item = read(s2b, sent(s2b, wrong()))[1][0]["id"]

    found = words(s2b.ok("POST", f"/sync/items/{item}/retry"))

    assert found
    assert not found & ONLY[other]
