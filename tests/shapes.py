"""Whether what tests leave behind has the shapes that a snapshot is held to."""

from doubleentry.engine.shapes import SHAPES, problems

UNCHECKED = {"sending", "spared attempts"}
"""Of these nothing but the key is ever looked at."""


def hold_to_shapes(application, name):
    """Say so where a workspace could not be taken elsewhere, or keeps what has no shape."""
    workspace = application.workspaces.find(name)
    if workspace is None:
        return
    others = application.world.shapes
    dump = workspace.dump()

    assert list(problems(dump, SHAPES, others)) == []
    assert {name for name, rows in dump.items() if rows} <= SHAPES.keys() | others.keys() | UNCHECKED
