"""What the vendor documents beside expenses, and is not emulated: each answers 501 in our envelope.

Kinds of expenses of which no path is documented (transfers, reimbursements, adjustments) are not here: they are 404.
"""

from typing import Final

from doubleentry.web.surface import Gap

REFERENCE: Final = "Sync2Books, API reference (June 2026)"
LATER: Final = "Sync2Books, accounting API (October 2026)"
ODOO: Final = "Sync2Books, guide 'Odoo' (October 2026)"
CLIENT: Final = "Sync2Books, compliance API: a client of this one"
ETIMS: Final = "Sync2Books, guide 'eTIMS' (June 2026)"

_ETIMS: Final = "/companies/{companyId}/integrations/etims"
_PULLED: Final = ("items", "invoices", "customers", "suppliers")
_READ_AGAIN: Final = ("tax-rates", "tax-codes", "tracking-categories")

GAPS: Final[tuple[Gap, ...]] = (
    Gap("create-bills", "POST", "/bills/{connectionId}", REFERENCE),
    Gap("get-bill", "GET", "/bills/{id}", REFERENCE),
    Gap("create-bill", "POST", "/bills", ODOO),
    Gap("list-bills", "GET", "/bills", LATER),
    Gap("update-bill", "PUT", "/bills/{id}", LATER),
    Gap("create-bill-with-payment", "POST", "/bills/with-payment/{connectionId}", LATER),
    Gap("create-invoices", "POST", "/invoices/{connectionId}", REFERENCE),
    Gap("get-invoice", "GET", "/invoices/{id}", REFERENCE),
    Gap("list-invoices", "GET", "/invoices", LATER),
    Gap("update-invoice", "PUT", "/invoices/{id}", LATER),
    Gap("void-invoice", "POST", "/invoices/{id}/void", LATER),
    Gap("get-invoice-receipt", "GET", "/invoices/{id}/etims-receipt", LATER),
    Gap("create-bill-payments", "POST", "/bill-payments/{connectionId}", REFERENCE),
    Gap("list-bill-payments", "GET", "/bill-payments", LATER),
    Gap("update-bill-payment", "PUT", "/bill-payments/{id}", LATER),
    Gap("create-connection", "POST", "/connections", LATER),
    Gap("delete-connection", "DELETE", "/connections/{connectionId}", LATER),
    Gap("refresh-connection-token", "PUT", "/connections/{connectionId}/refresh-token", LATER),
    Gap("connect-odoo", "POST", "/companies/{companyId}/odoo/connect", ODOO),
    Gap("list-dynamics-companies", "GET", "/connections/{connectionId}/dynamics/companies", CLIENT),
    Gap("finalize-dynamics", "POST", "/connections/{connectionId}/dynamics/finalize", CLIENT),
    Gap("find-items", "GET", "/items", CLIENT),
    Gap("list-payment-methods", "GET", "/payment-methods/connection/{connectionId}", CLIENT),
    Gap("create-customer", "POST", "/customers/{connectionId}", CLIENT),
    Gap("create-supplier", "POST", "/suppliers/connection/{connectionId}", CLIENT),
    Gap("create-account", "POST", "/accounts/{connectionId}", CLIENT),
    *(
        Gap(f"pull-{kind}", "POST", f"/{kind}/connection/{{connectionId}}/sync-from-bookkeeping", CLIENT)
        for kind in _PULLED
    ),
    *(Gap(f"sync-{kind}", "POST", f"/{kind}/sync/{{connectionId}}", CLIENT) for kind in _READ_AGAIN),
    Gap("provision-etims", "POST", f"{_ETIMS}/provision", ETIMS),
    Gap("create-etims-item", "POST", f"{_ETIMS}/catalog/items", ETIMS),
    Gap("list-etims-items", "GET", f"{_ETIMS}/catalog/items", ETIMS),
    Gap("sync-etims-items", "POST", f"{_ETIMS}/catalog/items/sync", ETIMS),
    Gap("adjust-etims-stock", "PUT", f"{_ETIMS}/stock/adjust", ETIMS),
    Gap("transfer-etims-stock", "POST", f"{_ETIMS}/stock/transfer", ETIMS),
    Gap("create-etims-sale", "POST", f"{_ETIMS}/sales", ETIMS),
    Gap("list-etims-sales", "GET", f"{_ETIMS}/sales", ETIMS),
    Gap("get-etims-sale", "GET", f"{_ETIMS}/sales/{{saleId}}", ETIMS),
    Gap("create-etims-credit-note", "POST", f"{_ETIMS}/sales/credit-notes/express", ETIMS),
    Gap(
        "get-etims-status",
        "GET",
        "/applications/{applicationId}/companies/{companyId}/integrations/etims/status",
        ETIMS,
    ),
)
