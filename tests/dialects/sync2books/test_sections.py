"""Sync2Books' part of a fixture file."""

import pytest

from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.dialects.registry import DIALECTS
from doubleentry.dialects.sync2books.applications import CREDENTIALS, DEFAULT
from doubleentry.fixtures import FixtureError, check
from tests.dialects.sync2books.caller import COMPANY, CONNECTION, Sync2Books

SCENARIO = """
sync2books:
  applications:
    - {id: app, name: App, clientId: client_1, keys: [{key: sk_development_1}]}
  companies:
    - {id: acme, application: app, name: Acme, createdAt: "2026-01-05T09:00:00Z"}
  connections:
    - {id: books, companyId: acme, integrationKey: xero, created: now-1d}
    - {id: waiting, companyId: acme, integrationKey: sage, status: pending, created: now-1d}
  configs:
    - {companyId: acme, supplier: {id: "SUPPLIER"}}
"""
SUPPLIER = "6de1efcf-babf-4187-84b4-3786b35a3cea"


@pytest.fixture
def write(tmp_path):
    def write(text):
        file = tmp_path / "scenario.yaml"
        file.write_text(text)
        return file

    return write


def test_what_a_file_has_is_served(write):
    file = write(SCENARIO.replace("SUPPLIER", SUPPLIER))
    application = Application(Config(fixture=str(file), access_log=False), testing=True)
    s2b = Sync2Books(application, "default")

    company = s2b.ok("GET", "/companies/acme", key="sk_development_1", prefix="")
    shown = s2b.ok("GET", "/companies/acme/connections", key="sk_development_1", prefix="")["connections"]
    config = s2b.ok("GET", "/companies/acme/expense-config", key="sk_development_1", prefix="")

    instant = "2026-01-05T09:00:00Z"
    assert company == {"id": "acme", "name": "Acme", "isActive": True, "createdAt": instant, "updatedAt": instant}
    assert [(each["id"], each["integrationKey"], each["status"]) for each in shown] == [("books", "XERO", "CONNECTED")]
    assert config == {"companyId": "acme", "supplier": {"id": SUPPLIER, "name": "Card Purchases"}}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("application: app", "application: other", "there is none of the applications named 'other'"),
        ("companyId: acme, integrationKey: xero", "companyId: acme, integrationKey: sap", "Must be one of: quickbooks"),
        ("name: App,", "name: App, colour: red,", "unknown member"),
        ("SUPPLIER", "nobody", "the ledger has no supplier with the id 'nobody'"),
        ("status: pending", "status: gone", "Must be one of: connected"),
        ("clientId: client_1, ", "", "Missing data for required field."),
    ],
)
def test_what_is_wrong_in_a_file_is_told(write, old, new, complaint):
    text = SCENARIO.replace(old, new).replace("SUPPLIER", SUPPLIER)

    problems = check(write(text), DIALECTS.values())

    assert [complaint in problem.message for problem in problems] == [True]


def test_a_file_with_problems_is_not_served(write):
    with pytest.raises(FixtureError):
        Application(Config(fixture=str(write("sync2books: {company: []}"))))


def test_the_scenario_of_the_documents_has_a_connection_whose_books_have_the_samples_rows(open_sync2books):
    s2b = open_sync2books("documents")

    assert [company["id"] for company in s2b.ok("GET", "/companies")] == [COMPANY]
    assert "64" in {row["id"] for row in s2b.ok("GET", f"/connections/{CONNECTION}/accounts")["accounts"]}


def test_the_demo_has_the_application_that_every_other_scenario_has(s2b):
    [application, _] = s2b.workspace.store.find("sync2books applications")

    assert application == dict(DEFAULT)


def test_people_are_told_the_credentials_of_the_demo(application):
    told = application.ready_document(1)["dialects"]["sync2books"]

    assert told["credentials"] == dict(CREDENTIALS)
    assert "client secret: cs_development_demo" in application.banner(1)
