"""What each accounting platform behind Codat takes."""

import uuid
from pathlib import Path

import pytest

from doubleentry.dialects.codat.platforms import CONNECTABLE_KEYS, PLATFORMS, Contact, TransactionType

ROOT = Path(__file__).parents[3]

KEYS = {"Xero": "gbol", "QuickBooks Online": "qhyg", "Dynamics 365": "trji", "Oracle NetSuite": "akxx"}


def cells():
    """The table of the overview guide of 2023, cell by cell: key, type, whether it is ticked."""
    text = (ROOT / "tests/data/seeds/004-codat-overview/table-transaction-types.txt").read_text(encoding="utf-8")
    header, _rule, *rows = ([cell.strip() for cell in row.strip()[1:-1].split("|")] for row in text.splitlines() if row)
    kinds = ["".join(word.capitalize() for word in name.split()) for name in header[1:]]
    for name, *marks in rows:
        key = KEYS[" ".join(name.split())]
        yield from ((key, kind, bool(mark)) for kind, mark in zip(kinds, marks, strict=True))


CELLS = list(cells())


def test_the_table_has_all_32_cells():
    assert len(CELLS) == 32


@pytest.mark.parametrize(("key", "kind", "is_supported"), CELLS)
def test_a_platform_takes_the_types_that_the_overview_ticks(key, kind, is_supported):
    assert (TransactionType(kind) in PLATFORMS[key].transaction_types) is is_supported


def test_the_sandbox_of_quickbooks_online_takes_what_quickbooks_online_takes():
    assert PLATFORMS["ndsk"].transaction_types == PLATFORMS["qhyg"].transaction_types


@pytest.mark.parametrize(
    ("key", "kinds"),
    [
        ("pqsw", {"Payment", "Refund", "Reward", "Chargeback"}),
        ("knfz", {"Payment", "Refund"}),
        ("fbrh", {"Payment"}),
        ("rwuv", {"Payment"}),
        ("mqjo", set()),
        ("pexp", set()),
    ],
)
def test_the_other_platforms_take_what_the_current_guide_lists(key, kinds):
    assert PLATFORMS[key].transaction_types == kinds


def test_only_payments_on_xero_can_be_changed_after_a_sync():
    assert {key: set(platform.updatable_types) for key, platform in PLATFORMS.items() if platform.updatable_types} == {
        "gbol": {"Payment"}
    }


def test_each_platform_is_listed_under_its_own_key():
    assert all(platform.key == key for key, platform in PLATFORMS.items())


def test_ids_of_platforms_are_distinct_guids_in_lower_case():
    ids = [ids for platform in PLATFORMS.values() for ids in (platform.integration_id, platform.source_id)]

    assert [str(uuid.UUID(one)) for one in ids] == ids
    assert len(set(ids)) == len(ids)


def test_the_partner_expense_connection_is_not_made_by_key():
    assert set(PLATFORMS) - set(CONNECTABLE_KEYS) == {"pexp"}


def test_codats_sandbox_is_no_destination():
    assert [key for key, platform in PLATFORMS.items() if not platform.destination] == ["mqjo", "pexp"]


def test_a_platform_says_whom_it_books_against_for_each_type_that_it_takes():
    assert all(set(platform.contacts) == platform.transaction_types for platform in PLATFORMS.values())


@pytest.mark.parametrize(
    ("key", "kind", "contact"),
    [
        ("gbol", "Payment", Contact.SUPPLIER),
        ("gbol", "Refund", Contact.CUSTOMER),
        ("gbol", "AdjustmentIn", Contact.BY_ACCOUNT),
        ("qhyg", "Refund", Contact.SUPPLIER),
        ("qhyg", "AdjustmentOut", Contact.CUSTOMER),
        ("akxx", "Refund", Contact.SUPPLIER),
        ("trji", "Payment", Contact.NONE),
        ("pqsw", "Chargeback", Contact.SUPPLIER),
        ("fbrh", "Payment", Contact.NONE),
    ],
)
def test_the_contact_depends_on_platform_and_type(key, kind, contact):
    assert PLATFORMS[key].contacts[TransactionType(kind)] is contact


@pytest.mark.parametrize(
    ("key", "tax_rate_id", "is_no_tax"),
    [
        ("qhyg", "NON", True),
        ("gbol", "NONE", True),
        ("akxx", "-7", True),
        ("akxx", "114", True),
        ("akxx", "UNDEF-GB", True),
        ("gbol", "INPUT2", False),
        ("pqsw", "NON", False),
    ],
)
def test_no_tax_is_spelled_differently_by_each_platform(key, tax_rate_id, is_no_tax):
    assert PLATFORMS[key].is_no_tax(tax_rate_id) is is_no_tax


def test_quickbooks_desktop_takes_no_attachments():
    assert PLATFORMS["pqsw"].attachments is None


def test_xero_takes_files_of_four_megabytes():
    assert PLATFORMS["gbol"].attachments.max_bytes == 4 * 1024 * 1024


@pytest.mark.parametrize(
    ("key", "file_name", "is_taken"),
    [
        ("gbol", "receipt.PDF", True),
        ("gbol", "receipt.exe", False),
        ("gbol", "receipt", False),
        ("qhyg", "receipt.zip", False),
        ("trji", "receipt.exe", True),
    ],
)
def test_a_file_is_taken_by_its_extension_where_a_list_is_published(key, file_name, is_taken):
    assert PLATFORMS[key].attachments.takes_name(file_name) is is_taken


def test_each_platform_with_a_ledger_has_its_template():
    templates = {platform.template for platform in PLATFORMS.values()} - {""}

    shipped = {path.stem for path in (ROOT / "fixtures" / "ledgers").glob("*.yaml")}
    assert templates == {name for name in shipped if not name.startswith("sync2books-")}
