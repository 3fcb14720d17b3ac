"""What random calls that follow one another come across: syncs that end in every way, and are tried again."""

import pytest

from tests.contract.fuzz import targets

ENDS = {
    "codat": {"finished", "cancelled", "running", "aborted (configuration)", "item pushed", "item failed"},
    "built": {"finished", "cancelled", "running", "item pushed"},
    "sync2books": {"finished", "cancelled", "running", "aborted (processing)", "item failed", "retried"},
}
SEED = 4


@pytest.mark.slow
@pytest.mark.parametrize("surface", ENDS)
def test_calls_that_follow_one_another_meet_syncs_that_end_in_every_way(surface):
    (target,) = targets([surface])

    report = target.round(seed=SEED, stateful={"generation": {"max-examples": 60}, "max-steps": 10})

    assert (report.errors, report.problems) == ([], [])
    assert ENDS[surface] - {what for what, number in target.world.seen.items() if number} == set()
