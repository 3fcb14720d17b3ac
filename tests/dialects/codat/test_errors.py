"""Codat's envelope, for each refusal that there is; and that what is not Codat's never looks like it."""

import pytest

from doubleentry.dialects.codat.errors import CLIENTS_OPERATIONS, GATEWAY_OPERATIONS, CodatErrors, Refused
from doubleentry.dialects.codat.gaps import GAPS
from doubleentry.dialects.codat.routes import load
from doubleentry.engine import errors
from doubleentry.engine.errors import EngineError, InvalidInput, NotFound, Problem, Unsupported
from doubleentry.engine.faults import Layer, Match
from doubleentry.web.envelope import OwnErrors
from doubleentry.web.errors import MethodNotAllowed, Ordered, RequestRefused
from tests.dialects.codat.caller import XERO, books_of
from tests.dialects.codat.refusals import CORRELATION, assert_answered, assert_no_company, assert_refused
from tests.errors import ASKED, EXAMPLES, kinds

GATEWAY = "PublicApi"
TEXTS = {
    400: (GATEWAY, "Error processing request - not valid."),
    401: (GATEWAY, "Unauthorized"),
    402: (GATEWAY, "CompanyValidationException: Company limit exceeded"),
    403: (GATEWAY, "You are using an outdated API key or a key not associated with that resource."),
    404: ("ExpenseSyncApi", "NotFound"),
    405: (GATEWAY, "Method Not Allowed"),
    409: (GATEWAY, "The data set has not been requested."),
    413: (GATEWAY, "Payload Too Large"),
    415: (GATEWAY, "Unsupported Media Type"),
    422: ("ExpenseSyncApi", "The company does not have a valid set of data connections."),
    429: (GATEWAY, "You have made too many requests in a given amount of time; please retry later."),
    500: (GATEWAY, "There is a problem with our server. Please try again later."),
    503: (GATEWAY, "The Codat API is temporarily offline for maintenance. Please try again later."),
}
UPDATES = "Expense transaction updates are not supported for platforms other than Xero."
OPERATIONS = [operation for operation in load() if not operation.hidden]
IDS = {
    "{companyId}": XERO,
    "{connectionId}": books_of(XERO),
    "{syncId}": "50000000-0000-4000-8000-000000000011",
    "{transactionId}": "70000000-0000-4000-8000-000000000011",
    "{ruleId}": "99999999-9999-4999-8999-999999999999",
}


def path_of(template):
    return "/".join(IDS.get(segment, segment.strip("{}")) for segment in template.split("/"))


def order(codat, status, operation=None, **effect):
    with codat.workspace.transaction():
        codat.workspace.faults.add(
            Layer.HTTP, Match(dialect="codat", operation=operation), {"status": status, **effect}, times=None
        )


def documented(status, operation):
    """Return service and error: what is not there is named by the services that do so."""
    if (status, operation.id) == (422, "update-expense-dataset"):
        return "ExpenseSyncApi", UPDATES
    if status == 404 and operation.id in GATEWAY_OPERATIONS:
        return GATEWAY, "NotFound"
    if status == 404 and operation.id in CLIENTS_OPERATIONS:
        if "{connectionId}" in operation.path:
            return GATEWAY, f"Data connection {books_of(XERO)} not found"
        if "{companyId}" in operation.path:
            return "ClientsApi", f"No company was found with ID {XERO}"
    return TEXTS[status]


@pytest.mark.parametrize("status", TEXTS)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_each_status_can_be_ordered_of_each_operation_in_the_documented_words(codat, operation, status):
    before = {name: rows for name, rows in codat.workspace.dump().items() if name.startswith("codat")}
    order(codat, status, operation.id)

    answer = codat.call(operation.method, path_of(operation.path))

    service, text = documented(status, operation)
    assert_refused(answer, status, text, service)
    assert {name: rows for name, rows in codat.workspace.dump().items() if name.startswith("codat")} == before


def test_the_service_for_expenses_answers_for_its_own_operations_alone():
    spoken_for = {each.id for each in OPERATIONS if "sync/expenses" not in each.path}

    assert spoken_for == CLIENTS_OPERATIONS | GATEWAY_OPERATIONS


@pytest.mark.parametrize(
    ("status", "text"), [(408, "Request Timeout"), (502, "Bad Gateway"), (504, "Gateway Timeout"), (460, "Error")]
)
def test_a_status_that_codat_does_not_document_can_be_ordered_too(codat, status, text):
    order(codat, status)

    assert_refused(codat.call("GET", "/companies"), status, text, GATEWAY)


def test_an_ordered_answer_has_the_headers_that_were_ordered(codat):
    order(codat, 429, headers={"Retry-After": "7", "X-Rate-Limit-Remaining": "0"})

    answer = codat.call("GET", "/companies")

    assert_refused(answer, 429, TEXTS[429][1], GATEWAY)
    assert (answer.headers["Retry-After"], answer.headers["X-Rate-Limit-Remaining"]) == ("7", "0")


def test_a_fault_is_named_in_the_journal_and_used_up(codat):
    with codat.workspace.transaction():
        rule = codat.workspace.faults.add(Layer.HTTP, Match(company=XERO), {"status": 503})

    statuses = [codat.call("GET", f"/companies/{id}").status for id in (books_of(XERO), XERO, XERO)]

    assert statuses == [404, 503, 200]
    assert [each.fault for each in codat.application.host.journal(codat.workspace).search()] == [None, rule.id, None]


def test_a_fault_may_look_at_headers_and_into_the_body_that_was_sent(codat):
    with codat.workspace.transaction():
        match = Match(operation="create-company", headers={"x-test": "1"}, pointers={"/tags/a": "b"})
        codat.workspace.faults.add(Layer.HTTP, match, {"status": 402}, times=None)

    body = {"name": "a", "tags": {"a": "b"}}
    assert codat.call("POST", "/companies", body).status == 200
    assert codat.call("POST", "/companies", {"name": "a"}, headers={"X-Test": "1"}).status == 200
    assert codat.call("POST", "/companies", b"{", headers={"X-Test": "1"}).status == 400
    assert_refused(codat.call("POST", "/companies", body, headers={"X-Test": "1"}), 402, TEXTS[402][1], GATEWAY)


def test_a_fault_comes_before_the_key_is_looked_at(codat):
    order(codat, 503)

    assert codat.call("GET", "/companies", key="wrong").status == 503


def test_no_two_answers_have_the_same_correlation_id(codat):
    paths = ["/companies/x", "/companies?page=0", "/nowhere", "/rules/x"] * 5

    answers = [codat.call("GET", path) for path in paths]
    answers += [codat.call("POST", "/companies", b"{") for _ in range(5)]
    answers += [codat.call("GET", "/companies", key=None) for _ in range(5)]

    ids = [answer.body["correlationId"] for answer in answers]
    assert all(map(CORRELATION.fullmatch, ids))
    assert len(set(ids)) == len(ids) == 30


def test_the_same_calls_in_two_workspaces_get_the_same_answers(open_codat):
    one, other = (
        [each.call("GET", "/companies/x").text, each.call("POST", "/companies", {"name": "a"}).body["id"]]
        for each in (open_codat(), open_codat())
    )

    assert one == other


@pytest.mark.parametrize("gap", GAPS, ids=lambda gap: f"{gap.method} {gap.path}")
def test_what_is_not_emulated_says_so_in_our_words(codat, gap):
    told = f"the operation {gap.id} ({gap.method} {gap.path})"

    for key in ("codat-demo", None):
        answer = codat.call(gap.method, path_of(gap.path), key=key)

        message = f"Not emulated: {told} (described in {gap.source})."
        error = {"kind": "Unsupported", "message": message, "gap": told, "source": gap.source}
        assert_answered(answer, {"error": error}, 501)


def test_no_gap_hides_an_operation_and_no_operation_a_gap(codat):
    app = codat.application.surface_app("codat")

    for target in [*OPERATIONS, *GAPS]:
        for template in getattr(target, "paths", None) or (target.path,):
            assert app.matched(target.method, path_of(template))[0].id == target.id, template


EXAMPLES_HERE = {**EXAMPLES, Refused: Refused(422, "No.", "ClientsApi", [Problem(("a", 0), "b")])}


def test_there_is_an_example_of_each_error():
    assert set(EXAMPLES_HERE) == kinds(EngineError, "codat") | kinds(RequestRefused, "codat")


@pytest.mark.parametrize("kind", EXAMPLES_HERE, ids=lambda kind: kind.__name__)
def test_each_error_is_answered_in_an_envelope(kind):
    answer = CodatErrors().refusal(EXAMPLES_HERE[kind], ASKED)

    theirs = (RequestRefused, Refused, InvalidInput, NotFound)
    assert 400 <= answer.status <= 599
    assert isinstance(answer.body, dict)
    if issubclass(kind, theirs):
        assert (answer.body["statusCode"], answer.body["correlationId"]) == (answer.status, "0" * 32)
        assert "validation" in answer.body
    else:
        assert list(answer.body) == ["error"]


@pytest.mark.parametrize("kind", EXAMPLES_HERE, ids=lambda kind: kind.__name__)
def test_each_error_is_answered_in_our_envelope_too(kind):
    answer = OwnErrors().refusal(EXAMPLES_HERE[kind], ASKED)

    assert (answer.body["error"]["kind"], 400 <= answer.status <= 599) == (kind.__name__, True)


@pytest.mark.parametrize("kind", [*EXAMPLES, errors.EngineError], ids=lambda kind: kind.__name__)
def test_whatever_a_handler_raises_is_answered_as_json(codat, monkeypatch, kind):
    error = EXAMPLES.get(kind) or EngineError("Refused.")

    def refuse(*_):
        raise error

    monkeypatch.setattr("doubleentry.dialects.codat.rules.companies.get", refuse)

    answer = codat.call("GET", f"/companies/{XERO}")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.status == (501 if kind is Unsupported else CodatErrors().refusal(error, ASKED).status)


def test_a_bug_is_told_as_ours_and_not_as_codats(codat, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("doubleentry.dialects.codat.rules.companies.get", fail)
    monkeypatch.setitem(codat.application.surface_app("codat").config, "TESTING", False)

    answer = codat.call("GET", f"/companies/{XERO}")

    message = "A bug in the emulator, not an answer of the vendor: ZeroDivisionError: by zero"
    assert_answered(answer, {"error": {"kind": "Bug", "message": message}}, 500)
    monkeypatch.undo()
    assert codat.call("GET", f"/companies/{XERO}").status == 200


def test_a_refused_method_names_those_that_there_are(codat):
    answer = codat.call("PUT", "/companies")

    assert_refused(answer, 405, "Method Not Allowed", GATEWAY)
    assert answer.headers["Allow"] == "GET, HEAD, POST"


def test_an_error_has_the_status_that_it_was_given():
    assert Ordered(418, {}).status == 418
    assert str(MethodNotAllowed("PUT", ["POST", "GET"])) == "PUT is not among the methods of this path: GET, POST."


def test_a_refusal_undoes_what_the_handler_did_before(codat, monkeypatch):
    def half(workspace, company_id, _):
        workspace.store.put("codat configurations", company_id, {"half": "done"})
        raise NotFound("company", company_id)

    monkeypatch.setattr("doubleentry.dialects.codat.rules.configuration.save", half)
    before = codat.workspace.store.find("codat configurations")

    body = {name: {"id": "1"} for name in ("bankAccount", "supplier", "customer")}
    assert codat.call("POST", f"/companies/{XERO}/config", body).status == 404
    assert codat.workspace.store.find("codat configurations") == before


def test_an_unknown_path_is_not_found_in_codats_words(codat):
    assert_refused(codat.call("GET", "/nowhere"), 404, "NotFound")
    assert_no_company(codat.call("GET", "/companies/nowhere"), "nowhere")
