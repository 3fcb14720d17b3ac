"""What the books behind a connection have."""

from collections.abc import Callable

from marshmallow import Schema

from doubleentry.dialects.sync2books.routes.declaring import CLIENT, MAPPING, application, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import connections, reference
from doubleentry.dialects.sync2books.schemas.bodies import CONTACTS_QUERY, TAX_RATES_QUERY
from doubleentry.dialects.sync2books.schemas.reference import (
    AccountSchema,
    ContactSchema,
    FoundContactSchema,
    FoundSupplierSchema,
    MappingOptionsSchema,
    TaxCodeSchema,
    TaxRateSchema,
    TrackingCategorySchema,
    list_of,
    page_of,
    slice_of,
)
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity, Operation

TAGS = ("Reference data",)


def _list(path: str, member: str, row: type[Schema], read: reference.Reader) -> Operation:
    """Return the operation that lists all of one kind."""

    def handler(call: Call) -> Document:
        return {member: read(call.workspace, _connection(call))}

    kind = path.replace("-", " ")
    handler.__doc__ = f"List {kind}."
    declare = operation(
        "GET",
        f"/connections/{{connectionId}}/{path}",
        id=f"list-{path}",
        source=MAPPING,
        returns=returns(list_of(row, member, f"{member[0].upper()}{member[1:]}"), f"All {kind} of the books.", 404),
        tags=TAGS,
    )
    return declare(handler)


def _filtered(path: str, shape: Schema, query: Schema, read: Callable[[Call], Document]) -> Operation:
    """Return the operation that lists some of one kind, as a query asks."""
    kind = path.replace("-", " ")
    read.__doc__ = f"List {kind} by query."
    declare = operation(
        "GET",
        f"/{path}",
        id=f"find-{path}",
        source=CLIENT,
        query=query,
        returns=returns(shape, f"Some {kind} of the books.", 400, 404, fidelity=Fidelity.OBSERVED),
        fidelity=Fidelity.OBSERVED,
        tags=TAGS,
    )
    return declare(read)


def _connection(call: Call) -> Document:
    return connections.get(call.workspace, application(call), call.path["connectionId"])


def _taxes(member: str, read: reference.Reader) -> Callable[[Call], Document]:
    return lambda call: reference.slice_of(call.workspace, application(call), call.query, member, read)


def _contacts(member: str, read: reference.Reader) -> Callable[[Call], Document]:
    return lambda call: reference.page_of_contacts(call.workspace, application(call), call.query, member, read)


list_accounts = _list("accounts", "accounts", AccountSchema, reference.accounts)
list_tax_rates = _list("tax-rates", "taxRates", TaxRateSchema, reference.tax_rates)
list_suppliers = _list("suppliers", "suppliers", ContactSchema, reference.suppliers)
list_customers = _list("customers", "customers", ContactSchema, reference.customers)
list_tracking_categories = _list(
    "tracking-categories", "trackingCategories", TrackingCategorySchema, reference.tracking_categories
)
find_tax_rates = _filtered(
    "tax-rates",
    slice_of(TaxRateSchema, "taxRates", "TaxRatesSlice"),
    TAX_RATES_QUERY,
    _taxes("taxRates", reference.tax_rates),
)
find_tax_codes = _filtered(
    "tax-codes",
    slice_of(TaxCodeSchema, "taxCodes", "TaxCodesSlice"),
    TAX_RATES_QUERY,
    _taxes("taxCodes", reference.tax_codes),
)
find_suppliers = _filtered(
    "suppliers",
    page_of(FoundSupplierSchema, "suppliers", "SuppliersPage"),
    CONTACTS_QUERY,
    _contacts("suppliers", reference.found_suppliers),
)
find_customers = _filtered(
    "customers",
    page_of(FoundContactSchema, "customers", "CustomersPage"),
    CONTACTS_QUERY,
    _contacts("customers", reference.found_customers),
)


@operation(
    "GET",
    "/connections/{connectionId}/sync/bills/mappingOptions",
    id="list-bill-mapping-options",
    source=CLIENT,
    returns=returns(MappingOptionsSchema(), "What is in use in the books.", 404, fidelity=Fidelity.OBSERVED),
    fidelity=Fidelity.OBSERVED,
    tags=TAGS,
)
def list_bill_mapping_options(call: Call) -> Document:
    """List what the lines of a bill can be mapped to."""
    return reference.mapping_options(call.workspace, _connection(call))
