"""A company's defaults for expenses."""

from doubleentry.dialects.sync2books.routes.declaring import MAPPING, application, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import configs
from doubleentry.dialects.sync2books.schemas.bodies import UPDATE_EXPENSE_CONFIG
from doubleentry.dialects.sync2books.schemas.configs import ExpenseConfigSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call

TAGS = ("Expense configuration",)
PATH = "/companies/{companyId}/expense-config"
CONFIG = ExpenseConfigSchema()


@operation(
    "GET",
    PATH,
    id="get-expense-config",
    source=MAPPING,
    returns=returns(CONFIG, "The defaults that are set.", 404),
    tags=TAGS,
)
def get_expense_config(call: Call) -> Document:
    """Get a company's defaults for expenses."""
    return configs.get(call.workspace, application(call), call.path["companyId"])


@operation(
    "PATCH",
    PATH,
    id="update-expense-config",
    source=MAPPING,
    body=UPDATE_EXPENSE_CONFIG,
    body_optional=True,
    returns=returns(CONFIG, "The defaults that are set now.", 400, 404, 413),
    tags=TAGS,
)
def update_expense_config(call: Call) -> Document:
    """Change a company's defaults for expenses."""
    return configs.update(call.workspace, application(call), call.path["companyId"], call.body)
