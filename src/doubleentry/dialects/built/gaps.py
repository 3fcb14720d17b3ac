"""What the vendor documents beside the sync module, and is not emulated: each answers 501 in our envelope."""

from collections.abc import Iterator, Mapping
from typing import Final

from doubleentry.web.surface import Gap

PREFIX: Final = "/api/v3"
"""The guides name paths without it, and the calls that they show have it."""

TABLE: Final[Mapping[str, str]] = {
    'Built, guide "bank reconciliation"': """
        GET /business/invited get-business-invited
        GET /reconciliation/account/{id}/timeline get-reconciliation-account-id-timeline
        POST /reconciliation/create post-reconciliation-create
        POST /reconciliation/{uuid}/update post-reconciliation-uuid-update
        DELETE /reconciliation/account/{id}/timeline delete-reconciliation-account-id-timeline
    """,
    'Built, guide "loans"': """
        GET /loans get-loans
        GET /loan/payments/{id} get-loan-payments-id
        POST /loan post-loan
        POST /loan/{id} post-loan-id
        POST /loan/payment post-loan-payment
        DELETE /loan/{id} delete-loan-id
    """,
    'Built, guide "budgets"': """
        GET /budgets get-budgets
        POST /budgets post-budgets
        GET /budgets/{uuid}/analytics get-budgets-uuid-analytics
        POST /budgets/{uuid} post-budgets-uuid
        DELETE /budgets/{uuid} delete-budgets-uuid
    """,
    'Built, guide "prepayments"': """
        GET /prepaid-expenses get-prepaid-expenses
        POST /prepaid-expenses post-prepaid-expenses
        GET /prepaid-expenses/{uuid} get-prepaid-expenses-uuid
        POST /createexpense post-createexpense
        POST /create-schedule post-create-schedule
    """,
    'Built, guide "wallet"': """
        POST /bw/verifypin post-bw-verifypin
        POST /bw/changepin post-bw-changepin
        POST /bw/withdraw post-bw-withdraw
        GET /bw/accounts get-bw-accounts
        GET /bw/wallet get-bw-wallet
        GET /bw/recipients get-bw-recipients
        POST /createaccount post-createaccount
        POST /collection post-collection
        POST /nsano/debit post-nsano-debit
        GET /bw/topup/bank/confirm/{id} get-bw-topup-bank-confirm-id
        DELETE /bw/topup/bank/{id} delete-bw-topup-bank-id
        POST /bw/buy-airtime post-bw-buy-airtime
        POST /bw/buy-bundle/{service} post-bw-buy-bundle-service
        POST /bw/query-service/{key} post-bw-query-service-key
        GET /bw/services/bundles/{key} get-bw-services-bundles-key
        GET /bw/service/TV get-bw-service-tv
        GET /bw/service/Utilities get-bw-service-utilities
        POST /bw/expense/momo post-bw-expense-momo
        POST /bw/expense/bank post-bw-expense-bank
        POST /bw/expense/wallet post-bw-expense-wallet
        POST /bw/link post-bw-link
        GET /bw/link/{id} get-bw-link-id
        GET /bw/link/{id}/statistics get-bw-link-id-statistics
        GET /bw/links/summary get-bw-links-summary
        GET /bw/links get-bw-links
        GET /bw/bank-transfers get-bw-bank-transfers
        GET /bw/payments get-bw-payments
    """,
    'Built, guide "billing"': """
        GET /appbills get-appbills
    """,
    'Built, guide "exchange"': """
        GET /unrealisedgainsreport get-unrealisedgainsreport
        GET /realisedgainsreport get-realisedgainsreport
    """,
    'Built, guide "bills"': """
        POST /bills/withholding post-bills-withholding
        POST /removebills/withholding post-removebills-withholding
    """,
    'Built, guide "invoices"': """
        POST /paywith-deposit post-paywith-deposit
    """,
    'Built, guide "clients"': """
        POST /importcustomers post-importcustomers
    """,
    'Built, API reference "invoices"': """
        POST /api/v3/invoices create-invoice
        GET /api/v3/invoices get-invoices
        GET /api/v3/search-invoices search-invoices
        POST /api/v3/filter-invoices filter-invoices
        GET /api/v3/invoices/summary get-invoices-summary
        GET /api/v3/overdue-invoices get-overdue-invoices
        GET /api/v3/paid-invoices get-paid-invoices
        GET /api/v3/awaiting-invoices get-awaiting-invoices
        GET /api/v3/invoices/{invoice} get-invoice
        POST /api/v3/invoices/{invoice} update-invoice
        DELETE /api/v3/invoices/{invoice} delete-invoice
        POST /api/v3/invoices/payments add-invoice-payments
        DELETE /api/v3/invoices/payments/{payment} delete-invoice-payment
        POST /api/v3/invoices/send-manual-reminder send-manual-reminder
        POST /api/v3/invoices/share share-invoice
        GET /invoices/{invoice}/print print-invoice
        GET /invoices/{invoice}/download download-invoice
    """,
    'Built, API reference "sales"': """
        GET /api/v3/sales get-sales
        GET /api/v3/filter-sales filter-sales
        GET /api/v3/search-sales search-sales
        GET /api/v3/sales/{sale} get-sale
        POST /api/v3/sales create-sale
        POST /api/v3/sales/{sale} update-sale
        DELETE /api/v3/sales/{sale} delete-sale
        POST /api/v3/sales/{sale}/send-receipt send-sale-receipt
        GET /sales/{sale}/print-receipt print-sale-receipt
        GET /sales/{sale}/download-receipt download-sale-receipt
        GET /sales/{sale}/preview-receipt preview-sale-receipt
    """,
    'Built, API reference "orders"': """
        GET /api/v3/orders get-orders
        GET /api/pos/orders-summary get-orders-summary
        GET /api/v3/orders/{id} get-order
        POST /api/v3/orders create-order
        POST /api/v3/orders/{id}/change-state update-order-state
        POST /api/v3/orders/{id}/add-item add-item
        DELETE /api/v3/orders/{id}/remove-item remove-item
        POST /api/v3/orders/payments add-payments
        DELETE /api/v3/orders/payments/{id} remove-payment
        GET /api/v3/orders/{id}/activities get-order-activities
        GET /orders/{id}/print-receipt print-order-receipt
    """,
    'Built, API reference "deposits"': """
        GET /api/v3/deposits get-deposits
        GET /api/v3/deposits/summaries get-deposit-summaries
        GET /api/v3/deposits/filter filter-deposits
        GET /api/v3/deposits/search search-deposits
        GET /api/v3/deposits/{id} get-deposit
        POST /api/v3/deposits/{id}/send-sms send-deposit-sms
        POST /api/v3/deposits/{id}/send-email send-deposit-email
        POST /api/v3/customers/{id}/deposits create-customer-deposit
        GET /api/v3/customers/{id}/deposits get-customer-deposits
        GET /api/v3/customers/{id}/deposits/summary get-customer-deposits-summary
    """,
    'Built, API reference "quotes"': """
        POST /api/v3/quotes create-quote
        GET /api/v3/quotes get-quotes
        GET /api/v3/quotes/{id} get-quote
        POST /api/v3/quotes/{id} update-quote
        DELETE /api/v3/quotes/{id} delete-quote
        GET /api/v3/quotes/search search-quote
        POST /api/v3/quotes/send-email share-quote-by-email
        POST /api/v3/quotes/send-sms send-quote-sms
        GET /quotes/{id}/download-pdf download-quote
        GET /quotes/{id}/print print-quote
    """,
    'Built, API reference "other-incomes"': """
        POST /api/v3/other-incomes create-other-income
        GET /api/v3/other-incomes get-other-incomes
        POST /api/v3/other-incomes/{id} update-other-income
        DELETE /api/v3/other-incomes/{id} delete-other-income
    """,
    'Built, API reference "customers"': """
        POST /api/v3/clients create-client
        GET /api/v3/clients get-clients
        GET /api/v3/clients/summary get-client-summary
        GET /api/v3/clients/{id} get-client
        POST /api/v3/clients/{id} update-client
        DELETE /api/v3/clients/{id} delete-client
        GET /api/v3/clients/{id}/transactions get-client-transactions
        POST /api/v3/clients/{id}/transactions/send send-client-transactions
        POST /api/v3/clients/{id}/archive archive-unarchive-clients
    """,
    'Built, API reference "categories"': """
        GET /api/v3/client-categories get-client-categories
        POST /api/v3/client-categories create-client-categories
        POST /api/v3/client-categories/{id} update-client-categories
        POST /api/v3/client-categories/{id}/archive archive-or-unarchive-client-categories
        GET /api/v3/item-categories get-categories
        POST /api/v3/item-categories create-category
        POST /api/v3/item-categories/{id} update-category
        DELETE /api/itemcategory/{id} delete-category
        POST /api/v3/item-categories/{id}/archive archive-or-unarchive-category
    """,
    'Built, API reference "paid-expenses"': """
        POST /api/v3/expenses create-expense
        POST /api/v3/expenses/{id} update-expense
        GET /api/v3/expenses get-expenses
        GET /api/v3/expenses/{id} get-expense
        GET /api/v3/expenses/search search-expenses
        GET /api/v3/expenses/filter filter-expenses
        GET /api/v3/expenses/filter get-expenses-references
        DELETE /api/v3/expenses/{id} delete-expense
    """,
    'Built, API reference "bills"': """
        POST /api/v3/bills create-a-bill
        POST /api/v3/bills/{id} update-bill
        GET /api/v3/bills/{id} get-a-bill
        GET /api/v3/bills/{id} get-bill-summaries-path-in-the-sample-is-a-slip
        POST /api/v3/bills/pay record-bill-payment
        DELETE /api/v3/bills/{id} delete-a-bill
        DELETE /api/v3/bills/{id} delete-a-bill-payment
        GET /api/v3/bills/awaiting get-awaiting-bills
        GET /api/v3/bills/awaiting get-paid-bills
        GET /api/v3/bills/awaiting get-overdue-bills
        GET /api/v3/bills/awaiting get-all-bills
    """,
    'Built, API reference "sales-tax-payments"': """
        GET /api/v3/sales-tax get-sales-tax-payments
        POST /api/v3/sales-tax save-a-sales-tax-payment
        DELETE /api/v3/sales-tax/{id} delete-sales-tax-payment
    """,
    'Built, API reference "withholding-tax-payments"': """
        GET /api/v3/withholding-tax-payments get-withholding-tax-payment
        POST /api/v3/withholding-tax-payments save-withholding-tax-payment
        DELETE /api/v3/withholding-tax-payments/{id} delete-withholding-tax-payment
    """,
    'Built, API reference "Income-tax-payments"': """
        GET /api/v3/income-tax-payments get-income-tax-payments
        POST /api/v3/income-tax-payments save-income-tax-payment
        DELETE /api/v3/income-tax-payments/{id} delete-income-tax-payments
    """,
    'Built, API reference "suppliers"': """
        POST /api/v3/suppliers create-a-supplier
        GET /api/v3/suppliers get-suppliers
        GET /api/v3/suppliers/{id} get-a-supplier
        POST /api/v3/suppliers/{id} update-supplier
        GET /api/v3/suppliers/{id}/transactions get-supplier-transactions
        DELETE /api/v3/suppliers/{id} delete-supplier
        POST /api/v3/suppliers/{id}/archive archive-supplier
    """,
    'Built, API reference "products-and-services"': """
        GET /api/v3/items get-items
        GET /api/v3/items/search/{keyword} search-items
        GET /api/v3/inventory-items get-inventory-items
        GET /api/v3/invoice-items get-invoice-items
        GET /api/v3/bill-items get-bill-items
        GET /api/v3/pos-items get-pos-items
        POST /api/v3/items/bulk create-bulk-items
        POST /api/v3/items create-item
        GET /api/v3/items/{id} get-item
        GET /api/v3/items/{id}/transactions get-item-transactions
        POST /api/v3/items/{id} update-item
        DELETE /api/v3/items/{id} delete-item
        POST /api/v3/items/{id}/archive archive-unarchive-item
        GET /api/v3/items/{id}/stock-history stock-history
        GET /api/v3/items/{id}/raw-materials get-item-raw-materials
        POST /api/v3/items/adjust/from-production adjust-from-production
        POST /api/v3/items/adjust single-item-advanced-adjustment
    """,
    'Built, API reference "bank-transfers"': """
        POST /api/v3/bank-transfers create-a-bank-transfer
        POST /api/v3/bank-transfers update-bank-transfer
        DELETE /api/v3/bank-transfers/{id} delete-bank-transfer
        GET /api/v3/bank-transfers get-bank-transfers
        GET /api/v3/bank-transfers/search search-bank-transfers
    """,
    'Built, API reference "accounts"': """
        POST /api/v3/accounts create-account
        POST /api/v3/accounts/{id} update-account
        POST /api/v3/accounts/archive archive-account
        POST /api/v3/accounts/unarchive unarchive-account
        GET /api/v3/accounts/expense-category get-expense-category
        GET /api/v3/accounts/assets-category get-assets-category
        GET /api/v3/accounts/equity-category get-equity-category
        GET /api/v3/accounts/liabilities-category get-liabilities-category
        GET /api/v3/accounts/{id}/balance/{date} get-account-balance
        GET /api/v3/accounts/transactions get-account-transactions
        GET /api/v3/accounts/{id}/summaries get-account-summaries
        GET /api/v3/accounts/{id}/balance-range get-account-balance-by-range
    """,
    'Built, API reference "journals"': """
        POST /api/v3/journals create-a-journal
        GET /api/v3/journals get-journals
        GET /api/v3/journals/{id} get-a-journal
        DELETE /api/v3/journals/{id} delete-a-journal
        POST /api/v3/journals/{id} update-journal
    """,
    'Built, API reference "tags"': """
        POST /api/v3/tags create-a-tag
        GET /api/v3/tags/{id} get-a-tag
        GET /api/v3/tags get-tags
        DELETE /api/v3/tags/{id} delete-a-tag
    """,
    'Built, API reference "accounting-reports"': """
        GET /api/v3/reports/income-statement get-income-statement
        GET /api/v3/reports/cash-flow get-cash-flow
        GET /api/v3/reports/balance-sheet/{date} get-balance-sheet
    """,
    'Built, API reference "tax-reports"': """
        GET /api/v3/reports/tax-reports get-goods-services-tax-reports
        GET /api/v3/reports/tax-reports/{id} get-tax-report-details
    """,
    'Built, API reference "customer-reports"': """
        GET /api/v3/reports/customers/{from}/{to} get-income-by-customers
        GET /api/v3/reports/aged-receivables/summary get-aged-receivables-summary
        GET /api/v3/reports/aged-receivables/list get-aged-receivables-list
    """,
    'Built, API reference "supplier-reports"': """
        GET /api/v3/reports/suppliers/{from}/{to} get-expense-by-suppliers
        GET /api/v3/reports/aged-payables/summary get-aged-payables-summary
        GET /api/v3/reports/aged-payables/list get-aged-payables-list
    """,
    'Built, API reference "products-and-services-reports"': """
        GET /api/v3/reports/products/{from}/{to} get-income-by-products
        GET /api/v3/reports/categories/{from}/{to} get-income-by-categories
    """,
    'Built, API reference "other-reports"': """
        GET /api/v3/reports/trial-balance/{date} get-trial-balance
        GET /api/v3/ledgers get-ledger-transactions
        GET /api/v3/ledgers/filter filter-ledger-transactions
        GET /api/v3/ledgers/export export-ledger-transactions
        GET /api/v3/ledgers/{id}/group find-ledger-transaction-group
        GET /api/v3/ledgers/{id}/group resolve-ledger-transaction
    """,
    'Built, API reference "departments"': """
        GET /api/v3/payroll/departments get-departments
        POST /api/v3/payroll/departments create-a-department
        DELETE /api/v3/payroll/departments/{id} delete-department
    """,
    'Built, API reference "employees"': """
        POST /api/v3/payroll/employees create-employee
        GET /api/v3/payroll/employees get-employees
        POST /api/v3/payroll/employees/{id} update-employee
        GET /api/v3/payroll/employees/{id} get-an-employee
        GET /api/v3/payroll/employees/{id}/payslips get-employee-payslips
        DELETE /api/v3/payroll/employees/{id} delete-an-employee
        GET /api/v3/payroll/employees/{id}/summary get-an-employee-summary
    """,
    'Built, API reference "payruns"': """
        GET /api/v3/payroll/pay-runs get-pay-runs
        GET /api/v3/payroll/pay-runs/{id} get-a-pay-run
        GET /api/v3/payroll/pay-runs/{id}/process process-a-pay-run
        GET /api/v3/payroll/pay-runs/{id}/void void-a-pay-run
        GET /api/v3/payroll/pay-runs/archived get-archived-payruns
        GET /api/v3/payroll/pay-runs/{id}/payslips get-pay-run-payslips
        GET /api/v3/payroll/pay-runs/{id}/archive archive-a-pay-run
        POST /api/v3/payroll/pay-runs create-a-pay-run
        GET /api/v3/payroll/payslips/{id} payslip
    """,
    'Built, API reference "settings"': """
        POST /api/v3/payroll/setup set-up-payroll
        POST /api/v3/payroll/setup/{id} update-payroll-setup
        GET /api/v3/payroll/setup get-setups
        GET /api/v3/payroll/tax-offices get-tax-offices
        GET /api/v3/payroll/tier-two-trustees get-tier-two-trustees
        POST /api/v3/payroll/accounts payroll-accounts
    """,
    'Built, API reference "business-info"': """
        GET /api/v3/countries get-countries
        GET /api/v3/regions get-regions
        GET /api/v3/industries get-industries
        GET /api/v3/currencies get-currencies
        GET /api/v3/current-business get-current-business
        POST /api/v3/update-business update-business
        POST /api/v3/change-logo change-logo
    """,
    'Built, API reference "sales-taxes"': """
        GET /api/v3/taxes get-sale-taxes
        POST /api/v3/taxes create-sale-tax
        POST /api/v3/input-taxes create-sale-input-tax
        POST /api/v3/taxes/{id} update-sale-tax
        DELETE /api/v3/taxes/{id} delete-sale-tax
    """,
    'Built, API reference "signatures"': """
        POST /api/v3/signatures create-signature
        GET /api/v3/signatures get-signatures
        POST /api/v3/signatures/{id} update-signature
    """,
    'Built, API reference "audit-trail"': """
        GET /api/v3/user-actions get-user-actions
        GET /api/v3/user-actions/filter/{from}/{to} filter-user-actions
    """,
}
"""Source → one operation a line: method, path, name."""


def _gaps() -> Iterator[Gap]:
    for source, listed in TABLE.items():
        module = source.split('"')[1]
        for line in listed.strip().splitlines():
            method, path, name = line.split()
            also = () if "API reference" in source else (f"{PREFIX}{path}",)
            yield Gap(f"{module.lower().replace(' ', '-')}.{name}", method, path, source, also)


GAPS: Final = tuple(_gaps())
