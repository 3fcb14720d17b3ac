"""Bodies that are too large, over a real socket: the server itself must be able to send what refuses them."""

import http.client
import json

import pytest

from doubleentry.dialects.codat.auth import authorization
from tests.functional.serving import serving

MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with serving("--log-level", "warning", cwd=tmp_path_factory.mktemp("sizes")) as server:
        yield server.ready["port"]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("path", "size", "told"),
    [
        ("/codat/companies", 11 * MEBIBYTE, ("error", "Payload Too Large")),
        ("/_emulator/v1/wait", 2 * MEBIBYTE, ("kind", "BodyTooLarge")),
    ],
)
def test_a_body_that_is_too_large_is_refused_in_the_surface_s_envelope(port, path, size, told, chunked):
    pieces = (b" " * MEBIBYTE for _ in range(size // MEBIBYTE))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Content-Type": "application/json", **authorization("codat-demo")}

    connection.request("POST", path, pieces if chunked else b"".join(pieces), headers, encode_chunked=chunked)
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()

    assert answer.status == 413
    member, text = told
    envelope = body if member in body else body["error"]
    assert envelope[member] == text
