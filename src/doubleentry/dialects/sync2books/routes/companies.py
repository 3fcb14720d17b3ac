"""Companies."""

from doubleentry.dialects.sync2books.routes.declaring import COMPANIES, OPENAPI, application, returns
from doubleentry.dialects.sync2books.rules import companies, oauth
from doubleentry.dialects.sync2books.schemas.bodies import CREATE_COMPANY
from doubleentry.dialects.sync2books.schemas.companies import CompanySchema, CreatedCompanySchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import operation

TAGS = ("Companies",)
COMPANY = CompanySchema()
BY_ID = {"getCompany": {"operationId": "get-company", "parameters": {"companyId": "$response.body#/company/id"}}}


@operation(
    "POST",
    "/companies",
    id="create-company",
    source=COMPANIES,
    body=CREATE_COMPANY,
    returns=returns(
        CreatedCompanySchema(), "The company, and where its customer connects it.", 400, 413, status=201, links=BY_ID
    ),
    tags=TAGS,
)
def create_company(call: Call) -> Document:
    """Create a company."""
    company = companies.create(call.workspace, application(call), call.body)
    return {"company": companies.show(company), "authUrl": oauth.authorize_url(call.workspace, company, call.base_url)}


@operation(
    "GET",
    "/companies",
    id="list-companies",
    source=OPENAPI,
    returns=returns(CompanySchema(many=True), "All companies of the application."),
    tags=TAGS,
)
def list_companies(call: Call) -> list[Document]:
    """List companies."""
    return [companies.show(company) for company in companies.of(call.workspace, application(call))]


@operation(
    "GET",
    "/companies/{companyId}",
    id="get-company",
    source=OPENAPI,
    returns=returns(COMPANY, "The company.", 404),
    tags=TAGS,
)
def get_company(call: Call) -> Document:
    """Get a company."""
    return companies.show(companies.get(call.workspace, application(call), call.path["companyId"]))
