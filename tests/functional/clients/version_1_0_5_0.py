"""Every operation of codat-sync-for-expenses-version-1 0.5.0, driven against a running emulator.

    python version_1_0_5_0.py URL WORKSPACE

Its `initiate_sync` declares no success at all: whatever a server answers, it raises. The sync has been started all the
same, and its id is in the answer that the error carries.
"""

import sys
from decimal import Decimal

from codatsyncexpenses import CodatSyncExpenses
from codatsyncexpenses.models import errors, operations, shared
from codatsyncexpenses.utils import RetryConfig
from steering import (
    ABSENT,
    CARD,
    CUSTOMER,
    FAULTS,
    QUICKBOOKS,
    QUICKBOOKS_ACCOUNT,
    ROASTERY,
    STATIONERY,
    SUPPLIER,
    Emulator,
    check,
    ordered,
)

PAYMENT = "50000000-0000-4000-8000-000000000001"
TRANSFER = "50000000-0000-4000-8000-000000000002"
REFUSED = "50000000-0000-4000-8000-000000000003"
ALSO = "50000000-0000-4000-8000-000000000004"


def connect(emulator, authorization):
    return CodatSyncExpenses(
        security=shared.Security(auth_header=authorization),
        server_url=emulator.base_url,
        retry_config=RetryConfig("none", None, False),
    )


def transaction(id, account=STATIONERY, tax_rate="INPUT2", tracking=(ROASTERY,), **others):
    line = shared.ExpenseTransactionLine(
        account_ref=shared.RecordRef(id=account),
        net_amount=Decimal("45.50"),
        tax_amount=Decimal("9.10"),
        tax_rate_ref=shared.RecordRef(id=tax_rate),
        tracking_refs=[shared.RecordRef(id=id) for id in tracking] or None,
    )
    values = {
        "id": id,
        "type": shared.Type.PAYMENT,
        "issue_date": "2023-04-03T00:00:00+00:00",
        "currency": "GBP",
        "currency_rate": Decimal(1),
        "contact_ref": shared.ContactRef(id=SUPPLIER, contact_type=shared.ContactType.SUPPLIER),
        "merchant_name": "Penrose Stationers",
        "lines": [line],
        "notes": "Bag labels",
    }
    return shared.ExpenseTransaction(**(values | others))


def drive(emulator):
    client = connect(emulator, emulator.authorization)
    company = keep_companies(client)
    keep_connections(client, emulator, company.id)
    configure(client, company.id)
    read_mapping_options(client, company.id)
    sync_id = push_expenses(client, emulator, company.id)
    read_statuses(client, company.id, sync_id)
    read_transactions(client, company.id, sync_id)
    upload_receipt(client, emulator, company.id, sync_id)
    update_expense(client, emulator, company.id)
    fail_to_push(client, emulator, company.id)
    refuse(client, emulator, company.id)
    fail_as_ordered(client, emulator, company.id, sync_id)
    take_leave(client, company.id)


def keep_companies(client):
    companies = client.companies
    body = shared.CompanyRequestBody(name="Corner (Cafe)", description="A new one", groups=[shared.Items(id=ABSENT)])
    created = companies.create_company(body)
    check(created.status_code, 200)
    company = created.company
    check((company.name, company.description, company.data_connections), ("Corner Cafe", "A new one", []))
    check(len(company.id), 36)
    assert company.redirect.startswith("http"), company.redirect
    assert company.created.startswith("20"), company.created

    got = companies.get_company(operations.GetCompanyRequest(company_id=company.id)).company
    check((got.id, got.name, got.redirect), (company.id, company.name, company.redirect))
    updated = companies.update_company(
        operations.UpdateCompanyRequest(
            company_id=company.id, company_request_body=shared.CompanyRequestBody(name="Corner House")
        )
    ).company
    check((updated.id, updated.name), (company.id, "Corner House"))

    page = companies.list_companies(operations.ListCompaniesRequest(page=2, page_size=2, order_by="name")).companies
    check((page.page_number, page.page_size, page.total_results, len(page.results)), (2, 2, 6, 2))
    check(page.links.self_.href, "/companies")
    assert page.links.current.href.startswith("/companies?"), page.links
    assert page.links.next.href, page.links
    assert page.links.previous.href, page.links
    found = companies.list_companies(operations.ListCompaniesRequest(query="name=Corner House")).companies
    check([one.id for one in found.results], [company.id])
    return company


def keep_connections(client, emulator, company_id):
    connections = client.connections
    created = connections.create_connection(
        operations.CreateConnectionRequest(
            company_id=company_id, request_body=operations.CreateConnectionRequestBody(platform_key="gbol")
        )
    ).connection
    check((created.platform_name, created.integration_key), ("Xero", "gbol"))
    check(created.source_type, shared.SourceType.ACCOUNTING)
    check(created.status, shared.DataConnectionStatus.PENDING_AUTH)
    for value in (created.id, created.integration_id, created.source_id):
        check(len(value), 36)
    assert f"/companies/{company_id}/connections/{created.id}/start" in created.link_url, created.link_url
    assert created.created.startswith("20"), created.created

    emulator.link(created.id)
    one = operations.GetConnectionRequest(company_id=company_id, connection_id=created.id)
    check(connections.get_connection(one).connection.status, shared.DataConnectionStatus.LINKED)

    partner = connections.create_partner_expense_connection(
        operations.CreatePartnerExpenseConnectionRequest(company_id=company_id)
    ).connection
    check((partner.platform_name, partner.source_type), ("Partner Expense", shared.SourceType.OTHER))
    check(partner.status, shared.DataConnectionStatus.LINKED)

    page = connections.list_connections(operations.ListConnectionsRequest(company_id=company_id)).connections
    check((page.page_number, page.page_size, page.total_results), (1, 100, 2))
    check([row.id for row in page.results], [created.id, partner.id])
    check(page.links.self_.href, f"/companies/{company_id}/connections")

    spare = client.companies.create_company(shared.CompanyRequestBody(name="Spare")).company.id
    other = connections.create_connection(
        operations.CreateConnectionRequest(
            company_id=spare, request_body=operations.CreateConnectionRequestBody(platform_key="qhyg")
        )
    ).connection
    emulator.link(other.id)
    unlinked = connections.unlink(
        operations.UnlinkConnectionRequest(
            company_id=spare,
            connection_id=other.id,
            request_body=operations.UnlinkConnectionUpdateConnection(status=shared.DataConnectionStatus.UNLINKED),
        )
    ).connection
    check((unlinked.id, unlinked.status), (other.id, shared.DataConnectionStatus.UNLINKED))
    deleted = connections.delete_connection(
        operations.DeleteConnectionRequest(company_id=spare, connection_id=other.id)
    )
    check(deleted.status_code, 200)
    left = connections.list_connections(operations.ListConnectionsRequest(company_id=spare)).connections
    check(left.results, [])
    check(client.companies.delete_company(operations.DeleteCompanyRequest(company_id=spare)).status_code, 204)


def configure(client, company_id):
    read = operations.GetCompanyConfigurationRequest(company_id=company_id)
    unset = shared.CompanyConfiguration(
        bank_account=shared.BankAccount(), supplier=shared.Supplier(), customer=shared.Customer()
    )
    check(client.configuration.get_company_configuration(read).company_configuration, unset)

    configuration = shared.CompanyConfiguration(
        bank_account=shared.BankAccount(id=CARD),
        supplier=shared.Supplier(id=SUPPLIER),
        customer=shared.Customer(id=CUSTOMER),
    )
    saved = client.configuration.save_company_configuration(
        operations.SaveCompanyConfigurationRequest(company_id=company_id, company_configuration=configuration)
    )
    check(saved.company_configuration, configuration)
    check(client.configuration.get_company_configuration(read).company_configuration, configuration)


def read_mapping_options(client, company_id):
    options = client.mapping_options.get_mapping_options(
        operations.GetMappingOptionsRequest(company_id=company_id)
    ).mapping_options
    check(options.expense_provider, "Partner Expense")
    stationery = next(account for account in options.accounts if account.id == STATIONERY)
    check((stationery.name, stationery.currency), ("Printing & Stationery", "GBP"))
    check(stationery.account_type, shared.AccountType.EXPENSE)
    check(stationery.valid_transaction_types[0], shared.ValidTransactionTypes.PAYMENT)
    rate = next(rate for rate in options.tax_rates if rate.id == "INPUT2")
    check((rate.name, rate.code), ("20% (VAT on Expenses)", "INPUT2"))
    check((rate.effective_tax_rate, rate.total_tax_rate), (Decimal(20), Decimal(20)))
    check(rate.valid_transaction_types[0], shared.TaxRateMappingInfoValidTransactionTypes.PAYMENT)
    category = next(category for category in options.tracking_categories if category.id == ROASTERY)
    check((category.name, category.has_children), ("Roastery", False))
    parent = next(parent for parent in options.tracking_categories if parent.id == category.parent_id)
    check((parent.name, parent.has_children), ("Department", True))


def create(client, company_id, *items):
    body = shared.CreateExpenseRequest(items=list(items))
    answer = client.expenses.create_expense_dataset(
        operations.CreateExpenseDatasetRequest(company_id=company_id, create_expense_request=body)
    )
    check(answer.status_code, 200)
    return answer.create_expense_response.dataset_id


def initiate(client, company_id, dataset_id):
    """Return the id of a sync that was started, from the error that this client makes of every success."""
    request = operations.InitiateSyncRequest(company_id=company_id, post_sync=shared.PostSync(dataset_ids=[dataset_id]))
    try:
        client.sync.initiate_sync(request)
    except errors.SDKError as error:
        check((error.message, error.status_code), ("unknown status code received", 202))
        return error.raw_response.json()["syncId"]
    raise AssertionError("this client has learnt to read a success")


def status_of(client, company_id, sync_id):
    answer = client.sync_status.get_sync_by_id(operations.GetSyncByIDRequest(company_id=company_id, sync_id=sync_id))
    return answer.company_sync_status


def push_expenses(client, emulator, company_id):
    transfer = transaction(TRANSFER, account=CARD, type=shared.Type.TRANSFER_OUT)
    dataset_id = create(client, company_id, transaction(PAYMENT), transfer)
    check(len(dataset_id), 36)
    emulator.hold_next_sync()
    sync_id = initiate(client, company_id, dataset_id)
    pending = status_of(client, company_id, sync_id)
    check((pending.sync_status_code, pending.data_pushed), (1000, False))
    emulator.release(sync_id)
    return sync_id


def read_statuses(client, company_id, sync_id):
    status = status_of(client, company_id, sync_id)
    assert status.sync_utc.endswith("Z"), status.sync_utc
    complete = shared.CompanySyncStatus(
        company_id=company_id,
        sync_id=sync_id,
        sync_status_code=2000,
        sync_status="Complete",
        error_message="",
        sync_exception_message="",
        sync_utc=status.sync_utc,
        data_pushed=True,
    )
    check(status, complete)
    statuses = client.sync_status
    latest = statuses.get_latest_sync(operations.GetLatestSyncRequest(company_id=company_id))
    check(latest.company_sync_status, complete)
    successful = statuses.get_last_successful_sync(operations.GetLastSuccessfulSyncRequest(company_id=company_id))
    check(successful.company_sync_status, complete)
    check(statuses.list_syncs(operations.ListSyncsRequest(company_id=company_id)).classes, [complete])


def rows_of(client, company_id, sync_id, transaction_id):
    return client.transaction_status.get_sync_transaction(
        operations.GetSyncTransactionRequest(company_id=company_id, sync_id=sync_id, transaction_id=transaction_id)
    ).classes


def read_transactions(client, company_id, sync_id):
    page = client.transaction_status.list_sync_transactions(
        operations.ListSyncTransactionsRequest(company_id=company_id, sync_id=sync_id, page=2, page_size=1)
    ).transaction_metadata_list
    check((page.page_number, page.page_size, page.total_results), (2, 1, 2))
    row = page.results[0]
    check((row.transaction_id, row.status), (TRANSFER, shared.TransactionStatus.COMPLETED))
    check(row.integration_type, shared.IntegrationType.EXPENSES)
    path = f"/companies/{company_id}/syncs/{sync_id}/transactions"
    links = (page.links.self_.href, page.links.current.href, page.links.next, page.links.previous.href)
    check(links, (path, f"{path}?page=2&pageSize=1", None, f"{path}?page=1&pageSize=1"))
    rows = rows_of(client, company_id, sync_id, PAYMENT)
    check([(row.transaction_id, row.status) for row in rows], [(PAYMENT, shared.TransactionStatus.COMPLETED)])


def upload(client, company_id, sync_id, transaction_id, content):
    file = shared.AttachmentUpload(file=shared.CodatFile(content=content, file_name="receipt.pdf"))
    return client.expenses.upload_attachment(
        operations.UploadAttachmentRequest(
            company_id=company_id, sync_id=sync_id, transaction_id=transaction_id, attachment_upload=file
        )
    )


def upload_receipt(client, emulator, company_id, sync_id):
    content = b"%PDF-1.4\r\n\xff a receipt"
    answer = upload(client, company_id, sync_id, PAYMENT, content)
    attachment = answer.attachment
    check((answer.status_code, attachment.company_id, attachment.transaction_id), (200, company_id, PAYMENT))
    connection = client.connections.list_connections(operations.ListConnectionsRequest(company_id=company_id))
    [kept] = emulator.books(connection.connections.results[0].id)["files"]
    check((kept["id"], kept["name"], kept["size"]), (attachment.id, "receipt.pdf", len(content)))


def update(client, company_id, transaction_id, **others):
    whole = transaction(transaction_id, **others)
    change = shared.UpdateExpenseRequest(
        type="Payment", issue_date=whole.issue_date, currency=whole.currency, lines=whole.lines, notes="Twice as many"
    )
    return client.expenses.update_expense_dataset(
        operations.UpdateExpenseDatasetRequest(
            company_id=company_id, transaction_id=transaction_id, update_expense_request=change
        )
    )


def update_expense(client, emulator, company_id):
    answer = update(client, company_id, PAYMENT)
    check(answer.status_code, 202)
    sync_id = answer.object.sync_id
    emulator.wait_for_sync(sync_id)
    status = status_of(client, company_id, sync_id)
    check((status.sync_status_code, status.sync_status), (2000, "Complete"), status)


def fail_to_push(client, emulator, company_id):
    dataset_id = create(client, company_id, transaction(REFUSED, account="no-such-account"))
    sync_id = initiate(client, company_id, dataset_id)
    emulator.wait_for_sync(sync_id)
    status = status_of(client, company_id, sync_id)
    check((status.sync_status_code, status.sync_status, status.data_pushed), (5130, "PushError", False), status)
    assert status.error_message, status
    [row] = rows_of(client, company_id, sync_id, REFUSED)
    check(row.status, shared.TransactionStatus.PUSH_ERROR)
    assert row.message, row
    error = raised(lambda: upload(client, company_id, sync_id, REFUSED, b"%PDF-1.4"))
    check(error.status_code, 400)


def raised(call):
    try:
        call()
    except errors.ErrorMessage as error:
        return error
    raise AssertionError("expected an ErrorMessage")


def refuse(client, emulator, company_id):
    nowhere = raised(lambda: client.companies.get_company(operations.GetCompanyRequest(company_id=ABSENT)))
    check((nowhere.status_code, nowhere.service), (404, "ClientsApi"))
    check(nowhere.error, f"No company was found with ID {ABSENT}")
    check((nowhere.can_be_retried, nowhere.detailed_error_code, nowhere.validation), ("Unknown", 0, None))
    check(len(nowhere.correlation_id), 32)

    unknown = operations.GetConnectionRequest(company_id=company_id, connection_id=ABSENT)
    missing = raised(lambda: client.connections.get_connection(unknown))
    check((missing.status_code, missing.error), (404, f"Data connection {ABSENT} not found"))

    never = raised(lambda: status_of(client, company_id, ABSENT))
    check((never.status_code, never.service, never.error), (404, "ExpenseSyncApi", "NotFound"))

    nameless = raised(lambda: client.companies.create_company(shared.CompanyRequestBody(name="")))
    check((nameless.status_code, nameless.can_be_retried), (400, "No"))
    check(nameless.validation.errors[0].item_id, "Name")
    assert nameless.validation.errors[0].message, nameless
    check(nameless.validation.warnings, [])

    wrong = transaction(ALSO)
    wrong.lines[0].net_amount = Decimal(6_000_000)
    too_much = raised(lambda: create(client, company_id, wrong))
    problem = too_much.validation.errors[0]
    check((too_much.status_code, problem.item_id), (400, "Items[0].Lines[0].NetAmount"))
    check(problem.message, "The field NetAmount must be between 0 and 5000000.")

    malformed = operations.ListCompaniesRequest(query="{name=Corner")
    check(raised(lambda: client.companies.list_companies(malformed)).error, "Error parsing query - Malformed query.")

    def ask(dataset_id, company_id=company_id):
        body = shared.PostSync(dataset_ids=[dataset_id])
        client.sync.initiate_sync(operations.InitiateSyncRequest(company_id=company_id, post_sync=body))

    no_dataset = raised(lambda: ask(ABSENT))
    check((no_dataset.status_code, no_dataset.validation.errors[0].item_id), (400, "DatasetIds[0]"))
    check(raised(lambda: ask(ABSENT, ABSENT)).status_code, 404)
    alone = client.companies.create_company(shared.CompanyRequestBody(name="Alone")).company.id
    lonely = create(client, alone, transaction(ALSO))
    check(raised(lambda: ask(lonely, alone)).status_code, 422)

    dataset_id = create(
        client, QUICKBOOKS, transaction(ALSO, QUICKBOOKS_ACCOUNT, "NON", (), currency="USD", contact_ref=None)
    )
    emulator.wait_for_sync(initiate(client, QUICKBOOKS, dataset_id))
    refused = raised(lambda: update(client, QUICKBOOKS, ALSO, account=QUICKBOOKS_ACCOUNT, tax_rate="NON", tracking=()))
    check((refused.status_code, refused.service), (422, "ExpenseSyncApi"))
    check(refused.error, "Expense transaction updates are not supported for platforms other than Xero.")

    stranger = connect(emulator, emulator.wrong_authorization)
    nobody = raised(lambda: stranger.companies.list_companies(operations.ListCompaniesRequest()))
    check((nobody.status_code, nobody.service, nobody.error), (401, "PublicApi", "Unauthorized"))


def fail_as_ordered(client, emulator, company_id, sync_id):
    """Order every status of every operation: those that it declares come as `ErrorMessage`."""
    company = {"company_id": company_id}
    one = {**company, "connection_id": ABSENT}
    sync = {**company, "sync_id": sync_id}
    row = {**sync, "transaction_id": PAYMENT}
    body = shared.CompanyRequestBody(name="Any")
    declared = set(FAULTS)
    no_body = declared - {400}
    calls = [
        (client.companies.create_company, body, declared - {404}),
        (client.companies.delete_company, operations.DeleteCompanyRequest(**company), no_body),
        (client.companies.get_company, operations.GetCompanyRequest(**company), no_body),
        (client.companies.list_companies, operations.ListCompaniesRequest(), declared),
        (client.companies.update_company, operations.UpdateCompanyRequest(**company), no_body),
        (client.connections.create_connection, operations.CreateConnectionRequest(**company), no_body),
        (
            client.connections.create_partner_expense_connection,
            operations.CreatePartnerExpenseConnectionRequest(**company),
            declared,
        ),
        (client.connections.delete_connection, operations.DeleteConnectionRequest(**one), no_body),
        (client.connections.get_connection, operations.GetConnectionRequest(**one), no_body),
        (client.connections.list_connections, operations.ListConnectionsRequest(**company), declared),
        (client.connections.unlink, operations.UnlinkConnectionRequest(**one), no_body),
        (
            client.configuration.get_company_configuration,
            operations.GetCompanyConfigurationRequest(**company),
            no_body,
        ),
        (
            client.configuration.save_company_configuration,
            operations.SaveCompanyConfigurationRequest(**company),
            declared,
        ),
        (client.mapping_options.get_mapping_options, operations.GetMappingOptionsRequest(**company), no_body),
        (client.expenses.create_expense_dataset, operations.CreateExpenseDatasetRequest(**company), declared),
        (
            client.expenses.update_expense_dataset,
            operations.UpdateExpenseDatasetRequest(**company, transaction_id=PAYMENT),
            declared,
        ),
        (client.expenses.upload_attachment, operations.UploadAttachmentRequest(**row), declared),
        (client.sync.initiate_sync, operations.InitiateSyncRequest(**company), declared),
        (client.sync_status.get_last_successful_sync, operations.GetLastSuccessfulSyncRequest(**company), no_body),
        (client.sync_status.get_latest_sync, operations.GetLatestSyncRequest(**company), no_body),
        (client.sync_status.get_sync_by_id, operations.GetSyncByIDRequest(**sync), no_body),
        (client.sync_status.list_syncs, operations.ListSyncsRequest(**company), no_body),
        (client.transaction_status.get_sync_transaction, operations.GetSyncTransactionRequest(**row), no_body),
        (client.transaction_status.list_sync_transactions, operations.ListSyncTransactionsRequest(**sync), declared),
    ]
    partner = client.connections.create_partner_expense_connection
    of_companies = [call for call, _, _ in calls[:11] if call != partner]
    for call, request, statuses in calls:
        for status in sorted(statuses):
            emulator.fail_next_call(status)
            error = raised(lambda call=call, request=request: call(request))
            path = request.__dict__ if call in of_companies else {}
            said = ordered(status, path.get("company_id"), path.get("connection_id"))
            check((error.status_code, error.service, error.error), (status, *said), call.__name__)
            check((error.validation, len(error.correlation_id)), (None, 32), call.__name__)
    check(len(calls), 24, "operations of this client")


def take_leave(client, company_id):
    deleted = client.companies.delete_company(operations.DeleteCompanyRequest(company_id=company_id))
    check(deleted.status_code, 204)
    gone = raised(lambda: client.companies.get_company(operations.GetCompanyRequest(company_id=company_id)))
    check(gone.status_code, 404)


if __name__ == "__main__":
    drive(Emulator(*sys.argv[1:]))
