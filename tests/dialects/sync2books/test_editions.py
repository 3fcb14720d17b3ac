"""One side of the documents alone, where the default serves both or takes the other."""

import pytest

from doubleentry.dialects.sync2books.quirks import QUIRKS
from tests.dialects.sync2books.caller import COMPANY, CONNECTION, KEY, error
from tests.dialects.sync2books.sending import expense

OLD, NEW = f"/companies/{COMPANY}/connections", f"/connections/company/{COMPANY}"


def sent(s2b, body):
    return s2b.call("POST", f"/expenses/{CONNECTION}", body)


def batch(s2b):
    made = s2b.ok("POST", f"/expenses/{CONNECTION}", expense())["syncBatchId"]
    s2b.settle()
    return made


def test_every_row_on_which_the_documents_disagree_has_a_switch_with_both_sides():
    assert {quirk.name.partition(".")[2] for quirk in QUIRKS} >= {
        "version-prefix",
        "old-keys",
        "expense-body",
        "profile",
        "counters",
        "retry",
        "connection-paths",
        "success-wrapper",
        "rate-limit-scope",
        "webhooks",
        "reference-data",
        "line-refs",
        "attachment-ids",
        "auth-url",
    }
    assert all(quirk.values[0] == quirk.default and len(quirk.values) > 1 < len(quirk.sources) for quirk in QUIRKS)


def test_expenses_may_have_to_be_an_array(s2b):
    s2b.choose("expense-body", "array")

    refused, taken = sent(s2b, expense()), sent(s2b, [expense()])

    assert (refused.status, refused.body) == (
        400,
        error(400, "Validation failed (parsable array expected)", "Bad Request"),
    )
    assert (taken.status, taken.body["totalExpenses"]) == (201, 1)


@pytest.mark.parametrize(("chosen", "gone"), [("successfulItems", "syncedItems"), ("syncedItems", "successfulItems")])
def test_what_was_written_may_be_counted_under_one_name_alone(s2b, chosen, gone):
    id = batch(s2b)
    s2b.choose("counters", chosen)

    told = s2b.ok("GET", f"/sync/batches/{id}")["batch"]

    assert told[chosen] == 1
    assert gone not in told


@pytest.mark.parametrize(
    ("quirk", "value", "there", "gone"),
    [
        ("retry", "new-batch", ("POST", "/sync/batches/none/retry"), ("POST", "/sync/batches/none/retry-failed")),
        ("retry", "in-place", ("POST", "/sync/batches/none/retry-failed"), ("POST", "/sync/batches/none/retry")),
        ("connection-paths", "companies", ("GET", OLD), ("GET", NEW)),
        ("connection-paths", "connections", ("GET", NEW), ("GET", OLD)),
        ("reference-data", "coming-soon", ("GET", OLD), ("GET", f"/connections/{CONNECTION}/accounts")),
        ("webhooks", "coming-soon", ("GET", OLD), ("GET", "/webhooks/endpoints")),
    ],
)
def test_the_paths_of_the_side_that_was_not_chosen_are_not_there(s2b, quirk, value, there, gone):
    s2b.choose(quirk, value)

    method, path = gone
    nowhere = error(404, f"Cannot {method} {path}", "Not Found")
    for key in (KEY, "wrong", None):
        assert s2b.call(*gone, key=key).body == nowhere
    assert s2b.call(*there).body != error(404, "Cannot {} {}".format(*there), "Not Found")
    assert s2b.call(*there, key=None).status == 401


def test_the_journal_tells_which_quirk_left_a_path_out(s2b):
    s2b.choose("retry", "in-place")

    s2b.call("POST", "/sync/batches/none/retry", {})

    row = s2b.steer("GET", "/journal").body["exchanges"][-1]
    assert (row["operation"], row["unmatched"]) == (None, True)
    assert row["warnings"][0] == "sync2books.retry leaves retry-sync-batch out."


def test_a_success_may_come_in_an_envelope_and_a_refusal_never_does(s2b):
    bare = s2b.ok("GET", f"/companies/{COMPANY}")
    listed = s2b.ok("GET", f"/sync/companies/{COMPANY}/batches")
    s2b.choose("success-wrapper", "data")

    assert s2b.ok("GET", f"/companies/{COMPANY}") == {"data": bare}
    assert s2b.ok("GET", f"/sync/companies/{COMPANY}/batches") == {"data": listed}
    assert s2b.call("GET", "/companies/none").body == error(404, "Company not found", "Not Found")


def test_the_ids_of_an_upload_may_have_to_be_uuids(s2b):
    s2b.choose("attachment-ids", "uuid")
    path = f"/connections/{CONNECTION}/syncs/{batch(s2b)}/transactions/exp-001/attachments"

    answer = s2b.call("POST", path, data={"file": (b"%PDF-1.4", "receipt.pdf")}, content_type="multipart/form-data")

    assert (answer.status, answer.body) == (400, error(400, "Validation failed (uuid is expected)", "Bad Request"))


def test_auth_url_may_answer_with_connections(s2b):
    connections = s2b.ok("GET", OLD)
    s2b.choose("auth-url", "connections")

    assert s2b.ok("GET", f"/companies/{COMPANY}/auth-url?integrationKey=quickbooks") == connections
