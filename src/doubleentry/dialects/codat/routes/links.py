"""The pages that stand in for Codat's: where a customer consents. They act on POST, with a one-time value."""

import hmac
from importlib.resources import files
from typing import Final

from doubleentry.dialects.codat.rules import companies, connections
from doubleentry.engine.chance import token
from doubleentry.engine.documents import Document
from doubleentry.engine.errors import NotFound
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import FORM, operation

HTML: Final = "text/html; charset=utf-8"
SOURCE: Final = "ours: stands in for Codat's hosted Link pages"
ONE_TIME: Final = "codat link tokens"
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
        return _page(call, 404, "message.html", title="No such company", text="This link leads to no company.")
    shown = companies.show(call.workspace, company, call.base_url)
    return _page(call, 200, "company.html", company=shown)


@operation("GET", START, id="link-page", source=SOURCE, returns=(), authenticated=False, hidden=True)
def link_page(call: Call) -> Answer:
    """Ask the customer for consent."""
    found = _found(call)
    if found is None:
        return _missing(call)
    company, connection = found
    one_time = token()
    call.workspace.store.put(ONE_TIME, connection["id"], {"token": one_time})
    shown = connections.show(call.workspace, connection, call.base_url)
    return _page(call, 200, "consent.html", company=company, connection=shown, one_time=one_time)


@operation("POST", START, id="link-answer", source=SOURCE, returns=(), authenticated=False, hidden=True, form=FORM)
def link_answer(call: Call) -> Answer:
    """Take the customer's answer."""
    found = _found(call)
    if found is None:
        return _missing(call)
    connection = found[1]
    _, form = call.form()
    answer = form.get("answer")
    kept = call.workspace.store.get(ONE_TIME, connection["id"])
    if kept is None or not hmac.compare_digest(kept["token"].encode(), form.get("token", "").encode()):
        text = "This page has been answered already, or is not the newest. Open the link again."
        return _page(call, 403, "message.html", title="Not taken", text=text)
    if answer not in {"approve", "deny"}:
        return _page(call, 400, "message.html", title="Not taken", text="Open the link again, and approve or deny.")
    call.workspace.store.remove(ONE_TIME, connection["id"])
    if answer == "approve":
        connections.link(call.workspace, connection["id"])
        text = f"{connections.platform_of(connection).name} is linked. You can close this page."
        return _page(call, 200, "message.html", title="Linked", text=text)
    connections.deny(call.workspace, connection["id"])
    return _page(call, 200, "message.html", title="Not linked", text="You have denied access. You can close this page.")


def _found(call: Call) -> tuple[Document, Document] | None:
    try:
        company = companies.get(call.workspace, call.path["companyId"])
        return company, connections.get(call.workspace, company["id"], call.path["connectionId"])
    except NotFound:
        return None


def _missing(call: Call) -> Answer:
    return _page(call, 404, "message.html", title="No such connection", text="This link leads to no connection.")


def _page(call: Call, status: int, template: str, **facts: object) -> Answer:
    from jinja2 import DictLoader, Environment, select_autoescape  # noqa: PLC0415 - only people need it

    folder = files("doubleentry.dialects.codat") / "templates"
    texts = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".html")}
    environment = Environment(loader=DictLoader(texts), autoescape=select_autoescape(default=True))
    page = environment.get_template(template).render(workspace=call.workspace.name, **facts)
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Answer(status, page, headers, HTML)
