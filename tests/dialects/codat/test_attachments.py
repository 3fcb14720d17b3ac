"""Receipts, in every disguise that a client has given them."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from doubleentry.dialects.codat.errors import Refused
from doubleentry.dialects.codat.platforms import PLATFORMS
from doubleentry.dialects.codat.rules.attachments import upload
from doubleentry.engine.books import FileHash
from tests.dialects.codat.caller import DYNAMICS, NETSUITE, QUICKBOOKS, XERO, books_of, expense, expenses
from tests.dialects.codat.refusals import (
    UNKNOWN,
    assert_answered,
    assert_invalid,
    assert_not_found,
    assert_refused,
)

MEBIBYTE = 1024 * 1024
REQUIRED = "The File field is required."


@pytest.fixture
def pushed(codat):
    """Return what syncs one expense of a company, and where its receipts go."""

    def pushed(company=XERO, path="/sync/expenses"):
        sync_id = codat.sync(expense(1, company), company=company)
        codat.settle()
        return f"/companies/{company}{path}/syncs/{sync_id}/transactions/{expense(1)['id']}/attachments"

    return pushed


def send(codat, path, *parts):
    """Send parts as they stand: (headers, content)."""
    body = b"".join(
        b"--cut\r\n" + "\r\n".join(headers).encode() + b"\r\n\r\n" + content + b"\r\n" for headers, content in parts
    )
    return codat.call("POST", path, body + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut")


def part(name, content=b"%PDF", *, file_name=None, content_type=None):
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if file_name is not None:
        disposition += f'; filename="{file_name}"'
    return [disposition, *([] if content_type is None else [f"Content-Type: {content_type}"])], content


def files(codat, company=XERO):
    return codat.workspace.ledgers.get(books_of(company)).files()


@pytest.mark.parametrize("path", ["/sync/expenses", "", "/SYNC/Expenses"])
def test_a_receipt_is_kept_with_the_posting_of_its_transaction(codat, pushed, path):
    answer = send(codat, pushed(path=path), part("file", b"%PDF-1", file_name="a.pdf", content_type="application/pdf"))

    file = files(codat)[-1]
    assert_answered(answer, {"companyId": XERO, "id": file.id, "transactionId": expense(1)["id"]})
    assert file.id.isdecimal()
    assert file.posting == codat.workspace.ledgers.get(books_of(XERO)).postings()[-1].id
    assert (file.name, file.type, file.size) == ("a.pdf", "application/pdf", 6)
    assert file.sha256 == hashlib.sha256(b"%PDF-1").hexdigest()
    assert file.content == "JVBERi0x"


GUIDE = part("yourFileMetaData", json.dumps({"includeWhenSent": False}).encode(), content_type="application/json")


@pytest.mark.parametrize(
    ("parts", "name", "content"),
    [
        ([part("file", b"x", file_name="a.png")], "a.png", b"x"),
        ([part("fileName", b"x", file_name="a.png")], "a.png", b"x"),
        ([GUIDE, part("yourFileData", b"x", file_name="a.png")], "a.png", b"x"),
        ([part("a.png", b"x", file_name="a.png")], "a.png", b"x"),
        ([part("a.png", b"x", file_name="blob")], "a.png", b"x"),
        ([part("a.png", b"x")], "a.png", b"x"),
        ([part("content", b"x"), part("requestBody", b"a.png")], "a.png", b"x"),
        ([part("content", b"x")], "receipt.pdf", b"x"),
        ([part("empty", b""), part("content", b"x"), part("requestBody", b"a.png")], "a.png", b"x"),
        ([part("file", b"x", file_name="")], "receipt.pdf", b"x"),
        ([part("one", b"1", file_name="1.png"), part("two", b"2", file_name="2.png")], "1.png", b"1"),
        ([part("file", b"", file_name="a.png")], "a.png", b""),
        ([part("file", b"x", file_name="A.PnG")], "A.PnG", b"x"),
        ([part("file", b"x", file_name="../../etc/passwd.png")], "passwd.png", b"x"),
        ([part("file", b"x", file_name="C:\\\\fakepath\\\\a.png")], "a.png", b"x"),
        ([part("file", b"x", file_name="\u65e5\u672c.png")], "\u65e5\u672c.png", b"x"),
        ([part("file", b"x", file_name="a%0d%0ab.png")], "a%0d%0ab.png", b"x"),
        ([part("file", b"x", file_name="a\x00\x1b.png")], "a.png", b"x"),
    ],
)
def test_the_file_is_found_in_every_disguise(codat, pushed, parts, name, content):
    answer = send(codat, pushed(), *parts)

    assert answer.status == 200, answer.text
    assert (files(codat)[-1].name, files(codat)[-1].sha256) == (name, hashlib.sha256(content).hexdigest())


def test_a_name_with_a_line_break_makes_no_header_of_its_own(codat, pushed):
    answer = send(codat, pushed(), part("file", b"x", file_name='a.png"\r\nX-Evil: 1\r\nY: "'))

    assert answer.status in {200, 400}
    assert "X-Evil" not in answer.headers


def test_several_receipts_of_one_transaction_are_kept_apart(codat, pushed):
    path = pushed()

    first, second = (send(codat, path, part("file", file_name="a.pdf")).body["id"] for _ in range(2))

    assert first != second
    assert len(files(codat)) == 2


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data; boundary=cut"),
        (b"--cut--\r\n", "multipart/form-data; boundary=cut"),
        (b"--cut\r\nContent-Disposition: form-data; name=file; filename=a.pdf\r\n\r\nx", "multipart/form-data"),
        (b"--cut\r\nContent-Disposition: form-data; name=file; filename=a.pdf", "multipart/form-data; boundary=cut"),
        (b"--other\r\n\r\nx\r\n--other--", "multipart/form-data; boundary=cut"),
        (b"--cut\r\nContent-Disposition: form-data; name=file\r\n\r\n\r\n--cut--", "multipart/form-data; boundary=cut"),
        (b"--cut\r\nNonsense\r\n\r\nx\r\n--cut--", "multipart/form-data; boundary=cut"),
        (b"x" * 1000, "multipart/form-data; boundary=" + "b" * 300),
    ],
)
def test_a_form_without_a_file_is_told_so(codat, pushed, body, content_type):
    path = pushed()

    assert_invalid(codat.call("POST", path, body, content_type=content_type), ("File", REQUIRED))
    assert files(codat) == []


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/pdf", "application/x-www-form-urlencoded", None]
)
def test_what_is_no_form_is_of_the_wrong_type(codat, pushed, content_type):
    answer = codat.call("POST", pushed(), data=b"%PDF", content_type=content_type)

    assert_refused(answer, 415, "Unsupported Media Type", "PublicApi")


def test_a_form_of_a_thousand_parts_is_too_large(codat, pushed):
    answer = send(codat, pushed(), *[part(f"f{n}", b"x") for n in range(1000)])

    assert_refused(answer, 413, "Payload Too Large", "PublicApi")
    assert files(codat) == []


def test_an_announced_body_above_every_limit_is_refused_unread(codat, pushed):
    answer = codat.call(
        "POST",
        pushed(),
        b"--cut--",
        content_type="multipart/form-data; boundary=cut",
        environ_overrides={"CONTENT_LENGTH": str(361 * MEBIBYTE)},
    )

    assert_refused(answer, 413, "Payload Too Large", "PublicApi")


@pytest.mark.parametrize("size", [MEBIBYTE, MEBIBYTE + 1])
def test_a_file_above_one_mebibyte_is_hashed_and_dropped(codat, pushed, size):
    content = b"x" * size

    assert send(codat, pushed(), part("file", content, file_name="a.pdf")).status == 200
    file = files(codat)[-1]
    assert (file.size, file.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert (file.content is None) is (size > MEBIBYTE)


def test_xero_takes_four_mebibytes_and_not_a_byte_more(codat, pushed):
    path = pushed()

    assert send(codat, path, part("file", b"x" * 4 * MEBIBYTE, file_name="a.pdf")).status == 200
    answer = send(codat, path, part("file", b"x" * (4 * MEBIBYTE + 1), file_name="a.pdf"))
    assert_invalid(answer, ("File", "The file has 4194305 bytes; Xero takes at most 4194304."))
    assert len(files(codat)) == 1


@pytest.mark.parametrize(
    ("company", "key", "limits"),
    [
        (XERO, "gbol", (4, "a.7z", "a.exe")),
        (QUICKBOOKS, "qhyg", (100, "a.ai", "a.zip")),
        (DYNAMICS, "trji", (350, "a.anything", None)),
        (NETSUITE, "akxx", (100, "a.svg", "a.gif")),
    ],
)
def test_each_platform_takes_files_of_its_types_and_sizes(codat, pushed, company, key, limits):
    most, taken, refused = limits
    sync_id, _, transaction_id, _ = pushed(company).split("/")[-4:]

    def put(name, size):
        return upload(codat.workspace, company, sync_id, transaction_id, name, "", FileHash(size=size))

    put(taken, most * MEBIBYTE)
    put(taken.upper(), 0)
    with pytest.raises(Refused) as too_large:
        put(taken, most * MEBIBYTE + 1)
    name = PLATFORMS[key].name
    told = f"The file has {most * MEBIBYTE + 1} bytes; {name} takes at most {most * MEBIBYTE}."
    assert [problem.message for problem in too_large.value.problems] == [told]
    if refused is not None:
        with pytest.raises(Refused) as wrong:
            put(refused, 1)
        told = f"The file type of '{refused}' is not supported for {name}."
        assert [problem.message for problem in wrong.value.problems] == [told]


@pytest.mark.parametrize("name", ["a.exe", "a", "pdf", "a.pdf.exe", "a.", ".exe"])
def test_a_file_of_another_type_is_not_supported(codat, pushed, name):
    answer = send(codat, pushed(), part("file", file_name=name))

    assert_invalid(answer, ("File", f"The file type of '{name}' is not supported for Xero."))


def test_receipts_go_to_completed_expenses_alone(codat):
    codat.workspace.ledgers.get(books_of(XERO))
    failed = codat.sync(expense(1, line={"accountRef": {"id": "nowhere"}}))
    codat.settle()
    waiting = codat.sync(expense(2))
    told = ("File", "Attachments can only be uploaded for completed expense transactions.")

    for sync_id, number in ((failed, 1), (waiting, 2)):
        path = f"{expenses(XERO)}/syncs/{sync_id}/transactions/{expense(number)['id']}/attachments"
        assert_invalid(send(codat, path, part("file", file_name="a.pdf")), told)
    assert files(codat) == []


def test_nothing_is_written_to_a_connection_that_is_not_linked(codat, pushed):
    path = pushed()
    codat.ok("PATCH", f"/companies/{XERO}/connections/{books_of(XERO)}", {"status": "Unlinked"})

    answer = send(codat, path, part("file", file_name="a.pdf"))

    assert_invalid(answer, ("File", "Nothing can be written to a connection that is Unlinked."))


def test_a_receipt_does_not_get_into_the_books_that_were_linked_since(codat, pushed):
    path = pushed()
    codat.workspace.change_setting("codat.link", "auto")
    codat.ok("DELETE", f"/companies/{XERO}/connections/{books_of(XERO)}")
    other = codat.ok("POST", f"/companies/{XERO}/connections", {"platformKey": "qhyg"})["id"]

    answer = send(codat, path, part("file", file_name="a.pdf"))

    assert_invalid(answer, ("File", "The connection that the transaction was written to is no longer there."))
    assert codat.workspace.ledgers.get(other).files() == []


def test_a_receipt_for_what_is_not_there_is_not_found(codat, pushed):
    path = pushed()
    sync_id, transaction_id = path.split("/")[-4], path.split("/")[-2]

    for wrong in (XERO, sync_id, transaction_id):
        assert_not_found(send(codat, path.replace(wrong, UNKNOWN), part("file", file_name="a.pdf")))
    assert_not_found(send(codat, path.replace(XERO, QUICKBOOKS), part("file", file_name="a.pdf")))


def test_receipts_cannot_be_listed(codat, pushed):
    assert_refused(codat.call("GET", pushed()), 405, "Method Not Allowed", "PublicApi")


def test_a_form_is_not_read_while_the_workspace_is_locked(codat, pushed, monkeypatch):
    path, add, free = pushed(), FileHash.add, []

    def watched(self, piece):
        lock = codat.workspace.lock
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(lambda: lock.acquire(blocking=False) and not lock.release()).result())
        add(self, piece)

    monkeypatch.setattr(FileHash, "add", watched)

    assert send(codat, path, part("file", file_name="a.pdf")).status == 200
    assert free == [True]


def test_quickbooks_desktop_takes_no_receipts(codat):
    codat.workspace.change_setting("codat.link", "auto")
    company = codat.ok("POST", "/companies", {"name": "Desk"})["id"]
    connection = codat.ok("POST", f"/companies/{company}/connections", {"platformKey": "pqsw"})["id"]
    codat.ok("POST", expenses(company) + "/connections/partnerExpense")
    ledger = codat.workspace.ledgers.get(connection)
    bank = next(account.id for account in ledger.accounts() if account.bank)
    kinds = {
        kind: next(each.id for each in ledger.contacts() if each.kind == kind) for kind in ("supplier", "customer")
    }
    ids = {"bankAccount": bank, **kinds}
    codat.ok("POST", f"{expenses(company)}/config", {name: {"id": id} for name, id in ids.items()})
    account = next(each.id for each in ledger.accounts() if each.type == "Expense" and each.active)
    sent = expense(1, line={"accountRef": {"id": account}}, currency=ledger.currency)
    sync_id = codat.initiate(codat.dataset(sent, company=company), company=company)
    codat.settle()
    assert codat.status(sync_id, company)["syncStatusCode"] == 2000

    path = f"{expenses(company)}/syncs/{sync_id}/transactions/{sent['id']}/attachments"
    answer = send(codat, path, part("file", file_name="a.pdf"))

    assert_invalid(answer, ("File", "Attachments are not supported for QuickBooks Desktop."))
