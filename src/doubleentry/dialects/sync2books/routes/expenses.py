"""Expenses."""

from collections.abc import Sequence

from doubleentry.dialects.sync2books import pagination
from doubleentry.dialects.sync2books.errors import Refused
from doubleentry.dialects.sync2books.routes.declaring import OPENAPI, application, returns
from doubleentry.dialects.sync2books.routes.editions import operation
from doubleentry.dialects.sync2books.rules import expenses
from doubleentry.dialects.sync2books.rules.checking import checked
from doubleentry.dialects.sync2books.schemas.bodies import CREATE_EXPENSES, described
from doubleentry.dialects.sync2books.schemas.expenses import ExpenseSchema, ExpensesCreatedSchema, ExpensesSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.errors import Answer
from doubleentry.web.operation import Fidelity

CREATE = 'Sync2Books, guide "Create transactions"'
TAGS = ("Expenses",)
NO_ARRAY = "Validation failed (parsable array expected)"  # the framework's own words, of its pipe for arrays
QUERY = described(pagination.PAGE, nullable=False)()
BY_ID = {
    name: {"operationId": operation_id, "parameters": {"syncBatchId": "$response.body#/syncBatchId"}}
    for name, operation_id in (
        ("batch", "get-sync-batch"),
        ("failedItems", "list-failed-items"),
        ("process", "process-sync-batch"),
        ("retry", "retry-sync-batch"),
        ("retryFailed", "retry-failed-items"),
    )
}


@operation(
    "POST",
    "/expenses/{connectionId}",
    id="create-expenses",
    source=CREATE,
    body=CREATE_EXPENSES,
    returns=returns(
        ExpensesCreatedSchema(), "The batch that they are pushed in.", 400, 404, 413, status=201, links=BY_ID
    ),
    tags=TAGS,
)
def create_expenses(call: Call) -> Document:
    """Create expenses, one or an array of them, and queue them as one batch."""
    if call.quirk("sync2books.expense-body") == "array" and not isinstance(call.body, list):
        raise Refused(400, NO_ARRAY)
    return expenses.create(call.workspace, application(call), call.path["connectionId"], call.body)


@operation(
    "GET",
    "/expenses/connection/{connectionId}",
    id="list-expenses-of-connection",
    source=CREATE,
    query=QUERY,
    returns=returns(ExpensesSchema(), "A page of the connection's expenses.", 400, 404, fidelity=Fidelity.INFERRED),
    tags=TAGS,
)
def list_of_connection(call: Call) -> Answer:
    """List the expenses of a connection."""
    return _page(call, expenses.of_connection(call.workspace, application(call), call.path["connectionId"]))


@operation(
    "GET",
    "/expenses/company/{companyId}",
    id="list-expenses-of-company",
    source=OPENAPI,
    query=QUERY,
    returns=returns(ExpensesSchema(), "A page of the company's expenses.", 400, 404, fidelity=Fidelity.INFERRED),
    tags=TAGS,
)
def list_of_company(call: Call) -> Answer:
    """List the expenses of a company."""
    return _page(call, expenses.of_company(call.workspace, application(call), call.path["companyId"]))


@operation(
    "GET",
    "/expenses/{expenseId}",
    id="get-expense",
    source=CREATE,
    returns=returns(ExpenseSchema(), "The expense, and how it stands.", 404, fidelity=Fidelity.INFERRED),
    tags=TAGS,
)
def get_expense(call: Call) -> Document:
    """Get an expense by the id that its caller gave it."""
    kept = expenses.get(call.workspace, application(call), call.path["expenseId"])
    return expenses.show(call.workspace, kept)


def _page(call: Call, found: Sequence[Document]) -> Answer:
    window = pagination.window(checked(call.workspace, pagination.PAGE, call.query, "query"))
    rows = [expenses.show(call.workspace, kept) for kept in window.cut(found)]
    body = {"expenses": rows, "pagination": pagination.told(window, len(found))}
    return Answer(200, body, pagination.headers(window, len(found)))
