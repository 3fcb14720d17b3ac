"""Every operation of codat-expenses 0.8.6, driven against a running emulator.

    python codat_expenses_0_8_6.py URL WORKSPACE

Its errors are typed for two operations only, so the others are asked for their status and their raw answer.
"""

import sys

from codat import Codat
from codat.models import operations, shared
from steering import (
    ABSENT,
    CARD,
    CUSTOMER,
    FAULTS,
    ROASTERY,
    STATIONERY,
    SUPPLIER,
    UNLINKED,
    XERO,
    Emulator,
    check,
)

PAYMENT = "86000000-0000-4000-8000-000000000001"
REFUND = "86000000-0000-4000-8000-000000000002"
REFUSED = "86000000-0000-4000-8000-000000000003"


def connect(emulator, authorization):
    return Codat(
        security=shared.Security(auth_header=authorization),
        server_url=emulator.base_url,
    )


def transaction(id, account=STATIONERY, **others):
    line = shared.ExpenseTransactionLine(
        account_ref=shared.RecordRef(id=account),
        net_amount=45.5,
        tax_amount=9.1,
        tax_rate_ref=shared.RecordRef(id="INPUT2"),
        tracking_refs=[shared.RecordRef(id=ROASTERY)],
    )
    values = {
        "id": id,
        "type": shared.ExpenseTransactionTypeEnum.PAYMENT,
        "issue_date": "2023-04-03T00:00:00+00:00",
        "currency": "GBP",
        "currency_rate": 1.0,
        "merchant_name": "Penrose Stationers",
        "lines": [line],
        "notes": "Bag labels",
    }
    return shared.ExpenseTransaction(**(values | others))


def drive(emulator):
    client = connect(emulator, emulator.authorization)
    # Its user agent is that of plain `requests`, so it is not known for an official client.
    emulator.choose("codat.integration-type", "expenses")
    configure(client)
    read_mapping_options(client)
    sync_id = push_expenses(client, emulator)
    read_statuses(client, sync_id)
    read_transactions(client, sync_id)
    upload_receipt(client, emulator, sync_id)
    fail_to_push(client, emulator)
    partner(client)
    refuse(client, emulator, sync_id)


def configure(client):
    def read():
        return client.configuration.get_company_configuration(
            operations.GetCompanyConfigurationRequest(company_id=UNLINKED)
        )

    unset = shared.CompanyConfiguration(
        bank_account=shared.BankAccount(), supplier=shared.Supplier(), customer=shared.Customer()
    )
    check(read().company_configuration, unset, "a configuration that was never set")

    configuration = shared.CompanyConfiguration(
        bank_account=shared.BankAccount(id=CARD),
        supplier=shared.Supplier(id=SUPPLIER),
        customer=shared.Customer(id=CUSTOMER),
    )
    saved = client.configuration.save_company_configuration(
        operations.SaveCompanyConfigurationRequest(company_id=XERO, company_configuration=configuration)
    )
    check(saved.status_code, 200)
    check(saved.company_configuration, configuration, "the configuration saved")
    stored = client.configuration.get_company_configuration(operations.GetCompanyConfigurationRequest(company_id=XERO))
    check(stored.company_configuration, configuration, "the configuration read back")


def read_mapping_options(client):
    answer = client.mapping_options.get_mapping_options(operations.GetMappingOptionsRequest(company_id=XERO))
    options = answer.mapping_options
    check(options.expense_provider, "Partner Expense")
    types = [shared.AccountMappingInfoValidTransactionTypesEnum(name) for name in ("Payment", "Refund")]
    stationery = next(account for account in options.accounts if account.id == STATIONERY)
    check(stationery.name, "Printing & Stationery")
    check(stationery.currency, "GBP")
    check(stationery.account_type, shared.AccountMappingInfoAccountTypeEnum.EXPENSE)
    check(stationery.valid_transaction_types[:2], types)
    rate = next(rate for rate in options.tax_rates if rate.id == "INPUT2")
    check((rate.name, rate.code), ("20% (VAT on Expenses)", "INPUT2"))
    check((rate.effective_tax_rate, rate.total_tax_rate), (20.0, 20.0))
    check(rate.valid_transaction_types[0], shared.TaxRateMappingInfoValidTransactionTypesEnum.PAYMENT)
    category = next(category for category in options.tracking_categories if category.id == ROASTERY)
    check((category.name, category.has_children), ("Roastery", False))
    parent = next(parent for parent in options.tracking_categories if parent.id == category.parent_id)
    check((parent.name, parent.has_children), ("Department", True))
    assert category.modified_date.startswith("20"), category.modified_date


def create(client, *items, company=XERO):
    body = shared.CreateExpenseRequest(items=list(items))
    return client.expenses.create_expense_dataset(
        operations.CreateExpenseDatasetRequest(company_id=company, create_expense_request=body)
    )


def initiate(client, dataset_ids, company=XERO):
    body = shared.PostSync(dataset_ids=dataset_ids)
    return client.sync.intiate_sync(operations.IntiateSyncRequest(company_id=company, post_sync=body))


def status_of(client, sync_id):
    answer = client.sync_status.get_sync_by_id(operations.GetSyncByIDRequest(company_id=XERO, sync_id=sync_id))
    return answer.company_sync_status


def push_expenses(client, emulator):
    refund = transaction(REFUND, type=shared.ExpenseTransactionTypeEnum.REFUND)
    created = create(client, transaction(PAYMENT), refund)
    check(created.status_code, 200)
    dataset_id = created.create_expense_response.dataset_id
    check(len(dataset_id), 36, "a dataset's id")

    emulator.hold_next_sync()
    initiated = initiate(client, [dataset_id])
    check(initiated.status_code, 202)
    sync_id = initiated.sync_initiated.sync_id
    pending = status_of(client, sync_id)
    check((pending.sync_status_code, pending.data_pushed), (1000, False))
    emulator.release(sync_id)
    return sync_id


def read_statuses(client, sync_id):
    status = status_of(client, sync_id)
    assert status.sync_utc.endswith("Z"), status.sync_utc
    complete = shared.CompanySyncStatus(
        company_id=XERO,
        sync_id=sync_id,
        sync_status_code=2000,
        sync_status="Complete",
        error_message="",
        sync_exception_message="",
        sync_utc=status.sync_utc,
        data_pushed=True,
    )
    check(status, complete, "the status of the sync")
    latest = client.sync_status.get_latest_sync(operations.GetLatestSyncRequest(company_id=XERO))
    check(latest.company_sync_status, complete, "the latest status")
    successful = client.sync_status.get_last_successful_sync(operations.GetLastSuccessfulSyncRequest(company_id=XERO))
    check(successful.company_sync_status, complete, "the last successful status")
    every = client.sync_status.list_syncs(operations.ListSyncsRequest(company_id=XERO)).company_sync_statuses
    assert complete in every, every
    assert all(isinstance(one, shared.CompanySyncStatus) for one in every), every


def read_transactions(client, sync_id):
    rows = [
        shared.TransactionMetadata(
            transaction_id=id,
            status=shared.TransactionStatusEnum.COMPLETED,
            integration_type=shared.IntegrationTypeEnum.EXPENSES,
        )
        for id in (PAYMENT, REFUND)
    ]
    page = client.transaction_status.list_sync_transactions(
        operations.ListSyncTransactionsRequest(company_id=XERO, sync_id=sync_id, page=1, page_size=1)
    ).transaction_metadata_list
    check((page.page_number, page.page_size, page.total_results), (1, 1, 2))
    check(page.results, rows[:1], "the first page")
    path = f"/companies/{XERO}/syncs/{sync_id}/transactions"
    check(page.links.self_.href, path)
    check(page.links.current.href, f"{path}?page=1&pageSize=1")
    check(page.links.next.href, f"{path}?page=2&pageSize=1")
    check(page.links.previous, None)
    one = client.transaction_status.get_sync_transaction(
        operations.GetSyncTransactionRequest(company_id=XERO, sync_id=sync_id, transaction_id=REFUND)
    )
    check(one.transaction_metadata, rows[1:], "one transaction")


def upload_receipt(client, emulator, sync_id, expected=200, transaction_id=PAYMENT):
    file = operations.UploadAttachmentRequestBody(content=b"%PDF-1.4 a receipt", request_body="receipt.pdf")
    answer = client.expenses.upload_attachment(
        operations.UploadAttachmentRequest(
            company_id=XERO, sync_id=sync_id, transaction_id=transaction_id, request_body=file
        )
    )
    check(answer.status_code, expected, answer.raw_response.text)
    if expected == 200:
        check(answer.attachment.company_id, XERO)
        check(answer.attachment.transaction_id, transaction_id)
        files = emulator.books("a0000000-0000-4000-8000-000000000001")["files"]
        kept = next(file for file in files if file["id"] == answer.attachment.id)
        # This client sends no file but two text fields, the bytes as Python prints them: b'...'.
        check((kept["name"], kept["size"]), ("receipt.pdf", len(str(file.content))))


def fail_to_push(client, emulator):
    dataset_id = create(client, transaction(REFUSED, account="no-such-account")).create_expense_response.dataset_id
    sync_id = initiate(client, [dataset_id]).sync_initiated.sync_id
    emulator.wait_for_sync(sync_id)
    status = status_of(client, sync_id)
    check((status.sync_status_code, status.data_pushed), (5130, False), status)
    assert status.error_message, status
    assert status.sync_exception_message, status
    rows = client.transaction_status.get_sync_transaction(
        operations.GetSyncTransactionRequest(company_id=XERO, sync_id=sync_id, transaction_id=REFUSED)
    ).transaction_metadata
    check([row.status for row in rows], [shared.TransactionStatusEnum.PUSH_ERROR])
    assert rows[0].message, rows
    upload_receipt(client, emulator, sync_id, expected=400, transaction_id=REFUSED)


def partner(client):
    answer = client.connections.create_partner_expense_connection(
        operations.CreatePartnerExpenseConnectionRequest(company_id=UNLINKED)
    )
    check(answer.status_code, 200)
    connection = answer.data_connection
    check(connection.platform_name, "Partner Expense")
    check(connection.source_type, shared.DataConnectionSourceTypeEnum.OTHER)
    check(connection.status, shared.DataConnectionStatusEnum.LINKED)
    check(len(connection.integration_key), 4)
    for value in (connection.id, connection.integration_id, connection.source_id):
        check(len(value), 36)
    assert connection.link_url.startswith("http"), connection.link_url
    assert connection.created.startswith("20"), connection.created


def refuse(client, emulator, sync_id):
    stored = create(client, transaction(PAYMENT), company=UNLINKED).create_expense_response
    unlinked = initiate(client, [stored.dataset_id], company=UNLINKED)
    expected = (422, "ExpenseSyncApi", "Unknown", 0)
    check(unlinked.status_code, 422)
    error = unlinked.codat_error_message
    check((error.status_code, error.service, error.can_be_retried, error.detailed_error_code), expected)
    check(len(error.correlation_id), 32)
    check(error.validation, None)

    unknown = initiate(client, [ABSENT]).codat_error_message
    check((unknown.status_code, unknown.can_be_retried), (400, "No"))
    check(unknown.validation.errors[0].item_id, "DatasetIds[0]")
    check(unknown.validation.warnings, [])

    nowhere = initiate(client, [ABSENT], company=ABSENT).codat_error_message
    check((nowhere.status_code, nowhere.service, nowhere.error), (404, "ExpenseSyncApi", "NotFound"))

    configuration = shared.CompanyConfiguration(
        bank_account=shared.BankAccount(id="no-such-account"), supplier=shared.Supplier(), customer=shared.Customer()
    )
    refused = client.configuration.save_company_configuration(
        operations.SaveCompanyConfigurationRequest(company_id=XERO, company_configuration=configuration)
    )
    check((refused.status_code, refused.codat_error_message.status_code), (400, 400))
    assert refused.codat_error_message.validation.errors, refused.raw_response.text

    for status, (service, text) in FAULTS.items():
        emulator.fail_next_call(status)
        answer = client.sync_status.get_latest_sync(operations.GetLatestSyncRequest(company_id=XERO))
        body = answer.raw_response.json()
        check((answer.status_code, answer.company_sync_status), (status, None))
        check((body["statusCode"], body["service"], body["error"]), (status, service, text))
    for status in (400, 404, 422):
        emulator.fail_next_call(status)
        check(initiate(client, [ABSENT]).codat_error_message.status_code, status)

    stranger = connect(emulator, emulator.wrong_authorization)
    answer = stranger.sync_status.get_sync_by_id(operations.GetSyncByIDRequest(company_id=XERO, sync_id=sync_id))
    check((answer.status_code, answer.company_sync_status), (401, None))


if __name__ == "__main__":
    drive(Emulator(*sys.argv[1:]))
