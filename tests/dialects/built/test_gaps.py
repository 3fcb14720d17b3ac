"""What the vendor documents beside the sync module says that it is not emulated, each by its name."""

import pytest

from doubleentry.dialects.built.gaps import GAPS


def path_of(template):
    return "/".join("7" if segment.startswith("{") else segment for segment in template.split("/"))


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: gap.id)
def test_each_answers_501_and_names_itself(built, gap):
    # Of operations that are documented at one and the same path, the first is named.
    names = [other.id for other in GAPS if (other.method, other.path) == (gap.method, gap.path)]

    for path in (gap.path, *gap.also):
        answer = built.call(gap.method, path_of(path), key=None, mount="/built")

        assert (answer.status, answer.body["error"]["kind"]) == (501, "Unsupported")
        assert answer.body["error"]["gap"] == f"the operation {names[0]} ({gap.method} {gap.path})"
        assert answer.body["error"]["source"] == gap.source


def test_every_documented_operation_is_there():
    assert len(GAPS) == 275
    assert sum("API reference" in gap.source for gap in GAPS) == 220
    assert len({gap.id for gap in GAPS}) == 275


def test_what_only_the_guides_tell_is_met_under_the_prefix_too():
    assert {gap.also for gap in GAPS if "guide" in gap.source} == {
        (f"/api/v3{gap.path}",) for gap in GAPS if "guide" in gap.source
    }
