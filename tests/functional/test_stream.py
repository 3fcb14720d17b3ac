"""The timeline's stream, over a real connection."""

import http.client
import json
from contextlib import closing

from tests.functional.serving import serving

CONTROL = "/_emulator/v1"
COMPANY = "/codat/companies/c0000000-0000-4000-8000-000000000001"


def connected(server):
    return closing(http.client.HTTPConnection("127.0.0.1", server.ready["port"], timeout=10))


def post(server, path, body):
    headers = {"Content-Type": "application/json", **server.ready["dialects"]["codat"]["headers"]}
    with connected(server) as connection:
        connection.request("POST", path, json.dumps(body), headers)
        return json.loads(connection.getresponse().read())


def test_an_entry_comes_while_the_connection_is_open_and_who_comes_back_goes_on_where_he_was(tmp_path):
    with serving("--clock", "frozen", cwd=tmp_path) as server:
        with connected(server) as listener:
            listener.request("GET", f"{CONTROL}/timeline/stream?seconds=60")
            with listener.getresponse() as stream:
                begin = stream.readline(), stream.readline()
                order = {"datasetIds": ["d0000000-0000-4000-8000-000000000013"]}
                sync = post(server, f"{COMPANY}/sync/expenses/syncs", order)
                lines = [stream.readline().decode().rstrip() for _ in range(8)]
        with connected(server) as listener:
            listener.request("GET", f"{CONTROL}/timeline/stream?seconds=0", headers={"Last-Event-ID": "1"})
            again = listener.getresponse().read().decode()
    assert begin == (b"retry: 1000\n", b"\n")
    assert [line for line in lines if line.startswith(("id", "event"))] == [
        "id: 1",
        "event: request.made",
        "id: 2",
        "event: sync.queued",
    ]
    assert json.loads(lines[6].removeprefix("data: "))["subject"] == sync["syncId"]
    assert again.startswith("retry: 1000\n\nid: 2\nevent: sync.queued\n")
