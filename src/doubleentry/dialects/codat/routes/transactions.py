"""Transactions of a sync."""

from doubleentry.dialects.codat.pagination import envelope, requested
from doubleentry.dialects.codat.routes.declaring import E1, expenses, returns
from doubleentry.dialects.codat.rules import transactions
from doubleentry.dialects.codat.schemas.pages import PageQuerySchema
from doubleentry.dialects.codat.schemas.transactions import TransactionSchema, TransactionsSchema
from doubleentry.engine.documents import Document
from doubleentry.web.context import Call
from doubleentry.web.operation import operation

TAGS = ("Transactions",)
FIRST_ID = {
    "companyId": "$request.path.companyId",
    "syncId": "$request.path.syncId",
    "transactionId": "$response.body#/results/0/transactionId",
}
BY_ID = {
    "getTransaction": {"operationId": "get-sync-transaction", "parameters": FIRST_ID},
    "uploadReceipt": {"operationId": "upload-attachment", "parameters": FIRST_ID},
}
SDK_AGENTS = ("speakeasy-sdk/", "codat-sdk/")
"""How official clients begin their user agent; they parse only the word of the schema."""


@operation(
    "GET",
    *expenses("/syncs/{syncId}/transactions"),
    id="list-sync-transactions",
    source=E1,
    query=PageQuerySchema(),
    returns=returns(TransactionsSchema(), "A page of transactions.", 400, links=BY_ID),
    tags=TAGS,
)
def list_transactions(call: Call) -> Document:
    """List what became of a sync's transactions."""
    company_id, sync_id = call.path["companyId"], call.path["syncId"]
    page = transactions.page(call.workspace, company_id, sync_id, requested(call.query))
    prefix = "" if call.quirk("codat.sync-links") == "seed" else "/sync/expenses"
    path = f"/companies/{company_id}{prefix}/syncs/{sync_id}/transactions"
    word = _expense_word(call)
    return envelope(page, path, call.query, lambda item: transactions.show(item, word))


@operation(
    "GET",
    *expenses("/syncs/{syncId}/transactions/{transactionId}"),
    id="get-sync-transaction",
    source=E1,
    returns=returns(TransactionSchema(many=True), "The rows of the transaction: one for each integration."),
    tags=TAGS,
)
def get_transaction(call: Call) -> list[Document]:
    """Get what became of one transaction."""
    path = call.path
    rows = transactions.rows(call.workspace, path["companyId"], path["syncId"], path["transactionId"])
    return [transactions.show(row, _expense_word(call)) for row in rows]


def _expense_word(call: Call) -> str:
    """Return how this caller is told the integration type ``expense``."""
    word = call.quirk("codat.integration-type")
    if word != "auto":
        return word
    return "expenses" if call.request.headers.get("User-Agent", "").startswith(SDK_AGENTS) else "expense"
