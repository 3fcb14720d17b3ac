"""Pages for people, of a surface that stands in for a vendor's: where a customer consents, and what is told afterwards.

They act on POST alone, with a value that is good for one answer, so that no other page can answer in a person's name.
"""

import hmac
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from doubleentry.engine.chance import token
from doubleentry.web.callers import is_called_ours
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer

HTML: Final = "text/html; charset=utf-8"
ONE_TIME: Final = "one-time values"
HERE: Final = "doubleentry.web"
KEPT_PRIVATE: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

_SPENT: Final = "This page has been answered already, or is not the newest. Open the link again."
_FOREIGN: Final = (
    "This address is not a name of this machine. Call localhost or 127.0.0.1, or start the server with a token or with "
    "its public URL."
)
_NEITHER: Final = "Open the link again, and approve or deny."


class Pages(Struct, frozen=True):
    """The pages of one surface.

    Attributes:
        stands_for: Whose pages they are in place of, as the foot says it.
        package: Where templates of its own are, in a folder ``templates``; None for none.
    """

    stands_for: str
    package: str | None = None

    def show(
        self, call: Call, template: str, *, status: int = 200, leads_to: Sequence[str] = (), **facts: object
    ) -> Answer:
        """Return a page.

        Args:
            call: Whose workspace is named at its foot.
            template: Its file.
            status: The HTTP status.
            leads_to: Where its form may end up beside here, after redirects.
            facts: What the template is told.
        """
        from jinja2 import DictLoader, Environment, select_autoescape  # noqa: PLC0415 - only people need it

        packages = [HERE] if self.package is None else [HERE, self.package]
        folders = [files(package) / "templates" for package in packages]
        texts = {
            entry.name: entry.read_text("utf-8")
            for folder in folders
            for entry in folder.iterdir()
            if entry.name.endswith(".html")
        }
        environment = Environment(loader=DictLoader(texts), autoescape=select_autoescape(default=True))
        known = {"workspace": call.workspace.name, "stands_for": self.stands_for}
        page = environment.get_template(template).render(**known, **facts)
        actions = " ".join(["'self'", *(_origin(url) for url in leads_to)])
        policy = f"default-src 'none'; style-src 'unsafe-inline'; form-action {actions}; frame-ancestors 'none'"
        return Answer(status, page, {"Content-Security-Policy": policy, **KEPT_PRIVATE}, HTML)

    def tell(self, call: Call, title: str, text: str, *, status: int = 200) -> Answer:
        """Return a page that says one thing."""
        return self.show(call, "message.html", status=status, title=title, text=text)

    def ask(  # noqa: PLR0913 - a question has these
        self,
        call: Call,
        subject: str,
        *,
        company: str,
        platform: str,
        told: Mapping[str, str],
        leads_to: Sequence[str] = (),
    ) -> Answer:
        """Return the page that asks for consent; not to who came by a name that was made to lead here.

        A page elsewhere could read the one-time value by such a name, and answer.

        Args:
            call: Its request.
            subject: What the answer is about; of its pages only the newest can be answered.
            company: Who is asked.
            platform: What it is to be connected to.
            told: What else stands on the page.
            leads_to: Where the answer may lead beside here.
        """
        if call.host.token is None and not is_called_ours(call.request, call.host):
            return self.tell(call, "Not here", _FOREIGN, status=403)
        one_time = token()
        call.workspace.store.put(ONE_TIME, _key(call, subject), {"token": one_time})
        return self.show(
            call, "consent.html", leads_to=leads_to, company=company, platform=platform, told=told, one_time=one_time
        )

    def answered(self, call: Call, subject: str) -> Literal["approve", "deny"] | Answer:
        """Return the answer that a form gives, whose value is spent then; or the page that says why it is not taken."""
        _, form = call.form()
        given = form.get("answer")
        kept = call.workspace.store.get(ONE_TIME, _key(call, subject))
        if kept is None or not hmac.compare_digest(kept["token"].encode(), form.get("token", "").encode()):
            return self.tell(call, "Not taken", _SPENT, status=403)
        if given not in {"approve", "deny"}:
            return self.tell(call, "Not taken", _NEITHER, status=400)
        call.workspace.store.remove(ONE_TIME, _key(call, subject))
        return "approve" if given == "approve" else "deny"


def _key(call: Call, subject: str) -> str:
    return f"{call.exchange.surface}/{subject}"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
