"""Alert rules."""

from doubleentry.dialects.codat.alerts import rule_type
from doubleentry.dialects.codat.pagination import envelope, requested
from doubleentry.dialects.codat.routes.declaring import COMMON, returns
from doubleentry.dialects.codat.rules import rules
from doubleentry.dialects.codat.schemas.rules import CreateRuleSchema, RuleSchema, RulesQuerySchema, RulesSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import operation

RULE = RuleSchema()
TAGS = ("Rules",)
BY_ID = {"getRule": {"operationId": "get-rule", "parameters": {"ruleId": "$response.body#/id"}}}

FIRST = {"getRule": {"operationId": "get-rule", "parameters": {"ruleId": "$response.body#/results/0/id"}}}


@operation(
    "GET",
    "/rules",
    id="list-rules",
    source=COMMON,
    query=RulesQuerySchema(),
    returns=returns(RulesSchema(), "A page of rules.", 400, links=FIRST),
    tags=TAGS,
)
def list_rules(call: Call) -> Document:
    """List alert rules."""
    page = rules.page(call.workspace, call.query, requested(call.query))
    return envelope(page, "/rules", call.query, lambda rule: rule)


@operation(
    "POST",
    "/rules",
    id="create-rule",
    source=f'{COMMON}; guide "Syncing expenses" (2023)',
    body=CreateRuleSchema(),
    returns=returns(RULE, "The rule.", 400, 413, 415, links=BY_ID),
    tags=TAGS,
)
def create_rule(call: Call) -> Document:
    """Ask to be called back."""
    if rule_type(call.body["type"]) is None:
        call.warn(f"No event of type {call.body['type']!r} is emulated: this rule is kept, and never fires.")
    return rules.create(call.workspace, call.body)


@operation("GET", "/rules/{ruleId}", id="get-rule", source=COMMON, returns=returns(RULE, "The rule."), tags=TAGS)
def get_rule(call: Call) -> Document:
    """Get an alert rule."""
    return rules.get(call.workspace, call.path["ruleId"])
