"""What Codat's answers look like as a whole, refusals above all."""

import re

PROBLEMS = "There are problems with the request, see the Validation property for more detail."
NOT_VALID = "Error processing request - not valid."
MALFORMED_QUERY = "Error parsing query - Malformed query."
UNKNOWN = "99999999-9999-4999-8999-999999999999"
"""An id that nothing has."""

CORRELATION = re.compile(r"[0-9a-f]{32}")


def assert_answered(answer, body, status=200):
    """Hold a whole JSON answer against what it should be, the order of its members included."""
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.status, answer.body) == (status, body)
    assert list(answer.body) == list(body)


def assert_refused(answer, status, error, service="ExpenseSyncApi", problems=()):
    """Hold a whole refusal against what it should be; only the correlation id may be any."""
    assert CORRELATION.fullmatch(answer.body["correlationId"])
    body = {
        "statusCode": status,
        "service": service,
        "error": error,
        "correlationId": answer.body["correlationId"],
        "validation": None,
        "canBeRetried": "Unknown",
        "detailedErrorCode": 0,
    }
    if problems:
        errors = [{"itemId": where, "message": told, "validatorName": None} for where, told in problems]
        body |= {"validation": {"errors": errors, "warnings": []}, "canBeRetried": "No"}
    assert_answered(answer, body, status)


def assert_invalid(answer, *problems, service="ExpenseSyncApi"):
    """Hold a 400 against the problems that its body should name: pairs of ``itemId`` and message."""
    assert_refused(answer, 400, PROBLEMS, service, problems)


def assert_not_valid(answer, *problems):
    """Hold a 400 of the gateway against what it should be."""
    assert_refused(answer, 400, NOT_VALID, "PublicApi", problems)


def assert_not_found(answer, service="ExpenseSyncApi"):
    """Hold a 404 that tells nothing against what it should be."""
    assert_refused(answer, 404, "NotFound", service)


def assert_no_company(answer, company):
    assert_refused(answer, 404, f"No company was found with ID {company}", "ClientsApi")


def assert_no_connection(answer, connection):
    assert_refused(answer, 404, f"Data connection {connection} not found", "PublicApi")


def assert_malformed_query(answer):
    assert_refused(answer, 400, MALFORMED_QUERY, "ClientsApi")


def assert_not_authenticated(answer):
    assert_refused(answer, 401, "Unauthorized", "PublicApi")
