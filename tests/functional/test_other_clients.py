"""The official clients that cannot stand beside the newest in one environment, each driven in one of its own.

The environments are made once, in `.cache/clients`; where a client cannot be installed, its driver is skipped and says
why.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.functional.serving import serving

ROOT = Path(__file__).parents[2]
CLIENTS = Path(__file__).parent / "clients"
CACHE = ROOT / ".cache" / "clients"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
STAMP = "installed"
INSTALL_SECONDS = 240
DRIVE_SECONDS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving("--pace", "instant", "--log-level", "warning", cwd=tmp_path_factory.mktemp("server")) as running:
        yield running


def python_with(requirement):
    """Return the Python of an environment that has one client."""
    folder = CACHE / f"{requirement.replace('==', '-')}-python{sys.version_info.major}.{sys.version_info.minor}"
    scripts = folder / SCRIPTS
    if not (folder / STAMP).exists():
        venv.create(folder, with_pip=False, clear=True, symlinks=os.name != "nt")
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(scripts / "python"))
        install([*pip, "install", "--quiet", "--retries", "1", requirement], folder)
    return scripts / "python"


def node_with(package):
    """Return node and a folder where it finds what a package.json asks for."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed")
    folder = CACHE / f"node-{hashlib.sha256(package.read_bytes()).hexdigest()[:12]}"
    if not (folder / STAMP).exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(package, folder)
        # A lock file would name the registry that this machine happens to use.
        install([npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefix", str(folder)], folder)
    return node, folder


def install(command, folder):
    """Install, and remember that it is done; skip where it cannot be."""
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"cannot be installed here: {INSTALL_SECONDS} s were not enough")
    if ran.returncode != 0:
        told = ran.stderr.strip().splitlines() or [f"exit {ran.returncode}"]
        pytest.skip(f"cannot be installed here: {told[-1]}")
    (folder / STAMP).touch()


def drive(command, server, workspace):
    """Run a driver against the server, in a workspace of its own."""
    return subprocess.run(
        [*map(str, command), server.ready["url"], workspace],
        cwd=CLIENTS,
        capture_output=True,
        text=True,
        timeout=DRIVE_SECONDS,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("requirement", "driver"),
    [
        ("codat-expenses==0.8.6", "codat_expenses_0_8_6.py"),
        ("codat-sync-for-expenses-version-1==0.5.0", "version_1_0_5_0.py"),
    ],
)
def test_an_older_python_client_reads_every_answer(server, requirement, driver):
    python = python_with(requirement)

    ran = drive([python, CLIENTS / driver], server, driver.removesuffix(".py").replace("_", "-"))

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.slow
def test_the_typescript_client_reads_every_answer(server):
    node, folder = node_with(CLIENTS / "typescript" / "package.json")
    # Node looks for packages beside the script.
    driver = shutil.copy(CLIENTS / "typescript" / "drive.cjs", folder)

    ran = drive([node, driver], server, "typescript")

    assert ran.returncode == 0, ran.stdout + ran.stderr
