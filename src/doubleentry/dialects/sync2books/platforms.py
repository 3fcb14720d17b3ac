"""The accounting platforms behind the vendor: what each is called, in both spellings, and which books it opens."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

MOST_FILE_BYTES: Final = 10 * 1024 * 1024


class Platform(Struct, frozen=True):
    """One integration.

    Attributes:
        key: In lower case, as later documents and the Link component have it; upper case has ``_`` for ``-``.
        name: For people.
        template: The ledger that connecting opens: a file stem in ``fixtures/ledgers``.
        scope: What its consent is asked for.
    """

    key: str
    name: str
    template: str
    scope: str

    @property
    def upper(self) -> str:
        """The key as the published pages have it."""
        return self.key.upper().replace("-", "_")

    def told(self, profile: str) -> str:
        """Return the key as a profile spells it."""
        return self.upper if profile == "docs" else self.key


PLATFORMS: Final[Mapping[str, Platform]] = {
    platform.key: platform
    for platform in (
        Platform("quickbooks", "QuickBooks Online", "sync2books-quickbooks-online", "com.intuit.quickbooks.accounting"),
        Platform("quickbooks-desktop", "QuickBooks Desktop", "quickbooks-desktop", "accounting"),
        Platform("xero", "Xero", "xero", "accounting.transactions accounting.settings offline_access"),
        Platform("sage", "Sage", "sage-intacct", "full_access"),
    )
}
"""By key in lower case. Source: guide "Expenses overview", all four supported; the scopes of all but the first are
inferred."""


ELSEWHERE: Final[Mapping[str, str]] = {
    "microsoft-dynamics-365-business-central": "the connection to Microsoft Dynamics 365 Business Central",
    "odoo": "the connection to Odoo",
    "etims": "the connection to eTIMS",
    "opera": "the connection to Opera",
}
"""Integrations that later documents name and that are not emulated → what that is."""


def normalised(key: str) -> str:
    """Return an integration key as it is kept; either case, and ``-`` or ``_``, are taken."""
    return key.strip().lower().replace("_", "-")
