"""A module can be read in one sitting."""

from pathlib import Path

import doubleentry

PACKAGE = Path(doubleentry.__file__).parent
MOST_LINES = 400


def test_no_module_is_longer_than_it_may_be():
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")}

    assert "engine/workspace.py" in lengths
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}
