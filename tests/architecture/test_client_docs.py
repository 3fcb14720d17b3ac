"""What docs/clients.md tells users to write is what the drivers run."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECTIONS = re.findall(
    r"^## (.*?)\n.*?^```\w+\n(.*?)^```\n\nDriver: `(.*?)`",
    (ROOT / "docs" / "clients.md").read_text("utf-8"),
    flags=re.DOTALL | re.MULTILINE,
)
# What users write down, and what drivers have for it, as they are told where their emulator is.
SPELLINGS = {
    '"Basic Y29kYXQtZGVtbw=="': "authorization",
    '"http://127.0.0.1:14940/codat"': "base_url",
    '"http://127.0.0.1:14940/built"': "base_url",
    '"http://127.0.0.1:14940/sync2books"': "base_url",
    "emulator.base_url": "base_url",
    "baseUrl": "base_url",
}


def test_every_section_names_its_driver():
    assert len(SECTIONS) == 6


@pytest.mark.parametrize(("code", "driver"), [section[1:] for section in SECTIONS], ids=[row[0] for row in SECTIONS])
def test_every_line_that_is_shown_is_run(code, driver):
    run = lines((ROOT / driver).read_text("utf-8"))

    shown = lines(code)

    assert [line for line in shown if line not in run] == []


def lines(code):
    """Return lines in a spelling that is the same for a user's and a driver's."""
    for spelling, meant in SPELLINGS.items():
        code = code.replace(spelling, meant)
    stripped = (line.strip().removeprefix("client = ").removeprefix("return ") for line in code.splitlines())
    return [line for line in stripped if line]
