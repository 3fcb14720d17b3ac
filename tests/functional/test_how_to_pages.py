"""The pages about test suites and scenarios, used as a reader would use them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import requests

from tests.functional.serving import run, serving

DOCS = Path(__file__).parents[2] / "docs"
CODAT = "/codat/companies/c0000000-0000-4000-8000-00000000000a/sync/expenses/syncs"


def write_blocks(page, language, folder):
    """Write the blocks of a page that begin with the name of a file, and return the names."""
    found = re.findall(
        rf"^```{language}\n(# (\S+)\n.*?)^```$", (DOCS / page).read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    for text, name in found:
        (folder / name).write_text(text, encoding="utf-8")
    return [name for _, name in found]


def test_the_suite_of_the_page_about_testing_passes(tmp_path, monkeypatch):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)

    names = write_blocks("testing.md", "python", tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert names == ["conftest.py", "test_retry.py"]
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr


def test_the_scenario_of_the_page_has_no_problem_and_its_dataset_is_pushed(tmp_path):
    assert write_blocks("scenarios.md", "yaml", tmp_path) == ["ours.yaml"]
    checked = run("fixtures", "check", "ours.yaml", cwd=tmp_path)

    with serving("--fixtures-dir", ".", "--fixture", "ours", "--pace", "instant", cwd=tmp_path) as server:
        started = ask(server, CODAT, {"datasetIds": ["d0000000-0000-4000-8000-00000000000a"]})
        status = ask(server, f"{CODAT}/{started['syncId']}/status")
        server.stop()

    assert (checked.returncode, checked.stdout) == (0, "1 file without a problem\n")
    assert (status["syncStatusCode"], status["dataPushed"]) == (2000, True)


def ask(server, path, body=None):
    """Return the answer to who shows the key that the scenario adds."""
    url, headers = server.ready["url"] + path, {"Authorization": "Basic b3VyLWtleQ=="}
    return requests.request("GET" if body is None else "POST", url, json=body, headers=headers, timeout=10).json()
