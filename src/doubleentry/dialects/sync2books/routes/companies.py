"""Companies, and where their customers consent."""

from doubleentry.dialects.sync2books.routes.declaring import COMPANIES, CUSTOMER, OPENAPI, application, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import companies, connections, oauth
from doubleentry.dialects.sync2books.schemas.bodies import AUTH_URL_QUERY, CREATE_COMPANY, UPDATE_COMPANY
from doubleentry.dialects.sync2books.schemas.companies import CompanySchema, CreatedCompanySchema
from doubleentry.dialects.sync2books.schemas.connections import AuthUrlSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import Fidelity

TAGS = ("Companies",)
ONE = "/companies/{companyId}"
COMPANY = CompanySchema()
_ID = {"companyId": "$response.body#/company/id"}
BY_ID = {
    name: {"operationId": operation_id, "parameters": _ID}
    for name, operation_id in {
        "getCompany": "get-company",
        "updateCompany": "update-company",
        "deleteCompany": "delete-company",
        "getConfig": "get-expense-config",
        "updateConfig": "update-expense-config",
    }.items()
}


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
    ONE,
    id="get-company",
    source=OPENAPI,
    returns=returns(COMPANY, "The company.", 404),
    tags=TAGS,
)
def get_company(call: Call) -> Document:
    """Get a company."""
    return companies.show(companies.get(call.workspace, application(call), call.path["companyId"]))


@operation(
    "PUT",
    ONE,
    id="update-company",
    source=OPENAPI,
    body=UPDATE_COMPANY,
    body_optional=True,
    returns=returns(COMPANY, "The company, changed.", 400, 404, 413),
    tags=TAGS,
)
def update_company(call: Call) -> Document:
    """Rename a company, or make it active or inactive."""
    return companies.show(companies.update(call.workspace, application(call), call.path["companyId"], call.body))


@operation(
    "DELETE",
    ONE,
    id="delete-company",
    source=OPENAPI,
    returns=returns(COMPANY, "The company, inactive.", 404, fidelity=Fidelity.INFERRED),
    tags=TAGS,
)
def delete_company(call: Call) -> Document:
    """Deactivate a company."""
    return companies.show(companies.deactivate(call.workspace, application(call), call.path["companyId"]))


@operation(
    "GET",
    "/companies/{companyId}/auth-url",
    id="get-auth-url",
    source=CUSTOMER,
    query=AUTH_URL_QUERY,
    returns=returns(AuthUrlSchema(), "Where the customer consents.", 400, 404),
    tags=TAGS,
)
def get_auth_url(call: Call) -> Document:
    """Get the URL at which a company's customer consents."""
    company_id = call.path["companyId"]
    if call.quirk("sync2books.auth-url") == "connections":
        return {"connections": connections.shown_of(call.workspace, application(call), company_id)}
    return {
        "authUrl": oauth.requested_url(call.workspace, application(call), company_id, call.query, call.base_url),
    }
