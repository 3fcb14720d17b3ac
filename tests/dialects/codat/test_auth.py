"""How a key is shown, and how its absence is told."""

import base64

import pytest

from doubleentry.dialects.codat.auth import AUTH
from doubleentry.dialects.codat.routes import load
from doubleentry.web.host import key_document
from tests.dialects.codat.caller import XERO
from tests.dialects.codat.refusals import assert_not_authenticated


def encoded(key):
    return base64.b64encode(key if isinstance(key, bytes) else key.encode()).decode()


def shown(codat, value):
    return codat.call("GET", "/companies", key=None, headers={"Authorization": value})


@pytest.mark.parametrize(
    "value",
    [
        f"Basic {encoded('codat-demo')}",
        f"basic {encoded('codat-demo')}",
        f"BASIC   {encoded('codat-demo')}  ",
        f"Basic {encoded('codat-demo' + chr(10))}",
        f"Basic {encoded('codat-demo' + chr(13) + chr(10))}",
    ],
)
def test_a_known_key_is_taken_however_the_scheme_is_written(codat, value):
    assert shown(codat, value).status == 200


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic",
        "Basic ",
        encoded("codat-demo"),
        "codat-demo",
        "Basic codat-demo",
        f"Bearer {encoded('codat-demo')}",
        "Bearer codat-demo",
        f"Basic {encoded('codat-demo:')}",
        f"Basic {encoded('user:codat-demo')}",
        f"Basic {encoded('CODAT-DEMO')}",
        f"Basic {encoded(' codat-demo')}",
        f"Basic {encoded('wrong')}",
        f"Basic {encoded('')}",
        f"Basic {encoded(chr(10))}",
        f"Basic {encoded('codat-demo').rstrip('=')}",
        f"Basic {encoded('codat-demo')}!",
        f"Basic {encoded(b'%c%c' % (0xFF, 0xFE))}",
        "Basic \u00e9\u00e9\u00e9\u00e9",
        f"Basic {'A' * 100_000}",
        f"Basic {encoded('@' + 'a')}",
    ],
)
def test_anything_else_is_not_authorised(codat, value):
    assert_not_authenticated(shown(codat, value))


def test_no_header_is_not_authorised(codat):
    assert_not_authenticated(codat.call("GET", "/companies", key=None))


@pytest.mark.parametrize("operation", [each for each in load() if not each.hidden], ids=lambda operation: operation.id)
def test_each_operation_asks_for_a_key_before_anything_else(codat, operation):
    path = operation.path.replace("{companyId}", XERO).replace("{", "").replace("}", "")

    assert_not_authenticated(codat.call(operation.method, path, key=None))
    assert_not_authenticated(codat.call(operation.method, path, b"{", key="wrong", content_type="text/plain"))


def test_a_key_of_another_workspace_is_not_authorised(open_codat):
    one, other = open_codat(), open_codat()
    with one.workspace.transaction():
        one.workspace.store.put("keys", "codat/their-key", key_document("codat", "their-key"))

    assert one.call("GET", "/companies", key="their-key").status == 200
    assert_not_authenticated(other.call("GET", "/companies", key="their-key"))


def test_a_key_that_was_taken_away_is_not_authorised(codat):
    with codat.workspace.transaction():
        codat.workspace.store.remove("keys", "codat/codat-demo")

    assert_not_authenticated(codat.call("GET", "/companies"))


def test_a_refused_key_changes_nothing(codat):
    before = codat.workspace.store.find("codat companies")

    assert_not_authenticated(codat.call("DELETE", f"/companies/{XERO}", key="wrong"))
    assert codat.workspace.store.find("codat companies") == before


@pytest.mark.parametrize(
    ("text", "key", "workspace"),
    [
        ("key", "key", None),
        ("key@ci-1", "key", "ci-1"),
        ("key@a@b", "key@a", "b"),
        ("@b", "@b", None),
        ("key@", "key", ""),
        ("key\n@b\r\n", "key\n", "b"),
    ],
)
def test_what_stands_after_the_last_at_names_the_workspace(text, key, workspace):
    found = AUTH.shown({"AUTHORIZATION": f"Basic {encoded(text)}"})

    assert (found.key, found.workspace) == (key, workspace)
