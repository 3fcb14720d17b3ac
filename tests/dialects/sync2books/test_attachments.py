"""Receipts."""

import re

import pytest

from tests.dialects.sync2books.caller import (
    CONNECTION,
    OTHER_KEY,
    OTHERS_CONNECTION,
    UNKNOWN,
    assert_refused,
)
from tests.dialects.sync2books.sending import expense, ledger, move, read, send, sent, wrong

MEBIBYTE = 1024 * 1024
TOO_LARGE = (413, "File size exceeds maximum of 10MB", "Payload Too Large")
MISSING = (404, "Sync batch or transaction not found", "Not Found")
NOT_SYNCED = (400, "Transaction has not been synced yet", "Bad Request")


def upload(  # noqa: PLR0913 - where it goes, and what it is
    s2b, batch_id, content=b"%PDF-1.7", *, expense_id="exp-001", name="receipt.pdf", connection=CONNECTION, **parts
):
    form = {"file": (name, content), **parts}
    path = f"/connections/{connection}/syncs/{batch_id}/transactions/{expense_id}/attachments"
    body = b"".join(_part(part, value) for part, value in form.items() if value is not None)
    return s2b.call("POST", path, body + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut")


def _part(part, value):
    disposition = f'--cut\r\nContent-Disposition: form-data; name="{part}"'
    if isinstance(value, str):
        return f"{disposition}\r\n\r\n{value}\r\n".encode()
    name, content = value
    head = f'{disposition}; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
    return head.encode() + content + b"\r\n"


@pytest.fixture
def batch_id(s2b):
    return sent(s2b, expense())


def test_a_receipt_of_a_written_expense_is_kept(s2b, batch_id):
    answer = upload(s2b, batch_id, note="Lunch", includeOnSend="true", lineInfo="line 1")

    (file,) = ledger(s2b).files()
    assert answer.status == 201
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", answer.body["id"])
    assert answer.body | {"id": "-"} == {
        "id": "-",
        "fileName": "receipt.pdf",
        "contentType": "application/pdf",
        "size": 8,
        "category": "Expense",
        "note": "Lunch",
        "includeOnSend": True,
        "connectionId": CONNECTION,
        "syncId": batch_id,
        "transactionId": "exp-001",
        "entityBookId": file.id,
        "createdAt": "2026-01-05T09:00:01.323Z",
    }
    assert (file.posting, file.name, file.size) == (ledger(s2b).postings()[0].id, "receipt.pdf", 8)


@pytest.mark.parametrize(
    ("text", "value"), [(None, False), ("false", False), ("", False), ("true", True), ("TRUE", True), ("0", False)]
)
def test_a_form_tells_booleans_as_texts(s2b, batch_id, text, value):
    body = upload(s2b, batch_id, includeOnSend=text).body

    assert (body["includeOnSend"], body["note"]) == (value, None)


def test_several_files_of_one_expense_are_kept_each(s2b, batch_id):
    answers = [upload(s2b, batch_id, content).body for content in (b"one", b"two!")]

    assert len({answer["id"] for answer in answers}) == 2
    assert [answer["size"] for answer in answers] == [3, 4]
    assert len(ledger(s2b).files()) == 2


@pytest.mark.parametrize(
    "name",
    [
        *("a.jpg", "a.jpeg", "a.png", "a.gif", "a.pdf", "a.doc", "a.docx", "a.xls", "a.xlsx", "a.txt", "a.csv"),
        "A.B.PDF",
    ],
)
def test_files_of_the_documented_types_are_taken(s2b, batch_id, name):
    assert upload(s2b, batch_id, name=name).body["fileName"] == name


@pytest.mark.parametrize("name", ["a.exe", "a.pdf.zip", "pdf", "a.", "svg.svg"])
def test_files_of_other_types_are_refused(s2b, batch_id, name):
    assert_refused(upload(s2b, batch_id, name=name), 400, "Unsupported file type", "Bad Request")
    assert ledger(s2b).files() == []


def test_a_files_folders_are_not_told(s2b, batch_id):
    assert upload(s2b, batch_id, name="../me/receipt.pdf").body["fileName"] == "receipt.pdf"


@pytest.mark.parametrize("more", [{"file": None}, {"file": None, "receipt": ("a.pdf", b"x")}, {"file": "x"}])
def test_a_file_is_required(s2b, batch_id, more):
    assert_refused(upload(s2b, batch_id, **more), 400, "File is required", "Bad Request")


@pytest.mark.parametrize("field", ["file", "receipt"])
def test_one_file_is_taken_at_a_time(s2b, batch_id, field):
    form = _part("file", ("a.pdf", b"one")) + _part(field, ("b.pdf", b"two"))
    path = f"/connections/{CONNECTION}/syncs/{batch_id}/transactions/exp-001/attachments"

    answer = s2b.call("POST", path, form + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut")

    assert_refused(answer, 400, f"Unexpected file field - {field}", "Bad Request")
    assert ledger(s2b).files() == []


def test_an_input_that_no_file_was_chosen_for_is_no_file(s2b, batch_id):
    assert upload(s2b, batch_id, extra=("", b"")).status == 201


def test_a_body_that_is_no_form_has_no_file(s2b, batch_id):
    path = f"/connections/{CONNECTION}/syncs/{batch_id}/transactions/exp-001/attachments"

    assert_refused(s2b.call("POST", path, {"file": "x"}), 400, "File is required", "Bad Request")
    assert_refused(s2b.call("POST", path), 400, "File is required", "Bad Request")


@pytest.mark.parametrize(("size", "taken"), [(10 * MEBIBYTE, True), (10 * MEBIBYTE + 1, False), (12 * MEBIBYTE, False)])
def test_a_file_has_ten_mebibytes_at_most(s2b, batch_id, size, taken):
    answer = upload(s2b, batch_id, b"x" * size)

    if taken:
        assert (answer.status, answer.body["size"]) == (201, size)
    else:
        assert_refused(answer, *TOO_LARGE)


def test_the_connection_the_batch_and_the_expense_must_be_there(s2b, batch_id):
    other = sent(s2b, expense("exp-002"))

    assert_refused(upload(s2b, batch_id, connection=UNKNOWN), 404, "Connection not found", "Not Found")
    assert_refused(
        upload(s2b, batch_id, connection=OTHERS_CONNECTION), 403, "Access to this resource is not allowed", "Forbidden"
    )
    assert_refused(upload(s2b, UNKNOWN), *MISSING)
    assert_refused(upload(s2b, batch_id, expense_id="exp-002"), *MISSING)
    assert_refused(upload(s2b, other), *MISSING)


def test_a_batch_of_another_connection_is_not_there(s2b):
    theirs = send(s2b, expense(), connection=OTHERS_CONNECTION, key=OTHER_KEY)
    s2b.settle()

    assert_refused(upload(s2b, theirs), *MISSING)


def test_an_expense_that_was_not_written_takes_no_receipt(s2b):
    waiting, failed = send(s2b, expense("1")), sent(s2b, wrong("2"))
    later = send(s2b, expense("3"))

    assert_refused(upload(s2b, failed, expense_id="2"), *NOT_SYNCED)
    assert_refused(upload(s2b, later, expense_id="3"), *NOT_SYNCED)
    assert upload(s2b, waiting, expense_id="1").status == 201


@pytest.mark.parametrize("which", [0, 1, 2])
def test_a_receipt_may_name_the_first_batch_or_that_of_a_retry(s2b, which):
    move(s2b, "unlink")
    batches = [sent(s2b, expense())]
    batches.append(s2b.ok("POST", f"/sync/batches/{batches[-1]}/retry")["newBatchId"])
    s2b.settle()
    move(s2b, "link")
    before = upload(s2b, batches[0])
    batches.append(s2b.ok("POST", f"/sync/batches/{batches[-1]}/retry")["newBatchId"])
    s2b.settle()

    answer = upload(s2b, batches[which])

    assert_refused(before, *NOT_SYNCED)
    (file,) = ledger(s2b).files()
    assert (answer.status, answer.body["syncId"], answer.body["entityBookId"]) == (201, batches[which], file.id)
    assert file.posting == ledger(s2b).postings()[0].id


@pytest.mark.parametrize(("how", "told"), [("expire", "Connection expired"), ("unlink", "Connection disconnected")])
def test_nothing_is_written_to_a_connection_that_is_not_connected(s2b, batch_id, how, told):
    move(s2b, how)

    assert_refused(upload(s2b, batch_id), 400, told, "Bad Request")


def test_an_upload_needs_a_key(s2b, batch_id):
    path = f"/connections/{CONNECTION}/syncs/{batch_id}/transactions/exp-001/attachments"

    assert_refused(s2b.call("POST", path, key=None), 401, "API key is required", "Unauthorized")


def test_a_receipt_of_an_expense_that_was_retried_in_place_is_kept(s2b):
    move(s2b, "unlink")
    batch_id = sent(s2b, expense())
    move(s2b, "link")
    s2b.ok("POST", f"/sync/batches/{batch_id}/retry-failed")
    s2b.settle()

    assert read(s2b, batch_id)[0]["status"] == "completed"
    assert upload(s2b, batch_id).status == 201
