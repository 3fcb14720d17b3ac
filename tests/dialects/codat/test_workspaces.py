"""Which workspace a request means, who may open one, and that they share nothing."""

import json

import pytest
from werkzeug.test import Client

from doubleentry.app import Application
from doubleentry.config import Config
from doubleentry.dialects.codat.auth import authorization
from tests.dialects.codat.caller import PENDING, XERO, books_of, expense
from tests.dialects.codat.refusals import CORRELATION

INVALID = "workspace: {!r} does not match [a-z0-9][a-z0-9._-]{{0,63}}"


@pytest.fixture(scope="module")
def started():
    """Return what starts an application with some settings, once for each."""
    made = {}

    def started(**settings):
        key = tuple(sorted(settings.items()))
        if key not in made:
            made[key] = Application(Config(access_log=False, **settings), testing=True)
        return made[key]

    yield started
    for each in made.values():
        each.close()


@pytest.fixture
def fresh(started, names):
    """Return a started application and a name that no workspace of it has."""
    return started(), next(names)


def get(application, path="/codat/companies", *, key="codat-demo", wsgi=None, **headers):
    shown = {} if key is None else authorization(key)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(wsgi or application.wsgi).get(path, headers={**shown, **named})


def where(answer):
    """The workspace that an answer comes from, by a link that was minted."""
    start = answer.get_json()["results"][0]["redirect"].removeprefix("http://localhost")
    return start.partition("/codat/")[0].removeprefix("/w/") or "default"


def test_a_request_that_names_none_means_the_default(fresh):
    assert where(get(fresh[0])) == "default"


def test_each_way_to_name_a_workspace_leads_to_it(fresh):
    application, name = fresh

    assert where(get(application, f"/w/{name}/codat/companies")) == name
    assert where(get(application, emulator_workspace=name)) == name
    assert where(get(application, key=f"codat-demo@{name}")) == name


def test_the_path_goes_before_the_header_and_the_header_before_the_key(fresh, names):
    application, first = fresh
    second, third = next(names), next(names)

    assert (
        where(get(application, f"/w/{first}/codat/companies", key=f"codat-demo@{third}", emulator_workspace=second))
        == first
    )
    assert where(get(application, key=f"codat-demo@{third}", emulator_workspace=second)) == second
    assert application.workspaces.find(third) is None


@pytest.mark.parametrize("key", [None, "wrong", "wrong@", ""])
def test_a_workspace_is_opened_by_a_known_key_alone(fresh, key):
    application, name = fresh
    answers = [
        get(application, f"/w/{name}/codat/companies", key=key),
        get(application, key=key, emulator_workspace=name),
    ]

    assert [(each.status_code, each.get_json()["error"]) for each in answers] == [(401, "Unauthorized")] * 2
    assert application.workspaces.find(name) is None


def test_refusals_that_lead_to_no_workspace_have_correlation_ids_of_their_own(fresh):
    application, name = fresh

    ids = [get(application, f"/w/{name}/codat/companies", key=None).get_json()["correlationId"] for _ in range(9)]

    assert all(map(CORRELATION.fullmatch, ids))
    assert len(set(ids)) == 9


@pytest.mark.parametrize("name", ["", "NOPE", "-a", ".a", "a b", "a" * 65, "\u00e9", "a%00"])
def test_a_name_that_none_may_have_is_refused_in_our_words(fresh, name):
    answer = get(fresh[0], f"/w/{name}/codat/companies")

    shown = "a\x00" if name == "a%00" else name
    message = INVALID.format(shown)
    problem = {"path": "workspace", "message": message.removeprefix("workspace: ")}
    assert answer.status_code == 422
    assert answer.get_json() == {
        "error": {"kind": "InvalidInput", "message": message, "location": "workspace", "problems": [problem]}
    }


def test_a_workspace_that_must_be_declared_is_not_opened_by_its_name(started, names):
    application, name = started(workspaces="declared"), next(names)

    answer = get(application, f"/w/{name}/codat/companies")

    message = f"Workspace {name!r} is not open, and this request may not open it: a call of the control API there does."
    assert (answer.status_code, answer.get_json()) == (404, {"error": {"kind": "ClosedToNew", "message": message}})
    assert get(application, f"/w/{name}/codat/companies", key="wrong").get_json()["error"] == "Unauthorized"
    assert get(application).status_code == 200
    application.workspaces.open(name)
    assert get(application, f"/w/{name}/codat/companies").status_code == 200


def test_off_loopback_only_the_control_api_opens_a_workspace(started, names):
    application, name = started(host="0.0.0.0", token="t" * 20), next(names)  # noqa: S104 - nothing listens

    assert get(application, f"/w/{name}/codat/companies").status_code == 404


def test_any_key_opens_what_it_names_where_all_are_taken(started, names):
    application, name = started(any_key=True), next(names)

    assert where(get(application, key=f"anything@{name}")) == name
    assert get(application, key=None).status_code == 401


def test_each_minted_url_leads_back_to_its_workspace(fresh):
    application, name = fresh
    base = f"http://localhost/w/{name}/codat"

    company = get(application, f"/codat/companies/{PENDING}", key=f"codat-demo@{name}").get_json()

    assert company["redirect"] == f"{base}/link/company/{PENDING}"
    link = company["dataConnections"][0]["linkUrl"]
    assert link == f"{base}/link/companies/{PENDING}/connections/{books_of(PENDING)}/start"
    assert get(application, link.removeprefix("http://localhost"), key=None).status_code == 200
    page = get(application, emulator_workspace=name).get_json()
    assert page["_links"]["self"] == {"href": "/companies"}


def test_minted_urls_carry_the_public_url(started, names):
    application, name = started(public_url="https://books.example/emulator"), next(names)

    company = get(application, f"/w/{name}/codat/companies/{XERO}").get_json()

    assert company["redirect"] == f"https://books.example/emulator/w/{name}/codat/link/company/{XERO}"


def test_what_is_done_in_one_workspace_is_not_seen_in_another(open_codat):
    one, other = open_codat(), open_codat()
    before = other.workspace.dump()

    one.at_once()
    one.ok("POST", "/companies", {"name": "Only here"})
    one.ok("POST", "/rules", {"type": "sync-failed", "notifiers": {}})
    one.sync(expense())
    one.workspace.change_setting("codat.link", "auto")
    one.call("DELETE", f"/companies/{PENDING}")

    assert other.workspace.dump() == before
    assert other.application.host.journal(other.workspace).search() == []


def test_a_dialect_is_served_at_the_root_of_a_port_of_its_own(fresh):
    application, name = fresh
    wsgi = application.dialect_wsgi("codat")

    answer = get(application, f"/companies/{XERO}", wsgi=wsgi)
    other = get(application, f"/w/{name}/companies/{XERO}", wsgi=wsgi)

    assert answer.get_json()["redirect"] == f"http://localhost/link/company/{XERO}"
    assert other.get_json()["redirect"] == f"http://localhost/w/{name}/link/company/{XERO}"
    assert get(application, f"/w/{name}/link/company/{XERO}", wsgi=wsgi, key=None).status_code == 200
    assert get(application, "/nowhere", wsgi=wsgi).get_json()["service"] == "ExpenseSyncApi"
    assert json.loads(get(application, "/openapi.json", wsgi=wsgi).text)["servers"] == [{"url": "/"}]


def test_links_of_a_page_can_be_followed_on_a_port_of_its_own(fresh):
    application, _ = fresh
    wsgi = application.dialect_wsgi("codat")

    page = get(application, "/companies?pageSize=2", wsgi=wsgi).get_json()

    assert get(application, page["_links"]["next"]["href"], wsgi=wsgi).get_json()["pageNumber"] == 2


@pytest.mark.parametrize(
    "path",
    [
        f"/companies/{XERO}/mappingOptions",
        f"/companies/{XERO}/sync/expenses/config",
        f"/Companies/{XERO}/MappingOptions",
        "/rules",
    ],
)
def test_a_vendors_path_at_the_root_is_told_its_prefix(fresh, path):
    answer = get(fresh[0], path)

    message = f"Nothing is served at {path!r}. Did you mean /codat{path}?"
    assert (answer.status_code, answer.get_json()["error"]["kind"]) == (404, "RouteNotFound")
    assert answer.get_json()["error"]["message"] == message


def test_a_path_that_two_vendors_have_is_told_both_prefixes(fresh):
    error = get(fresh[0], "/companies").get_json()["error"]

    assert error["message"] == (
        "Nothing is served at '/companies'. Did you mean /codat/companies or /sync2books/companies?"
    )


@pytest.mark.parametrize("path", ["/nowhere", "/\u00e9", "/w/a/nowhere", "/codatx/companies"])
def test_a_path_that_nobody_has_is_told_what_is_served(fresh, path):
    error = get(fresh[0], path).get_json()["error"]

    assert error["kind"] == "RouteNotFound"
    assert "Did you mean" not in error["message"]
    assert error["served"] == ["/codat", "/sync2books", "/built", "/_emulator/v1"]


def test_a_path_outside_of_ascii_is_told_as_it_was_sent(fresh):
    message = get(fresh[0], "/caf\u00e9").get_json()["error"]["message"]

    assert message == "Nothing is served at '/caf\u00e9'."
