"""Whose company a call is about: told in the journal, and looked at by faults."""

from urllib.parse import quote

import pytest

from tests.dialects.sync2books.caller import (
    COMPANY,
    CONNECTION,
    OTHER_KEY,
    OTHERS_COMPANY,
    OTHERS_CONNECTION,
    UNKNOWN,
    assert_refused,
)
from tests.dialects.sync2books.sending import expense, read, send


def told(s2b, method, path, **more):
    s2b.call(method, path, **more)
    return s2b.steer("GET", "/journal").body["exchanges"][-1]["company"]


def test_a_call_is_about_the_company_of_what_its_path_names(s2b):
    batch_id = send(s2b, expense("exp/001"))
    (item,) = read(s2b, batch_id)[1]
    theirs = send(s2b, expense("exp/001"), connection=OTHERS_CONNECTION, key=OTHER_KEY)

    paths = {
        f"/companies/{COMPANY}": COMPANY,
        f"/expenses/connection/{CONNECTION}": COMPANY,
        f"/sync/batches/{batch_id}": COMPANY,
        f"/sync/batches/{theirs}/failed-items": OTHERS_COMPANY,
        f"/sync/items/{item['id']}": COMPANY,
        f"/expenses/{quote('exp/001', safe='')}": COMPANY,
    }
    assert {path: told(s2b, "GET", path) for path in paths} == paths
    assert told(s2b, "GET", f"/expenses/{quote('exp/001', safe='')}", key=OTHER_KEY) == OTHERS_COMPANY


@pytest.mark.parametrize(
    "path",
    [f"/sync/batches/{UNKNOWN}", f"/sync/items/{UNKNOWN}", f"/expenses/connection/{UNKNOWN}", "/expenses/nothing"],
)
def test_a_call_that_names_nothing_is_about_nobody(s2b, path):
    assert told(s2b, "GET", path) is None
    assert told(s2b, "GET", path, key=None) is None


def test_a_fault_of_a_company_meets_calls_that_name_only_its_batch(s2b):
    batch_id, theirs = send(s2b, expense()), send(s2b, expense(), connection=OTHERS_CONNECTION, key=OTHER_KEY)
    s2b.order({"status": 500}, match={"dialect": "sync2books", "company": COMPANY}, times=None)

    assert s2b.call("GET", f"/sync/batches/{batch_id}").status == 500
    assert s2b.call("GET", f"/sync/batches/{theirs}", key=OTHER_KEY).status == 200


@pytest.mark.parametrize(
    "path", ["/EXPENSES/connection/{0}", "/expenses/Connection/{0}/", "/v1/expenses/connection/{0}"]
)
def test_a_path_may_be_written_in_any_case_and_end_with_a_slash(s2b, path):
    send(s2b, expense("Exp-A"))

    answer = s2b.ok("GET", path.format(CONNECTION))

    assert [row["id"] for row in answer["expenses"]] == ["Exp-A"]
    assert s2b.ok("GET", "/Expenses/Exp-A")["id"] == "Exp-A"
    assert_refused(s2b.call("GET", "/expenses/exp-a"), 404, "Expense not found", "Not Found")
