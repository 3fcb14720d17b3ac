"""The import rule holds, and each of its contracts can fail."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Contract, the module that breaks it, and the import that does.
VIOLATIONS = [
    ("floors", "engine/clock.py", "import doubleentry.web.surface"),
    ("floors", "config/values.py", "import doubleentry.control"),
    ("floors", "stray.py", ""),
    ("dialects", "dialects/base.py", "import doubleentry.dialects.registry"),
    ("rooms", "dialects/codat/rules/companies.py", "import doubleentry.dialects.codat.routes"),
    ("rooms", "dialects/codat/auth.py", "import doubleentry.dialects.codat.errors"),
    ("adapters", "web/context.py", "import doubleentry.adapters.tinydb"),
    ("engine", "engine/syncs.py", "import flask"),
    ("engine", "engine/webhooks.py", "import http.client"),
    ("tinydb", "web/context.py", "import tinydb"),
    ("acyclic", "engine/documents.py", "import doubleentry.engine.syncs"),
]


def lint_imports(root, *arguments):
    """Check the package in a folder laid out as the repository is."""
    program = "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=root, capture_output=True, text=True, check=False
    )


def test_the_package_keeps_every_contract():
    result = lint_imports(ROOT, "--no-cache")

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("contract", "module", "statement"), VIOLATIONS, ids=[f"{contract}-{module}" for contract, module, _ in VIOLATIONS]
)
def test_a_violation_is_noticed(tmp_path, contract, module, statement):
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = tmp_path / "src" / "doubleentry" / module
    assert broken.exists() or module == "stray.py", f"{module} is gone; break the contract elsewhere"
    with broken.open("a", encoding="utf-8") as file:
        file.write(f"\n{statement}\n")

    result = lint_imports(tmp_path, "--no-cache", "--contract", contract)

    assert (result.returncode, "0 kept, 1 broken" in result.stdout) == (1, True), result.stdout + result.stderr
    assert "." + Path(module).stem in result.stdout


def test_each_contract_is_seen_to_fail():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    assert {contract["id"] for contract in contracts} == {contract for contract, _, _ in VIOLATIONS}
