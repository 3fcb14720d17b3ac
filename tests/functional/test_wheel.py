"""The wheel serves the demo by itself, with nothing beside it but what it says that it needs."""

import importlib.metadata
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.functional.serving import run, serving

ROOT = Path(__file__).parents[2]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built with what is installed here: no registry is asked."""
    directory = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--quiet", "--wheel-dir", str(directory)]
    subprocess.run([*PIP, "wheel", *options, str(ROOT)], check=True)
    return next(directory.glob("doubleentry-*.whl"))


@pytest.fixture(scope="module")
def command(wheel, tmp_path_factory):
    """The command, installed into an empty environment with the requirements that the wheel states, no others."""
    directory = tmp_path_factory.mktemp("environment")
    venv.create(directory, with_pip=False, symlinks=os.name != "nt")
    scripts = directory / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [*PIP, "--python", str(scripts / "python"), "install", "--no-deps", "--no-index", "--quiet", str(wheel)],
        check=True,
    )
    site_packages = next(directory.rglob("site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        headers = archive.read(metadata).decode().partition("\n\n")[0]
    link_requirements(re.findall(r"^Requires-Dist: (.*)$", headers, re.MULTILINE), site_packages)
    return (str(scripts / "doubleentry"),)


def link_requirements(requirements, site_packages):
    """Link what some requirements need, and what that needs in turn, from this environment into another."""
    waiting = list(requirements)
    linked = set()
    while waiting:
        requirement, _, marker = waiting.pop().partition(";")
        name = re.match(r"[A-Za-z0-9._-]+", requirement)[0]
        if "extra ==" in marker or name in linked or not is_installed(name):
            continue
        linked.add(name)
        distribution = importlib.metadata.distribution(name)
        waiting += distribution.requires or []
        for part in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
            if not (site_packages / part).exists():
                (site_packages / part).symlink_to(distribution.locate_file(part))


def is_installed(name):
    """Tell whether a requirement is here; one for another platform or Python is not."""
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def test_the_wheel_serves_the_demo_from_an_empty_environment(command, tmp_path):
    with serving("--fixture", "demo", cwd=tmp_path, command=command) as server:
        answer = server.get("/_emulator/v1/health")
        code, _, errors = server.stop()

    assert (answer[0], code) == (200, 0), errors


def test_the_wheel_brings_its_fixtures(command, tmp_path):
    result = run("fixtures", "list", cwd=tmp_path, command=command)

    shipped = {line.split()[0] for line in result.stdout.splitlines()}
    assert shipped == {path.stem for path in (ROOT / "fixtures").glob("*.yaml")}, result.stderr


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()

    assert "Summary: Local emulator of the Codat, Sync2Books and Built Accounting sync APIs\n" in metadata
    assert "License-Expression: MIT\n" in metadata
    assert "doubleentry/py.typed" in names
    assert not [name for name in names if name.startswith("tests")]
