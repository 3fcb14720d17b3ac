"""Mapping options."""

from doubleentry.dialects.codat.routes.declaring import E1, expenses, returns
from doubleentry.dialects.codat.rules import mapping_options
from doubleentry.dialects.codat.schemas.mapping_options import MappingOptionsSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import operation


@operation(
    "GET",
    *expenses("/mappingOptions"),
    id="get-mapping-options",
    source=E1,
    returns=returns(MappingOptionsSchema(), "What the company's expenses can refer to."),
    tags=("Mapping options",),
)
def get_mapping_options(call: Call) -> Document:
    """Get the accounts, tax rates and tracking categories of a company."""
    return mapping_options.get(call.workspace, call.path["companyId"])
