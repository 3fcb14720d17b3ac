"""Rules: who is called back about what, in the service that Codat had until 2025.

Source: Codat, Common API of 2023, schema Rule; guide "Syncing expenses" (2023), "Webhook events".
"""

from typing import Final

from doubleentry.dialects.codat.schemas.base import (
    CodatAnswer,
    CodatSchema,
    Guid,
    Many,
    One,
    Patterned,
    RequiredText,
    Text,
)
from doubleentry.dialects.codat.schemas.pages import filtered_query, page_of

_NAME: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{0,251}[A-Za-z0-9_])?"
_IPV6: Final = r"\[::1\]|\[[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}\]"
_PORT: Final = r"[1-9][0-9]{0,3}|[1-5][0-9]{4}|6(?:[0-4][0-9]{3}|5(?:[0-4][0-9]{2}|5(?:[0-2][0-9]|3[0-5])))"


class WebhookUrl(Patterned):
    """An absolute HTTP or HTTPS address."""

    net_type = "System.Uri"
    pattern = rf"^[Hh][Tt][Tt][Pp][Ss]?://(?:{_NAME}|{_IPV6})(?::(?:{_PORT}))?(?:[/?#][!-~]*)?$"


class NotifiersSchema(CodatSchema):
    """Where to tell it: a webhook, addresses, or both."""

    emails = Many(Text(), allow_none=True, metadata={"examples": [["ops@example.com"]]})
    webhook = WebhookUrl(allow_none=True, metadata={"examples": ["http://127.0.0.1:9000/codat/sync-complete"]})


class CreateRuleSchema(CodatSchema):
    """What to tell, about which company (all, where none is named), and where to."""

    type = RequiredText(
        metadata={"examples": ["sync-complete"], "description": "In any of the spellings that Codat has used."}
    )
    company_id = Guid(allow_none=True)
    notifiers = One(NotifiersSchema, required=True)


class RuleNotifiersSchema(CodatAnswer):
    """Where it is told; ``emails`` is empty where there are none."""

    emails = Many(Text(), required=True)
    webhook = Text(allow_none=True)


class RuleSchema(CodatAnswer):
    """A rule; its type stands as it was sent."""

    id = Guid(required=True)
    company_id = Guid(allow_none=True)
    type = Text(required=True)
    notifiers = One(RuleNotifiersSchema, required=True)


RulesSchema = page_of(RuleSchema, "Rules")
"""A page of rules."""

RulesQuerySchema = filtered_query("RulesQuery", ("id", "type", "companyId"))
"""Which rules to list."""
