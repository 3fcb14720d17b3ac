"""The calls of Built's guide, from Node by axios, against a live server that holds a thousand batches of each kind."""

import shutil

import pytest

from tests.functional.serving import run, serving
from tests.functional.test_other_clients import CLIENTS, drive, node_with


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    made = run("fixtures", "generate", "built", "--size", "1000", "--items", "1", cwd=folder)
    assert made.returncode == 0, made.stderr
    (folder / "many.yaml").write_text(made.stdout, encoding="utf-8")
    with serving("--fixture", "./many.yaml", "--log-level", "warning", cwd=folder) as running:
        yield running


@pytest.mark.slow
def test_axios_follows_every_page_of_a_thousand_batches(server):
    node, folder = node_with(CLIENTS / "axios" / "package.json")
    # Node looks for packages beside the script.
    driver = shutil.copy(CLIENTS / "axios" / "drive.cjs", folder)

    ran = drive([node, driver], server, "axios")

    assert ran.returncode == 0, ran.stdout + ran.stderr
