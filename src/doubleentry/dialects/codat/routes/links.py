"""The pages that stand in for Codat's: where a customer consents. They act on POST, with a one-time value."""

from typing import Final

from doubleentry.dialects.codat.rules import companies, connections
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import FORM, operation
from doubleentry.web.pages import Pages

PAGES: Final = Pages("Codat's link page", "doubleentry.dialects.codat")
SOURCE: Final = "ours: stands in for Codat's hosted Link pages"
START: Final = "/link/companies/{companyId}/connections/{connectionId}/start"


@operation(
    "GET",
    "/link/company/{companyId}",
    id="link-company-page",
    source=SOURCE,
    returns=(),
    authenticated=False,
    hidden=True,
)
def company_page(call: Call) -> Answer:
    """Show a company's connections and where each is consented to."""
    company = companies.find(call.workspace, call.path["companyId"])
    if company is None:
        return PAGES.tell(call, "No such company", "This link leads to no company.", status=404)
    shown = companies.show(call.workspace, company, call.base_url)
    return PAGES.show(call, "company.html", company=shown)


@operation("GET", START, id="link-page", source=SOURCE, returns=(), authenticated=False, hidden=True)
def link_page(call: Call) -> Answer:
    """Ask the customer for consent."""
    found = _found(call)
    if found is None:
        return _missing(call)
    company, connection = found
    shown = connections.show(call.workspace, connection, call.base_url)
    told = {"Status": shown["status"], "Connection": shown["id"]}
    return PAGES.ask(call, connection["id"], company=company["name"], platform=shown["platformName"], told=told)


@operation("POST", START, id="link-answer", source=SOURCE, returns=(), authenticated=False, hidden=True, form=FORM)
def link_answer(call: Call) -> Answer:
    """Take the customer's answer."""
    found = _found(call)
    if found is None:
        return _missing(call)
    connection = found[1]
    answer = PAGES.answered(call, connection["id"])
    if isinstance(answer, Answer):
        return answer
    if answer == "approve":
        connections.link(call.workspace, connection["id"])
        text = f"{connections.platform_of(connection).name} is linked. You can close this page."
        return PAGES.tell(call, "Linked", text)
    connections.deny(call.workspace, connection["id"])
    return PAGES.tell(call, "Not linked", "You have denied access. You can close this page.")


def _found(call: Call) -> tuple[Document, Document] | None:
    try:
        company = companies.get(call.workspace, call.path["companyId"])
        return company, connections.get(call.workspace, company["id"], call.path["connectionId"])
    except NotFound:
        return None


def _missing(call: Call) -> Answer:
    return PAGES.tell(call, "No such connection", "This link leads to no connection.", status=404)
