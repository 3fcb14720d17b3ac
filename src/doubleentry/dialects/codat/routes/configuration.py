"""A company's configuration."""

from doubleentry.dialects.codat.routes.declaring import E1, expenses, returns
from doubleentry.dialects.codat.rules import configuration
from doubleentry.dialects.codat.schemas.configuration import ConfigurationSchema, SetConfigurationSchema
from doubleentry.dialects.codat.schemas.transactions import EXPENSE_EXAMPLE
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import operation

TAGS = ("Configuration",)
CREATE_DATASET = {
    "createDataset": {
        "operationId": "create-expense-dataset",
        "parameters": {"companyId": "$request.path.companyId"},
        "requestBody": {"items": [EXPENSE_EXAMPLE]},
    }
}


@operation(
    "GET",
    *expenses("/config"),
    id="get-company-configuration",
    source=E1,
    returns=returns(ConfigurationSchema(), "The configuration."),
    tags=TAGS,
)
def get_configuration(call: Call) -> Document:
    """Get a company's configuration."""
    return configuration.get(call.workspace, call.path["companyId"])


@operation(
    "POST",
    *expenses("/config"),
    id="save-company-configuration",
    source=E1,
    body=SetConfigurationSchema(),
    returns=returns(ConfigurationSchema(), "The configuration as it now is.", 400, 413, 415, links=CREATE_DATASET),
    tags=TAGS,
)
def save_configuration(call: Call) -> Document:
    """Set a company's configuration."""
    return configuration.save(call.workspace, call.path["companyId"], call.body)
