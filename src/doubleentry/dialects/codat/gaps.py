"""What Codat documents for this product and its neighbours, and is not emulated.

Each operation answers 501 in our envelope. Of each event an endpoint can be told by an example alone, if at all: what
causes it are reads of data and writes of records that are not expenses.
"""

from collections.abc import Mapping
from typing import Final

from doubleentry.dialects.codat.events import EMITTED, SAMPLES
from doubleentry.web.surface import Gap

CURRENT: Final = "Codat, Expenses API (current)"
COMMON: Final = "Codat, Common API (2023)"
PLATFORM: Final = "Codat, Platform API (current)"
ACCOUNTING: Final = "Codat, Accounting API"

_EXPENSES: Final = "/companies/{companyId}/sync/expenses"
_DATA: Final = "/companies/{companyId}/data"
_CONNECTION: Final = "/companies/{companyId}/connections/{connectionId}"
_PUSH: Final = f"{_CONNECTION}/push"

GAPS: Final[tuple[Gap, ...]] = (
    Gap("create-transfer-transaction", "PUT", f"{_EXPENSES}/transfer-transactions/{{transactionId}}", CURRENT),
    Gap("create-adjustment-transaction", "POST", f"{_EXPENSES}/adjustment-transactions", CURRENT),
    Gap("create-reimbursable-expense-transaction", "POST", f"{_EXPENSES}/reimbursable-expense-transactions", CURRENT),
    Gap(
        "update-reimbursable-expense-transaction",
        "PUT",
        f"{_EXPENSES}/reimbursable-expense-transactions/{{transactionId}}",
        CURRENT,
    ),
    Gap("get-company-info", "GET", f"{_DATA}/info", CURRENT),
    Gap("refresh-all-data-types", "POST", f"{_DATA}/all", CURRENT),
    Gap("get-data-status", "GET", "/companies/{companyId}/dataStatus", CURRENT),
    Gap("refresh-data-type", "POST", f"{_DATA}/queue/{{dataType}}", CURRENT),
    Gap("list-pull-operations", "GET", f"{_DATA}/history", CURRENT),
    Gap("get-pull-operation", "GET", f"{_DATA}/history/{{datasetId}}", CURRENT),
    Gap("list-push-operations", "GET", "/companies/{companyId}/push", CURRENT),
    Gap("get-push-operation", "GET", "/companies/{companyId}/push/{pushOperationKey}", CURRENT),
    Gap("create-account", "POST", f"{_PUSH}/accounts", CURRENT),
    Gap("get-create-chartOfAccounts-model", "GET", f"{_CONNECTION}/options/chartOfAccounts", CURRENT),
    Gap("create-bank-account", "POST", f"{_PUSH}/bankAccounts", CURRENT),
    Gap("get-create-bankAccounts-model", "GET", f"{_CONNECTION}/options/bankAccounts", CURRENT),
    Gap("list-customers", "GET", f"{_DATA}/customers", CURRENT),
    Gap("get-customer", "GET", f"{_DATA}/customers/{{customerId}}", CURRENT),
    Gap("create-customer", "POST", f"{_PUSH}/customers", CURRENT),
    Gap("update-customer", "PUT", f"{_PUSH}/customers/{{customerId}}", CURRENT),
    Gap("list-suppliers", "GET", f"{_DATA}/suppliers", CURRENT),
    Gap("get-supplier", "GET", f"{_DATA}/suppliers/{{supplierId}}", CURRENT),
    Gap("create-supplier", "POST", f"{_PUSH}/suppliers", CURRENT),
    Gap("update-supplier", "PUT", f"{_PUSH}/suppliers/{{supplierId}}", CURRENT),
    Gap("list-accounts", "GET", f"{_DATA}/accounts", ACCOUNTING),
    Gap("get-account", "GET", f"{_DATA}/accounts/{{accountId}}", ACCOUNTING),
    Gap("list-bank-accounts", "GET", f"{_CONNECTION}/data/bankAccounts", ACCOUNTING),
    Gap("list-tax-rates", "GET", f"{_DATA}/taxRates", ACCOUNTING),
    Gap("list-tracking-categories", "GET", f"{_DATA}/trackingCategories", ACCOUNTING),
    Gap("list-integrations", "GET", "/integrations", PLATFORM),
    Gap("get-integration", "GET", "/integrations/{platformKey}", PLATFORM),
    Gap("get-integrations-branding", "GET", "/integrations/{platformKey}/branding", PLATFORM),
    Gap("get-profile", "GET", "/profile", COMMON),
    Gap("update-profile", "PUT", "/profile", COMMON),
    Gap("list-api-keys", "GET", "/apiKeys", PLATFORM),
    Gap("create-api-key", "POST", "/apiKeys", PLATFORM),
    Gap("delete-api-key", "DELETE", "/apiKeys/{apiKeyId}", PLATFORM),
    Gap("list-rule-alerts", "GET", "/rules/alerts", COMMON),
    Gap("get-rule-alert", "GET", "/rules/alerts/{alertId}", COMMON),
    Gap("list-alerts-of-rule", "GET", "/rules/{ruleId}/alerts", COMMON),
)

_CATALOG: Final = 'Codat, guide "Event types" (current)'
_RULE_TYPES: Final = 'Codat, guide "Rule types" (2023)'

UNTOLD: Final[Mapping[str, str]] = {
    **dict.fromkeys((name for name in SAMPLES if name not in EMITTED), _CATALOG),
    "{dataType}.write.successful, of another data type": _CATALOG,
    "{dataType}.write.unsuccessful, of another data type": _CATALOG,
    **dict.fromkeys(
        (
            "New company synchronized",
            "Data sync completed",
            "Data Sync Status Changed To Error",
            "Dataset data changed",
            "Push Operation Status Changed",
            "Push Operation Timed Out",
            "Account Categories Updated",
        ),
        _RULE_TYPES,
    ),
}
"""Event types, and types of alert rules, that never happen → where they are documented."""
