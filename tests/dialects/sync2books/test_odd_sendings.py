"""Odd things to send: refused in the vendor's envelope or taken whole, and never a fault of ours."""

from decimal import Decimal
from urllib.parse import quote

import pytest

from tests.dialects.sync2books.caller import COMPANY, CONNECTION, JSON, assert_refused
from tests.dialects.sync2books.sending import batches, expense, ledger, line, outcomes, read, send, sent, wrong

PATH = f"/expenses/{CONNECTION}"


def numbered(**numbers):
    """Return the text of an expense with numbers as they are written."""
    return (
        '{"id":"n","type":"Payment","issueDate":"2026-01-05","currency":"USD","merchantName":"m",'
        f'"currencyRate":{numbers.get("rate", 1)},"lines":[{{"netAmount":{numbers.get("net", 1)},'
        '"taxAmount":0,"taxRateRef":{"id":"tax-10"},"accountRef":{"id":"64"}}]}'
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "1",
        '"x"',
        "{",
        "[",
        "[[]]",
        "[null]",
        "[1]",
        '{"id":1}',
        '{"lines":[[]]}',
        '{"lines":{}}',
        '{"lines":[{"trackingRefs":{"id":"x"}}]}',
        "[" * 2000,
        numbered(net="NaN"),
        numbered(net="Infinity"),
        numbered(net="1e400"),
        numbered(net="true"),
        numbered(net='"1"'),
        numbered(rate="-"),
        numbered(net="9" * 5000),
        '{"id":"\\ud800"}',
        b"\xff\xfe{}",
    ],
)
def test_what_is_no_expense_is_refused_and_leaves_nothing(s2b, text):
    answer = s2b.call("POST", PATH, text)

    assert (answer.status, answer.type, answer.body["error"]) == (400, JSON, "Bad Request")
    assert batches(s2b) == []


@pytest.mark.parametrize(
    ("numbers", "amount"),
    [
        ({"net": "1e30"}, Decimal("1e30")),
        ({"net": "1e300", "rate": "1e300"}, Decimal("1e600")),
        ({"net": "-0.000000000000000000001"}, Decimal("-1e-21")),
        ({"net": "0"}, Decimal(0)),
    ],
)
def test_a_number_of_any_size_is_kept_exactly(s2b, numbers, amount):
    batch_id = s2b.ok("POST", PATH, numbered(**numbers))["syncBatchId"]
    s2b.settle()

    assert outcomes(s2b, batch_id)[0] == "completed"
    assert ledger(s2b).balances()["64"] == amount
    assert s2b.call("GET", "/expenses/n").status == 200


@pytest.mark.parametrize("id", ["x" * 3000, "a\nb", "\u0000", "😀", "../..", "%2F", "//", ".", "a b", "\\"])
def test_an_id_of_any_text_is_pushed_shown_and_listed(s2b, id):
    batch_id = sent(s2b, expense(id))

    assert outcomes(s2b, batch_id)[1] == [(id, "success", None)]
    assert [row["id"] for row in s2b.ok("GET", f"/expenses/connection/{CONNECTION}")["expenses"]] == [id]
    assert s2b.call("GET", f"/expenses/{quote(id, safe='')}").status in {200, 404}


def test_what_is_not_known_is_passed_over(s2b):
    batch_id = sent(s2b, expense("1", line(colour="red"), size=3))

    assert outcomes(s2b, batch_id)[0] == "completed"


def test_null_is_as_good_as_missing_where_nothing_must_be(s2b):
    nothing = dict.fromkeys(("contactRef", "bankAccountRef", "notes", "postAsDraft"))

    batch_id = sent(s2b, expense("1", line(trackingRefs=None, invoiceTo=None), **nothing))

    assert outcomes(s2b, batch_id) == ("completed", [("1", "success", None)])


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type_is_read_as_nothing(s2b, content_type):
    answer = s2b.call("POST", PATH, b"{}", content_type=content_type)

    assert answer.status == 400
    assert answer.body["message"][0] == "id should not be empty"


@pytest.mark.parametrize("body", ["[]", "{}", '{"itemIds":{}}', '{"itemIds":[null]}', '{"itemIds":[[]]}', '"x"', "{"])
def test_odd_orders_to_try_again_are_taken_as_none_or_refused(s2b, body):
    batch_id = sent(s2b, wrong())

    assert s2b.call("POST", f"/sync/batches/{batch_id}/retry", body).status in {201, 400}
    assert s2b.call("POST", "/sync/items/retry", body).status == 400


@pytest.mark.parametrize("path", ["/sync/batches/{}", "/sync/items/{}", "/expenses/{}", "/sync/companies/{}/batches"])
@pytest.mark.parametrize("id", ["x" * 3000, "%00", "%F0%9F%98%80", "..", "%2F", "retry"])
def test_odd_ids_are_not_found(s2b, path, id):
    answer = s2b.call("GET", path.format(id))

    assert (answer.status, answer.body["error"]) == (404, "Not Found")


@pytest.mark.parametrize(
    "query",
    ["page=", "page=1.5", "page=1e1", "limit=%00", "status=", "startDate=", "endDate=0000-01-01", "q=%00", "q=%FF"],
)
def test_odd_questions_to_a_list_are_answered_or_refused(s2b, query):
    send(s2b, expense())

    answer = s2b.call("GET", f"/sync/companies/{COMPANY}/batches?{query}")

    assert answer.status in {200, 400}
    assert answer.type == JSON


@pytest.mark.parametrize(
    "body", [b"", b"--cut", b"--cut\r\n\r\n", b"--cut\r\nContent-Disposition: form-data\r\n\r\nx\r\n--cut--\r\n"]
)
def test_a_form_that_is_broken_has_no_file(s2b, body):
    batch_id = sent(s2b, expense())
    path = f"/connections/{CONNECTION}/syncs/{batch_id}/transactions/exp-001/attachments"

    answer = s2b.call("POST", path, body, content_type="multipart/form-data; boundary=cut")

    assert_refused(answer, 400, "File is required", "Bad Request")


def test_a_batch_of_very_many_is_taken_and_told_whole(s2b):
    batch_id = sent(s2b, *(expense(f"exp-{number}") for number in range(500)))

    batch, items = read(s2b, batch_id)

    assert (batch["status"], batch["totalItems"], batch["successfulItems"]) == ("completed", 500, 500)
    assert [item["entityId"] for item in items] == [f"exp-{number}" for number in range(500)]
