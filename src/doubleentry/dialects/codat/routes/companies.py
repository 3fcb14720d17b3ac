"""Companies."""

from doubleentry.dialects.codat.pagination import envelope, requested
from doubleentry.dialects.codat.routes.declaring import E2, returns
from doubleentry.dialects.codat.rules import companies
from doubleentry.dialects.codat.schemas.companies import (
    CompaniesQuerySchema,
    CompaniesSchema,
    CompanySchema,
    CreateCompanySchema,
    UpdateCompanySchema,
)
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import operation

COMPANY = CompanySchema()
TAGS = ("Companies",)
BY_ID = {
    "getCompany": {"operationId": "get-company", "parameters": {"companyId": "$response.body#/id"}},
    "connectCompany": {
        "operationId": "create-connection",
        "parameters": {"companyId": "$response.body#/id"},
        "requestBody": {"platformKey": "gbol"},
    },
    "deleteCompany": {"operationId": "delete-company", "parameters": {"companyId": "$response.body#/id"}},
}


@operation(
    "GET",
    "/companies",
    id="list-companies",
    source=E2,
    query=CompaniesQuerySchema(),
    returns=returns(CompaniesSchema(), "A page of companies.", 400),
    tags=TAGS,
)
def list_companies(call: Call) -> Document:
    """List companies."""
    page = companies.page(call.workspace, call.query, requested(call.query), call.base_url)
    return envelope(page, "/companies", call.query, lambda company: company)


@operation(
    "POST",
    "/companies",
    id="create-company",
    source=E2,
    body=CreateCompanySchema(),
    returns=returns(COMPANY, "The company.", 400, 413, 415, links=BY_ID),
    tags=TAGS,
)
def create_company(call: Call) -> Document:
    """Create a company."""
    return companies.show(call.workspace, companies.create(call.workspace, call.body), call.base_url)


@operation(
    "GET",
    "/companies/{companyId}",
    id="get-company",
    source=E2,
    returns=returns(COMPANY, "The company."),
    tags=TAGS,
)
def get_company(call: Call) -> Document:
    """Get a company."""
    return companies.show(call.workspace, companies.get(call.workspace, call.path["companyId"]), call.base_url)


@operation(
    "PUT",
    "/companies/{companyId}",
    id="replace-company",
    source=E2,
    body=CreateCompanySchema(),
    returns=returns(COMPANY, "The company.", 400, 413, 415),
    tags=TAGS,
)
def replace_company(call: Call) -> Document:
    """Replace a company's name, description and tags."""
    company = companies.replace(call.workspace, call.path["companyId"], call.body)
    return companies.show(call.workspace, company, call.base_url)


@operation(
    "PATCH",
    "/companies/{companyId}",
    id="update-company",
    source=E2,
    body=UpdateCompanySchema(),
    returns=returns(COMPANY, "The company.", 400, 413, 415),
    tags=TAGS,
)
def update_company(call: Call) -> Document:
    """Update a company."""
    company = companies.update(call.workspace, call.path["companyId"], call.body)
    return companies.show(call.workspace, company, call.base_url)


@operation(
    "DELETE",
    "/companies/{companyId}",
    id="delete-company",
    source=E2,
    returns=returns(None, "The company is gone.", status=204),
    tags=TAGS,
)
def delete_company(call: Call) -> Answer:
    """Delete a company, its connections and its data."""
    companies.delete(call.workspace, call.path["companyId"])
    return Answer(204)
