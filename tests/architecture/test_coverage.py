"""What cannot be reached in the engine should not be there."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_engines_own_tests_reach_every_branch_of_it(tmp_path, monkeypatch):
    command = [sys.executable, "-m", "pytest", "tests/unit/engine", "--quiet", "-p", "no:cacheprovider"]
    command += ["--cov=doubleentry.engine", "--cov-branch", "--cov-fail-under=100"]
    command += ["--cov-report=term-missing:skip-covered"]

    # The measurements of whoever measures this run are left alone.
    monkeypatch.setenv("COVERAGE_FILE", str(tmp_path / "coverage"))
    result = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    assert "Required test coverage of 100% reached" in result.stdout
