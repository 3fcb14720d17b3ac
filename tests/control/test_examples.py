"""The bodies that the viewer suggests."""

import pytest

from doubleentry.app import CONTROL

EXAMPLES = [
    (operation.id, operation.body, example)
    for operation in CONTROL.operations
    for example in getattr(operation.body, "also", {}).get("examples", ())
]


@pytest.mark.parametrize(("schema", "example"), [each[1:] for each in EXAMPLES], ids=[each[0] for each in EXAMPLES])
def test_a_body_that_is_suggested_is_taken(schema, example):
    assert schema.validate(example) == {}


def test_bodies_of_which_all_members_together_would_be_refused_have_an_example():
    assert {"advanceClock", "freezeClock", "reset", "changePace", "addFault", "verify"} <= {
        each[0] for each in EXAMPLES
    }
