"""Where a customer consents: our page in place of the accounting software's, and the vendor's callback."""

from typing import Final
from urllib.parse import urlencode, urlsplit

from doubleentry.dialects.sync2books.platforms import PLATFORMS
from doubleentry.dialects.sync2books.routes.declaring import ERROR, MEANINGS
from doubleentry.dialects.sync2books.rules import companies, oauth
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import FORM, Fidelity, Returns, operation
from doubleentry.web.pages import KEPT_PRIVATE, Pages

PAGES: Final = Pages("the accounting software's consent page")
SOURCE: Final = "ours: stands in for the consent page of the accounting software"
SETUP: Final = 'Sync2Books, guide "QuickBooks Online setup"'
GONE: Final = "This link has been answered already, or was never made. Ask the application for another."


@operation("GET", oauth.AUTHORIZE, id="oauth-page", source=SOURCE, returns=(), authenticated=False, hidden=True)
def authorize_page(call: Call) -> Answer:
    """Ask the customer for consent, or consent at once where the workspace is set so."""
    kept = oauth.open_state(call.workspace, call.query.get("state", ""))
    company = None if kept is None else call.workspace.store.get(companies.COLLECTION, kept["companyId"])
    if kept is None or company is None:
        return PAGES.tell(call, "Nothing to consent to", GONE, status=400)
    if call.quirk("sync2books.link") == "auto" and call.request.method == "GET":
        return _sent_on(oauth.answer(call.workspace, kept, "approve", call.base_url))
    application = oauth.application_of(call.workspace, company)
    return PAGES.ask(
        call,
        kept["id"],
        company=company["name"],
        platform=PLATFORMS[kept["integrationKey"]].name,
        told={"Asked by": application["name"], "Company": company["id"]},
        leads_to=application["redirectUris"],
    )


@operation(
    "POST",
    oauth.AUTHORIZE,
    id="oauth-answer",
    source=SOURCE,
    returns=(),
    authenticated=False,
    hidden=True,
    form=FORM,
)
def authorize_answer(call: Call) -> Answer:
    """Take the customer's answer."""
    kept = oauth.open_state(call.workspace, call.query.get("state", ""))
    if kept is None:
        return PAGES.tell(call, "Nothing to consent to", GONE, status=400)
    given = PAGES.answered(call, kept["id"])
    return given if isinstance(given, Answer) else _sent_on(oauth.answer(call.workspace, kept, given, call.base_url))


@operation(
    "GET",
    *(f"/{platform}/callback" for platform in PLATFORMS),
    id="oauth-callback",
    source=SETUP,
    returns=(
        Returns(
            200, {"type": "string"}, "A page, where no redirect URI is registered.", Fidelity.INFERRED, {}, "text/html"
        ),
        Returns(302, None, "On to the application's first redirect URI.", Fidelity.INFERRED),
        Returns(400, ERROR, MEANINGS[400], Fidelity.INFERRED),
    ),
    fidelity=Fidelity.INFERRED,
    authenticated=False,
    tags=("Connections",),
)
def callback(call: Call) -> Answer:
    """Take what the accounting software answers, and send the customer on to the application."""
    company, connection = oauth.conclude(call.workspace, call.query)
    if connection is None:
        told = {"error": oauth.DENIED}
    else:
        told = {"connectionId": connection["id"], "integrationKey": connection["integrationKey"]}
    uris = oauth.application_of(call.workspace, company)["redirectUris"]
    if uris:
        separator = "&" if urlsplit(uris[0]).query else "?"
        return _sent_on(f"{uris[0]}{separator}{urlencode(told)}")
    if connection is None:
        return PAGES.tell(call, "Not connected", "You have denied access. You can close this page.")
    platform = PLATFORMS[connection["integrationKey"]].name
    return PAGES.tell(call, "Connected", f"{platform} is connected. You can close this page.")


def _sent_on(url: str) -> Answer:
    return Answer(302, "", {"Location": url, **KEPT_PRIVATE}, "text/html; charset=utf-8")
