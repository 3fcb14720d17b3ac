"""The pages about time, seeing and worlds, pasted into a shell as a reader would paste them."""

import json

import pytest

from tests.functional.test_readme import ROOT, blocks, shell

__all__ = ["shell"]

DOCS = ROOT / "docs"

TOLD = {
    "time": ('"kind":"sync.start"', '"syncStatus":"Started"', '"syncStatus":"Complete"', '"status":"finished"'),
    "seeing": (
        '"cause":"request 1"',
        "event: sync.finished",
        '{"verified":true,"known":true,"differences":[]}',
        '{"verified":false,"known":true,',
        "Client->>API: POST /companies/",
        '"message":"Transactions of type TransferIn are not supported for Dynamics 365 Business Central."',
    ),
    "worlds": ('"name":"test-7"', '"snapshots":[{"name":"before"', '"name":"what-if"', '"sending":"free"'),
}


@pytest.mark.parametrize("page", TOLD)
def test_the_commands_of_a_page_are_all_taken_and_show_what_it_says(shell, tmp_path, page):
    script = "\n".join(blocks(DOCS / f"{page}.md"))

    ran = shell(script.replace("curl -s", "curl -sf"))

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert [told for told in TOLD[page] if told not in ran.stdout] == []
    for file in tmp_path.glob("*.jsonl"):
        assert all(json.loads(line) for line in file.read_text().splitlines())
