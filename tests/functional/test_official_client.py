"""The official Python client, newest version, against a live server: typed results and typed errors.

The client calls no rules, so those are made by plain HTTP, and called back to a receiver of ours.
"""

import json
import re
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from codat_sync_for_expenses import CodatSyncExpenses
from codat_sync_for_expenses.models import errors, operations, shared
from codat_sync_for_expenses.models.sync_complete_webhook import SyncCompleteWebhook
from codat_sync_for_expenses.models.sync_failed_webhook import SyncFailedWebhook
from codat_sync_for_expenses.types import UNSET
from codat_sync_for_expenses.utils import RetryConfig

from tests.functional.clients.steering import (
    ABSENT,
    CARD,
    CUSTOMER,
    FAULTS,
    QUICKBOOKS,
    QUICKBOOKS_ACCOUNT,
    ROASTERY,
    STATIONERY,
    SUPPLIER,
    XERO,
    Emulator,
    ordered,
)
from tests.functional.serving import serving

# The client warns of defaults of its own, which are text where its types say an enumeration.
pytestmark = pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")

PAYMENT = "90000000-0000-4000-8000-000000000001"
REFUND = "90000000-0000-4000-8000-000000000002"
PROBLEMS = "There are problems with the request, see the Validation property for more detail."


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving("--pace", "instant", "--log-level", "warning", cwd=tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def emulator(server, request):
    """A workspace of this test alone."""
    return Emulator(server.ready["url"], request.node.name.partition("[")[0].replace("_", "-")[-60:].strip("-"))


def connect(emulator, authorization):
    return CodatSyncExpenses(
        security=shared.Security(auth_header=authorization),
        server_url=emulator.base_url,
        retry_config=RetryConfig("none"),
    )


@pytest.fixture
def client(emulator):
    return connect(emulator, emulator.authorization)


@pytest.fixture
def receiver():
    """Where webhooks arrive."""
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.received = received
        server.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def add_rule(emulator, rule_type, company_id, webhook):
    """Ask to be called back, with the body that the guide prints."""
    rule = {"type": rule_type, "companyId": company_id, "notifiers": {"webhook": webhook}}
    answer = requests.post(
        f"{emulator.base_url}/rules", json=rule, headers={"Authorization": emulator.authorization}, timeout=10
    )
    return answer.json()["id"]


def expense(id, account=STATIONERY, kind=shared.ExpenseTransactionType.PAYMENT, net_amount="45.50"):
    line = shared.ExpenseTransactionLine(
        account_ref=shared.RecordRef(id=account),
        net_amount=Decimal(net_amount),
        tax_amount=Decimal("9.10"),
        tax_rate_ref=shared.RecordRef(id="INPUT2"),
        tracking_refs=[shared.TrackingRef(id=ROASTERY)],
    )
    return shared.ExpenseTransaction(
        id=id,
        type=kind,
        issue_date="2023-04-03T00:00:00+00:00",
        currency="GBP",
        currency_rate=Decimal(1),
        contact_ref=shared.ExpenseContactRef(id=SUPPLIER),
        bank_account_ref=shared.BankAccountReference(id=CARD),
        merchant_name="Penrose Stationers",
        lines=[line],
        notes="Bag labels",
    )


def push(client, emulator, company_id, *expenses):
    """Create expenses, and return the id of their sync once that has ended."""
    created = client.expenses.create(request={"company_id": company_id, "request_body": list(expenses)})
    emulator.wait_for_sync(created.sync_id)
    return created.sync_id


def status_of(client, company_id, sync_id):
    return client.sync.get(request={"company_id": company_id, "sync_id": sync_id})


def raised(call):
    """Return the typed error of a call."""
    with pytest.raises(errors.ErrorMessage) as caught:
        call()
    assert caught.value.data.status_code == caught.value.status_code
    return caught.value.data


def test_an_expense_travels_from_a_new_company_to_ledger_webhook_and_receipt(client, emulator, receiver):
    company = client.companies.create(request=shared.CompanyRequestBody(name="Corner Cafe"))
    accounting = client.connections.create(
        request=operations.CreateConnectionRequest(
            company_id=company.id, request_body=operations.CreateConnectionRequestBody(platform_key="gbol")
        )
    )
    emulator.link(accounting.id)
    client.connections.create_partner_expense_connection(
        request=operations.CreatePartnerExpenseConnectionRequest(company_id=company.id)
    )
    options = client.mapping_options.get_mapping_options(
        request=operations.GetMappingOptionsRequest(company_id=company.id)
    )
    account = next(one for one in options.accounts if one.name == "Printing & Stationery")
    client.configuration.set(
        request=operations.SetCompanyConfigurationRequest(
            company_id=company.id,
            company_configuration=shared.CompanyConfiguration(
                bank_account=shared.BankAccountDetails(id=CARD),
                supplier=shared.SupplierDetails(id=SUPPLIER),
                customer=shared.CustomerDetails(id=CUSTOMER),
            ),
        )
    )
    rule_id = add_rule(emulator, "sync-complete", company.id, receiver.url)

    sync_id = push(client, emulator, company.id, expense(PAYMENT, account.id))
    emulator.control("POST", "/wait", {"for": {"deliveries": 1, "status": ["delivered"]}})
    attachment = client.attachments.upload(
        request=operations.UploadExpenseAttachmentRequest(
            company_id=company.id,
            sync_id=sync_id,
            transaction_id=PAYMENT,
            attachment_upload=shared.AttachmentUpload(
                file=shared.CodatFile(file_name="receipt.pdf", content=b"%PDF-1.4 a receipt")
            ),
        )
    )

    status = status_of(client, company.id, sync_id)
    assert (status.sync_status_code, status.sync_status, status.data_pushed) == (2000, "Complete", True)
    books = emulator.books(accounting.id)
    assert len(books["postings"]) == 1
    assert books["balances"][account.id] == 45.5
    (alert,) = map(SyncCompleteWebhook.from_dict, receiver.received)
    assert (alert.rule_id, alert.rule_type, alert.company_id) == (rule_id, "Sync Completed", company.id)
    assert (alert.data.sync_id, alert.data.sync_type) == (sync_id, "Expense")
    assert (attachment.company_id, attachment.transaction_id) == (company.id, PAYMENT)
    (file,) = books["files"]
    assert (file["id"], file["name"], file["size"]) == (attachment.id, "receipt.pdf", 18)


def test_companies_come_typed(client):
    created = client.companies.create(
        request=shared.CompanyRequestBody(name="Corner (Cafe)", description="A new one", tags={"region": "uk"})
    )
    one = operations.GetCompanyRequest(company_id=created.id)
    got = client.companies.get(request=one)
    replaced = client.companies.replace(
        request=operations.ReplaceCompanyRequest(
            company_id=created.id, company_request_body=shared.CompanyRequestBody(name="Corner House")
        )
    )
    updated = client.companies.update(
        request=operations.UpdateCompanyRequest(
            company_id=created.id,
            company_update_request=shared.CompanyUpdateRequest(description="Not so new", tags={"team": "x"}),
        )
    )
    listed = client.companies.list(
        request=operations.ListCompaniesRequest(page=2, page_size=2, order_by="name", query="name!=nobody")
    )
    tagged = client.companies.list(request=operations.ListCompaniesRequest(tags="team=x"))
    deleted = client.companies.delete(request=operations.DeleteCompanyRequest(company_id=created.id))

    assert isinstance(created, shared.Company)
    assert (created.name, created.description, created.tags) == ("Corner Cafe", "A new one", {"region": "uk"})
    assert created.data_connections == []
    assert created.redirect.endswith(f"/link/company/{created.id}")
    assert (got.id, got.name, got.redirect, got.tags) == (created.id, created.name, created.redirect, created.tags)
    assert (replaced.name, replaced.description or "", replaced.tags) == ("Corner House", "", {})
    assert (updated.name, updated.description, updated.tags) == ("Corner House", "Not so new", {"team": "x"})
    assert (listed.page_number, listed.page_size, listed.total_results, len(listed.results)) == (2, 2, 6, 2)
    assert listed.links.self_.href == "/companies"
    assert all("query=" in link.href for link in (listed.links.current, listed.links.next, listed.links.previous))
    assert [company.id for company in tagged.results] == [created.id]
    assert deleted is None
    assert raised(lambda: client.companies.get(request=one)).status_code == 404


def test_connections_come_typed(client, emulator):
    company_id = client.companies.create(request=shared.CompanyRequestBody(name="Corner Cafe")).id
    created = client.connections.create(
        request=operations.CreateConnectionRequest(
            company_id=company_id, request_body=operations.CreateConnectionRequestBody(platform_key="gbol")
        )
    )
    emulator.link(created.id)
    one = {"company_id": company_id, "connection_id": created.id}
    got = client.connections.get(request=operations.GetConnectionRequest(**one))
    partner = client.connections.create_partner_expense_connection(
        request=operations.CreatePartnerExpenseConnectionRequest(company_id=company_id)
    )
    listed = client.connections.list(request=operations.ListConnectionsRequest(company_id=company_id))
    unlinked = client.connections.unlink(
        request=operations.UnlinkConnectionRequest(
            **one, request_body=shared.UpdateConnection(status=shared.DataConnectionStatus.UNLINKED)
        )
    )
    deleted = client.connections.delete(request=operations.DeleteConnectionRequest(**one))
    left = client.connections.list(request=operations.ListConnectionsRequest(company_id=company_id))

    assert isinstance(created, shared.Connection)
    assert (created.platform_name, created.integration_key, created.source_type) == ("Xero", "gbol", "Accounting")
    assert created.status is shared.DataConnectionStatus.PENDING_AUTH
    assert created.link_url.endswith(f"/companies/{company_id}/connections/{created.id}/start")
    assert (got.id, got.status) == (created.id, shared.DataConnectionStatus.LINKED)
    assert (partner.platform_name, partner.source_type) == ("Partner Expense", "Other")
    assert partner.status is shared.DataConnectionStatus.LINKED
    assert (listed.page_number, listed.page_size, listed.total_results) == (1, 100, 2)
    assert [connection.id for connection in listed.results] == [created.id, partner.id]
    assert (unlinked.id, unlinked.status) == (created.id, shared.DataConnectionStatus.UNLINKED)
    assert deleted is None
    assert [connection.id for connection in left.results] == [partner.id]


def test_a_configuration_comes_typed_before_and_after_it_is_set(client):
    company_id = client.companies.create(request=shared.CompanyRequestBody(name="Corner Cafe")).id

    unset = client.configuration.get(request=operations.GetCompanyConfigurationRequest(company_id=company_id))
    stored = client.configuration.get(request=operations.GetCompanyConfigurationRequest(company_id=XERO))
    saved = client.configuration.set(
        request=operations.SetCompanyConfigurationRequest(company_id=XERO, company_configuration=stored)
    )

    assert isinstance(unset, shared.CompanyConfiguration)
    assert (unset.bank_account.id, unset.supplier.id, unset.customer.id) == (None, None, None)
    assert (stored.bank_account.id, stored.supplier.id, stored.customer.id) == (CARD, SUPPLIER, CUSTOMER)
    assert saved == stored


def test_mapping_options_come_typed(client):
    options = client.mapping_options.get_mapping_options(request=operations.GetMappingOptionsRequest(company_id=XERO))

    account = next(one for one in options.accounts if one.id == STATIONERY)
    rate = next(one for one in options.tax_rates if one.id == "INPUT2")
    category = next(one for one in options.tracking_categories if one.id == ROASTERY)
    assert options.expense_provider == "Partner Expense"
    assert (account.name, account.currency, account.account_type) == ("Printing & Stationery", "GBP", "Expense")
    assert shared.ValidTransactionTypes.PAYMENT in account.valid_transaction_types
    assert (rate.name, rate.code, rate.effective_tax_rate, rate.total_tax_rate) == (
        "20% (VAT on Expenses)",
        "INPUT2",
        Decimal(20),
        Decimal(20),
    )
    assert (category.name, category.has_children) == ("Roastery", False)
    assert category.parent_id in {one.id for one in options.tracking_categories if one.has_children}


def test_a_sync_is_seen_under_way_and_complete_by_all_four_status_calls(client, emulator):
    emulator.hold_next_sync()
    created = client.expenses.create(
        request=operations.CreateExpenseTransactionRequest(company_id=XERO, request_body=[expense(PAYMENT)])
    )
    under_way = status_of(client, XERO, created.sync_id)
    emulator.release(created.sync_id)

    by_id = status_of(client, XERO, created.sync_id)
    latest = client.sync.get_latest_sync(request=operations.GetLatestSyncRequest(company_id=XERO))
    successful = client.sync.get_last_successful_sync(request=operations.GetLastSuccessfulSyncRequest(company_id=XERO))
    every = client.sync.list(request=operations.ListSyncsRequest(company_id=XERO))
    assert (under_way.sync_status_code, under_way.data_pushed) == (1000, False)
    assert by_id == shared.CompanySyncStatus(
        company_id=XERO,
        sync_id=created.sync_id,
        sync_status_code=2000,
        sync_status="Complete",
        error_message="",
        sync_exception_message="",
        sync_utc=by_id.sync_utc,
        data_pushed=True,
    )
    assert latest == successful == by_id
    assert by_id in every


def test_transactions_come_typed_page_by_page_and_one_by_one(client, emulator):
    sync_id = push(
        client,
        emulator,
        XERO,
        expense(PAYMENT),
        expense(REFUND, kind=shared.ExpenseTransactionType.REFUND),
    )

    page = client.transaction_status.list(
        request=operations.ListSyncTransactionsRequest(company_id=XERO, sync_id=sync_id, page=2, page_size=1)
    )
    rows = client.transaction_status.get(
        request=operations.GetSyncTransactionRequest(company_id=XERO, sync_id=sync_id, transaction_id=PAYMENT)
    )

    assert (page.page_number, page.page_size, page.total_results) == (2, 1, 2)
    assert page.links.previous.href == f"/companies/{XERO}/syncs/{sync_id}/transactions?page=1&pageSize=1"
    assert page.links.next is None
    (second,), (first,) = page.results, rows
    assert (second.transaction_id, first.transaction_id) == (REFUND, PAYMENT)
    for row in (first, second):
        assert row.status is shared.TransactionStatus.COMPLETED
        assert row.integration_type is shared.IntegrationType.EXPENSES
        assert row.message == UNSET


def test_an_expense_is_updated_after_its_sync(client, emulator):
    push(client, emulator, XERO, expense(PAYMENT))
    change = expense(PAYMENT, net_amount="91.00")

    updated = client.expenses.update(
        request=operations.UpdateExpenseTransactionRequest(
            company_id=XERO,
            transaction_id=PAYMENT,
            update_expense_request=shared.UpdateExpenseRequest(
                type="Payment", issue_date=change.issue_date, currency="GBP", lines=change.lines
            ),
        )
    )
    emulator.wait_for_sync(updated.sync_id)

    assert status_of(client, XERO, updated.sync_id).sync_status_code == 2000


def test_a_push_that_the_books_refuse_comes_typed_and_calls_back(client, emulator, receiver):
    add_rule(emulator, "sync-failed", XERO, receiver.url)

    sync_id = push(client, emulator, XERO, expense(PAYMENT, account="no-such-account"))
    emulator.control("POST", "/wait", {"for": {"deliveries": 1, "status": ["delivered"]}})

    status = status_of(client, XERO, sync_id)
    assert (status.sync_status_code, status.sync_status, status.data_pushed) == (5130, "PushError", False)
    assert status.error_message.startswith("An error occurred in a downstream service. Correlation ID: ")
    (row,) = client.transaction_status.get(
        request=operations.GetSyncTransactionRequest(company_id=XERO, sync_id=sync_id, transaction_id=PAYMENT)
    )
    assert row.status is shared.TransactionStatus.PUSH_ERROR
    assert row.message
    (alert,) = map(SyncFailedWebhook.from_dict, receiver.received)
    assert (alert.rule_type, alert.data.sync_id, alert.data.failure_stage) == ("Sync Failed", sync_id, "Pushing")


def test_what_is_not_there_is_a_typed_404(client):
    company = raised(lambda: client.companies.get(request=operations.GetCompanyRequest(company_id=ABSENT)))
    connection = raised(
        lambda: client.connections.get(request=operations.GetConnectionRequest(company_id=XERO, connection_id=ABSENT))
    )
    sync = raised(lambda: status_of(client, XERO, ABSENT))

    assert (company.service, company.error) == ("ClientsApi", f"No company was found with ID {ABSENT}")
    assert (connection.service, connection.error) == ("PublicApi", f"Data connection {ABSENT} not found")
    assert (sync.service, sync.error) == ("ExpenseSyncApi", "NotFound")
    for error in (company, connection, sync):
        assert (error.status_code, error.can_be_retried, error.detailed_error_code) == (404, "Unknown", 0)
        assert error.validation is None
        assert len(error.correlation_id) == 32


def test_a_body_with_problems_is_a_typed_400_that_names_them(client):
    request = operations.CreateExpenseTransactionRequest(
        company_id=XERO, request_body=[expense(PAYMENT, net_amount="6000000")]
    )

    error = raised(lambda: client.expenses.create(request=request))

    assert (error.status_code, error.service, error.error) == (400, "ExpenseSyncApi", PROBLEMS)
    assert error.can_be_retried == "No"
    (problem,) = error.validation.errors
    assert problem.item_id == "[0].Lines[0].NetAmount"
    assert problem.message == "The field NetAmount must be between 0 and 5000000."
    assert error.validation.warnings == []


def test_a_wrong_key_is_a_typed_401(emulator):
    stranger = connect(emulator, emulator.wrong_authorization)

    error = raised(lambda: stranger.companies.list(request=operations.ListCompaniesRequest()))

    assert (error.status_code, error.service, error.error) == (401, "PublicApi", "Unauthorized")


def test_an_update_that_the_platform_does_not_take_is_a_typed_422(client, emulator):
    line = shared.ExpenseTransactionLine(
        account_ref=shared.RecordRef(id=QUICKBOOKS_ACCOUNT),
        net_amount=Decimal(10),
        tax_amount=Decimal(0),
        tax_rate_ref=shared.RecordRef(id="NON"),
    )
    told = {"type": "Payment", "issue_date": "2023-04-03", "currency": "USD", "lines": [line]}
    push(client, emulator, QUICKBOOKS, shared.ExpenseTransaction(id=PAYMENT, **told))

    error = raised(
        lambda: client.expenses.update(
            request=operations.UpdateExpenseTransactionRequest(
                company_id=QUICKBOOKS,
                transaction_id=PAYMENT,
                update_expense_request=shared.UpdateExpenseRequest(**told),
            )
        )
    )

    assert (error.status_code, error.service) == (422, "ExpenseSyncApi")
    assert error.error == "Expense transaction updates are not supported for platforms other than Xero."


def test_a_status_that_the_client_does_not_know_there_keeps_its_body(client):
    company_id = client.companies.create(request=shared.CompanyRequestBody(name="Not connected")).id
    request = operations.CreateExpenseTransactionRequest(company_id=company_id, request_body=[expense(PAYMENT)])

    with pytest.raises(errors.SDKError) as caught:
        client.expenses.create(request=request)

    assert caught.value.status_code == 422
    assert json.loads(caught.value.body)["error"] == "The company does not have a valid set of data connections."


def test_a_call_that_is_not_emulated_is_no_error_of_codats(client):
    with pytest.raises(errors.SDKError) as caught:
        client.company_info.get(request=operations.GetCompanyInfoRequest(company_id=XERO))

    assert caught.value.status_code == 501
    assert "get-company-info" in json.loads(caught.value.body)["error"]["message"]


ONE = {"company_id": XERO, "connection_id": ABSENT}
SYNC = {"company_id": XERO, "sync_id": ABSENT}
ROW = {**SYNC, "transaction_id": PAYMENT}
RECEIPT = shared.AttachmentUpload(file=shared.CodatFile(file_name="receipt.pdf", content=b"%PDF-1.4"))
CHANGE = shared.UpdateExpenseRequest(type="Payment", issue_date="2023-04-03", currency="GBP")
DECLARED = frozenset(FAULTS)
CALLS = [
    ("companies.create", shared.CompanyRequestBody(name="Any"), DECLARED - {404}),
    ("companies.delete", operations.DeleteCompanyRequest(company_id=XERO), DECLARED - {400}),
    ("companies.get", operations.GetCompanyRequest(company_id=XERO), DECLARED - {400}),
    ("companies.list", operations.ListCompaniesRequest(), DECLARED),
    ("companies.replace", operations.ReplaceCompanyRequest(company_id=XERO), DECLARED - {400}),
    ("companies.update", operations.UpdateCompanyRequest(company_id=XERO), DECLARED - {400}),
    ("connections.create", operations.CreateConnectionRequest(company_id=XERO), DECLARED - {400}),
    (
        "connections.create_partner_expense_connection",
        operations.CreatePartnerExpenseConnectionRequest(company_id=XERO),
        DECLARED - {400},
    ),
    ("connections.delete", operations.DeleteConnectionRequest(**ONE), DECLARED - {400}),
    ("connections.get", operations.GetConnectionRequest(**ONE), DECLARED - {400}),
    ("connections.list", operations.ListConnectionsRequest(company_id=XERO), DECLARED),
    ("connections.unlink", operations.UnlinkConnectionRequest(**ONE), DECLARED - {400}),
    ("configuration.get", operations.GetCompanyConfigurationRequest(company_id=XERO), DECLARED - {400}),
    ("configuration.set", operations.SetCompanyConfigurationRequest(company_id=XERO), DECLARED),
    ("mapping_options.get_mapping_options", operations.GetMappingOptionsRequest(company_id=XERO), DECLARED - {400}),
    ("expenses.create", operations.CreateExpenseTransactionRequest(company_id=XERO), DECLARED),
    (
        "expenses.update",
        operations.UpdateExpenseTransactionRequest(
            company_id=XERO, transaction_id=PAYMENT, update_expense_request=CHANGE
        ),
        DECLARED,
    ),
    (
        "attachments.upload",
        operations.UploadExpenseAttachmentRequest(**ROW, attachment_upload=RECEIPT),
        DECLARED,
    ),
    ("sync.get", operations.GetSyncByIDRequest(**SYNC), DECLARED - {400}),
    (
        "sync.get_last_successful_sync",
        operations.GetLastSuccessfulSyncRequest(company_id=XERO),
        DECLARED - {400},
    ),
    ("sync.get_latest_sync", operations.GetLatestSyncRequest(company_id=XERO), DECLARED - {400}),
    ("sync.list", operations.ListSyncsRequest(company_id=XERO), DECLARED - {400}),
    ("transaction_status.get", operations.GetSyncTransactionRequest(**ROW), DECLARED - {400}),
    ("transaction_status.list", operations.ListSyncTransactionsRequest(**SYNC), DECLARED),
]

OF_COMPANIES = {name for name, *_ in CALLS if re.match(r"(companies|connections)\.(?!create_partner)", name)}


@pytest.mark.parametrize(("name", "request_body", "statuses"), CALLS, ids=[call[0] for call in CALLS])
def test_every_status_that_an_operation_declares_comes_typed_when_it_is_ordered(
    client, emulator, name, request_body, statuses
):
    group, _, method = name.partition(".")
    call = getattr(getattr(client, group), method)

    for status in sorted(statuses):
        emulator.fail_next_call(status)
        error = raised(lambda: call(request=request_body))
        said = ordered(status, **named(request_body)) if name in OF_COMPANIES else FAULTS[status]
        assert (error.status_code, error.service, error.error) == (status, *said)


def named(request_body):
    """Return what the path of a request names."""
    return {
        "company": getattr(request_body, "company_id", None),
        "connection": getattr(request_body, "connection_id", None),
    }
