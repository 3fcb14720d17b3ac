"""The engine, the web kit and the control API speak of no vendor."""

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "doubleentry"
VENDOR_FREE = ["engine", "web", "control"]

# "Built" is a vendor in its code, its name and its paths; "built" and "built-in" are English.
VENDOR = re.compile(
    r"codat|sync2books|laravel|nestjs|\bbuilt_|built ?accounting|\bbuilt's|/built\b|[\"']built[\"'.]", re.IGNORECASE
)


def vendor_names(text):
    return [match[0] for match in VENDOR.finditer(text)]


@pytest.mark.parametrize("room", VENDOR_FREE)
def test_no_vendor_is_named(room):
    found = [
        f"{path.relative_to(PACKAGE)}:{number}: {line.strip()}"
        for path in sorted((PACKAGE / room).rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if vendor_names(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "from doubleentry.dialects.codat import DIALECT",
        "class CodatSync:",
        '"""As Sync2Books does."""',
        'if dialect == "built":',
        "built_port = 1",
        '"built.missing"',
        "# Built Accounting sends this",
        "/built/api/v3",
        "# Laravel's pages",
    ],
)
def test_a_vendor_is_recognised(text):
    assert vendor_names(text)


@pytest.mark.parametrize(
    "text", ["Surfaces are built at the first request.", "a built-in sink", "It is built once; rebuilt never."]
)
def test_english_is_not_taken_for_a_vendor(text):
    assert vendor_names(text) == []
