import gc
import threading
import weakref

import pytest
from werkzeug.test import Client

from doubleentry import app
from doubleentry.config import Config
from doubleentry.dialects.codat.auth import authorization
from doubleentry.engine.workspaces import Workspaces


def fail(*_):
    raise ZeroDivisionError("by zero")


@pytest.fixture
def application():
    return app.Application(Config(fixture="empty", access_log=False))


@pytest.mark.parametrize("own_port", [False, True])
def test_a_bug_in_a_document_is_told_in_our_envelope(application, own_port, monkeypatch, caplog):
    monkeypatch.setattr(app, "openapi", fail)
    client = Client(application.dialect_wsgi("codat") if own_port else application.wsgi)

    answer = client.get("/openapi.json" if own_port else "/codat/openapi.json")

    message = "A bug in the emulator, not an answer of the vendor: ZeroDivisionError: by zero"
    assert (answer.status_code, answer.json) == (500, {"error": {"kind": "Bug", "message": message}})
    assert "ZeroDivisionError: by zero" in caplog.text


@pytest.mark.parametrize("path", ["/codat/companies", "/built/api/v3/sync", "/_emulator/v1/health"])
def test_a_bug_before_the_pipeline_has_a_journal_to_write_in_is_no_page(application, path, monkeypatch):
    monkeypatch.setattr(application.workspaces, "open", fail)

    answer = Client(application.wsgi).get(path)

    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert answer.json["error"]["kind"] == "Bug"


def test_a_test_is_handed_the_bug_itself(monkeypatch):
    monkeypatch.setattr(app, "openapi", fail)
    client = Client(app.Application(Config(fixture="empty", access_log=False), testing=True).wsgi)

    with pytest.raises(ZeroDivisionError):
        client.get("/codat/openapi.json")


def test_a_document_is_made_once_for_each_server_that_it_names(application, monkeypatch):
    made = []
    monkeypatch.setattr(app, "openapi", lambda _, server: made.append(server) or {"servers": [{"url": server}]})
    client = Client(application.wsgi)

    answers = [client.get(f"{prefix}/built/openapi.json").json for prefix in ("", "", "/w/a", "")]

    assert [answer["servers"][0]["url"] for answer in answers] == ["/built", "/built", "/w/a/built", "/built"]
    assert made == ["/built", "/w/a/built"]


def test_a_workspace_that_made_room_leaves_nothing_behind(application):
    application.workspaces = application.host.workspaces = Workspaces(application.world, lambda *_: None, limit=2)
    client = Client(application.wsgi)
    dropped = []
    for number in range(6):
        workspace = application.workspaces.open(f"w{number}")
        workspace.store.put("keys", "codat/codat-demo", {})
        assert client.get(f"/w/w{number}/codat/companies", headers=authorization("codat-demo")).status_code == 200
        dropped.append(weakref.ref(workspace))
        del workspace

    gc.collect()

    assert [reference() is None for reference in dropped] == [True, True, True, True, False, False]


def test_a_workspace_that_cannot_tell_what_is_due_does_not_stop_the_others(application, caplog):
    application.workspaces.open("broken").store.put("tasks", "1", {"id": "1"})
    sound = application.workspaces.open("sound")
    ran, stop = threading.Event(), threading.Event()
    sound.run_due = lambda _: ran.set() or stop.set()

    application.ticker.run(stop)

    assert ran.is_set()
    assert "A bug in a task of workspace broken" in caplog.text
